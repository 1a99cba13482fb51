"""Two model versions on the messages that both read without having seen their author."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from triage.encoder import TamperedModelError
from triage.train.danger import found_at
from triage.train.evaluate import Judged, Messages, Sample, judge, scored
from triage.train.folds import BROKEN
from triage.train.measures import Draws, Interval, Measure
from triage.train.scores import SCORES, Scores, load_scores
from triage.train.study import measures

GATES: Final = (
    "domains macro-F1", "emergencies found at 8% false alarms", "emergency read as high or emergency",
)  # fmt: skip
"""What must not fall for a model to be promoted without a reason."""
_MOST_LOST: Final = 0.01
LEAST: Final = 50


class NoScoresError(ValueError):
    """The scores in `folder` are missing, broken, of other labels or of another model (`why`: the fault)."""

    def __init__(self, folder: Path, why: Exception) -> None:
        super().__init__(f"{folder}: {why}")
        self.folder = folder


class NothingSharedError(ValueError):
    """Fewer than `LEAST` messages were scored by both versions."""


@dataclass(frozen=True, slots=True)
class Change:
    """One score of both versions; `within` and `across` are 95 % intervals of new - old over the same draws (messages
    inside each author; whole authors).
    """

    old: Measure
    new: Measure
    within: Interval
    across: Interval

    @property
    def difference(self) -> float:
        """New - old."""
        return self.new.value - self.old.value

    @property
    def worse(self) -> bool:
        """Whether the new one is lower beyond chance (the whole paired interval within authors lies below 0), or lower
        by more than .01 whatever the interval: with few messages it is wide, and a loss would never be shown.
        """
        return self.within[1] < 0 or self.difference < -_MOST_LOST


@dataclass(frozen=True, slots=True)
class Comparison:
    """All scores on `count` messages of `authors` authors."""

    count: int
    authors: int
    changes: list[Change]

    def change(self, key: str) -> Change:
        """The change of one score. Raises `StopIteration` when there is none."""
        return next(change for change in self.changes if change.old.key == key)

    @property
    def worse(self) -> list[Change]:
        """The gates that fell."""
        return [change for change in self.changes if change.old.key in GATES and change.worse]


def compare_folders(messages: Messages, old: Path, new: Path) -> Comparison:
    """Compare the scores stored in two model folders. Raises `NoScoresError` and what `compare` does."""
    return compare(messages, scores_in(old), scores_in(new))


def scores_in(folder: Path) -> Scores:
    """The scores stored in a model folder. Raises `NoScoresError`."""
    try:
        with zipfile.ZipFile(folder / SCORES):
            return load_scores(folder)
    except (*BROKEN, TamperedModelError) as fault:
        raise NoScoresError(folder, fault) from fault


def compare(messages: Messages, old: Scores, new: Scores) -> Comparison:
    """Both versions under the rules, labels and gates of today, each calibrated on its own logits of the other authors.

    A message counts when both scored it with the text it has now. Raises `NothingSharedError`.
    """
    at_old, at_new = old.rows(messages.records), new.rows(messages.records)
    rows = np.flatnonzero((at_old >= 0) & (at_new >= 0))
    sample = Sample.of(messages, rows)
    counted = np.flatnonzero(scored(sample))
    if len(counted) < LEAST:
        raise NothingSharedError(str(len(counted)))
    both = [judge(sample, one.raw[at[rows]]).only(counted) for one, at in ((old, at_old), (new, at_new))]
    sample = Sample.of(sample, counted)
    draws = Draws.of(sample.authors)
    pairs = zip(_measures(sample, both[0]), _measures(sample, both[1]), strict=True)
    changes = [Change(a, b, *draws.intervals(b, a)) for a, b in pairs if a.count]
    return Comparison(len(counted), len(set(sample.authors)), changes)


def _measures(sample: Sample, judged: Judged) -> list[Measure]:
    return [*measures(sample, judged), found_at(sample, judged.probabilities, 0.08)]
