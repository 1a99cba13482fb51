"""Rule reading of a message: the cues found in it, how each stands, and the people and household it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from spacy.language import Language

from triage.assessment import Urgency
from triage.context import Standing
from triage.experiencer import Experiencer
from triage.household import NO_HOUSEHOLD, Household, Pattern
from triage.labelset import INDEX, LABELS, RAISED
from triage.matcher import Cue, Hit
from triage.people import Someone
from triage.persons import Person

_THEMED: Final = (Pattern.P8050, Pattern.DOUBLE_CARE, Pattern.YOUNG_CARER)


@dataclass(frozen=True, slots=True)
class Reading:
    """Cue hits of one message with their standing, in text order, and the people it speaks of."""

    hits: tuple[tuple[Hit, Standing], ...]
    people: tuple[Person, ...]
    beyond_denied: bool = False
    """Whether the message says anything outside the clauses whose cues are taken back."""
    whose: tuple[Experiencer, ...] = ()
    """Whose problem each hit is, in the order of `hits`."""
    everybody: tuple[Someone, ...] = ()
    """The people with who they are in the household (outsiders joined, the writer's own age)."""
    household: Household = NO_HOUSEHOLD

    def spans(self, label: str) -> list[Hit]:
        """The affirmed hits that speak for `label`."""
        return [hit for hit, stands in self.hits if stands is Standing.AFFIRMED and label in cue_labels(hit.cue)]

    def outright(self) -> frozenset[str]:
        """The labels that an affirmed cue names outright (`Cue.outright`)."""
        affirmed = (hit.cue for hit, stands in self.hits if stands is Standing.AFFIRMED)
        return frozenset(label for cue in affirmed if cue.outright for label in cue.labels)

    def signals(self) -> npt.NDArray[np.float32]:
        """Per label (columns of `LABELS`): row 0 a cue affirmed, row 1 a cue only denied, past, imagined or another's.

        Row 0 also has the reasons of complexity and the named patterns (8050 …) that the household table shows, row 1
        what the household or an affirmed cue (`Cue.rules_out`) rules out.
        """
        rows = np.zeros((2, len(LABELS)), dtype=np.float32)
        for hit, stands in self.hits:
            for label in cue_labels(hit.cue):
                rows[0 if stands is Standing.AFFIRMED else 1, INDEX[label]] = 1
            rows[1, [INDEX[label] for label in hit.cue.rules_out if stands is Standing.AFFIRMED]] = 1
        rows[1, [INDEX[label] for label in self.household.rules_out]] = 1
        rows[:, INDEX["consultation"]] = (rows[0].any(), 0)
        rows[1, [INDEX["smalltalk"], INDEX["other"]]] = rows[0].any()
        shown = [*self.household.reasons, *(p for p in _THEMED if p in self.household.patterns)]
        rows[0, [INDEX[str(label)] for label in shown]] = 1
        rows[1] *= 1 - rows[0]
        return rows


def read_rules(cues: tuple[Cue, ...], texts: list[str], nlp: Language) -> list[Reading]:
    """The reading of each normal text; `nlp` is GiNZA (`load_ginza`). Whoever reads often keeps a `rules_pipeline`."""
    from triage.pipeline import rules_pipeline

    return [doc._.toritsugi_reading for doc in rules_pipeline(nlp, cues).pipe(texts)]


def cue_labels(cue: Cue) -> tuple[str, ...]:
    """The labels that a cue speaks for, with the columns of its urgency (`emergency` is also `raised`)."""
    urgent: tuple[str, ...] = ()
    if cue.urgency is Urgency.EMERGENCY:
        urgent = ("emergency", RAISED)
    elif cue.urgency is Urgency.HIGH:
        urgent = (RAISED,)
    return (*cue.labels, *urgent)
