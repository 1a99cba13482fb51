"""The calls that nobody has acknowledged, for the line on top of every page (呼び出し中)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.acting import may_see
from handoff.console.parts import Console
from handoff.number import label_of
from handoff.office import StaffRef
from handoff.records import Call, Ticket
from intake.records import Case

_MOST = 5


@dataclass(frozen=True, slots=True)
class Ringing:
    """One open call: its case, how many rounds were made, since when."""

    case_id: int
    label: str
    rounds: int
    at: int


def open_calls(session: Session, tenant: str, staff: StaffRef) -> tuple[Ringing, ...]:
    """The open calls of cases that this person may see, the oldest first."""
    wanted = (
        select(Call, Case, Ticket)
        .join(Case, Case.id == Call.case_id)
        .join(Ticket, Ticket.case_id == Call.case_id)
        .where(Call.tenant == tenant, Call.state == "open")
        .order_by(Call.id)
    )
    found = [(call, case) for call, case, row in session.execute(wanted) if may_see(row, staff)][:_MOST]
    return tuple(Ringing(case.id, label_of(case.number, case.route), call.step, call.at) for call, case in found)


def ringing(console: Console, staff: StaffRef) -> tuple[Ringing, ...]:
    """The same for the line on top alone, which the page asks for by itself."""
    with console.reading() as session:
        return open_calls(session, console.tenant, staff)
