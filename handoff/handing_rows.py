"""The rows of つなぎ (送り先ごとの一行): found, read as values, and until when an answer is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desks, handover
from handoff.handover import Form, Part, Purpose
from handoff.hours import TOKYO, Hours, add_business_days, at_minute
from handoff.number import case_label
from handoff.office import Office, Refused
from handoff.records import HandOver, Staff, Ticket
from intake.clock import to_datetime, to_ms
from intake.records import Case
from intake.seal import Cell

MOST_DAYS: Final = 92
NAMELESS_JA: Final = "匿名の連絡"
"""Stands for the number where nobody may know whose case it is (準支援会議)."""
_WORKING: Final = ("intake", "worker")


@dataclass(frozen=True, slots=True)
class Over:
    """One つなぎ as staff see it. Times in ms UTC; `reason` says why it came back, or who answered when and how."""

    id: int
    case_id: int
    desk: str
    desk_name: str
    from_desk: str
    state: handover.State
    purpose: Purpose
    form: str
    lead: bool
    basis: str
    scope: str
    by: str
    by_id: int
    at: int
    due_at: int | None
    received_at: int | None
    received_by: str
    settled_at: int | None
    settled_by: str
    decided_by: str
    packet_id: int | None
    outside: bool
    """Nobody of that desk works here: it answers by telephone or FAX, and staff write it down."""
    ask: str = field(repr=False)
    keep: str = field(repr=False)
    reason: str = field(repr=False)

    @property
    def part(self) -> Part:
        """What decisions need of it."""
        return Part(self.desk, self.state, self.purpose, self.lead)

    @property
    def purpose_ja(self) -> str:
        """「参加支援（個別支援型）」."""
        form = f"（{Form(self.form).label_ja}）" if self.form in set(Form) else ""
        return self.purpose.label_ja + form

    @property
    def state_ja(self) -> str:
        """The state in words; where the receipt is the answer, nothing more is waited for."""
        if self.state is handover.State.RECEIVED:
            return "受け取り済" if not self.part.waits else "受け取り済・返事待ち"
        return self.state.label_ja


def of_case(session: Session, case_id: int) -> Sequence[HandOver]:
    """Every つなぎ of the case, in the order sent."""
    rows = select(HandOver).where(HandOver.case_id == case_id).order_by(HandOver.at, HandOver.id)
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def case_of(session: Session, tenant: str, over_id: int) -> int | None:
    """The case of this つなぎ, None when this tenant has none such. No authorization check."""
    return session.scalar(select(HandOver.case_id).where(HandOver.id == over_id, HandOver.tenant == tenant))


def part_of(row: HandOver) -> Part:
    """What decisions need of the row."""
    return Part(row.to_desk, handover.State(row.state), purpose_of(row.purpose), row.lead)


def purpose_of(code: str) -> Purpose:
    """The purpose of a code; one of a newer release counts as plain つなぎ."""
    return Purpose(code) if code in set(Purpose) else Purpose.CONSULT


def together(session: Session, row: HandOver) -> tuple[HandOver, ...]:
    """All rows of the packet that this one belongs to: sent in one act."""
    return tuple(
        one for one in of_case(session, row.case_id) if (one.at, one.by_staff) == (row.at, row.by_staff)
    )  # fmt: skip


def holding(session: Session, case_id: int) -> bool:
    """Whether the case is still on its way: some recipient has to answer."""
    return any(part_of(row).holds for row in of_case(session, case_id))


def values(office: Office, session: Session, case: Case, *, waiting: bool = False) -> tuple[Over, ...]:
    """The つなぎ of a case for its page, the newest first; only those that wait with `waiting`.

    Empty once the case was erased. No authorization check.
    """
    if case.erased_at is not None:
        return ()
    rows = [row for row in of_case(session, case.id) if not waiting or part_of(row).waits]
    return tuple(over_of(office, session, case, row) for row in reversed(rows))


def over_of(office: Office, session: Session, case: Case, row: HandOver) -> Over:
    """One row with its words opened."""
    state = handover.State(row.state)
    return Over(
        id=row.id, case_id=case.id, desk=row.to_desk, desk_name=name_of(office, row), from_desk=row.from_desk,
        state=state, purpose=purpose_of(row.purpose), form=row.form, lead=row.lead, basis=row.basis, scope=row.scope,
        by=_name(session, row.by_staff), by_id=row.by_staff, at=row.at, due_at=row.due_at,
        received_at=row.received_at, received_by=_name(session, row.received_by),
        settled_at=row.settled_at, settled_by=_name(session, row.settled_by),
        decided_by=_name(session, row.decided_by), packet_id=row.packet_id,
        outside=outside(session, office.tenant, row.to_desk),
        ask=opened(office, case, row, "ask_sealed", row.ask_sealed),
        keep=opened(office, case, row, "keep_sealed", row.keep_sealed),
        reason=opened(office, case, row, "reason_sealed", row.reason_sealed) if row.reason_sealed else "",
    )  # fmt: skip


def named_to(session: Session, case: Case, desk: str) -> str:
    """What a desk that was asked calls the case: its number, `NAMELESS_JA` where all that came there is anonymous (C9).

    Never `L-0412`: that a partner reported it is not for the receiver to know.
    """
    came = {one.basis for one in of_case(session, case.id) if one.to_desk == desk and one.state != "taken_back"}
    return NAMELESS_JA if came == {"C9"} else case_label(case.number)


def opened(office: Office, case: Case, row: HandOver, column: str, sealed: bytes) -> str:
    """One sealed column in words."""
    return office.sealer.open_text(Cell(case.tenant, "handovers", column, row.id), sealed)


def sealed(office: Office, case: Case, row_id: int, column: str, text: str) -> bytes:
    """Words for one column, under the case's key."""
    return office.sealer.seal_text(case.key_id, Cell(case.tenant, "handovers", column, row_id), text)


