"""Forgetting (消す・取消・かくす): what must not be kept or sent any more. Works in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from bots.parts import Parts
from handoff import consents, correction_store, ledger, plan_store, reporters
from intake import cases, given, tombstones
from intake.records import Case, Contact, Outgoing


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A message that its sender took back or (`edited`) worded anew. `event_id`: the inbox row that says so."""

    lookup: str
    event_id: int
    edited: bool


def take_back(parts: Parts, tenant: str, session: Session, contact: Contact, what: TakenBack, now: int) -> None:
    """Null every copy of the message (取消): its words, what it gave, what was read out of it.

    A message that was only edited leaves no tombstone, for its next wording comes under the same id.
    """
    if not what.edited:
        tombstones.bury(session, tenant, what.lookup, now)
    touched = set(cases.forget_message(session, tenant, what.lookup, now))
    touched |= {case.id for case in given.forget_given(session, parts.vault, contact, what.lookup)}
    for case_id in sorted(touched):
        found = ledger.case_and_ticket(session, tenant, case_id, lock=True)
        if found is None:
            continue
        case, row = found
        plan_store.forget(row)
        reporters.take_back(session, parts.vault, case, what.lookup)
        correction_store.words_gone(session, case.id, now)
        ledger.remember(session, parts.vault.sealer, case, at=now, actor="person", what="unsent")
        ledger.changed(session, parts.outbox, row)
        parts.outbox.read_later(session, case_id, what.event_id)


def shred(parts: Parts, session: Session, contact: Contact, case: Case, now: int) -> int:
    """Null the case and the name given with it (けす). Returns the data key to destroy after the commit."""
    cases.erase_case(session, case, now)
    consents.case_erased(session, case.id, now)
    cases.keep_name(parts.vault, contact, None)
    contact.case_id = None
    return case.key_id


def stop_waiting(session: Session, contact: Contact) -> None:
    """Drop what has not left yet (かくす): an answer from before must not appear on a screen that somebody looks at."""
    session.execute(
        update(Outgoing)
        .where(Outgoing.contact_id == contact.id, Outgoing.state == "waiting")
        .values(state="dropped", error="hidden", body_sealed=None, reply_sealed=None)
    )
