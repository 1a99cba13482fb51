"""Which words a label rests on: leave a piece of the text out, read the rest, and see how far the logit falls.

Logits, not probabilities: those saturate, and two strong signs would hide each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from spacy.language import Language

from triage.assessment import Assessment
from triage.encoder import Matrix
from triage.labelset import INDEX

Logits = Callable[[list[str]], Matrix]
"""Raw logits (texts x labels of `LABELS`) of normal texts, each with a visible character."""


@dataclass(frozen=True, slots=True)
class Why:
    """What the labels of one text rest on.

    `thresholds` is by label; `parts` are the bunsetu (clauses of a long text) in normal form; `fallen` (parts x labels)
    is how far each logit falls without each.
    """

    assessment: Assessment
    thresholds: Mapping[str, float]
    parts: tuple[str, ...]
    fallen: Matrix

    def rests_on(self, label: str, count: int = 3) -> list[tuple[str, float]]:
        """The parts with the largest falls of a label's logit (a column of `LABELS`), largest first."""
        if not self.parts:
            return []
        column = INDEX[label]
        return [(self.parts[i], float(self.fallen[i, column])) for i in largest(self.fallen, column, count)]


def bunsetu(ginza: Language, text: str) -> list[tuple[int, int]]:
    """Offsets of the bunsetu (文節) of a normal text, by the full parse, without blanks and signs alone."""
    import ginza as toolkit

    spans = [span for span in toolkit.bunsetu_spans(ginza(text)) if any(char.isalnum() for char in span.text)]
    return [(span.start_char, span.end_char) for span in spans]


def drops(text: str, spans: Sequence[tuple[int, int]], logits: Logits) -> Matrix:
    """How far the logit of each label falls without each span (spans x labels); below 0 it rises.

    Reads the whole text and one text per span, all at once. A span without which nothing visible is left takes the
    whole logit with it.
    """
    rests = [text[:start] + text[end:] for start, end in spans]
    read = [i for i, rest in enumerate(rests) if rest.strip()]
    scored = logits([text, *(rests[i] for i in read)])
    fallen = np.repeat(scored[:1], len(spans), axis=0)
    for row, i in enumerate(read, start=1):
        fallen[i] = scored[0] - scored[row]
    return fallen


def largest(fallen: Matrix, column: int, count: int) -> list[int]:
    """The spans (rows of `drops`) with the largest falls of one label above 0, largest first, at most `count`."""
    order = np.argsort(-fallen[:, column], kind="stable")[:count]
    return [int(i) for i in order if fallen[i, column] > 0]
