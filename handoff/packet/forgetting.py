"""What is left of packets, sheets and agendas when a case is erased (けす): that there was one, and no word of it."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from handoff.flow_records import Agenda, CaseSheet, Packet


def forget(session: Session, case_id: int) -> None:
    """Empty the packets and agendas of the case and delete its sheet. Who saw a packet stays on record."""
    session.execute(update(Packet).where(Packet.case_id == case_id).values(body_sealed=b""))
    session.execute(
        update(Agenda).where(Agenda.case_id == case_id).values(decide_sealed=None, result_sealed=None, why="")
    )
    session.execute(delete(CaseSheet).where(CaseSheet.case_id == case_id))
