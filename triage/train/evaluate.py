"""Verdicts on messages that the heads, calibration and thresholds have never seen the author (or topic) of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from triage.assessment import FIELDS
from triage.encoder import Matrix
from triage.features import Vector
from triage.fuse import Verdict, assured, fuse
from triage.heads import Calibration
from triage.labelset import INDEX
from triage.rules import Reading
from triage.train.calibrate import calibrate, floors, fused, thresholds
from triage.train.corpus import OWN_AUTHOR

Flags = npt.NDArray[np.bool_]
Groups = npt.NDArray[np.str_]


class Messages(Protocol):
    """What an evaluation needs of a `Corpus`; rows are messages, in one order throughout."""

    @property
    def records(self) -> Sequence[dict[str, Any]]:
        """As the data files hold them."""

    @property
    def authors(self) -> Groups:
        """Who wrote each."""

    @property
    def labels(self) -> Matrix:
        """0 or 1 by column of `LABELS`."""

    @property
    def signals(self) -> Matrix:
        """What the rules say (messages x 2 x labels)."""

    @property
    def readings(self) -> Sequence[Reading]:
        """The rules' reading of each."""


@dataclass(frozen=True)
class Sample:
    """Some messages of a corpus."""

    records: Sequence[dict[str, Any]]
    authors: Groups
    labels: Matrix
    signals: Matrix
    readings: Sequence[Reading]

    @classmethod
    def of(cls, messages: Messages, rows: npt.NDArray[np.int64]) -> Sample:
        """The messages at `rows`."""
        return cls(
            [messages.records[i] for i in rows.tolist()], messages.authors[rows], messages.labels[rows],
            messages.signals[rows], [messages.readings[i] for i in rows.tolist()],
        )  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """The verdict on each message; calibrated `probabilities` and the thresholds `cuts` it was read with, both
    (messages x labels).
    """

    verdicts: list[Verdict]
    probabilities: Matrix
    cuts: Matrix

    def only(self, rows: npt.NDArray[np.int64]) -> Judged:
        """The same of some messages."""
        return Judged([self.verdicts[i] for i in rows], self.probabilities[rows], self.cuts[rows])


def judge(messages: Messages, raw: Matrix, groups: Groups | None = None) -> Judged:
    """What the reader would say of each message: calibration, thresholds and doubts come from the raw logits of the
    other groups (authors, unless `groups` names another fold for each message).
    """
    groups = messages.authors if groups is None else groups
    probabilities, cuts = np.zeros_like(raw), np.zeros_like(raw)
    said: list[Verdict | None] = [None] * len(messages.records)
    for group in sorted(set(groups)):
        unseen = np.flatnonzero(groups == group)
        calibration, cut = tune(messages, raw, groups != group)
        probabilities[unseen] = fused(calibration, raw[unseen], messages.signals[unseen])
        cuts[unseen] = cut
        for i in unseen.tolist():
            probabilities[i] = assured(probabilities[i], messages.readings[i])
            said[i] = fuse(probabilities[i], cut, messages.readings[i])
    return Judged(_doubted(messages, groups, [v for v in said if v is not None]), probabilities, cuts)


def _doubted(messages: Messages, groups: Groups, said: list[Verdict]) -> list[Verdict]:
    """The verdicts with the fields that are unsure, by the certainties of the other groups (their own calibration saw
    this group; only the share that asks for a person rests on it).
    """
    certainty = np.stack([verdict.certainty for verdict in said])
    names = np.array(FIELDS)
    out = list(said)
    for group in sorted(set(groups)):
        least = floors(certainty[(groups != group) & scored(messages)])
        for i in np.flatnonzero(groups == group):
            out[i] = replace(said[i], unsure=frozenset(names[certainty[i] < least].tolist()))
    return out


def verdicts(messages: Messages, raw: Matrix) -> list[Verdict]:
    """`judge` by author, without the probabilities."""
    return judge(messages, raw).verdicts


def tune(messages: Messages, raw: Matrix, seen: Flags) -> tuple[Calibration, Vector]:
    """Calibration on the messages `seen`, thresholds on those of them that are not our own plain sentences."""
    calibration = calibrate(raw[seen], messages.signals[seen], messages.labels[seen])
    seen = seen & scored(messages)
    probability = fused(calibration, raw[seen], messages.signals[seen])
    return calibration, thresholds(probability, messages.signals[seen], messages.labels[seen])


def scored(messages: Messages) -> Flags:
    """Which messages count: all but our own plain sentences, which are taught in every fold."""
    counted: Flags = messages.authors != OWN_AUTHOR
    return counted


def truth(messages: Messages, label: str) -> Flags:
    """Which messages the author gave `label`."""
    given: Flags = messages.labels[:, INDEX[label]] > 0
    return given
