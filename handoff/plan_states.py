"""What came back from 重層的支援会議 (会議の結果): 策定・変更・終結・中断・戻し. The plan itself lives outside.

終結 closes nothing: 主担当 goes on until somebody closes the case. 中断 closes it softly: the person is not told, and a
word of theirs opens it again and reaches 主担当 first. 戻し puts it into the first desk's queue. Never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desk as desks_acts
from handoff import desks, handing, ledger, staff_notes, ticket
from handoff import handing_rows as rows
from handoff.acting import alone, done, seen_by
from handoff.clock import TOKYO
from handoff.flow_records import PlanState
from handoff.handing_answers import to_queue
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.records import HandOver, Staff, Ticket
from intake.clock import to_ms
from intake.ids import new_id
from intake.records import Case
from intake.seal import Cell

KIND: Final = "plan_review"
_AHEAD: Final = (7, 0)
"""How many days before the review somebody is reminded."""
_MORNING: Final = time(9, 0)


class Came(StrEnum):
    """What the meeting decided."""

    MADE = "made"
    CHANGED = "changed"
    ENDED = "ended"
    SUSPENDED = "suspended"
    RETURNED = "returned"

    @property
    def label_ja(self) -> str:
        """The choice on screen."""
        return _CAME_JA[self]


_CAME_JA = {
    Came.MADE: "策定（プランができた）",
    Came.CHANGED: "変更（プランを変えた）",
    Came.ENDED: "終結（プランが終わった）",
    Came.SUSPENDED: "中断（連絡が完全にとれない）",
    Came.RETURNED: "戻し（はじめの窓口に戻す）",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What is written down. `next_on`: the next review (`2027-03-01`) or "". `main_desk`: the desk in charge, or ""."""

    state: str
    plan_number: str = ""
    next_on: str = ""
    main_desk: str = ""
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """One result as staff see it. `main_desk` is the desk's name, `main_id` its id; `at` in ms UTC."""

    id: int
    state: Came
    plan_number: str
    next_on: str
    main_desk: str
    main_id: str
    by: str
    at: int
    note: str = field(repr=False)


def record(office: Office, session: Session, case_id: int, staff: StaffRef, what: Result, now: int) -> int:
    """Write the result down and do what follows; returns the row's id. By the owner, 受付, or for what nobody has.

    Raises `Refused`: `bad_state`, `bad_date`, `no_desk`, `too_long`, `note_needed` (中断 and 戻し say why),
    `unanswered` (中断 while a desk has still to answer), the table's refusal; `Conflict` for a case of somebody else's.
    """
    _check(office, what)
    case, row = seen_by(office, session, case_id, staff, lock=True)
    alone(session, row)
    if row.owner_id not in (None, staff.id) and staff.role != "intake":
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人か受付の人が書いてください。")
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。")
    if what.state == Came.SUSPENDED:
        _suspend(office, session, case_id, staff, row, what, now)
    elif what.state == Came.RETURNED:
        _bring_back(office, session, case, row, staff, what, now)
    row_id = _keep(office, session, case, staff, what, now)
    detail = " ".join(part for part in (what.main_desk, what.next_on) if part)
    done(office, session, case, row, staff, now, f"plan_{what.state}", detail, what.note)
    if what.next_on and what.state in (Came.MADE, Came.CHANGED):
        _remind(office, session, case_id, row_id, what.next_on, now)
    return row_id


def of_case(office: Office, session: Session, case: Case) -> tuple[Plan, ...]:
    """What came back, the newest first; empty once the case was erased. No authorization check."""
    if case.erased_at is not None:
        return ()
    found = session.scalars(select(PlanState).where(PlanState.case_id == case.id).order_by(PlanState.id.desc()))
    return tuple(_plan(office, session, case, one) for one in found)


def come_due(office: Office, session: Session, case_id: int, kind: str, once: str, now: int) -> str:
    """A review comes near. Returns `gone`, `over` (another result came, or the case is over) or `reminded`."""
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    number = once.partition(".")[0]
    if found is None or kind != KIND or not number.isdecimal():
        return "gone"
    case, row = found
    newest = session.scalar(
        select(PlanState.id).where(PlanState.case_id == case_id).order_by(PlanState.id.desc()).limit(1)
    )
    if newest != int(number) or case.erased_at is not None or ticket.State(row.state) not in ticket.OPEN:
        return "over"
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="plan_reviewed")
    staff_notes.tell_one(
        office, session, case, row.owner_id or row.last_owner_id, "review", once, now, at_desk=row.owner_desk
    )
    ledger.changed(session, office.outbox, row)
    return "reminded"


