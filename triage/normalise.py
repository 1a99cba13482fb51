"""Normal form of a message (NFKC, runs collapsed) with a map back to the words as they were sent."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_MARKS: Final = frozenset({"Mn", "Me"})
_VOICING: Final = frozenset("\uff9e\uff9f\u3099\u309a")
_MAX_MARKS: Final = 2
_DROPPED: Final = frozenset({"Cf", "Cc", "Cs", "Co"})
_STRETCH: Final = frozenset("ー〜~…。、!?・♪-=_*.")
_RUN: Final = re.compile(r"([^\d\n])\1+")
_REPEAT: Final = re.compile(r"([^\d\s]{2,4}?)\1{2,}")


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normal text; character `i` of it came from `original[starts[i]:ends[i]]` (code points, end exclusive)."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the original of `text[start:end]`. Raises `ValueError` on an empty or outside span."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError("span outside the normal text")
        return self.starts[start], max(self.ends[start:end])


def normalise(original: str) -> Normalised:
    """The normal form of any string, also of one with lone surrogates, NUL or stacked marks; linear in its length."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for chunk in _chunks(original):
        end = position + len(chunk)
        for char in _normal(chunk):
            chars.append(char)
            starts.append(position)
            ends.append(end)
        position = end
    return _collapse(_REPEAT, _collapse(_RUN, Normalised("".join(chars), tuple(starts), tuple(ends))))


def _chunks(text: str) -> list[str]:
    """Split into one base character with its combining marks."""
    bounds = [0]
    for i in range(1, len(text)):
        char = text[i]
        if char < "\u0300" or not (char in _VOICING or unicodedata.category(char) in _MARKS):
            bounds.append(i)
    bounds.append(len(text))
    return [text[a:b] for a, b in pairwise(bounds) if a < b]


def _normal(chunk: str) -> str:
    head = chunk[0]
    if unicodedata.category(head) in _DROPPED and head not in "\n\t":
        return ""
    kept = unicodedata.normalize("NFKC", chunk[: 1 + _MAX_MARKS])
    return "".join(" " if char == "\t" else char for char in kept if unicodedata.category(char) not in _MARKS)


def _collapse(pattern: re.Pattern[str], source: Normalised) -> Normalised:
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0

    def copy(start: int, end: int) -> None:
        chars.append(source.text[start:end])
        starts.extend(source.starts[start:end])
        ends.extend(source.ends[start:end])

    for match in pattern.finditer(source.text):
        unit = match[1]
        if len(unit) == 1 and len(match[0]) < _least_run(unit):
            continue
        copy(at, match.start() + len(unit))
        ends[-1] = source.ends[match.end() - 1]
        at = match.end()
    copy(at, len(source.text))
    return Normalised("".join(chars), tuple(starts), tuple(ends))


def _least_run(char: str) -> int:
    """How often a character must stand in a row to be collapsed (kana wait for four: はははたすけて)."""
    if char in _STRETCH or char.isspace() or unicodedata.category(char) == "So":
        return 2
    return 4
