"""Rule reading of a message: the cues found in it and how each stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from triage.assessment import Urgency
from triage.context import Standing, may_be_denied, standing
from triage.labelset import INDEX, LABELS, RAISED
from triage.matcher import Cue, Hit, find


@dataclass(frozen=True, slots=True)
class Reading:
    """Cue hits of one message with their standing, in text order."""

    hits: tuple[tuple[Hit, Standing], ...]

    def spans(self, label: str) -> list[Hit]:
        """The affirmed hits that speak for `label`."""
        return [hit for hit, stands in self.hits if stands is Standing.AFFIRMED and label in _labels(hit.cue)]

    def signals(self) -> npt.NDArray[np.float32]:
        """Per label (columns of `LABELS`): row 0 a cue affirmed, row 1 a cue only denied, past or imagined."""
        rows = np.zeros((2, len(LABELS)), dtype=np.float32)
        for hit, stands in self.hits:
            for label in _labels(hit.cue):
                rows[0 if stands is Standing.AFFIRMED else 1, INDEX[label]] = 1
        rows[1] *= 1 - rows[0]
        return rows


def needs_parse(text: str, hits: list[Hit]) -> bool:
    """Whether any hit may be denied by the words behind it."""
    return any(may_be_denied(text, hit) for hit in hits)


def hits_in(cues: tuple[Cue, ...], text: str) -> list[Hit]:
    """Every hit of every cue in normal text."""
    return find(cues, text)


def reading(text: str, hits: list[Hit], doc: Doc | None) -> Reading:
    """How each hit stands; `doc` is the parse of `text` where `needs_parse` asked for it."""
    return Reading(tuple(sorted(((hit, standing(text, hit, doc)) for hit in hits), key=lambda pair: pair[0].start)))


def _labels(cue: Cue) -> tuple[str, ...]:
    urgent: tuple[str, ...] = ()
    if cue.urgency is Urgency.EMERGENCY:
        urgent = ("emergency", RAISED)
    elif cue.urgency is Urgency.HIGH:
        urgent = (RAISED,)
    return (*cue.labels, *urgent)
