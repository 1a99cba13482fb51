"""Business hours of a desk and the promises computed from them (営業時間と期限). Pure; no clock is read here.

Every datetime that comes in is aware (`ValueError` otherwise) and may be in any zone; every datetime that goes out is
in Asia/Tokyo. Hours of `None` mean that nobody knows them: what is computed from them is `None` or says 分かりません.
National holidays (振替休日 and 国民の休日 included) come from the `holidays` package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from triage.assessment import Urgency

TOKYO = ZoneInfo("Asia/Tokyo")
HORIZON_DAYS = 400  # a desk that does not open within this many days is taken to be closed for good
YEAR_END = ("12-29", "01-03")
_WEEKDAYS_JA = "月火水木金土日"


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
        if any(_within(day, first, last) for first, last in self.closed_yearly):
            return ()
        if self.closed_on_holidays and is_holiday(day):
            return ()
        for rule in self.rules:
            if rule.matches(day):
                return tuple(sorted(rule.spans))
        return tuple(sorted(self.week[day.weekday()]))


@dataclass(frozen=True, slots=True)
class Sla:
    """How fast a person of the office answers first (pack values).

    `emergency_minutes` runs on the wall clock while somebody can read; `high_minutes` counts from the opening when a
    case of urgency 高い came outside hours or too late in the day; `normal_business_days` counts closings.
    """

    emergency_minutes: int = 30
    high_minutes: int = 120
    normal_business_days: int = 1


class DueKind(StrEnum):
    """What sort of promise this is."""

    NOW = "now"  # somebody can read it now
    BY = "by"  # by the time given
    UNREADABLE = "unreadable"  # nobody can read it now; `at` is for the staff's clock, not a promise of speed
    UNKNOWN = "unknown"  # the hours are unknown, so nothing is promised


@dataclass(frozen=True, slots=True)
class Due:
    """When a person will have answered. `reads_from` is the next opening when nobody reads now."""

    at: datetime | None
    kind: DueKind
    reads_from: datetime | None = None


def is_holiday(day: date) -> bool:
    """Whether `day` is a national holiday of Japan, 振替休日 and 国民の休日 included."""
    return day in _holidays_of(day.year)


def is_open(hours: Hours | None, at: datetime) -> bool | None:
    """Whether the desk is open at that moment; `None` when its hours are unknown."""
    local = _tokyo(at)
    if hours is None:
        return None
    minute = local.hour * 60 + local.minute
    return any(span.opens <= minute < span.closes for span in hours.spans_on(local.date()))


def next_open(hours: Hours | None, at: datetime) -> datetime | None:
    """The first moment not before `at` when the desk is open (`at` itself when it is); `None` if unknown or never."""
    local = _tokyo(at)
    if hours is None:
        return None
    for day in _days(local.date()):
        for span in hours.spans_on(day):
            if _at(day, span.closes) > local:
                return max(_at(day, span.opens), local)
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


def due(urgency: Urgency, received_at: datetime, sla: Sla, hours: Hours | None, *, on_call: bool = False) -> Due:
    """The promise for a case received at that moment; the rules stand in `docs/decisions/0006-plan-and-clock.md`.

    ふつう: the closing of the next business day. 高い: the closing of the same business day, or `high_minutes` after
    the next opening. 今すぐ: now while the desk is open or somebody is on call, else an honest `UNREADABLE`.
    """
    local = _tokyo(received_at)
    if urgency is Urgency.EMERGENCY:
        return _due_emergency(local, sla, hours, on_call=on_call)
    at = _due_high(local, sla, hours) if urgency is Urgency.HIGH else _due_normal(local, sla, hours)
    return Due(at, DueKind.BY if at else DueKind.UNKNOWN, None if is_open(hours, local) else next_open(hours, local))


def due_ja(due: Due, now: datetime) -> str:
    """What a resident reads: 「11月24日（火）17:15 まで」, with the year when it is not that of `now`."""
    if due.kind is DueKind.NOW:
        return "いますぐ"
    if due.kind is DueKind.UNREADABLE:
        following = f"（次に読めるのは {moment_ja(due.reads_from, now)}）" if due.reads_from else ""
        return f"いまは読めません{following}"
    return f"{moment_ja(due.at, now)} まで" if due.at else "いつまでとは言えません（受付の時間が分かりません）"


def moment_ja(at: datetime, now: datetime) -> str:
    """「11月24日（火）8:30」 in Tokyo time, with the year when it is not that of `now`."""
    local = _tokyo(at)
    year = "" if local.year == _tokyo(now).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日（{_WEEKDAYS_JA[local.weekday()]}）{local.hour}:{local.minute:02}"


def left_ja(due: Due, now: datetime) -> str:
    """What staff read beside a case: 「あと 18分」, 「あと 2時間00分」, 「期限を 8分 こえました」, 「期限なし」."""
    if due.at is None:
        return "期限なし"
    minutes = int(abs(_tokyo(due.at) - _tokyo(now)).total_seconds() // 60)
    amount = f"{minutes // 60}時間{minutes % 60:02}分" if minutes >= 60 else f"{minutes}分"
    return f"期限を {amount} こえました" if _tokyo(now) > due.at else f"あと {amount}"


def _due_emergency(local: datetime, sla: Sla, hours: Hours | None, *, on_call: bool) -> Due:
    allowed = timedelta(minutes=sla.emergency_minutes)
    if on_call or is_open(hours, local):
        return Due(local + allowed, DueKind.NOW)
    opening = next_open(hours, local)
    return Due(opening + allowed if opening else None, DueKind.UNREADABLE, opening)


def _due_high(local: datetime, sla: Sla, hours: Hours | None) -> datetime | None:
    """The closing today, unless fewer than `high_minutes` are left of the day or it came before the opening."""
    opening = next_open(hours, local)
    if hours is None or opening is None:
        return None
    spans = hours.spans_on(local.date())
    allowed = timedelta(minutes=sla.high_minutes)
    if spans and _at(local.date(), spans[0].opens) <= local:
        closing = _at(local.date(), spans[-1].closes)
        if local + allowed <= closing:
            return closing
        following = add_business_days(hours, local.date(), 1)
        if following is None:
            return closing if local < closing else None
        return _at(following, hours.spans_on(following)[0].opens) + allowed
    return opening + allowed


def _due_normal(local: datetime, sla: Sla, hours: Hours | None) -> datetime | None:
    day = add_business_days(hours, local.date(), sla.normal_business_days)
    return _at(day, hours.spans_on(day)[-1].closes) if hours and day else None


def _tokyo(at: datetime) -> datetime:
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a datetime without a time zone")
    return at.astimezone(TOKYO)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(), TOKYO) + timedelta(minutes=minutes)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(HORIZON_DAYS))


def _within(day: date, first: str, last: str) -> bool:
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
