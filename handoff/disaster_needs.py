"""Why somebody must be asked early in a disaster (先に確かめるわけ), out of words and themes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from handoff.disaster_words import tables
from triage.labels import THEME_JA

_AROUND: Final = 12


@dataclass(frozen=True, slots=True)
class Need:
    """One reason to ask. `made_by`: the words, or the theme, that made it."""

    id: str
    label: str
    made_by: str = field(repr=False)


def needs_of(texts: Iterable[str], themes: Iterable[str]) -> tuple[Need, ...]:
    """The reasons in these words and themes, with what made each."""
    said, read, found = list(texts), set(themes), list[Need]()
    for need in tables()["need"]:
        made_by = next((_around(text, word) for word in need["words"] for text in said if word in text), "")
        if not made_by:
            made_by = next((f"見立て：{THEME_JA[theme]}" for theme in need["themes"] if theme in read), "")
        if made_by:
            found.append(Need(need["id"], need["label"], made_by))
    return tuple(found)


def _around(text: str, word: str) -> str:
    at = text.index(word)
    first, last = max(at - _AROUND, 0), at + len(word) + _AROUND
    return f"「{'…' if first else ''}{' '.join(text[first:last].split())}{'…' if last < len(text) else ''}」"
