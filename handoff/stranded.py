"""Cases that nobody could take up (取り残された相談): a safety net that the sweeper draws; never commits.

A case whose owner is gone (異動・退職) goes back into the queue of its desk, and staff are told at once. A person who
waits in a case folded under one that is closed gets a place of their own again. Neither should happen; a restored
backup, a hand in the database or a fault of ours can make it happen all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, folding, handing, leaving, ledger, reminders, rota, ticket, waking
from handoff.office import Office
from handoff.records import Staff, Ticket
from intake.outbox import Draft
from intake.records import Case

_MOST = 200


def found(session: Session, tenant: str) -> tuple[int, ...]:
    """The ids of the cases that `bring_back` would look at, at most 200 at a time; only reads."""
    return (*_ownerless(session, tenant), *_hidden(session, tenant))


def bring_back(office: Office, session: Session, now: int) -> int:
    """Give each of them its place again; returns how many there were."""
    wanted = found(session, office.tenant)
    ledger.lock_all(session, wanted)
    count = 0
    for case_id in sorted(set(wanted)):
        case, row = ledger.case_and_ticket(session, office.tenant, case_id) or (None, None)
        if case is None or row is None or row.state not in ticket.OPEN:
            continue
        released = _release(office, session, case, row, now)
        freed = _part(office, session, case, row, now)
        count += released or freed
        if row.folded_into is None and row.owner_id is None and (released or freed):
            _tell(office, session, case, now)
    return count


def _ownerless(session: Session, tenant: str) -> Sequence[int]:
    return session.scalars(
        select(Ticket.case_id)
        .join(Staff, Staff.id == Ticket.owner_id)
        .where(Ticket.tenant == tenant, Ticket.state.in_(ticket.OPEN), Staff.active.is_(False))
        .limit(_MOST)
    ).all()


def _hidden(session: Session, tenant: str) -> list[int]:
    """Folded cases under a closed one whose people wait."""
    mains = session.scalars(
        select(Ticket.folded_into)
        .where(
            Ticket.tenant == tenant,
            Ticket.folded_into.is_not(None),
            Ticket.state.in_(ticket.OPEN),
            Ticket.replied_at.is_(None) | (Ticket.replied_at < Ticket.waiting_since),
        )
        .distinct()
    ).all()
    over = select(Case).join(Ticket, Ticket.case_id == Case.id).where(Ticket.state == ticket.State.CLOSED)
    closed = session.scalars(over.where(Case.id.in_(mains)).limit(_MOST))
    return [case.id for main in closed for case, _ in folding.waiting_under(session, main)]


def _release(office: Office, session: Session, case: Case, row: Ticket, now: int) -> bool:
    owner = session.get(Staff, row.owner_id, populate_existing=True) if row.owner_id is not None else None
    if owner is None or owner.active:
        return False
    handing.orphaned(session, case, now)
    row.state = str(ticket.State.RECEIVED)  # no move of the table: people make those, and here nobody is left to
    row.last_owner_id, row.owner_id, row.hold_until = owner.id, None, None
    reminders.pressed_again(office, session, case, row, now)
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="passed_on")
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="passed_on", staff_id=None, case_id=case.id,
        detail=f"#{owner.id} desk sweep",
    )  # fmt: skip
    ledger.changed(session, office.outbox, row)
    if row.folded_into is None:
        leaving.call_out_again(office, session, case, row, owner.id, now)
    return True


def _part(office: Office, session: Session, case: Case, row: Ticket, now: int) -> bool:
    main = session.get(Ticket, row.folded_into, populate_existing=True) if row.folded_into is not None else None
    if main is None or main.state != ticket.State.CLOSED:
        return False
    waking.part(office, session, case, row, now)
    ledger.changed(session, office.outbox, row)
    folding.called_out(office, session, case, row, now)
    return True


def _tell(office: Office, session: Session, case: Case, now: int) -> None:
    """That it waits for somebody: in Slack, in a town without it by the first names of the rota while it is open."""
    once = f"stranded-{case.id}-{now}"
    slack = Draft(tenant=case.tenant, channel="slack", purpose="reminder", dedupe=once, case_id=case.id)
    if office.outbox.put(session, slack) is None and calls.opened(office, now):
        names = rota.names_of(office.pack.on_call, 0, opened=True)
        calls.notify(office, session, case, names, purpose="reminder", once=once)
