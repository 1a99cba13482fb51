"""Charts as plain shapes (グラフ): positions of bars, lines and marks for an SVG that a template draws. Pure.

Drawn by the server, so that they need no script, print in black and white, and follow the page's colours. What a chart
shows stands in the table below it too; a number that is hidden is drawn as ＊ and never as nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handoff.clock import Sla
from handoff.statistics_shape import HIDDEN, Column, Row, Section, latest, wait_ja

WIDTH: Final = 620
_LEFT, _TOP, _HIGH = 62, 14, 130
_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar, or with `height` 0 the ＊ of a hidden number. `x`, `y` are the upper left corner."""

    x: float
    y: float
    width: float
    height: float
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """One set of bars, or one line with its marks. `shape`: 1 to 4, a colour with a shape of its own.

    `paths`: the line in pieces, none across a month whose number is hidden; `hidden`: the ＊ that stands there.
    """

    label: str
    shape: int
    marks: tuple[Mark, ...]
    paths: tuple[str, ...] = ()
    hidden: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture. `ticks`: (y, words) of the scale; `heads`: (x, words) below it; `targets`: dashed lines."""

    kind: str
    width: float
    height: float
    title: str
    series: tuple[Series, ...]
    ticks: tuple[tuple[float, str], ...] = ()
    heads: tuple[tuple[float, str], ...] = ()
    targets: tuple[tuple[float, str], ...] = ()


def charts_of(section: Section, columns: Sequence[Column], sla: Sla) -> tuple[Chart, ...]:
    """The pictures of a section; none while nothing is published."""
    months = [number for number, column in enumerate(columns) if column.kind == "month"]
    there = [number for number in months if columns[number].there]
    if not there:
        return ()
    if section.chart == "months":
        return tuple(
            _bars(row, columns, months, shape) for shape, row in enumerate(section.rows) if any(row.texts)
        )  # fmt: skip
    if section.chart == "share":
        return (_bars(section.rows[-1], columns, months, 4, percent=True),)
    if section.chart == "waits":
        return (_waits(section.rows[:2], columns, months, sla),)
    rows = [row for row in section.rows if row.label.endswith("率")] if section.chart == "rates" else section.rows
    last = latest(columns)
    return () if last is None else (_beams(rows, list(columns).index(last), last.label),)


def _bars(
    row: Row, columns: Sequence[Column], months: Sequence[int], shape: int, *, percent: bool = False
) -> Chart:  # fmt: skip
    """A bar a month."""
    most = 1000 if percent else _ceiling(max([row.cells[number] or 0 for number in months]))
    step = (WIDTH - _LEFT) / len(months)
    marks = []
    for place, number in enumerate(months):
        cell, text = row.cells[number], row.texts[number]
        if not text:
            continue
        high = 0.0 if cell is None else max(_HIGH * cell / most, 1.0 if cell else 0.0)
        marks.append(
            Mark(_LEFT + place * step + 6, _TOP + _HIGH - high, step - 12, high, text, columns[number].label)
        )  # fmt: skip
    ticks = [(_y(part), _tick(part * most, percent)) for part in (0.0, 0.5, 1.0)]
    return Chart(
        "bars", WIDTH, _TOP + _HIGH + 30, row.label, (Series(row.label, shape, tuple(marks)),), tuple(ticks),
        _heads(columns, months, step),
    )  # fmt: skip


def _waits(rows: Sequence[Row], columns: Sequence[Column], months: Sequence[int], sla: Sla) -> Chart:
    """Median and 90 % as two lines, with what is promised as dashed ones."""
    goals = ((sla.high_minutes * 60_000, "目標（高い）"), (sla.normal_business_days * 24 * _HOUR_MS, "目標（ふつう）"))
    longest = max([row.cells[n] or 0 for row in rows for n in months] + [goals[-1][0]])
    most = -(-longest // (12 * _HOUR_MS)) * 12 * _HOUR_MS
    step = (WIDTH - _LEFT) / len(months)
    series = []
    for shape, row in enumerate(rows, 1):
        series.append(_line(row, shape, columns, [(_LEFT + (at + 0.5) * step, n) for at, n in enumerate(months)], most))
    ticks = [(_y(part), wait_ja(round(part * most))) for part in (0.0, 0.5, 1.0)]
    return Chart(
        "lines", WIDTH, _TOP + _HIGH + 30, "初動時間", tuple(series), tuple(ticks), _heads(columns, months, step),
        tuple((_y(goal / most), words) for goal, words in goals),
    )  # fmt: skip


def _line(row: Row, shape: int, columns: Sequence[Column], places: Sequence[tuple[float, int]], most: int) -> Series:
    """One line over the months at `places` (x, column): a hidden month breaks it and shows its ＊ at the foot."""
    marks, hidden = list[Mark](), list[Mark]()
    pieces: list[list[str]] = [[]]
    for x, number in places:
        cell, text = row.cells[number], row.texts[number]
        if cell is None:
            pieces.append([])
            low = _TOP + _HIGH - 4 - 14 * (shape - 1)
            hidden += [Mark(x, low, 0, 0, text, columns[number].label)] if text == HIDDEN else []
            continue
        marks.append(Mark(x, _y(cell / most), 0, 0, text, columns[number].label))
        pieces[-1].append(f"{x:.1f},{_y(cell / most):.1f}")
    paths = tuple(" ".join(piece) for piece in pieces if len(piece) > 1)
    return Series(row.label, shape, tuple(marks), paths, tuple(hidden))


def _beams(rows: Sequence[Row], at: int, period: str) -> Chart:
    """One lying bar a row, in one period."""
    found = [row for row in rows if row.texts[at]]
    rates = bool(found) and all("％" in row.texts[at] or row.texts[at] == HIDDEN for row in found)
    most = 1000 if rates else max([row.cells[at] or 0 for row in found] or [0]) or 1
    marks = tuple(
        Mark(200, 6 + 30 * number, (WIDTH - 290) * (row.cells[at] or 0) / most, 20, row.texts[at], row.label)
        for number, row in enumerate(found)
    )
    return Chart("beams", WIDTH, 12 + 30 * len(found), period, (Series(period, 1, marks),))


def _heads(columns: Sequence[Column], months: Sequence[int], step: float) -> tuple[tuple[float, str], ...]:
    return tuple((_LEFT + (place + 0.5) * step, columns[number].label) for place, number in enumerate(months))


def _y(part: float) -> float:
    return _TOP + _HIGH * (1 - part)


def _ceiling(most: int) -> int:
    """A round number at or above `most`."""
    for step in (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000):
        if most <= step:
            return step
    return most


def _tick(value: float, percent: bool) -> str:
    return f"{value / 10:.0f}％" if percent else f"{value:,.0f}"
