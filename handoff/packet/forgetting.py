"""What is left of packets, sheets, agendas, つなぎ and plans of an erased case (けす): that there was one, no word."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from handoff.flow_records import Agenda, CaseSheet, Packet, PlanState
from handoff.outward_records import RetentionHold
from handoff.path_records import CaseSource
from handoff.records import HandOver


def forget(session: Session, case_id: int) -> None:
    """Empty what staff wrote about the case and delete its sheet. Who saw a packet stays on record.

    What is sealed falls with the case's key as well; a plan's number stands in clear and may say anything.
    """
    session.execute(update(Packet).where(Packet.case_id == case_id).values(body_sealed=b""))
    session.execute(
        update(Agenda).where(Agenda.case_id == case_id).values(decide_sealed=None, result_sealed=None, why="")
    )
    session.execute(delete(CaseSheet).where(CaseSheet.case_id == case_id))
    session.execute(
        update(HandOver).where(HandOver.case_id == case_id).values(ask_sealed=b"", keep_sealed=b"", reason_sealed=None)
    )
    session.execute(update(PlanState).where(PlanState.case_id == case_id).values(note_sealed=None, plan_number=""))
    session.execute(update(CaseSource).where(CaseSource.case_id == case_id).values(meeting_sealed=None))
    session.execute(update(RetentionHold).where(RetentionHold.case_id == case_id).values(reason_sealed=b""))
