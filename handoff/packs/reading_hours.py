"""Read the opening hours of a pack's TOML."""

from __future__ import annotations

from datetime import date

from handoff.clock import YEAR_END, DayRule, ExceptionDay, Hours, Span
from handoff.packs.table import Table

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_hours(table: Table) -> Hours:
    """`every` (all days), `weekdays` (Mon–Fri) and `mon`…`sun` give the week, the more exact one wins."""
    every = table.choices("every", Span.parse)
    weekdays = table.choices("weekdays", Span.parse) if table.has("weekdays") else every
    week = tuple(
        table.choices(name, Span.parse) if table.has(name) else (weekdays if number < 5 else every)
        for number, name in enumerate(WEEKDAYS)
    )
    hours = Hours(
        week=week,
        rules=tuple(_rule(rule) for rule in table.tables("rule")),
        exceptions=tuple(_exception(day) for day in table.tables("exception")),
        closed_on_holidays=table.get("closed_on_holidays", bool, True),
        closed_yearly=tuple(_yearly(pair) for pair in table.tables("closed_yearly"))
        + ((YEAR_END,) if table.get("closed_at_year_end", bool, True) else ()),
    )
    table.done()
    return hours


def _rule(table: Table) -> DayRule:
    month_day = table.get("month_day", int) if table.has("month_day") else None
    weekday = WEEKDAYS.index(table.get("weekday", str)) if month_day is None else None
    rule = DayRule(table.choices("spans", Span.parse), weekday, None if month_day else table.get("nth", int), month_day)
    table.done()
    return rule


def _exception(table: Table) -> ExceptionDay:
    day = ExceptionDay(table.get("day", date), table.choices("spans", Span.parse), table.get("label", str, ""))
    table.done()
    return day


def _yearly(table: Table) -> tuple[str, str]:
    pair = (table.get("first", str), table.get("last", str))
    table.done()
    return pair
