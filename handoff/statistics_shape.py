"""What the statistics are made of on screen (統計の形): periods as columns, lines of cells, sections. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from handoff.statistics import Figures, months_of_year, periods_of_year
from handoff.statistics_tables import MINUTE_MS

HIDDEN: Final = "＊"
"""What stands for a number that is not published."""


@dataclass(frozen=True, slots=True)
class Column:
    """One period. `kind`: `month`, `quarter` or `year`."""

    period: str
    label: str
    kind: str
    there: bool
    """Whether the period is published."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line. A cell is a number, None when it is hidden; `text` says it as it is read."""

    label: str
    cells: tuple[int | None, ...]
    texts: tuple[str, ...]
    """"" where the period is not published yet."""


@dataclass(frozen=True, slots=True)
class Section:
    """One chart with its table. `chart`: how it is drawn (`handoff.console.charts`)."""

    id: str
    title: str
    says: str
    """What it says, in one sentence."""
    rows: tuple[Row, ...]
    chart: str
    note: str = ""


def columns(year: str, found: Mapping[str, Figures]) -> tuple[Column, ...]:
    """The months of a fiscal year, then its quarters, then the year."""
    months = months_of_year(year)
    rest = [one for one in periods_of_year(year) if one not in months]
    return (
        *(Column(one, f"{int(one[5:])}月", "month", one in found) for one in months),
        *(Column(one, *_named(one), one in found) for one in rest),
    )


def _named(period: str) -> tuple[str, str]:
    return ("年度", "year") if period.endswith("FY") else (f"第{period[-1]}四半期", "quarter")


def latest(found: Iterable[Column]) -> Column | None:
    """The longest period that is published, of these the last."""
    there = [column for column in found if column.there]
    order = ("month", "quarter", "year")
    return max(there, key=lambda column: (order.index(column.kind), column.period), default=None)


def wait_ja(wait_ms: int) -> str:
    """「18分」「3時間20分」「2日4時間」."""
    minutes = wait_ms // MINUTE_MS
    if minutes < 60:
        return f"{minutes}分"
    if minutes < 1_440:
        return f"{minutes // 60}時間" + (f"{minutes % 60}分" if minutes % 60 else "")
    return f"{minutes // 1_440}日" + (f"{minutes % 1_440 // 60}時間" if minutes % 1_440 // 60 else "")
