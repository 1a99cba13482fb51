"""Promises computed from real office hours (期限). Pure; no clock is read here.

Every datetime that comes in is aware (`ValueError` otherwise) and may be in any zone; every datetime that goes out is
in Asia/Tokyo. What is computed from unknown hours says so. The hours themselves stand in `handoff.hours`; its names are
public here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handoff.hours import (
    HORIZON_DAYS,
    TOKYO,
    WEEKDAYS_JA,
    YEAR_END,
    DayRule,
    ExceptionDay,
    Hours,
    Span,
    add_business_days,
    at_minute,
    hours_ja,
    is_holiday,
    is_open,
    next_open,
    tokyo,
)
from triage.assessment import Urgency

__all__ = [
    "HORIZON_DAYS", "TOKYO", "YEAR_END", "DayRule", "Due", "DueKind", "ExceptionDay", "Hours", "Sla", "Span",
    "add_business_days", "due", "due_ja", "hours_ja", "is_holiday", "is_open", "left_ja", "moment_ja", "next_open",
    "tokyo",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sla:
    """How fast a person of the office answers first (pack values).

    `emergency_minutes` runs on the wall clock while somebody can read; `high_minutes` counts from the opening when a
    case of urgency 高い came outside hours or too late in the day; `normal_business_days` counts closings.
    While we wait for the person (返事待ち) the clock stands still. `after_wait` says what their next word does: `anew`
    begins a whole promise, `rest` goes on with what was left of the last one (今すぐ always begins anew).
    """

    emergency_minutes: int = 30
    high_minutes: int = 120
    normal_business_days: int = 1
    after_wait: str = "anew"


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


def due(urgency: Urgency, received_at: datetime, sla: Sla, hours: Hours | None, *, on_call: bool = False) -> Due:
    """The promise for a case received at that moment; the rules stand in `docs/decisions/0006-plan-and-clock.md`.

    ふつう: the closing of the next business day. 高い: the closing of the same business day, or `high_minutes` after
    the next opening. 今すぐ: now while the desk is open or somebody is on call, else an honest `UNREADABLE`.
    """
    local = tokyo(received_at)
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
    local = tokyo(at)
    year = "" if local.year == tokyo(now).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日（{WEEKDAYS_JA[local.weekday()]}）{local.hour}:{local.minute:02}"


_DAY = 24 * 60
_DAYS_FROM = 2 * _DAY
"""Minutes from which a rest is said in days: nobody reads 99 hours."""


def left_ja(due: Due, now: datetime) -> str:
    """What staff read beside a case: 「あと 18分」, 「あと 2時間00分」, 「期限を 8分 こえました」, 「期限なし」.

    From two days on it is said in days: 「あと 4日3時間」.
    """
    if due.at is None:
        return "期限なし"
    minutes = int(abs(tokyo(due.at) - tokyo(now)).total_seconds() // 60)
    amount = f"{minutes // 60}時間{minutes % 60:02}分" if minutes >= 60 else f"{minutes}分"
    if minutes >= _DAYS_FROM:
        amount = f"{minutes // _DAY}日{minutes % _DAY // 60}時間"
    return f"期限を {amount} こえました" if tokyo(now) > due.at else f"あと {amount}"


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
    if spans and at_minute(local.date(), spans[0].opens) <= local:
        closing = at_minute(local.date(), spans[-1].closes)
        if local + allowed <= closing:
            return closing
        following = add_business_days(hours, local.date(), 1)
        if following is None:
            return closing if local < closing else None
        return at_minute(following, hours.spans_on(following)[0].opens) + allowed
    return opening + allowed


def _due_normal(local: datetime, sla: Sla, hours: Hours | None) -> datetime | None:
    day = add_business_days(hours, local.date(), sla.normal_business_days)
    return at_minute(day, hours.spans_on(day)[-1].closes) if hours and day else None
