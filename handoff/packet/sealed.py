"""The sealed rows of packets (封をした連絡票): opened for whoever may, stopped when consent goes. Asks no rights."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import consent_rows
from handoff.flow_records import Packet
from handoff.office import Office
from handoff.packet.as_json import Body
from intake.records import Case
from intake.seal import Cell


def stop(
    office: Office, session: Session, case: Case, to: str, now: int, *, what: str = consent_rows.HANDOFF
) -> tuple[int, ...]:
    """Stop every packet that rests on the consent to this desk (`what` share: to this meeting); their ids.

    After the person took that consent back. Whoever has one on paper must be told by a person.
    """
    found = resting_on(office, session, case, what, to)
    for row in found:
        row.stopped_at = now
    session.flush()
    return tuple(row.id for row in found)


def resting_on(office: Office, session: Session, case: Case, what: str, to: str) -> tuple[Packet, ...]:
    """The packets that may still be opened and rest on this consent, the oldest first."""
    rows = select(Packet).where(Packet.case_id == case.id, Packet.basis == "C0", Packet.stopped_at.is_(None))
    return tuple(
        row
        for row in session.scalars(rows.order_by(Packet.id)).all()
        if row.body_sealed
        and any(
            (what, to) in consents_for(office, row.kind, str(one["id"]))
            for one in body_of_row(office, row)["recipients"]
        )
    )


def consents_for(office: Office, kind: str, to: str) -> tuple[tuple[str, str], ...]:
    """(purpose, recipient) of the consents of which one must stand for a packet of this kind to go to this recipient.

    `to`: the pack's id of a desk or meeting. A meeting, and the first sheet for the desk that holds one, rest on the
    consent to that meeting alone; () for whom nobody could be asked about.
    """
    if any(room.id == to for room in office.pack.meetings):
        return ((consent_rows.SHARE, to),)
    held = consent_rows.held_by(office, to) if kind == "meeting" else ()
    if held:
        return tuple((consent_rows.SHARE, room.id) for room in held)
    return ((consent_rows.HANDOFF, to),) if to else ()


def body_of_row(office: Office, row: Packet) -> Body:
    """What stands in it. No authorization check and no log: for `open_packet`, lists, and systems with a token."""
    found: Body = json.loads(office.sealer.open_text(cell(row.tenant, row.id), row.body_sealed))
    return found


def edition(office: Office, session: Session, case: Case, kind: str, to: Iterable[str]) -> int:
    """版 of the next packet of this kind to exactly these recipients (by name): 1 for the first one."""
    wanted, rows = set(to), select(Packet).where(Packet.case_id == case.id, Packet.kind == kind)
    made = [body_of_row(office, row) for row in session.scalars(rows).all() if row.body_sealed]
    return 1 + sum({one["name"] for one in body["recipients"]} == wanted for body in made)


def cell(tenant: str, packet_id: int) -> Cell:
    """Where the body of a packet stands."""
    return Cell(tenant, "packets", "body_sealed", packet_id)
