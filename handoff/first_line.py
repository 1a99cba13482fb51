"""The first line of an answer (1 行目): phones show it on a locked screen, where others may read it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from handoff.propose import alarm
from triage.matcher import Cue, find, load_cues
from triage.normalise import normalise

MOST: Final = 60
"""Characters of a line that a locked screen shows at most."""


@dataclass(frozen=True, slots=True)
class FirstLine:
    """What a locked screen may show, and the words in it that say what trouble the person is in."""

    text: str
    words: tuple[str, ...]


def first_line(text: str) -> FirstLine:
    """Of an answer as it was written: the first line that is not blank, and the words in it which triage or the danger
    lexicon would mark."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")[:MOST]
    normal = normalise(line)
    spans = [(hit.start, hit.end) for hit in alarm().scan(line).hits]
    spans += [normal.original_span(hit.start, hit.end) for hit in find(_cues(), normal.text)]
    return FirstLine(line, tuple(dict.fromkeys(line[start:end] for start, end in _apart(spans))))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest of overlapping spans, in text order."""
    kept: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda one: (one[0] - one[1], one[0])):
        if all(span[1] <= start or end <= span[0] for start, end in kept):
            kept.append(span)
    return sorted(kept)


@cache
def _cues() -> tuple[Cue, ...]:
    return load_cues()
