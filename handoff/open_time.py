"""Time as an office counts it (開いている時間): how much lies between moments, and when so much is over. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from handoff.hours import HORIZON_DAYS, Hours, at_minute, tokyo


def open_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """How long the office is open between the two moments; nothing when `end` is not later."""
    first, last = tokyo(start), tokyo(end)
    total = timedelta()
    for opens, closes in _stretches(hours, first):
        if opens >= last:
            break
        total += max(min(closes, last) - max(opens, first), timedelta())
    return total


def after_open(hours: Hours, start: datetime, amount: timedelta) -> datetime | None:
    """The moment at which the office has been open for `amount` since `start`; None when it does not open so long."""
    first, left = tokyo(start), amount
    for opens, closes in _stretches(hours, first):
        begins = max(opens, first)
        if closes <= begins:
            continue
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    return None


def _stretches(hours: Hours, first: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every stretch of opening from the day of `first` on, in order."""
    for offset in range(HORIZON_DAYS):
        day = first.date() + timedelta(days=offset)
        for span in hours.spans_on(day):
            yield at_minute(day, span.opens), at_minute(day, span.closes)
