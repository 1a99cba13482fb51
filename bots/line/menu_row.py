"""Which rich menu one person sees (人ごとのメニュー): an outgoing row like any other, but no message.

It goes out while the person hides too: it is what makes the screen look innocent.
"""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.line.menus import HIDDEN, WORKER
from bots.line.send import LineSender, Refused, Sent, TokenSpent, Unclear, Wait
from bots.parts import Parts
from bots.settled import Settled
from intake import cases
from intake.conversation import values as talk
from intake.db import reading
from intake.door_records import Member
from intake.outbox import Draft
from intake.records import Contact, Outgoing
from intake.seal import Cell

_TURNS = talk.Hide | talk.Unhide | talk.Enrol | talk.LeavePartner
_BACKOFF = (2.0, 5.0, 15.0, 60.0, 300.0)


def switch(parts: Parts, session: Session, contact: Contact, effect: talk.Effect, event_id: int) -> None:
    """Write the change of menu that this effect asks for, once an event; nothing for other effects and channels.

    To be called after `forget.stop_waiting`, which drops what waits for this person, older changes of menu included.
    """
    if contact.channel != "line" or not isinstance(effect, _TURNS):
        return
    alias = HIDDEN if contact.hidden else WORKER if _enrolled(session, contact, effect) else ""
    draft = Draft(
        tenant=contact.tenant,
        channel="line",
        purpose="menu",
        dedupe=f"menu-{event_id}",
        contact_id=contact.id,
        key_id=contact.key_id,
        body=json.dumps({"alias": alias}),
    )
    parts.outbox.put(session, draft)


def _enrolled(session: Session, contact: Contact, effect: talk.Effect) -> bool:
    """Whether the person works for a partner: after hiding they get their own menu back, not the residents'."""
    if isinstance(effect, talk.Enrol):
        return True
    member = select(Member.id).where(
        Member.tenant == contact.tenant, Member.contact_id == contact.id, Member.left_at.is_(None)
    )
    return session.scalar(member) is not None


def deliver_menu(parts: Parts, sender: LineSender, row: Outgoing) -> Settled:
    """Change the menu and say what became of it. Without menus on the account the row is dropped, and nothing waits."""
    body, contact = _open(parts, row)
    if body is None or contact is None:
        return Settled("dropped", error="erased")
    match sender.link_menu(cases.address_of(parts.vault, contact), json.loads(body)["alias"]):
        case Sent():
            return Settled("sent", via="menu")
        case Wait(seconds, code):
            return Settled("waiting", via="menu", error=code, wait_seconds=seconds)
        case Unclear(code):
            backoff = _BACKOFF[min(row.attempts, len(_BACKOFF)) - 1]
            return Settled("waiting", via="menu", error=code, wait_seconds=backoff)
        case Refused(code):
            # A menu is no message: staff need not be told, and `toritsugi line doctor` names missing menus.
            return Settled("dropped", via="menu", error=code)
        case TokenSpent():
            return Settled("dropped", via="menu", error="400")


def _open(parts: Parts, row: Outgoing) -> tuple[str | None, Contact | None]:
    if row.body_sealed is None:
        return None, None
    body = parts.vault.sealer.open_text(Cell(row.tenant, "outgoing", "body_sealed", row.id), row.body_sealed)
    with reading(parts.sessions) as session:
        return body, session.get(Contact, row.contact_id) if row.contact_id else None
