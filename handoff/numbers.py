"""Telephone and chat lines for an answer (相談先の番号). Numbers come only from the registry, through the pack.

110 and 119 always stand first. A line that is closed at the moment comes last, with its next opening, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handoff.clock import is_open, moment_ja, next_open
from handoff.pack import Number, Pack
from handoff.packs.checking import ALWAYS
from handoff.packs.reading import read_registry, resource


@dataclass(frozen=True, slots=True)
class Line:
    """One line as shown. `tel_uri` is empty for chat lines, which have a `url`; `hours` is Japanese text."""

    kind: str
    label: str
    number: str
    tel_uri: str
    hours: str
    url: str = ""


def load_registry() -> dict[str, Number]:
    """The shipped registry by id, in order of preference. Reads one file. Raises `PackError`."""
    return read_registry(resource("numbers"))


def tel_uri(number: str) -> str:
    """`tel:0120279338`, and `tel:%238008` for `#8008`; empty for an empty number."""
    return "tel:" + number.replace("-", "").replace("#", "%23") if number else ""


def lines_for(
    kinds: Iterable[str],
    pack: Pack,
    at: datetime | None = None,
    *,
    per_kind: int = 2,
    emergency: bool = True,
    open_only: bool = False,
) -> tuple[Line, ...]:
    """The lines to show for these kinds of danger (`triage.alarm.KINDS`) or themes, each line once.

    With `emergency`, 110 and 119 come first whatever the kinds. For each kind (in sorted order, so that the answer does
    not hang on a set's order) come up to `per_kind` further lines of the pack; with `at`, open lines before lines of
    unknown hours before closed ones. `open_only` drops a line that is known to be closed at `at`.
    """
    chosen: list[tuple[str, Number]] = []
    if emergency:
        chosen += [("emergency", number) for number in pack.numbers if number.id in ALWAYS]
    for kind in sorted(set(kinds)):
        fitting = [n for n in pack.numbers if kind in n.kinds and n.id not in ALWAYS]
        if open_only and at is not None:
            fitting = [n for n in fitting if is_open(n.hours, at) is not False]
        if at is not None:
            fitting.sort(key=lambda n: _closedness(n, at))
        chosen += [(kind, number) for number in fitting[:per_kind]]
    once = {number.id: (kind, number) for kind, number in reversed(chosen)}
    return tuple(_line(kind, number, at) for kind, number in chosen if once.pop(number.id, None))


def _closedness(number: Number, at: datetime) -> int:
    return {True: 0, None: 1, False: 2}[is_open(number.hours, at)]


def _line(kind: str, number: Number, at: datetime | None) -> Line:
    hours = number.hours_ja
    if at is not None and is_open(number.hours, at) is False:
        opening = next_open(number.hours, at)
        hours = f"{hours}（次は {moment_ja(opening, at)} から）" if opening else hours
    return Line(kind, number.label, number.number or number.line_id, tel_uri(number.number), hours, number.url)
