"""Rule reading of a message: the cues found in it and how each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from triage.assessment import Urgency
from triage.clauses import clauses
from triage.context import Standing, may_be_denied, standing, window
from triage.household import reasons
from triage.labelset import INDEX, LABELS, RAISED
from triage.matcher import Cue, Hit, find
from triage.persons import Person, persons

_BATCH: Final = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """Cue hits of one message with their standing, in text order, and the people it speaks of."""

    hits: tuple[tuple[Hit, Standing], ...]
    people: tuple[Person, ...]
    beyond_denied: bool = False
    """Whether the message says anything outside the clauses whose cues are taken back."""

    def spans(self, label: str) -> list[Hit]:
        """The affirmed hits that speak for `label`."""
        return [hit for hit, stands in self.hits if stands is Standing.AFFIRMED and label in _labels(hit.cue)]

    def signals(self) -> npt.NDArray[np.float32]:
        """Per label (columns of `LABELS`): row 0 a cue affirmed, row 1 a cue only denied, past or imagined."""
        rows = np.zeros((2, len(LABELS)), dtype=np.float32)
        for hit, stands in self.hits:
            for label in _labels(hit.cue):
                rows[0 if stands is Standing.AFFIRMED else 1, INDEX[label]] = 1
        rows[:, INDEX["consultation"]] = (rows[0].any(), 0)
        rows[1, [INDEX["smalltalk"], INDEX["other"]]] = rows[0].any()
        for reason in reasons([hit for hit, stands in self.hits if stands is Standing.AFFIRMED], self.people):
            rows[0, INDEX[str(reason)]] = 1
        rows[1] *= 1 - rows[0]
        return rows


def read_rules(cues: tuple[Cue, ...], texts: list[str], nlp: Language) -> list[Reading]:
    """The reading of each normal text; only sentences whose cue may be denied are parsed."""
    found = [find(cues, text) for text in texts]
    windows = sorted({text[slice(*window(text, hit))] for text, hits in zip(texts, found, strict=True)
                      for hit in hits if may_be_denied(text, hit)})  # fmt: skip
    parsed = dict(zip(windows, nlp.pipe(windows, batch_size=_BATCH), strict=True))
    return [_reading(text, hits, parsed) for text, hits in zip(texts, found, strict=True)]


def _reading(text: str, hits: list[Hit], parsed: dict[str, Doc]) -> Reading:
    stands = [(hit, standing(text, hit, parsed.get(text[slice(*window(text, hit))]))) for hit in hits]
    taken_back = [hit for hit, stand in stands if stand is not Standing.AFFIRMED]
    beyond = any(all(hit.end <= a or hit.start >= b for hit in taken_back) for a, b in clauses(text))
    return Reading(tuple(sorted(stands, key=lambda pair: pair[0].start)), persons(text), beyond)


def _labels(cue: Cue) -> tuple[str, ...]:
    urgent: tuple[str, ...] = ()
    if cue.urgency is Urgency.EMERGENCY:
        urgent = ("emergency", RAISED)
    elif cue.urgency is Urgency.HIGH:
        urgent = (RAISED,)
    return (*cue.labels, *urgent)
