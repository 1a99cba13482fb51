"""What stands in a member of staff's App Home (わたしの相談と窓口の列): numbers and states, no word of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy import case as case_when
from sqlalchemy.orm import Session

from handoff import scope
from handoff.number import label_of
from handoff.office import Office, StaffRef
from handoff.records import Ticket
from handoff.ticket import IN_QUEUE, OPEN
from intake.records import Case
from triage.assessment import Kind, Urgency

MOST: Final = 30
"""Rows of each list: a home takes 100 blocks, one's own case takes two, a waiting one takes one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a home. Times in ms UTC."""

    case_id: int
    version: int
    label: str
    state: str
    urgency: str
    due_at: int | None
    waiting_since: int
    hold_until: int | None
    practice: bool


@dataclass(frozen=True, slots=True)
class Home:
    """What a home shows: at most `MOST` rows of each list, and how many there are in all. `name` is the reader's."""

    name: str
    sees_cases: bool
    """False for 管理 and 監査, who see no cases."""
    mine: tuple[Row, ...] = ()
    mine_count: int = 0
    queue: tuple[Row, ...] = ()
    queue_count: int = 0
    overdue: int = 0


def home_of(office: Office, session: Session, staff: StaffRef, now: int) -> Home:
    """The home of `staff` at `now`: their own cases, and what waits in their desk's queue, the most urgent first."""
    if staff.role not in ("intake", "worker"):
        return Home(staff.name, sees_cases=False)
    live = (
        *scope.seen(office.tenant, staff),
        Ticket.kind == Kind.CONSULTATION,
        Ticket.state.in_(OPEN),
        Ticket.folded_into.is_(None),
    )
    mine = (*live, Ticket.owner_id == staff.id)
    awake = or_(Ticket.hold_until.is_(None), Ticket.hold_until <= now)
    queue = (*live, Ticket.owner_id.is_(None), Ticket.state.in_(IN_QUEUE), awake)
    return Home(
        staff.name,
        sees_cases=True,
        mine=_rows(session, mine),
        mine_count=_count(session, mine),
        queue=_rows(session, queue),
        queue_count=_count(session, queue),
        overdue=_count(session, (*live, Ticket.due_at < now, or_(Ticket.owner_id == staff.id, awake))),
    )


def _rows(session: Session, where: tuple[ColumnElement[bool], ...]) -> tuple[Row, ...]:
    by_urgency = case_when({str(urgency): -urgency.rank for urgency in Urgency}, value=Ticket.urgency)
    found = session.execute(
        select(Case.number, Case.route, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(*where)
        .order_by(by_urgency, Ticket.waiting_since, Ticket.case_id)
        .limit(MOST)
    )
    return tuple(
        Row(
            case_id=row.case_id,
            version=row.version,
            label=label_of(number, route),
            state=row.state,
            urgency=row.urgency,
            due_at=row.due_at,
            waiting_since=row.waiting_since,
            hold_until=row.hold_until,
            practice=row.practice,
        )
        for number, route, row in found
    )


def _count(session: Session, where: tuple[ColumnElement[bool], ...]) -> int:
    return session.scalar(select(func.count()).select_from(Ticket).where(*where)) or 0
