"""Cases of a desk that closed (閉じた窓口): none is left without a queue that somebody reads."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from handoff import ledger, overlay, ticket
from handoff.handover import UNSETTLED
from handoff.office import Office, StaffRef
from handoff.overlay import Change
from handoff.pack import Pack
from handoff.records import HandOver, Staff, Ticket
from intake.records import Case


def heirs(pack: Pack, changes: Iterable[Change]) -> dict[str, str]:
    """Closed desk → the desk that has its cases now: its successor, that one's successor …, at last the fallback."""
    to: dict[str, str] = {}
    for change in overlay.newest(changes):
        if change.kind == "desk" and "retired_to" in (found := overlay.table_of(change)):
            to[change.key] = str(found["retired_to"])
    here = {desk.id for desk in pack.desks}
    return {closed: _last(closed, to, here, pack.fallback) for closed in to if closed not in here}


def open_cases(session: Session, tenant: str, desk_id: str) -> int:
    """How many open cases stand in this desk's queue."""
    count = select(func.count()).select_from(Ticket)
    return (
        session.scalar(
            count.where(Ticket.tenant == tenant, Ticket.state.in_(ticket.OPEN), Ticket.owner_desk == desk_id)
        )
        or 0
    )


def left_behind(session: Session, tenant: str, closed: Iterable[str]) -> bool:
    """Whether an open case stands in the queue of a closed desk, as a process may do that heard of it late."""
    found = select(Ticket.case_id).where(
        Ticket.tenant == tenant, Ticket.state.in_(ticket.OPEN), Ticket.owner_desk.in_(tuple(closed))
    )
    return session.scalar(found.limit(1)) is not None


def move_left_behind(
    office: Office, session: Session, pack: Pack, now: int, staff: StaffRef | None, changes: Iterable[Change]
) -> int:
    """Move what closed desks have to their successors: open cases one by one with their history, closed ones at once,
    handings on their way, and members of staff. Returns how many open cases were moved."""
    moved, found = 0, heirs(pack, changes)
    # Their people before any case, as everybody does who acts (`handoff.acting.here`).
    people = select(Staff.id).where(Staff.tenant == office.tenant, Staff.desk.in_(found)).order_by(Staff.id)
    session.execute(people.with_for_update(key_share=True)).all()
    for closed, heir in found.items():
        moved += _move(office, session, closed, heir, now, staff)
    return moved


def _move(office: Office, session: Session, closed: str, heir: str, now: int, staff: StaffRef | None) -> int:
    mine = (Ticket.tenant == office.tenant, Ticket.owner_desk == closed)
    ids = session.scalars(
        select(Ticket.case_id).where(*mine, Ticket.state.in_(ticket.OPEN)).order_by(Ticket.case_id)
    ).all()
    ledger.lock_all(session, ids)
    for case_id in ids:
        _move_one(office, session, case_id, closed, heir, now, staff)
    session.execute(update(Ticket).where(*mine).values(owner_desk=heir))
    session.execute(update(Staff).where(Staff.tenant == office.tenant, Staff.desk == closed).values(desk=heir))
    session.execute(
        update(HandOver)
        .where(HandOver.tenant == office.tenant, HandOver.to_desk == closed, HandOver.state.in_(UNSETTLED))
        .values(to_desk=heir)
    )
    return len(ids)


def _move_one(
    office: Office, session: Session, case_id: int, closed: str, heir: str, now: int, staff: StaffRef | None
) -> None:
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    if found is None or found[1].owner_desk != closed:
        return
    case, row = found
    row.owner_desk = heir
    if not _erased(case):
        ledger.remember(
            session, office.sealer, case, at=now, actor="staff" if staff else "machine", what="desk_closed",
            staff_id=staff.id if staff else None, detail=heir,
        )  # fmt: skip
    ledger.changed(session, office.outbox, row)


def _erased(case: Case) -> bool:
    return case.erased_at is not None


def _last(closed: str, to: dict[str, str], here: set[str], fallback: str) -> str:
    seen: set[str] = set()
    while closed in to and closed not in here and closed not in seen:
        seen.add(closed)
        closed = to[closed]
    return closed if closed in here else fallback
