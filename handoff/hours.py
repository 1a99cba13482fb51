"""Opening hours of a desk (開いている時間). Pure; no clock is read here.

Every datetime that comes in is aware (`ValueError` otherwise) and may be in any zone; every datetime that goes out is
in Asia/Tokyo. Hours of `None` mean that nobody knows them: what is computed from them is `None`. National holidays
(振替休日 and 国民の休日 included) come from the `holidays` package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

TOKYO = ZoneInfo("Asia/Tokyo")
HORIZON_DAYS = 400  # a desk that does not open within this many days is taken to be closed for good
YEAR_END = ("12-29", "01-03")
WEEKDAYS_JA = "月火水木金土日"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One stretch of opening in a day, in minutes after midnight: 0 ≤ opens < closes ≤ 1440, the end exclusive."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= 1440:
            raise ValueError(f"not a span within one day: {self.opens}-{self.closes}")

    @classmethod
    def parse(cls, text: str) -> Span:
        """`"8:30-17:15"` (up to `24:00`). Raises `ValueError` on anything else."""
        opens, _, closes = text.partition("-")
        return cls(_minutes(opens), _minutes(closes))


@dataclass(frozen=True, slots=True)
class DayRule:
    """What replaces the weekly pattern on some days: the nth weekday (`nth` 1–5, -1 = last) or a day of the month.

    `weekday` is 0 for Monday. No spans means closed (第3月曜は休み).
    """

    spans: tuple[Span, ...]
    weekday: int | None = None
    nth: int | None = None
    month_day: int | None = None

    def matches(self, day: date) -> bool:
        """Whether this rule speaks of `day`."""
        if self.month_day is not None:
            return day.day == self.month_day
        if day.weekday() != self.weekday:
            return False
        if self.nth == -1:
            return (day + timedelta(days=7)).month != day.month
        return self.nth == (day.day - 1) // 7 + 1


@dataclass(frozen=True, slots=True)
class ExceptionDay:
    """One date that is otherwise than the pattern says: extra open (spans) or extra closed (none)."""

    day: date
    spans: tuple[Span, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one desk. Precedence: exceptions, yearly closing, national holidays, rules, the week.

    `week` has seven entries, Monday first. `closed_yearly` holds pairs of `"MM-DD"` (both days closed, may run over
    the new year).
    """

    week: tuple[tuple[Span, ...], ...]
    rules: tuple[DayRule, ...] = ()
    exceptions: tuple[ExceptionDay, ...] = ()
    closed_on_holidays: bool = True
    closed_yearly: tuple[tuple[str, str], ...] = field(default=(YEAR_END,))

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The stretches of opening on a day in Tokyo, sorted; empty when closed."""
        for exception in self.exceptions:
            if exception.day == day:
                return tuple(sorted(exception.spans))
        if any(within(day, first, last) for first, last in self.closed_yearly):
            return ()
        if self.closed_on_holidays and is_holiday(day):
            return ()
        for rule in self.rules:
            if rule.matches(day):
                return tuple(sorted(rule.spans))
        return tuple(sorted(self.week[day.weekday()]))


def is_holiday(day: date) -> bool:
    """Whether `day` is a national holiday of Japan, 振替休日 and 国民の休日 included."""
    return day in _holidays_of(day.year)


def is_open(hours: Hours | None, at: datetime) -> bool | None:
    """Whether the desk is open at that moment; `None` when its hours are unknown."""
    local = tokyo(at)
    if hours is None:
        return None
    minute = local.hour * 60 + local.minute
    return any(span.opens <= minute < span.closes for span in hours.spans_on(local.date()))


def next_open(hours: Hours | None, at: datetime) -> datetime | None:
    """The first moment not before `at` when the desk is open (`at` itself when it is); `None` if unknown or never."""
    local = tokyo(at)
    if hours is None:
        return None
    for day in _days(local.date()):
        for span in hours.spans_on(day):
            if at_minute(day, span.closes) > local:
                return max(at_minute(day, span.opens), local)
    return None


def add_business_days(hours: Hours | None, day: date, count: int) -> date | None:
    """The `count`-th day after `day` on which the desk opens at all (`count` ≥ 1); `None` if unknown or never."""
    if count < 1:
        raise ValueError("count must be at least 1")
    if hours is None:
        return None
    for later in _days(day + timedelta(days=1)):
        if hours.spans_on(later):
            count -= 1
            if count == 0:
                return later
    return None


def hours_ja(hours: Hours | None) -> str:
    """「平日 8:30〜17:15（祝日・年末年始は休み）」; empty when unknown. Single exceptional days are not told."""
    if hours is None:
        return ""
    if not hours.closed_on_holidays and not hours.closed_yearly and hours.week == ((Span(0, 1440),),) * 7:
        return "24時間"
    days_of: dict[tuple[Span, ...], str] = {}
    for weekday, spans in enumerate(hours.week):
        if spans:
            days_of[spans] = days_of.get(spans, "") + WEEKDAYS_JA[weekday]
    patterns = [f"{_days_ja(days)} {_spans_ja(spans)}" for spans, days in days_of.items()]
    closed = ["祝日"] if hours.closed_on_holidays else []
    closed += ["年末年始" if pair == YEAR_END else "〜".join(map(_date_ja, pair)) for pair in hours.closed_yearly]
    closed += [_rule_day_ja(rule) for rule in hours.rules if not rule.spans]
    extra = [f"{_rule_day_ja(rule)}は {_spans_ja(rule.spans)}" for rule in hours.rules if rule.spans]
    notes = [f"{'・'.join(closed)}は休み"] * bool(closed) + extra
    return "、".join(patterns) + (f"（{'。'.join(notes)}）" if notes else "")


def _days_ja(days: str) -> str:
    return {"月火水木金": "平日", WEEKDAYS_JA: "毎日"}.get(days, "・".join(days))


def _spans_ja(spans: tuple[Span, ...]) -> str:
    return "・".join(f"{_time_ja(span.opens)}〜{_time_ja(span.closes)}" for span in sorted(spans))


def _time_ja(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _date_ja(month_day: str) -> str:
    month, _, day = month_day.partition("-")
    return f"{int(month)}月{int(day)}日"


def _rule_day_ja(rule: DayRule) -> str:
    if rule.month_day is not None:
        return f"毎月{rule.month_day}日"
    which = "最後の" if rule.nth == -1 else f"第{rule.nth}"
    return f"{which}{WEEKDAYS_JA[rule.weekday or 0]}曜"


def tokyo(at: datetime) -> datetime:
    """The moment in Tokyo time. Raises `ValueError` on a naive datetime."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a datetime without a time zone")
    return at.astimezone(TOKYO)


def at_minute(day: date, minutes: int) -> datetime:
    """That many minutes after midnight of a day in Tokyo."""
    return datetime.combine(day, time(), TOKYO) + timedelta(minutes=minutes)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(HORIZON_DAYS))


def within(day: date, first: str, last: str) -> bool:
    """Whether the day is in a stretch of every year, `"MM-DD"` both, the last day included."""
    key = f"{day:%m-%d}"
    return first <= key <= last if first <= last else key >= first or key <= last


def _minutes(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and len(minute) == 2 and minute.isascii() and minute.isdigit()):
        raise ValueError(f"not a time of day: {text!r}")
    if int(minute) > 59:
        raise ValueError(f"not a time of day: {text!r}")
    return int(hour) * 60 + int(minute)


@lru_cache(maxsize=16)
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("JP", years=year))