def name_of(office: Office, row: HandOver) -> str:
    """The recipient's name as it was then: a later change of section leaves old ones as they are."""
    found = desks.desk(office.pack, row.to_desk)
    return row.desk_name or (found.name if found is not None else row.to_desk)


def outside(session: Session, tenant: str, desk: str) -> bool:
    """Whether nobody who works at that desk has an account here."""
    found = select(Staff.id).where(
        Staff.tenant == tenant, Staff.active.is_(True), Staff.desk == desk, Staff.role.in_(_WORKING)
    )
    return session.scalar(found.limit(1)) is None


def main_desk(office: Office, session: Session, row: Ticket) -> str:
    """The name of the desk outside this system that is 主担当 of the case, "" where its owner here is.

    Whoever has the case here then speaks with the person and passes on what concerns that desk.
    """
    taken = [
        one
        for one in of_case(session, row.case_id)
        if one.lead and one.state == handover.State.ACCEPTED and one.to_desk != row.owner_desk
    ]
    return name_of(office, taken[-1]) if taken and outside(session, office.tenant, taken[-1].to_desk) else ""


def due_of(office: Office, desk: str, chosen: int | None, now: int) -> int | None:
    """Until when that desk is asked to answer (ms UTC): as chosen, else the end of its next business day.

    None when nobody knows its hours. Raises `Refused("bad_due")` for a time that is over or too far away.
    """
    if chosen is not None:
        if not now < chosen <= now + MOST_DAYS * 86_400_000:
            raise Refused("bad_due", "返事の期限は、いまから3か月までのあいだで選んでください。")
        return chosen
    found = desks.desk(office.pack, desk)
    return next_closing(found.hours if found is not None else None, now)


def next_closing(hours: Hours | None, now: int) -> int | None:
    """The end of the next business day after today (ms UTC), None where the hours are unknown or it opens no more."""
    if hours is None:
        return None
    day = add_business_days(hours, to_datetime(now).astimezone(TOKYO).date(), 1)
    return to_ms(at_minute(day, hours.spans_on(day)[-1].closes)) if day is not None else None


def ask_again_at(office: Office, due_at: int | None, now: int) -> int:
    """When to look whether an answer came (ms UTC): at the deadline; where there is none, at the end of the town's own
    next business day, so that no つなぎ is forgotten because nobody knows somebody's hours."""
    if due_at is not None and due_at > now:
        return due_at
    return next_closing(office.pack.hours, now) or now + 2 * 86_400_000


def end_of(day: str, office: Office) -> int | None:
    """「2026-11-24」 of a form as the end of that day at the town (ms UTC), None for an empty field.

    Raises `Refused("bad_due")` for anything else.
    """
    if not day.strip():
        return None
    try:
        found = datetime.strptime(day.strip(), "%Y-%m-%d").replace(tzinfo=TOKYO)
    except ValueError:
        raise Refused("bad_due", "返事の期限は、日付で選んでください。") from None
    spans = office.pack.hours.spans_on(found.date()) if office.pack.hours is not None else ()
    return to_ms(at_minute(found.date(), spans[-1].closes) if spans else found + timedelta(hours=17))


def _name(session: Session, staff_id: int | None) -> str:
    found = session.get(Staff, staff_id) if staff_id else None
    return found.name if found is not None else ""
