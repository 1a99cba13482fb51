"""The promise to the person as the ticket keeps it (約束の時刻): ms UTC, by the pack's hours."""

from __future__ import annotations

from datetime import timedelta

from handoff import clock
from handoff.office import Office
from handoff.open_time import after_open, open_between
from handoff.records import Ticket
from intake.clock import to_datetime, to_ms
from triage.assessment import Urgency


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
