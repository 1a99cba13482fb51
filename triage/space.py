"""The space that heads read in: centred words and sentence vectors, folded char TF-IDF and patterns, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from triage.encoder import Matrix
from triage.features import MessageFeatures, Vector, gram_counts

_MESSAGE_SCALES: Final = (6.0, 4.0, 4.0, 0.5)
_CLAUSE_SCALES: Final = (20.0, 20.0, 0.6, 10.0, 0.6)


@dataclass(frozen=True, slots=True)
class Space:
    """Fitted on training text: n-gram `ids`, their `idf`, `basis` (grams x width), and the three means to take off."""

    ids: dict[str, int]
    idf: Vector
    basis: Matrix
    clause_words: Vector
    message_words: Vector
    message_encoded: Vector

    def grams(self, text: str) -> tuple[npt.NDArray[np.int64], Vector]:
        """The known character runs of `text` (columns) and their TF-IDF, of length one together; empty without any."""
        known = [(self.ids[gram], count) for gram, count in gram_counts(text).items() if gram in self.ids]
        index = np.array([column for column, _ in known], dtype=np.int64)
        counts = np.array([count for _, count in known], dtype=np.float32)
        weights = ((1.0 + np.log(counts)) * self.idf[index]).astype(np.float32)
        return index, weights / max(float(np.linalg.norm(weights)), 1e-9)

    def chars(self, text: str) -> Vector:
        """The unit char TF-IDF vector of `text` folded to `width` numbers."""
        index, weights = self.grams(text)
        folded: Vector = weights @ self.basis[index]
        return folded

    def message(self, f: MessageFeatures, chars: Vector) -> Vector:
        """The row of the whole message for the linear heads; `chars` is `self.chars` of its text."""
        blocks = (
            unit(f.message_words[None])[0] - self.message_words,
            f.message_encoded - self.message_encoded,
            chars,
            f.message_flags,
        )
        return _side_by_side(blocks, _MESSAGE_SCALES)

    def clauses(self, f: MessageFeatures, chars: Matrix) -> Matrix:
        """One row per clause for the clause net: the clause's own blocks, then the message's (the same in each row);
        `chars` are `self.chars` of its clauses.
        """
        count = len(f.spans)
        blocks = (
            unit(f.words) - self.clause_words,
            chars,
            f.flags,
            np.repeat((f.message_encoded - self.message_encoded)[None], count, axis=0),
            np.repeat(f.message_flags[None], count, axis=0),
        )
        return _side_by_side(blocks, _CLAUSE_SCALES)


def unit(rows: Matrix) -> Matrix:
    """Rows of length one (zero rows stay zero)."""
    scaled: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return scaled


def _side_by_side(blocks: tuple[Matrix, ...], scales: tuple[float, ...]) -> Matrix:
    scaled = [block * scale for block, scale in zip(blocks, scales, strict=True)]
    return np.concatenate(scaled, axis=-1).astype(np.float32)
