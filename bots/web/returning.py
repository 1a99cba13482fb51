"""Coming back from another phone or browser (戻る): what receipt number and passphrase open."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Literal

from bots import passphrase, returning
from bots.converse import converse, state_of
from bots.parts import Parts, Tenant
from bots.talk import Turn
from bots.web import links
from bots.web.links import Visit
from intake import cases
from intake.clock import to_datetime
from intake.conversation import values as talk
from intake.ids import new_id
from intake.records import Contact, InboxEvent


def come_back(
    parts: Parts, tenant: Tenant, receipt: str, words: str, asker: str, now: int
) -> Visit | Literal["no", "locked"]:
    """A visit to the case's talk. A case from LINE moves to this page, since LINE may be out of reach.

    A wrong try is counted in the same transaction that looks; the slow hash is made before it.
    """
    guessed = passphrase.guess(parts, tenant.name, receipt, words)
    with parts.sessions.begin() as session:
        by = f"web:{asker}"
        case = passphrase.prove(parts, session, tenant.name, receipt, words, now, by, guessed=guessed)
        if isinstance(case, str):
            return case
        contact = session.get(Contact, case.contact_id) if case.contact_id else None
        moves = contact is None or contact.channel != "web" or contact.case_id != case.id
        if moves:
            contact = cases.contact_of(session, parts.vault, tenant.name, "web", secrets.token_urlsafe(16), now)
        assert contact is not None
        turn = Turn(parts, tenant, session, InboxEvent(id=new_id(), tenant=tenant.name), contact, None, now)
        if moves:
            turn.proven = case.id
            returning.claim(turn, talk.Claim(receipt))
        else:
            # The words were said just now: the talk need not ask for them again.
            state = replace(state_of(turn), locked=False, last=to_datetime(now).isoformat())
            cases.keep_talk(parts.vault, contact, state.to_json())
            if contact.hidden:
                # Who knows number and words is the person who hid the talk.
                converse(turn, talk.Text("相談"), own_page=True)
        # A page left open somewhere else may have somebody else before it.
        links.end_all(session, contact.id, now)
        session.flush()
        return links.begin(session, contact, now)
