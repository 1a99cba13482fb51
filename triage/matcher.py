"""Cues: phrases of the tables in `cues/*.toml`, found in normal text or, for writers without kanji, in its kana."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from triage.assessment import THEMES, Domain, Reason, Urgency

_FOLDER: Final = Path(__file__).with_name("cues")
_KANJI: Final = re.compile(r"[\u4e00-\u9fff々]")
_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_LABELS: Final = frozenset({*map(str, Domain), *THEMES, *map(str, Reason), "refuses_support"})
_FEW_KANJI: Final = 0.08


class BadCueError(Exception):
    """A cue table is wrong; the message names the table and the cue."""


@dataclass(frozen=True)
class Cue:
    """One row of a cue table. `negatable` says whether 「ない」 behind one of its `patterns` takes it back; an absence
    (お金がない, 返事がない) is never taken back. `rules_out` are labels that its words are mistaken for;
    `outright`: its words name its labels, so that no net outweighs them.
    """

    id: str
    labels: tuple[str, ...]
    urgency: Urgency | None
    patterns: tuple[str, ...]
    readings: tuple[str, ...]
    absences: tuple[str, ...]
    negatable: bool
    skip: tuple[str, ...]
    examples: tuple[str, ...]
    lookalikes: tuple[str, ...]
    rules_out: tuple[str, ...] = ()
    outright: bool = False

    @cached_property
    def in_text(self) -> re.Pattern[str]:
        """Its patterns and absences as one expression; absences end in the group `absence`."""
        absences = [f"(?P<absence>{'|'.join(self.absences)})"] if self.absences else []
        return re.compile("|".join([*absences, *(f"(?:{pattern})" for pattern in self.patterns)]))

    @cached_property
    def in_kana(self) -> re.Pattern[str] | None:
        """Its kana patterns as one expression, or None."""
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.readings)) if self.readings else None


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found at `start:end` of normal text; `negatable` when 「ない」 behind it would take it back."""

    cue: Cue
    start: int
    end: int
    negatable: bool


def load_cues(folder: Path = _FOLDER) -> tuple[Cue, ...]:
    """Every cue of every table, by table name. Raises `BadCueError`."""
    return tuple(
        _cue(path, row)
        for path in sorted(folder.glob("*.toml"))
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["cue"]
    )


def find(cues: tuple[Cue, ...], text: str) -> list[Hit]:
    """Every hit in normal text, the longest of overlapping hits of one cue; cues whose `skip` words stand in the same
    sentence are left out.
    """
    kana = _Kana.of(text) if _writes_kana(text) else None
    hits: list[Hit] = []
    for cue in cues:
        found = [_hit(cue, match) for match in cue.in_text.finditer(text)]
        if kana is not None and cue.in_kana is not None:
            found += [_kana_hit(cue, kana, match) for match in cue.in_kana.finditer(kana.text)]
        hits += [hit for hit in _apart(found) if hit.start < hit.end and not _skipped(hit, text)]
    return hits


def _hit(cue: Cue, match: re.Match[str]) -> Hit:
    absence = bool(cue.absences) and match["absence"] is not None
    return Hit(cue, match.start(), match.end(), cue.negatable and not absence)


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence or line around `start:end`."""
    begin = max((text.rfind(mark, 0, start) for mark in "。!?\n"), default=-1) + 1
    stops = [at for mark in "。!?\n" if (at := text.find(mark, end)) >= 0]
    return begin, min(stops, default=len(text))


def _kana_hit(cue: Cue, kana: _Kana, match: re.Match[str]) -> Hit:
    start, end = kana.span(*match.span())
    return Hit(cue, start, end, cue.negatable and not match[0].endswith(("な", "ない", "ませ")))


def _skipped(hit: Hit, text: str) -> bool:
    if not hit.cue.skip:
        return False
    a, b = sentence(text, hit.start, hit.end)
    return any(word in text[a:b] for word in hit.cue.skip)


def _apart(hits: list[Hit]) -> list[Hit]:
    apart: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not apart or hit.start >= apart[-1].end:
            apart.append(hit)
    return apart


def _writes_kana(text: str) -> bool:
    return len(_KANJI.findall(text)) <= len(text) * _FEW_KANJI


@dataclass(frozen=True, slots=True)
class _Kana:
    """Text in hiragana without blanks; character `i` stands at `places[i]` of the source."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> _Kana:
        places = tuple(i for i, char in enumerate(text) if not char.isspace())
        return cls("".join(text[i] for i in places).translate(_KATAKANA), places)

    def span(self, start: int, end: int) -> tuple[int, int]:
        return (self.places[start], self.places[end - 1] + 1) if start < end else (0, 0)


def _cue(path: Path, row: dict[str, Any]) -> Cue:
    try:
        cue = Cue(
            id=row["id"],
            labels=tuple(row["labels"]),
            urgency=Urgency(row["urgency"]) if "urgency" in row else None,
            patterns=tuple(row["patterns"]),
            readings=tuple(row.get("readings", ())),
            absences=tuple(row.get("absences", ())),
            negatable=row.get("negatable", True),
            skip=tuple(row.get("skip", ())),
            examples=tuple(row["examples"]),
            lookalikes=tuple(row["lookalikes"]),
            rules_out=tuple(row.get("rules_out", ())),
            outright=row.get("outright", False),
        )
        if not {*cue.labels, *cue.rules_out} <= _LABELS:
            raise BadCueError(f"{path.name}: {cue.id}: unknown label")
        _ = cue.in_text, cue.in_kana
    except (KeyError, ValueError, re.error) as wrong:
        raise BadCueError(f"{path.name}: {row.get('id', '?')}: {wrong}") from wrong
    return cue
