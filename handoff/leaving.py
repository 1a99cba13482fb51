"""When somebody leaves or moves (異動・退職): every open case goes to a person or a queue, then the door closes.

All of it is one transaction that never commits here: either each case has its new place and the person is out, or
nothing changed. 管理 does this without seeing what the cases say: numbers, urgency and promises only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handoff import calls, ledger, login, passes, people, queue, reminders, sign_ins, ticket
from handoff.desk_records import Presence, ReplyDraft, SavedView, SlackHome
from handoff.login_records import Identity
from handoff.number import label_of
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.records import Call, Staff, Ticket
from intake.records import Case
from triage.assessment import Urgency


@dataclass(frozen=True, slots=True)
class Held:
    """An open case of who leaves, without content. `desk`: in whose queue it stands; `handed`: somebody must own it."""

    case_id: int
    label: str
    urgency: str
    due_at: int | None
    desk: str
    handed: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom a case may go."""

    id: int
    name: str
    role: str
    desk: str


def held_by(session: Session, tenant: str, staff_id: int) -> tuple[Held, ...]:
    """The open cases of this person, the urgent and the soon due first."""
    rows = session.execute(
        select(Case, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(Ticket.tenant == tenant, Ticket.owner_id == staff_id, Ticket.state.in_(ticket.OPEN))
    ).all()
    found = [
        Held(case.id, label_of(case.number, case.route), row.urgency, row.due_at, row.owner_desk, row.state == "handed")
        for case, row in rows
    ]
    return tuple(sorted(found, key=lambda one: (-Urgency(one.urgency).rank, one.due_at or 2**62, one.case_id)))


def colleagues(session: Session, tenant: str, staff_id: int) -> tuple[Colleague, ...]:
    """Who may take cases over: active 受付 and 担当, without the person themselves."""
    rows = session.scalars(
        select(Staff)
        .where(
            Staff.tenant == tenant, Staff.active.is_(True), Staff.role.in_(("intake", "worker")), Staff.id != staff_id
        )
        .order_by(Staff.name, Staff.id)
    )
    return tuple(Colleague(row.id, row.name, row.role, row.desk) for row in rows)


def hand_over(
    office: Office,
    session: Session,
    by: StaffRef | None,
    staff_id: int,
    choices: Mapping[int, str],
    now: int,
    *,
    leaves: bool = True,
) -> int:
    """Give every open case of this person its new place; with `leaves` they are out after that. Says how many went.

    A choice is `desk` (the queue in which the case stands), `desk:<id>` (another desk's) or `staff:<id>`. A case on
    its way to another desk (つなぎ中) needs a person, since it must always have an owner. Raises
    `Conflict("changed")` when a case came after the choices were made, `Refused("no_place" | "owner_needed")`,
    `Refused("self" | "last_manager")`, `NotFound`. Then nothing has changed.
    """
    heirs = {int(where) for where in (choice.partition(":")[2] for choice in choices.values()) if where.isdecimal()}
    leaver = people.locked(session, office.tenant, staff_id, heirs)
    if leaves:
        people.keep_safe(session, leaver, by)
    held = held_by(session, office.tenant, staff_id)
    if any(one.case_id not in choices for one in held):
        raise Conflict("changed", "担当の相談が増えています。もう一度、行き先を選んでください。")
    # All cases at once and before the first audit entry: its chain is one lock of the whole town, and who holds a case
    # waits for it.
    ledger.lock_all(session, [one.case_id for one in held])
    able = {one.id for one in colleagues(session, office.tenant, staff_id)}
    for one in sorted(held, key=lambda case: case.case_id):
        _pass_on(office, session, by, leaver, one, choices[one.case_id], able, now)
    if leaves:
        _close_door(office, session, by, leaver, now)
    return len(held)


def _pass_on(
    office: Office,
    session: Session,
    by: StaffRef | None,
    leaver: Staff,
    one: Held,
    choice: str,
    able: set[int],
    now: int,
) -> None:
    found = ledger.case_and_ticket(session, office.tenant, one.case_id, lock=True)
    if found is None or found[1].owner_id != leaver.id or found[1].state not in ticket.OPEN:
        return  # closed or passed on meanwhile: it has its place
    case, row = found
    kind, _, where = choice.partition(":")
    if kind == "staff":
        if not where.isdecimal() or int(where) not in able:
            raise Refused("no_place", f"{one.label} の行き先を選びなおしてください。その人には渡せません。")
        row.last_owner_id, row.owner_id, row.claimed_at = leaver.id, int(where), now
    else:
        _to_queue(office, row, one, kind, where)
    ledger.remember(
        session, office.sealer, case, at=now, actor="staff", staff_id=by.id if by else None, what="passed_on",
        detail=where if kind == "desk" else "",
    )  # fmt: skip
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="passed_on", staff_id=by.id if by else None,
        case_id=case.id, detail=f"#{leaver.id} {choice}",
    )  # fmt: skip
    reminders.pressed_again(office, session, case, row, now)
    ledger.changed(session, office.outbox, row)
    if row.owner_id is None and row.folded_into is None:  # a folded one is called out as the case it stands under
        call_out_again(office, session, case, row, leaver.id, now)


def _to_queue(office: Office, row: Ticket, one: Held, kind: str, where: str) -> None:
    if row.state == ticket.State.HANDED:
        raise Refused("owner_needed", f"{one.label} はつなぎ中です。引きつぐ人を選んでください。")
    if kind != "desk" or (where and where not in {desk.id for desk in office.pack.desks}):
        raise Refused("no_place", f"{one.label} の行き先を選んでください。")
    row.state = str(ticket.apply(ticket.State(row.state), ticket.Action.RELEASE, ticket.Actor.PERSON))
    row.last_owner_id, row.owner_id = row.owner_id, None
    row.owner_desk = where or row.owner_desk
    row.hold_until = None  # in sight of who comes next


def call_out_again(office: Office, session: Session, case: Case, row: Ticket, leaver: int, now: int) -> None:
    """Nobody has it any more: it is called out as a new one is; a call that the leaver heard rings anew (今すぐ)."""
    queue.remind_again(office, session, row)
    if row.urgency != Urgency.EMERGENCY:
        return
    last = session.scalar(select(Call).where(Call.case_id == case.id).order_by(Call.id.desc()).limit(1))
    if last is not None and last.state == "acked" and last.acked_by == leaver:
        last.acked_at = now - calls.QUIET_MS  # what they heard keeps nobody else from being called
    queue.page(office, session, row, now)


def _close_door(office: Office, session: Session, by: StaffRef | None, leaver: Staff, now: int) -> None:
    mine = leaver.id
    leaver.active, leaver.left_at = False, now
    sign_ins.put_out(session, office.tenant, mine, now)
    login.void_links(session, office.tenant, mine, now)
    passes.end_of(session, office.tenant, mine, now)
    for table in (Identity, ReplyDraft, Presence, SavedView, SlackHome):
        session.execute(delete(table).where(table.staff_id == mine, table.tenant == office.tenant))
    people.book(office, session, by, "staff_left", mine, now)
    session.flush()
