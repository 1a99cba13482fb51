"""Until when a つなぎ is to be answered (返事の期限): recipient and sender are reminded, again and again until it is.

Works in the caller's transaction and never commits.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from handoff import handing_rows as rows
from handoff import ledger, staff_notes
from handoff.office import Office
from handoff.records import HandOver, Ticket
from intake.records import Case

KIND: Final = "hand_due"
_DAY_MS: Final = 86_400_000
_MOST_DAYS: Final = 7


def watch(office: Office, session: Session, over: HandOver, now: int) -> None:
    """It was sent: look at its deadline whether an answer came."""
    _later(office, session, over, 0, rows.ask_again_at(office, over.due_at, now), now)


def come_due(office: Office, session: Session, case_id: int, kind: str, once: str, now: int) -> str:
    """The time has come. Returns `gone`, `over` (answered, taken back, erased) or `reminded`."""
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    number, _, count = once.partition(".")
    if found is None or kind != KIND or not (number.isdecimal() and count.isdecimal()):
        return "gone"
    case, row = found
    over = session.get(HandOver, int(number), populate_existing=True)
    if over is None or over.case_id != case_id:
        return "gone"
    if case.erased_at is not None or not rows.part_of(over).waits:
        return "over"
    over.reminded_at = now
    _say(office, session, case, row, over, f"{over.id}.{count}", now)
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="hand_reminded", detail=over.to_desk)
    ledger.changed(session, office.outbox, row)
    again = rows.ask_again_at(office, None, now) + min(int(count), _MOST_DAYS) * _DAY_MS
    _later(office, session, over, int(count) + 1, again, now)
    return "reminded"


def sender_of(row: Ticket, over: HandOver) -> int:
    """Who hears of what becomes of it: whoever has the case, else who sent it."""
    return row.owner_id or over.by_staff


def _say(office: Office, session: Session, case: Case, row: Ticket, over: HandOver, once: str, now: int) -> None:
    name = rows.name_of(office, over)
    kind = "unanswered" if over.due_at is not None else "unknown_hours"
    sender = sender_of(row, over)
    staff_notes.tell_one(office, session, case, sender, kind, once, now, desk=name, at_desk=row.owner_desk)
    if rows.outside(session, office.tenant, over.to_desk):
        return
    told = staff_notes.to_desk(office, session, case, over.to_desk, "unanswered_desk", once, desk=name)
    if not told and staff_notes.has_address(office, over.to_desk):
        staff_notes.by_address(
            office, session, case, "unanswered_desk", once, now, at_desk=over.to_desk, desk=name
        )  # fmt: skip


def _later(office: Office, session: Session, over: HandOver, count: int, at: int, now: int) -> None:
    office.outbox.notice_later(session, over.case_id, KIND, f"{over.id}.{count}", max((at - now) / 1000, 1.0))
