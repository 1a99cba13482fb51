"""After a consent was taken back (同意の取り消し): what went there on it is stopped, and who has it is told.

Works in the caller's transaction and never commits. What was not answered yet cannot be accepted any more
(`handoff.handing_answers`); whoever has the case takes it back.
"""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import consent_rows, handover, ledger, staff_notes
from handoff import handing_rows as rows
from handoff.flow_records import Packet
from handoff.handing_due import sender_of
from handoff.handover import Purpose
from handoff.office import Office
from handoff.pack import Meeting
from handoff.packet import sealed
from handoff.records import HandOver, Ticket
from intake.door_records import Consent
from intake.records import Case


def stop(office: Office, session: Session, case: Case, row: Ticket, consent: Consent, now: int) -> bool:
    """Stop what went there on this consent; False when nothing did.

    A packet that went to several desks is stopped for all: one sheet is not taken away from one reader alone. The
    sender hears of it and sends anew to those who may still have it. Of a meeting, the desk that holds it is told.
    """
    makers = {one.made_by for one in sealed.resting_on(office, session, case, consent.what, consent.desk)}
    sealed.stop(office, session, case, consent.desk, now, what=consent.what)
    given = [one for one in rows.of_case(session, case.id) if _has_it(office, one, consent)]
    if not given and not makers:
        return False
    packets = {one.packet_id for one in given if one.packet_id is not None}
    session.execute(
        update(Packet)
        .where(Packet.tenant == office.tenant, Packet.id.in_(packets), Packet.stopped_at.is_(None))
        .values(stopped_at=now)
    )
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="consent_stopped", detail=consent.desk)
    for one in given:
        _tell(office, session, case, row, one, now)
    room = next((one for one in consent_rows.rooms(office) if _is_of(one, consent)), None)
    if not given and room is not None:
        _tell_host(office, session, case, row, room, makers, now)
    elif not given:
        name = consent_rows.desk_name(office, consent.desk)  # never the name of a recipient that was written by hand
        _tell_people(office, session, case, row, makers | {row.owner_id}, f"{consent.id}-{now}", name, now)
    return True


def went(office: Office, session: Session, case: Case, consent: Consent) -> bool:
    """Whether somebody has the case there already, or a sheet for it was made, so that a person must tell them."""
    if sealed.resting_on(office, session, case, consent.what, consent.desk):
        return True
    if consent.what == consent_rows.SHARE:
        return any(_has_it(office, one, consent) for one in rows.of_case(session, case.id))
    found = select(HandOver.id).where(
        HandOver.case_id == case.id, HandOver.to_desk == consent.desk, HandOver.state.in_(handover.THERE)
    )
    return session.scalar(found) is not None


def stopped(session: Session, row: HandOver) -> bool:
    """Whether the consent on which this went does not stand any more."""
    if row.basis != "C0":
        return False
    if row.purpose == Purpose.MEETING:  # it rests on the consent to the meeting, and is stopped with its packet
        packet = session.get(Packet, row.packet_id) if row.packet_id is not None else None
        return packet is not None and packet.stopped_at is not None
    said = session.scalar(
        select(Consent.state)
        .where(
            Consent.case_id == row.case_id, Consent.what == consent_rows.HANDOFF, Consent.desk == row.to_desk
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )  # fmt: skip
    return said not in consent_rows.AGREED


def _is_of(room: Meeting, consent: Consent) -> bool:
    return consent.what == consent_rows.SHARE and room.id == consent.desk


def _has_it(office: Office, row: HandOver, consent: Consent) -> bool:
    """Whether this つなぎ rests on the consent."""
    if row.basis != "C0" or row.state == handover.State.TAKEN_BACK:
        return False
    if row.purpose == Purpose.MEETING:
        return any(_is_of(room, consent) for room in consent_rows.held_by(office, row.to_desk))
    return (consent.what, consent.desk) == (consent_rows.HANDOFF, row.to_desk)


def _tell_host(
    office: Office, session: Session, case: Case, row: Ticket, room: Meeting, makers: set[int], now: int
) -> None:
    """A meeting that has its sheet without a つなぎ: the desk that holds it, and who made the sheet."""
    once = f"{room.id}-{now}"
    staff_notes.tell_desk(office, session, case, room.desk, "stopped_room", once, now, desk=room.name)
    people = makers | ({row.owner_id} if row.owner_id is not None else set())
    for one in sorted(people):
        staff_notes.tell_one(
            office, session, case, one, "stopped_room", once, now, desk=room.name, at_desk=row.owner_desk
        )  # fmt: skip


def _tell(office: Office, session: Session, case: Case, row: Ticket, over: HandOver, now: int) -> None:
    name, once = rows.name_of(office, over), f"{over.id}-{now}"
    staff_notes.tell_desk(office, session, case, over.to_desk, "stopped_desk", once, now, desk=name)
    people = {over.received_by, over.settled_by, sender_of(row, over), over.by_staff}
    _tell_people(office, session, case, row, people, once, name, now)


def _tell_people(
    office: Office, session: Session, case: Case, row: Ticket, people: Set[int | None], once: str, name: str, now: int
) -> None:
    """Whoever gave it there, or has it: that it is stopped, and that `name` must be told by a person."""
    told = [
        staff_notes.to_one(office, session, case, one, "stopped", once, desk=name)
        for one in sorted(one for one in people if one is not None)
    ]
    if not any(told):
        staff_notes.by_address(office, session, case, "stopped", once, now, at_desk=row.owner_desk, desk=name)
