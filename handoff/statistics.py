"""Publishing statistics (集計の公表): months, quarters and fiscal years, each once, after it is over.

A period is published `facts.CLOSE_DAYS` after its end and never changes; a running month shows its total only. In the
caller's transaction; never commits. What stays hidden: `handoff.suppression`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import facts
from handoff.desk_records import PublishedFigures
from handoff.facts import Fact, closes_at, month_start, next_month
from handoff.office import Office
from handoff.records import Ticket
from handoff.statistics_tables import CASES, HANDED, TABLES, Table, counted, times, totals
from handoff.suppression import TOTAL, Key, Periods, publish
from intake.db import insert_ignore
from intake.records import Case
from triage.assessment import Kind

_APRIL: Final = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """One published period. A row that is not in its table is hidden; a unit that is not in `totals` is, too."""

    period: str
    least: int
    totals: Mapping[str, int] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, row: PublishedFigures) -> Figures:
        """Out of the database."""
        body: dict[str, Any] = json.loads(row.body)
        return cls(row.period, row.least, body["totals"], body["tables"], body["times"])


def fiscal_year(month: str) -> str:
    """`2026` for April 2026 to March 2027."""
    year, number = map(int, month.split("-"))
    return str(year if number >= _APRIL else year - 1)


def months_of_year(year: str) -> tuple[str, ...]:
    """`2026-04` … `2027-03`."""
    months = [f"{year}-{_APRIL:02}"]
    while len(months) < 12:
        months.append(next_month(months[-1]))
    return tuple(months)


def quarter_of(month: str) -> str:
    """`2026-Q1` is April to June of 2026."""
    return f"{fiscal_year(month)}-Q{(int(month[5:]) - _APRIL) % 12 // 3 + 1}"


def periods_of_year(year: str) -> tuple[str, ...]:
    """Every period of a fiscal year in the order in which they are published."""
    found: list[str] = []
    for number, month in enumerate(months_of_year(year), 1):
        found.append(month)
        if number % 3 == 0:
            found.append(quarter_of(month))
    return (*found, f"{year}-FY")


def running(session: Session, tenant: str, now: int) -> tuple[str, int]:
    """The month of `now` and how many 相談 came in it so far."""
    month = facts.month_of(now)
    count = session.scalar(
        select(func.count())
        .select_from(Case)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(
            Case.tenant == tenant,
            Case.opened_at >= month_start(month),
            Ticket.kind == Kind.CONSULTATION,
            Ticket.practice.is_(False),
        )
    )
    return month, count or 0


def published(session: Session, tenant: str, year: str) -> dict[str, Figures]:
    """What is published of a fiscal year, by period."""
    rows = session.scalars(
        select(PublishedFigures).where(
            PublishedFigures.tenant == tenant, PublishedFigures.period.in_(periods_of_year(year))
        )
    )
    return {row.period: Figures.of(row) for row in rows}


def years(session: Session, tenant: str) -> tuple[str, ...]:
    """The fiscal years of which something is published, the latest first."""
    found = session.scalars(select(PublishedFigures.period).where(PublishedFigures.tenant == tenant))
    return tuple(sorted({fiscal_year(one) for one in found if one[5:].isdigit()}, reverse=True))


def due(office: Office, session: Session, now: int) -> tuple[Figures, ...]:
    """The next month that is over, with the quarter and the year that end with it; empty when none is due.

    Every fact must be up to date (`facts.refresh` returned 0). Slow, and only reads: `keep` writes.
    """
    month = facts.open_from(session, office.tenant) or facts.first_month(session, office.tenant)
    if not month or closes_at(month) > now:
        return ()
    year = fiscal_year(month)
    found = facts.of_months(office, session, f"{year}-{_APRIL:02}", month)
    before = published(session, office.tenant, year)
    made = []
    for period in _ending(month):
        before[period] = _figures(found, before, month, period, office.pack.min_cell)
        made.append(before[period])
    return tuple(made)


def keep(session: Session, tenant: str, made: Iterable[Figures], now: int) -> None:
    """Publish these periods. What was published already stays as it is."""
    for one in made:
        body = json.dumps({"totals": one.totals, "tables": one.tables, "times": one.times})
        row = {"tenant": tenant, "period": one.period, "body": body, "least": one.least, "at": now}
        insert_ignore(session, PublishedFigures, row)


def _ending(month: str) -> Iterator[str]:
    """The month, and what ends with it."""
    yield month
    if int(month[5:]) % 3 == 0:
        yield quarter_of(month)
    if int(month[5:]) == _APRIL - 1:
        yield f"{fiscal_year(month)}-FY"


def _figures(found: list[Fact], before: Mapping[str, Figures], month: str, period: str, least: int) -> Figures:
    """What may be published of `period`, which ends with `month`; `found`: the facts of the fiscal year until then."""
    year = fiscal_year(month)
    months = [one for one in months_of_year(year) if one <= month]
    inside = {one for one in months if period in (one, quarter_of(one), f"{year}-FY")}
    sums = {}
    for unit in (CASES, HANDED):
        open_ = {(TOTAL, one) for one, figures in before.items() if unit in figures.totals}
        values = totals(unit, found, {one: one for one in months})
        if publish(values, _periods(months), period, open_, least):
            sums[unit] = sum(count for (_, column), count in values.items() if column in inside)
    tables = {
        table.id: _table(table, found, before, months, period, least, sums)
        for table in TABLES
        if table.by_month or period not in months
    }
    return Figures(period, least, sums, tables, times((one for one in found if one.month in inside), least))


def _periods(months: list[str], *, by_month: bool = True) -> Periods:
    year = f"{fiscal_year(months[0])}-FY"
    quarters = {quarter_of(month): year for month in months}
    return Periods({**({month: quarter_of(month) for month in months} if by_month else {}), **quarters})


def _table(
    table: Table,
    found: list[Fact],
    before: Mapping[str, Figures],
    months: list[str],
    period: str,
    least: int,
    sums: Mapping[str, int],
) -> dict[str, int]:
    """The rows of one table that may be published."""
    columns = {month: month if table.by_month else quarter_of(month) for month in months}
    values = {**counted(table, found, columns), **totals(table.unit, found, columns)}
    open_: set[Key] = {(TOTAL, one) for one, figures in before.items() if table.unit in figures.totals}
    open_ |= {(row, one) for one, figures in before.items() for row in figures.tables.get(table.id, ())}
    if table.unit in sums:
        open_.add((TOTAL, period))
    periods = _periods(months, by_month=table.by_month)
    shown = publish(values, periods, period, open_, least)
    leaves = {leaf for leaf in columns.values() if period in periods.above(leaf)}
    return {row: sum(values[row, leaf] for leaf in leaves) for row, _ in shown}
