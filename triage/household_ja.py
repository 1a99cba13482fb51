"""The household of a text as a table for staff (世帯): who, how old, living together, what is worrying, in which words.

Pure. Made anew from the words and the labels whenever somebody who may read looks; quotes the person, so nothing of it
is stored. What the text does not say stays "" (未確認).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from triage.assessment import THEMES, Assessment, Domain, Evidence, Mention, Reporter
from triage.experiencer import experiencer
from triage.matcher import Cue, Hit
from triage.normalise import Normalised, normalise
from triage.people import OUTSIDE, WRITER, Someone, last_said, people
from triage.people_ja import age_ja, name_ja
from triage.wording import name_ja as label_ja

_LABELS: Final = frozenset({*map(str, Domain), *THEMES})
_THIRD: Final = frozenset({Reporter.NEIGHBOR, Reporter.LIFELINE, Reporter.PROFESSIONAL})
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Member:
    """One row. `relation` as the text calls them, `age` 「80代」 or "", `living` 「同居」「別居」「世帯の外」 or "".

    `worries` are names of labels that the words around this person made the machine say, `said` those words and the
    person's own: all of them stand in the text.
    """

    relation: str
    age: str = ""
    living: str = ""
    worries: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def members(text: str, read: Assessment | None) -> tuple[Member, ...]:
    """Everybody of whom `text` speaks, the writer first where anything is known of them; () while nothing was read."""
    if read is None or not text:
        return ()
    normal = normalise(text)
    everybody = people(normal.text)
    worries = _worries(normal, read, everybody)
    groups: dict[str, list[Someone]] = {}
    for one in everybody:
        groups.setdefault(one.key, []).append(one)
    writer = [WRITER] if WRITER in groups or WRITER in worries else []
    keys = [*writer, *(key for key in groups if key != WRITER)]
    return tuple(_member(normal, text, read, key, groups.get(key, []), worries.get(key, [])) for key in keys[:_MOST])


def _member(
    normal: Normalised, text: str, read: Assessment, key: str, same: list[Someone], worries: list[Evidence]
) -> Member:
    mentions = [mention_of(normal, text, one) for one in same]
    ages = [age for age in map(age_ja, mentions) if age]
    told = _told(worries)
    labels = [label for label in (*THEMES, *map(str, Domain)) if label in told]
    words = [*(mention.text for mention in mentions), *(one.text for one in sorted(worries, key=lambda e: e.start))]
    return Member(
        relation=_relation(read, key, mentions),
        age=ages[0] if ages else "",
        living=_living(key, same),
        worries=tuple(label_ja(label) for label in labels),
        said=tuple(dict.fromkeys(words)),
    )


def _told(worries: list[Evidence]) -> set[str]:
    """The themes of each place, and the domain where no theme says what is meant."""
    found: set[str] = set()
    for same in _spans(worries).values():
        labels = {one.label for one in same}
        found |= (labels & set(THEMES)) or labels
    return found


def _relation(read: Assessment, key: str, mentions: list[Mention]) -> str:
    if key == WRITER:
        return "話に出る人（未確認）" if read.reporter in _THIRD and not mentions else "書いた人"
    return name_ja(mentions[0])


def _living(key: str, same: list[Someone]) -> str:
    if key in OUTSIDE:
        return "" if key == "client" else "世帯の外"
    known = last_said(same)
    return {True: "同居", False: "別居", None: ""}[known.cohabiting if known else None]


def _worries(normal: Normalised, read: Assessment, everybody: tuple[Someone, ...]) -> dict[str, list[Evidence]]:
    """Whose each sign is: as the household table of the reading says it, without the parse of doubtful sentences."""
    found: dict[str, list[Evidence]] = {}
    for span, same in _spans(read.evidence).items():
        place = place_in(normal, *span)
        if place is None:
            continue
        labels = tuple(one.label for one in same)
        cue = Cue(same[0].rule, labels, None, (), (), (), False, (), (), ())
        who = experiencer(normal.text, Hit(cue, *place, negatable=False), everybody)
        found.setdefault(who.key, []).extend(same)
    return found


def _spans(evidence: Iterable[Evidence]) -> dict[tuple[int, int], list[Evidence]]:
    found: dict[tuple[int, int], list[Evidence]] = {}
    for one in evidence:
        if one.label in _LABELS:
            found.setdefault((one.start, one.end), []).append(one)
    return found


def place_in(normal: Normalised, start: int, end: int) -> tuple[int, int] | None:
    """Where `original[start:end]` stands in the normal text."""
    inside = [i for i, (a, b) in enumerate(zip(normal.starts, normal.ends, strict=True)) if a >= start and b <= end]
    return (inside[0], inside[-1] + 1) if inside else None


def mention_of(normal: Normalised, text: str, one: Someone) -> Mention:
    """Somebody of the normal text at their words in the original `text`."""
    start, end = normal.original_span(one.start, one.end)
    return Mention(start, end, text[start:end], one.role, str(one.band), one.age)
