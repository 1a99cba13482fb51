"""What the words around a cue make of it: said, denied, long past, only imagined, or somebody else's."""

from __future__ import annotations

from enum import StrEnum

from spacy.tokens import Doc

from triage.experiencer import NOBODY_NAMED, Experiencer, in_doubt
from triage.imagined import imagined
from triage.matcher import Hit, sentence
from triage.otherwise import of_another
from triage.past import past
from triage.people import Someone
from triage.polarity import denied, needs_parse


class Standing(StrEnum):
    """How a cue stands in its message. All but `AFFIRMED` have the names of `assessment.SetAsideBecause`."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    PAST = "past"
    IMAGINED = "imagined"
    OTHER_PERSON = "other_person"


def worth_a_parse(text: str, hit: Hit, everybody: tuple[Someone, ...]) -> bool:
    """Whether patterns leave open if the hit is denied, or whose it is."""
    return needs_parse(text, hit) or in_doubt(text, hit, everybody)


def window(text: str, hit: Hit) -> tuple[int, int]:
    """The part of the text that is worth a parse to judge the hit: its sentence, at most 300 characters."""
    start, end = sentence(text, hit.start, hit.end)
    return max(start, hit.start - 200), min(end, hit.end + 100)


def standing(text: str, hit: Hit, doc: Doc | None = None, who: Experiencer = NOBODY_NAMED) -> Standing:
    """How the hit stands. `doc` is the parse of its `window`; without it only patterns are read."""
    start, end = sentence(text, hit.start, hit.end)
    if imagined(text, hit, start, end):
        return Standing.IMAGINED
    if of_another(text, hit, who, start, end):
        return Standing.OTHER_PERSON
    if past(text, hit, start, end):
        return Standing.PAST
    if denied(text, hit, doc, window(text, hit)[0]):
        return Standing.DENIED
    return Standing.AFFIRMED
