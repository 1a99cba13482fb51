"""Cut normal text into clauses, the smallest piece that a label is read from."""

from __future__ import annotations

import re
from typing import Final

_EDGE: Final = re.compile(r"[。!?\n…、\s]+")
_LEAST: Final = 10
MOST_CLAUSES: Final = 120


def clauses(text: str) -> list[tuple[int, int]]:
    """Offsets of the clauses of `text`, in order, without blanks at their ends; pieces under 10 characters join
    the next one (the last piece joins the one before). At most 120: a longer text has longer clauses. Never empty
    for a text with a visible character.
    """
    pieces = _pieces(text)
    if not pieces and (visible := text.strip()):
        return [(text.index(visible), text.index(visible) + len(visible))]
    least = max(_LEAST, len(text) // MOST_CLAUSES + 1)
    joined: list[tuple[int, int]] = []
    start: int | None = None
    for begin, end in pieces:
        start = begin if start is None else start
        if end - start >= least:
            joined.append((start, end))
            start = None
    if start is not None:
        last = pieces[-1][1]
        if joined:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((start, last))
    return joined


def _pieces(text: str) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    at = 0
    for match in _EDGE.finditer(text):
        if match.start() > at:
            pieces.append((at, match.start()))
        at = match.end()
    if at < len(text):
        pieces.append((at, len(text)))
    return pieces
