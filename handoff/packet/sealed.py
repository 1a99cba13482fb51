"""The sealed rows of packets (封をした連絡票): opened for whoever may, stopped when consent goes. Asks no rights."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.flow_records import Packet
from handoff.office import Office
from handoff.packet.as_json import Body
from intake.records import Case
from intake.seal import Cell


def stop(office: Office, session: Session, case: Case, desk: str, now: int) -> tuple[int, ...]:
    """Stop every packet that rests on consent and names this desk, or a meeting that it holds; their ids.

    One for a meeting that no desk of the pack holds is stopped too: nobody can say that it rests on another consent.
    After the person took their consent to the desk back. Whoever has one on paper must be told by a person.
    """
    rooms = {room.id for room in office.pack.meetings if room.desk == desk}
    stopped = []
    rows = select(Packet).where(Packet.case_id == case.id, Packet.basis == "C0", Packet.stopped_at.is_(None))
    for row in session.scalars(rows.order_by(Packet.id)).all():
        to = {one["id"] for one in body_of_row(office, row)["recipients"]} if row.body_sealed else set()
        if desk in to or rooms & to or "" in to:
            row.stopped_at = now
            stopped.append(row.id)
    session.flush()
    return tuple(stopped)


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
