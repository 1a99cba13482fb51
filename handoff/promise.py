"""The promise to the person as the ticket keeps it (約束の時刻): ms UTC, by the pack's hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import clock, desks
from handoff.office import Office
from handoff.open_time import after_open, open_between
from handoff.pack import Project
from handoff.records import History, Ticket
from intake.clock import to_datetime, to_ms
from intake.records import Case
from triage.assessment import Urgency

MET: Final = "met"
TRIED: Final = (MET, "not_met", "letter_left")
"""Steps of the history: staff reached the person outside the screen, or tried to (`handoff.attempts`)."""


def due_of(office: Office, urgency: Urgency, since: int) -> int | None:
    """When a person who waits since then is to have an answer; None when nothing can be promised."""
    pack = office.pack
    promise = clock.due(urgency, to_datetime(since), pack.sla, pack.hours, on_call=pack.on_call.available)
    return to_ms(promise.at) if promise.at else None


def due_again(office: Office, row: Ticket, now: int) -> int | None:
    """Until when the person who writes after our answer is to have the next one, by the pack's `sla.after_wait`.

    Asked while `row` still says since when they waited before. With `rest` the time counts that was left when we
    answered, in the office's open time, and never less than `high_minutes` of it.
    """
    pack, urgency = office.pack, Urgency(row.urgency)
    anew = due_of(office, urgency, now)
    before = due_of(office, urgency, row.waiting_since)
    if pack.sla.after_wait != "rest" or urgency is Urgency.EMERGENCY or pack.hours is None or anew is None:
        return anew
    if before is None or row.replied_at is None:
        return anew
    left = open_between(pack.hours, to_datetime(row.replied_at), to_datetime(before))
    least = timedelta(minutes=pack.sla.high_minutes)
    found = after_open(pack.hours, to_datetime(now), max(left, least))
    return min(to_ms(found), anew) if found is not None else anew


def answered(row: Ticket) -> bool:
    """Whether we wait for the person, and not they for us."""
    return row.replied_at is not None and row.replied_at >= row.waiting_since


def reaches_out(office: Office, desk_id: str) -> bool:
    """Whether that desk does アウトリーチ."""
    desk = desks.desk(office.pack, desk_id)
    return desk is not None and Project.OUTREACH in desk.projects


def rests(office: Office, session: Session, case: Case, row: Ticket) -> bool:
    """Whether nobody is pressed for the answer: a desk of アウトリーチ has the case, and somebody tried to reach the
    person since they began to wait. 今すぐ never rests.
    """
    if row.owner_id is None or row.urgency == Urgency.EMERGENCY or not reaches_out(office, row.owner_desk):
        return False
    last = session.scalar(select(func.max(History.at)).where(History.case_id == case.id, History.what.in_(TRIED)))
    return last is not None and max(last, case.opened_at) >= row.waiting_since
