"""After a consent was taken back (同意の取り消し): what went to that desk on it is stopped, and who has it is told.

Works in the caller's transaction and never commits. What was not answered yet cannot be accepted any more
(`handoff.handing_answers`); whoever has the case takes it back.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import handing_rows as rows
from handoff import ledger, staff_notes
from handoff.flow_records import Packet
from handoff.handing_due import sender_of
from handoff.office import Office
from handoff.records import HandOver, Ticket
from intake.door_records import Consent
from intake.records import Case

_AGREED = ("given", "partial")


def stop(office: Office, session: Session, case: Case, row: Ticket, desk: str, now: int) -> bool:
    """Stop what went there on the person's consent; False when nothing did.

    A packet that went to several desks is stopped for all: one sheet is not taken away from one reader alone. The
    sender hears of it and sends anew to those who may still have it.
    """
    from handoff.packet import store  # a packet asks `consents`, which asks us

    store.stop(office, session, case, desk, now)
    given = [one for one in rows.of_case(session, case.id) if _has_it(one, desk)]
    if not given:
        return False
    packets = {one.packet_id for one in given if one.packet_id is not None}
    session.execute(
        update(Packet)
        .where(Packet.tenant == office.tenant, Packet.id.in_(packets), Packet.stopped_at.is_(None))
        .values(stopped_at=now)
    )
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="consent_stopped", detail=desk)
    for one in given:
        _tell(office, session, case, row, one, now)
    return True


def stopped(session: Session, row: HandOver) -> bool:
    """Whether the consent on which this went does not stand any more."""
    if row.basis != "C0":
        return False
    said = session.scalar(
        select(Consent.state)
        .where(Consent.case_id == row.case_id, Consent.desk == row.to_desk)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return said not in _AGREED


def _has_it(row: HandOver, desk: str) -> bool:
    return row.to_desk == desk and row.basis == "C0" and row.state != "taken_back"


def _tell(office: Office, session: Session, case: Case, row: Ticket, over: HandOver, now: int) -> None:
    name, once = rows.name_of(office, over), f"{over.id}-{now}"
    staff_notes.to_desk(office, session, case, over.to_desk, "stopped_desk", once, desk=name)
    people = {over.received_by, over.settled_by, sender_of(row, over), over.by_staff}
    told = [
        staff_notes.to_one(office, session, case, one, "stopped", once, desk=name)
        for one in sorted(one for one in people if one is not None)
    ]
    if not any(told):
        staff_notes.by_address(office, session, case, "stopped", once, now)
