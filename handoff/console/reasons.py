"""The machine's reasons as the reading panel shows them (見立ての理由). Pure; the templates escape every word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from handoff.console import words
from triage.assessment import Assessment, Reason
from triage.people_ja import people_ja
from triage.wording import ASIDE_JA, Aside, Ground, asides, grounds, household_ja, unsure_ja


@dataclass(frozen=True, slots=True)
class Reading:
    """One label that holds (見立て) with the person's words for it; no words and not `by_staff` means 推定.

    `more` says what is meant in short: the themes within a domain, what ① of the complexity stands for.
    """

    label: str
    tone: str
    name: str
    said: tuple[str, ...]
    more: str = ""
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """What stands beside the labels: (one word, words, sentence) of what was not counted; whom the text speaks of;
    a guess about the household; what the machine is unsure of. Empty strings where there is nothing to say.
    """

    asides: tuple[tuple[str, Aside], ...] = ()
    people: tuple[str, ...] = ()
    household: str = ""
    unsure: str = ""


def readings(assessment: Assessment | None, by_staff: Collection[str] = ()) -> tuple[Reading, ...]:
    """Every label that holds. `by_staff` are the labels that a person set."""
    return () if assessment is None else tuple(map(_reading, grounds(assessment, by_staff)))


def why(assessment: Assessment | None, by_staff: Collection[str] = ()) -> Why:
    """What stands beside the labels of `assessment`. `by_staff` are the labels that a person set."""
    if assessment is None:
        return Why()
    return Why(
        tuple((ASIDE_JA[aside.because], aside) for aside in asides(assessment, by_staff)),
        people_ja(assessment.mentions),
        household_ja(assessment),
        unsure_ja(assessment),
    )


def _reading(ground: Ground) -> Reading:
    name = words.DOMAIN_CHIP_JA.get(ground.label, ground.name)
    more = "、".join(ground.within)
    if ground.label in set(Reason):
        name, _, more = ground.name.partition(" ")
    tone = words.tone_of(ground.label) or "theme"
    return Reading(ground.label, tone, name, ground.said, more, ground.by_staff)
