"""The next days of a desk's hours, day by day, with why (14日の見本). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from handoff.clock import Hours, is_holiday
from handoff.hours import YEAR_END, within
from handoff.overlay_words import day_words, spans_words

DAYS = 14


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its name, its hours in words, why it is otherwise ("" as every week)."""

    name: str
    words: str
    why: str
    opened: bool


def preview(hours: Hours | None, first: date) -> tuple[Day, ...]:
    """Fourteen days from `first`; none when the hours are unknown."""
    if hours is None:
        return ()
    return tuple(_day(hours, first + timedelta(days=number)) for number in range(DAYS))


def _day(hours: Hours, day: date) -> Day:
    spans = hours.spans_on(day)
    return Day(day_words(day), spans_words(spans), _why(hours, day), bool(spans))


def _why(hours: Hours, day: date) -> str:
    """The first rule that speaks of the day, in the order of `Hours.spans_on`."""
    for exception in hours.exceptions:
        if exception.day == day:
            return exception.label or "この日だけ"
    for pair in hours.closed_yearly:
        if within(day, *pair):
            return "年末年始" if pair == YEAR_END else "毎年の休み"
    if is_holiday(day):
        return "祝日" if hours.closed_on_holidays else "祝日も開きます"
    return "毎月のきまり" if any(rule.matches(day) for rule in hours.rules) else ""
