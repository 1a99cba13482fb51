"""Forgetting (消す・取消・かくす): what must not be kept or sent any more. Works in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bots.parts import Parts
from bots.web import links
from handoff import areas, consents, correction_store, ledger, plan_store, reporters, sightings
from handoff.records import Ticket
from intake import cases, given, tombstones
from intake.door_records import PlaceMark
from intake.records import Case, Contact, Message, Outgoing


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
    placed = _placed(session, tenant, what.lookup)
    touched = set(cases.forget_message(session, tenant, what.lookup, now))
    answers = {case.id for case in given.forget_given(session, parts.vault, contact, what.lookup)}
    touched |= answers
    for case_id in sorted(touched):
        found = ledger.case_and_ticket(session, tenant, case_id, lock=True)
        if found is None:
            continue
        case, row = found
        plan_store.forget(row)
        if case_id in placed | answers:
            _forget_places(parts, tenant, session, case, row, now)
        if case_id in answers:
            areas.taken_back(parts.tenants[tenant].office, session, case, row, now)
        reporters.take_back(session, parts.vault, case, what.lookup)
        correction_store.words_gone(session, case.id, now)
        ledger.remember(session, parts.vault.sealer, case, at=now, actor="person", what="unsent")
        ledger.changed(session, parts.outbox, row)
        parts.outbox.read_later(session, case_id, what.event_id)


def touched(session: Session, contact: Contact, lookups: list[str]) -> set[int]:
    """Every case in which `take_back` of these messages may forget something, to be locked before."""
    if not lookups:
        return set()
    said = select(Message.case_id).where(Message.tenant == contact.tenant, Message.lookup.in_(lookups))
    return set(session.scalars(said)) | set(session.scalars(given.searched(contact)))


def _placed(session: Session, tenant: str, lookup: str) -> set[int]:
    """The cases in which this message named a place by sending it."""
    places = select(Message.case_id).where(
        Message.tenant == tenant, Message.lookup == lookup, Message.kind == "location"
    )
    return set(session.scalars(places))


def _forget_places(parts: Parts, tenant: str, session: Session, case: Case, row: Ticket, now: int) -> None:
    """Drop every place mark of the case, and mark anew what the answers still name."""
    session.execute(delete(PlaceMark).where(PlaceMark.case_id == case.id))
    left = given.answers_of(parts.vault.sealer, case)
    for field in ("l_place", "l_customer", "p_place", "place"):
        if left.get(field, "skip") not in ("skip", ""):
            sightings.place_words(parts.tenants[tenant].office, session, case, row, left[field], now)


def shred(parts: Parts, session: Session, contact: Contact, case: Case, now: int) -> int:
    """Null the case and the name given with it (けす). Returns the data key to destroy after the commit."""
    cases.erase_case(session, case, now)
    consents.case_erased(session, case.id, now)
    cases.keep_name(parts.vault, contact, None)
    contact.case_id = contact.page_sealed = None
    return case.key_id


def stop_waiting(session: Session, contact: Contact, now: int) -> None:
    """Drop what has not left yet (かくす): an answer from before must not appear on a screen that somebody looks at.

    What opens our own page, and what it showed, is done too: it must not come back with the next 「相談」.
    """
    links.end_all(session, contact.id, now)
    contact.page_sealed = None
    session.execute(
        update(Outgoing)
        .where(Outgoing.contact_id == contact.id, Outgoing.state == "waiting", Outgoing.channel != "web")
        .values(state="dropped", error="hidden", body_sealed=None, reply_sealed=None)
    )
