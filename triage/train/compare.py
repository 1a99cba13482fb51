"""Two model versions on the messages that both read without having seen their author."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from triage.train.danger import found_at
from triage.train.evaluate import Judged, Messages, Sample, judge, scored
from triage.train.measures import Draws, Interval, Measure
from triage.train.scores import Scores, load_scores
from triage.train.study import measures

GATES: Final = ("domains macro-F1", "emergencies found at 8% false alarms")
"""What must not fall for a model to be promoted without a reason."""
LEAST: Final = 50


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
        """Whether the new one is lower beyond chance: the whole paired interval within authors lies below 0."""
        return self.within[1] < 0


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
        """The gates that fell beyond chance."""
        return [change for change in self.changes if change.old.key in GATES and change.worse]


def compare_folders(messages: Messages, old: Path, new: Path) -> Comparison:
    """Compare the scores stored in two model folders. Raises what `load_scores` and `compare` do."""
    return compare(messages, load_scores(old), load_scores(new))


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
