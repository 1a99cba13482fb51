"""The clause net at run time: clause features in, logits per clause and per message out. Plain NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]

SKIP_SHARE: Final = 0.3
CLAUSE_SHARE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Logits:
    """Of one message: `message` (labels) and `clauses` (clauses x labels)."""

    message: Array
    clauses: Array


def forward(weights: Weights, clauses: list[Array]) -> list[Logits]:
    """The logits of each message; each matrix holds the features of its clauses (at least one row)."""
    lengths = np.array([len(c) for c in clauses])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    x = np.concatenate(clauses)
    hidden = np.maximum(x @ weights["in"] + weights["in_b"], 0)
    h = np.maximum(neighbours(hidden, starts, lengths) @ weights["conv"] + weights["conv_b"], 0)
    z = h @ weights["out"] + weights["out_b"] + SKIP_SHARE * (x @ weights["skip"])
    top = np.maximum.reduceat(z, starts)
    spread = np.add.reduceat(np.exp(z - np.repeat(top, lengths, axis=0)), starts)
    pooled = np.hstack([np.add.reduceat(h, starts) / lengths[:, None], np.maximum.reduceat(h, starts)])
    message = CLAUSE_SHARE * (top + np.log(spread)) + pooled @ weights["message"] + weights["message_b"]
    parts = np.split(z, starts[1:])
    return [Logits(row.astype(np.float32), part.astype(np.float32)) for row, part in zip(message, parts, strict=True)]


def neighbours(hidden: Array, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Array:
    """Each clause beside the one before and the one after it in the same message (zeros at the ends)."""
    before, after = np.zeros_like(hidden), np.zeros_like(hidden)
    before[1:] = hidden[:-1]
    before[starts] = 0
    after[:-1] = hidden[1:]
    after[starts + lengths - 1] = 0
    return np.hstack([before, hidden, after])
