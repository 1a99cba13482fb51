"""Scores as sums over messages, so that one set of bootstrap weights gives the interval of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from triage.encoder import Matrix

Rows = npt.NDArray[np.float32]
Interval = tuple[float, float]
DRAWS: Final = 1000
_ENDS: Final = (2.5, 97.5)
_Z: Final = 1.96
_BINS: Final = 10


@dataclass(frozen=True)
class Measure:
    """One score over n messages (or groups of them): the mean over rows of `top`·w / `bottom`·w, both (rows x n); a
    row whose bottom is empty does not count. With `gap`, the sum of |`top`·w| / `bottom`·w instead (calibration error).
    `count` is what it rests on. `is_share` is set for plain shares, which also have a Wilson interval.
    """

    key: str
    top: Rows
    bottom: Rows
    count: int
    is_share: bool = False
    gap: bool = False

    def of(self, weights: Rows) -> npt.NDArray[np.float64]:
        """The score under each row of `weights` (draws x n); NaN where nothing counts."""
        top, bottom = weights @ self.top.T, weights @ self.bottom.T
        if self.gap:
            return np.asarray(np.abs(top).sum(axis=1) / np.maximum(bottom[:, 0], 1), dtype=np.float64)
        kept = bottom > 0
        parts = np.where(kept, top / np.where(kept, bottom, 1), 0).sum(axis=1)
        counted = kept.sum(axis=1)
        return np.where(counted > 0, parts / np.maximum(counted, 1), np.nan).astype(np.float64)

    @cached_property
    def value(self) -> float:
        """The score itself; NaN when nothing counts."""
        return float(self.of(np.ones((1, self.top.shape[1]), dtype=np.float32))[0])

    @property
    def wilson(self) -> Interval | None:
        """The 95 % Wilson interval of a share."""
        return wilson(float(self.top.sum()), self.count) if self.is_share and self.count else None


def share(key: str, hits: npt.ArrayLike, among: npt.ArrayLike) -> Measure:
    """The share of hits `among` some messages (both by message)."""
    chosen = np.asarray(among, dtype=np.bool_)
    hit = np.asarray(hits, dtype=np.bool_) & chosen
    return Measure(key, _row(hit), _row(chosen), int(chosen.sum()), is_share=True)


def f1(key: str, true: Sequence[npt.ArrayLike], said: Sequence[npt.ArrayLike], among: npt.ArrayLike = True) -> Measure:
    """The mean F1 of some labels (one row each, by message). `count` is how often a single label is true,
    or how many messages several labels are read of.
    """
    truths, says = (
        np.array(true, dtype=np.bool_) & np.asarray(among),
        np.array(said, dtype=np.bool_) & np.asarray(among),
    )
    top = 2.0 * (truths & says)
    count = truths.sum() if len(truths) == 1 else np.broadcast_to(among, truths.shape[1]).sum()
    return Measure(key, top.astype(np.float32), (truths * 1.0 + says).astype(np.float32), int(count))


def micro_f1(key: str, true: Sequence[npt.ArrayLike], said: Sequence[npt.ArrayLike]) -> Measure:
    """F1 of some labels taken together."""
    single = f1(key, true, said)
    return Measure(
        key, single.top.sum(axis=0)[None], single.bottom.sum(axis=0)[None], int(np.array(true, dtype=np.bool_).sum())
    )


def calibration_error(key: str, probabilities: Matrix, labels: Matrix, among: npt.ArrayLike) -> Measure:
    """ECE over all labels of a field taken together: ten bins of equal width of the probability of each label
    (columns), each bin's |mean probability - share true| weighted with its size.
    """
    chosen = np.asarray(among, dtype=np.bool_)[:, None]
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    apart = (probabilities - labels) * chosen
    top = np.stack([np.where(bins == b, apart, 0).sum(axis=1) for b in range(_BINS)])
    sizes = chosen[:, 0] * float(probabilities.shape[1])
    return Measure(key, top.astype(np.float32), sizes[None].astype(np.float32), int(chosen.sum()), gap=True)


def wilson(hits: float, n: int) -> Interval:
    """The 95 % Wilson interval of `hits` out of `n` (at least one)."""
    p = hits / n
    middle = (p + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z * float(np.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))) / (1 + _Z * _Z / n)
    return middle - half, middle + half


@dataclass(frozen=True)
class Draws:
    """Bootstrap weights (draws x n): `within` draws messages again inside each author, `across` draws whole authors."""

    within: Rows
    across: Rows

    @classmethod
    def of(cls, authors: npt.NDArray[np.str_], count: int = DRAWS) -> Draws:
        """Always the same draws for the same authors."""
        random = np.random.default_rng(3)
        names = sorted(set(authors))
        within = np.zeros((count, len(authors)), dtype=np.float32)
        across = np.zeros_like(within)
        picked = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=count)
        for column, name in enumerate(names):
            own = np.flatnonzero(authors == name)
            within[:, own] = random.multinomial(len(own), np.full(len(own), 1 / len(own)), size=count)
            across[:, own] = picked[:, column : column + 1]
        return cls(within, across)

    def intervals(self, one: Measure, less: Measure | None = None) -> tuple[Interval, Interval]:
        """The 95 % intervals within and across authors of a score, or of its difference from `less` (paired)."""
        return self._ends(self.within, one, less), self._ends(self.across, one, less)

    @staticmethod
    def _ends(weights: Rows, one: Measure, less: Measure | None) -> Interval:
        values = one.of(weights) - (less.of(weights) if less else 0)
        values = values[~np.isnan(values)]
        if not len(values):
            return float("nan"), float("nan")
        low, high = np.percentile(values, _ENDS)
        return float(low), float(high)


def _row(values: npt.NDArray[np.bool_]) -> Rows:
    return values.astype(np.float32)[None]
