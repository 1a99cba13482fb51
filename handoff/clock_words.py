"""Promises, opening hours and the steps of a case in the person's language. Pure; the words stand in clock_words.toml.

Japanese is said by `handoff.clock`. A language that we do not have is said in Japanese.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from handoff.clock import Due, DueKind, due_ja
from handoff.hours import TOKYO, YEAR_END, DayRule, Hours, Span, hours_ja

_STEPS_JA = ("受付 ✓", "読みました ✓", "担当が決まりました ✓", "返事をしました ✓", "つなぎ中", "おわり")


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("handoff").joinpath("clock_words.toml").read_text("utf-8"))


def languages() -> tuple[str, ...]:
    """The languages whose words are here, Japanese apart."""
    return tuple(_tables())


def due_words(due: Due, now: datetime, language: str) -> str:
    """What a person reads as the promise: 「by 17:15 on Tue, Nov 24」; honest where nothing can be promised."""
    words = _tables().get(language)
    if words is None:
        return due_ja(due, now)
    if due.kind is DueKind.NOW:
        return str(words["now"])
    if due.kind is DueKind.UNREADABLE:
        if due.reads_from is None:
            return str(words["unread"])
        return str(words["unread_next"]).format(at=_moment(words, due.reads_from, now))
    return str(words["by"]).format(at=_moment(words, due.at, now)) if due.at else str(words["unknown"])


def hours_words(hours: Hours | None, language: str) -> str:
    """「weekdays 8:30–17:15 (closed: public holidays, New Year holidays)」; unknown hours are said to be unknown."""
    words = _tables().get(language)
    if words is None:
        return hours_ja(hours) or "まだ分かりません"
    if hours is None:
        return str(words["hours_unknown"])
    if not hours.closed_on_holidays and not hours.closed_yearly and hours.week == ((Span(0, 1440),),) * 7:
        return str(words["all_day"])
    days_of: dict[tuple[Span, ...], list[int]] = {}
    for weekday, spans in enumerate(hours.week):
        if spans:
            days_of.setdefault(spans, []).append(weekday)
    joint = str(words["joint"])
    patterns = [f"{_days(words, days)} {_spans(spans)}" for spans, days in days_of.items()]
    notes = [f"{_rule_day(words, rule)} {_spans(rule.spans)}" for rule in hours.rules if rule.spans]
    if closed := _closed(words, hours):
        notes.insert(0, str(words["closed"]).format(what=joint.join(closed)))
    return joint.join(patterns) + (f" ({'; '.join(notes)})" if notes else "")


def step_words(language: str) -> tuple[str, str, str, str, str, str]:
    """The steps of a case: received, read, in somebody's charge, answered, being passed on, closed."""
    words = _tables().get(language)
    received, read, assigned, answered, handed, closed = words["steps"] if words else _STEPS_JA
    return received, read, assigned, answered, handed, closed


def no_receipt_words(language: str) -> str:
    """What stands where a receipt number would, while there is none."""
    words = _tables().get(language)
    return str(words["no_receipt"]) if words else "まだありません"


def date_words(at: datetime, language: str) -> str:
    """A day of the calendar in Japan, with its year."""
    local, words = at.astimezone(TOKYO), _tables().get(language)
    if words is None:
        return f"{local.year}年{local.month}月{local.day}日"
    return str(words["date"]).format(y=local.year, m=local.month, d=local.day, month=_month(words, local))


def kept_words(days: int, language: str) -> str:
    """How long something is kept after its end: in years where it is whole years."""
    words = _tables().get(language) or {"kept_years": "おわってから {n} 年", "kept_days": "おわってから {n} 日"}
    years, rest = divmod(days, 365)
    whole = years > 0 and rest == 0
    return str(words["kept_years" if whole else "kept_days"]).format(n=years if whole else days)


def _month(words: Mapping[str, Any], local: datetime) -> str:
    return str(words["months"][local.month - 1]) if "months" in words else str(local.month)


def _moment(words: Mapping[str, Any], at: datetime, now: datetime) -> str:
    local = at.astimezone(TOKYO)
    months = words.get("months")
    form = "moment" if local.year == now.astimezone(TOKYO).year else "moment_year"
    return str(words[form]).format(
        y=local.year,
        m=local.month,
        month=months[local.month - 1] if months else "",
        d=local.day,
        w=words["week"][local.weekday()],
        t=f"{local.hour}:{local.minute:02}",
    )


def _days(words: Mapping[str, Any], days: list[int]) -> str:
    if days == [0, 1, 2, 3, 4]:
        return str(words["weekdays"])
    return str(words["daily"]) if len(days) == 7 else str(words["joint"]).join(words["week"][day] for day in days)


def _spans(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{_time(span.opens)}–{_time(span.closes)}" for span in sorted(spans))


def _time(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _closed(words: Mapping[str, Any], hours: Hours) -> list[str]:
    closed = [str(words["holidays"])] if hours.closed_on_holidays else []
    for first, last in hours.closed_yearly:
        named = (first, last) == YEAR_END
        closed.append(str(words["year_end"]) if named else f"{_date(first)}–{_date(last)}")
    return closed + [_rule_day(words, rule) for rule in hours.rules if not rule.spans]


def _date(month_day: str) -> str:
    month, _, day = month_day.partition("-")
    return f"{int(month)}/{int(day)}"


def _rule_day(words: Mapping[str, Any], rule: DayRule) -> str:
    if rule.month_day is not None:
        return str(words["monthly"]).format(n=rule.month_day)
    weekday = words["week"][rule.weekday or 0]
    if rule.nth == -1:
        return str(words["last"]).format(w=weekday)
    return str(words["nth"]).format(n=rule.nth, w=weekday)