def first_of(session: Session, office: Office, row: Ticket) -> tuple[str, int | None]:
    """The first desk of the case and who sent it on from there; its own desk when it never went anywhere."""
    found: Sequence[HandOver] = rows.of_case(session, row.case_id)
    return (found[0].from_desk, found[0].by_staff) if found else (row.owner_desk, row.owner_id or row.last_owner_id)


def _check(office: Office, what: Result) -> None:
    if what.state not in set(Came):
        raise Refused("bad_state", "会議の結果を選んでください。")
    if what.main_desk and desks.desk(office.pack, what.main_desk) is None:
        raise Refused("no_desk", "主担当の窓口を選んでください。")
    if len(what.plan_number) > 40:
        raise Refused("too_long", "プランの番号は40文字までです。")
    if what.next_on:
        try:
            date.fromisoformat(what.next_on)
        except ValueError:
            raise Refused("bad_date", "次の見直しの日は、日付で選んでください。") from None
    if what.state in (Came.SUSPENDED, Came.RETURNED) and not what.note.strip():
        raise Refused("note_needed", "中断と戻しは、理由を書いてください。")


def _suspend(
    office: Office, session: Session, case_id: int, staff: StaffRef, row: Ticket, what: Result, now: int
) -> None:
    if row.state == ticket.State.CLOSED:
        return  # it was closed before the meeting: what is new is the plan's state
    owner = row.owner_id
    acting = staff
    if owner not in (None, staff.id):  # 受付 writes down what was decided about somebody else's case
        row.owner_id = staff.id
    desks_acts.close(office, session, case_id, acting, str(ticket.CloseReason.SUSPENDED), what.note, now)
    row.last_owner_id = owner or staff.id
    if owner is not None:
        row.owner_id = owner


def _bring_back(
    office: Office, session: Session, case: Case, row: Ticket, staff: StaffRef, what: Result, now: int
) -> None:
    desk, first = first_of(session, office, row)
    handing.withdrawn(session, case, staff.id, now)
    to_queue(office, session, case, row, staff, desk, first, what.note, now)
    found, once = desks.desk(office.pack, row.owner_desk), f"{row.version}"
    name = found.name if found is not None else desk
    told = staff_notes.to_desk(office, session, case, row.owner_desk, "meeting_back", once, desk=name)
    told |= staff_notes.to_one(office, session, case, row.last_owner_id, "meeting_back", once, desk=name)
    if not told:
        staff_notes.by_address(
            office, session, case, "meeting_back", once, now, at_desk=row.owner_desk, desk=name,
            staff_id=row.last_owner_id,
        )  # fmt: skip


def _keep(office: Office, session: Session, case: Case, staff: StaffRef, what: Result, now: int) -> int:
    row_id = new_id()
    cell = Cell(case.tenant, "plan_states", "note_sealed", row_id)
    session.add(
        PlanState(
            id=row_id, tenant=case.tenant, case_id=case.id, state=what.state, plan_number=what.plan_number.strip(),
            next_on=what.next_on, main_desk=what.main_desk, by_staff=staff.id, at=now,
            note_sealed=office.sealer.seal_text(case.key_id, cell, what.note) if what.note.strip() else None,
        )
    )  # fmt: skip
    session.flush()
    return row_id


def _remind(office: Office, session: Session, case_id: int, plan_id: int, next_on: str, now: int) -> None:
    day = date.fromisoformat(next_on)
    for count, ahead in enumerate(_AHEAD):
        at = to_ms(datetime.combine(day - timedelta(days=ahead), _MORNING, TOKYO))
        if at > now:
            office.outbox.notice_later(session, case_id, KIND, f"{plan_id}.{count}", (at - now) / 1000)


def _plan(office: Office, session: Session, case: Case, row: PlanState) -> Plan:
    found, by = desks.desk(office.pack, row.main_desk), session.get(Staff, row.by_staff)
    cell = Cell(case.tenant, "plan_states", "note_sealed", row.id)
    note = office.sealer.open_text(cell, row.note_sealed) if row.note_sealed is not None else ""
    return Plan(
        row.id, Came(row.state), row.plan_number, row.next_on, found.name if found is not None else row.main_desk,
        row.main_desk, by.name if by is not None else "", row.at, note,
    )  # fmt: skip
