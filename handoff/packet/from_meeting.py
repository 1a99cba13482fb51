"""What a meeting told stays the meeting's (会議で聞いたことば), wherever it was copied to. Pure.

Of a case that was told in a meeting (R2) everything first heard of the person came from there. Whatever staff write on
the sheet since is theirs, unless it repeats the meeting's words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from handoff.packet.values import Entry, Source

_LEAST: Final = 12
"""So many letters in a row that are the same are copied; fewer anybody may have said."""
_SHORTEST: Final = 6
"""Shorter than this, all that was told is no sentence of anybody's."""
_POLITE: Final = re.compile(
    r"(?:どうぞ)?(?:よろしく|宜しく)お(?:願|ねが)い(?:いた|致)?(?:します|申し上げます|したいです)"
)
"""What everybody writes below a letter."""


def told_there(entries: Mapping[str, Entry], secrecy: str) -> dict[str, Entry]:
    """`entries` as told in the meeting under `secrecy`."""
    return {name: replace(one, source=Source.MEETING, basis=secrecy) for name, one in entries.items()}


def repeats(words: str, there: str) -> bool:
    """Whether `words` repeat a stretch of `there`, or all of it, however spaced and whatever its width."""
    plain, told = _plain(words), _plain(there)
    if len(told) < _LEAST:
        return len(told) >= _SHORTEST and told in plain
    return not _stretches(plain).isdisjoint(_stretches(told))


def marked(entries: Mapping[str, Entry], there: str, secrecy: str) -> dict[str, Entry]:
    """`entries` with those that repeat the meeting's words given back to it, whatever source was chosen."""
    return {
        name: replace(one, source=Source.MEETING, basis=secrecy)
        if one.source is not Source.MEETING and any(repeats(part, there) for part in _parts(one))
        else one
        for name, one in entries.items()
    }


def _parts(entry: Entry) -> Iterable[str]:
    return (entry.value,) if isinstance(entry.value, str) else entry.value


def _stretches(plain: str) -> set[str]:
    return {plain[at : at + _LEAST] for at in range(len(plain) - _LEAST + 1)}


def _plain(words: str) -> str:
    return _POLITE.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)))
