"""Figures as words and Markdown tables, the same for the terminal, the report and the model card."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from triage.labels import DOMAIN_JA, THEME_JA
from triage.train.fields import AIMS
from triage.train.measures import Interval, Measure
from triage.train.study import Row

HEADINGS = ("score", "value", "n", "95 % within authors", "95 % over authors", "95 % Wilson", "aim", "")
_JAPANESE = {str(domain): f"{name} {domain}" for domain, name in DOMAIN_JA.items()} | {
    theme: f"{name} {theme}" for theme, name in THEME_JA.items()
}


def number(value: float) -> str:
    """Three decimals, or – for what could not be measured."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def span(interval: Interval | None) -> str:
    """Both ends of an interval."""
    return "" if interval is None or math.isnan(interval[0]) else f"{number(interval[0])}–{number(interval[1])}"


def named(key: str) -> str:
    """A score's name with the Japanese name of its label."""
    head, _, label = key.rpartition(" ")
    return f"{head} {_JAPANESE[label]}".strip() if label in _JAPANESE else key


def cells(row: Row) -> tuple[str, ...]:
    """One row under `HEADINGS`."""
    measure = row.measure
    aim = AIMS.get(measure.key)
    verdict = "" if aim is None else ("reached" if aim.reached(measure.value) else "not reached")
    return (
        named(measure.key), number(measure.value), str(measure.count), span(row.within), span(row.across),
        span(measure.wilson), str(aim or ""), verdict,
    )  # fmt: skip


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "|".join(["---", *["--:"] * (len(headings) - 1)]) + "|"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def scores(rows: Iterable[Row]) -> str:
    """Rows as a Markdown table with their aims."""
    return markdown(HEADINGS, map(cells, rows))


def brief(measure: Measure) -> str:
    """A value with its count, as .72 (n 40)."""
    return f"{number(measure.value)} (n {measure.count})" if measure.count else "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ⏎ ")
