"""False alarms where they come easiest, and what another emergency threshold would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from triage.assessment import Urgency
from triage.encoder import Matrix
from triage.labelset import INDEX
from triage.train.evaluate import Flags, Judged, Messages
from triage.train.fields import flags, given
from triage.train.measures import Measure, share

FALSE_ALARMS: Final = (0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.16, 0.20)


@dataclass(frozen=True, slots=True)
class Trade:
    """With the threshold at which `alarms` (share) of the normal messages are called emergency: `found` of the
    emergencies.
    """

    alarms: float
    found: Measure


def beside_emergencies(messages: Messages) -> Flags:
    """Normal messages of a topic in which the same author also wrote an emergency."""
    pairs = [(record["author"], record["topic"]) for record in messages.records]
    risky = {pair for pair, r in zip(pairs, messages.records, strict=True) if r["urgency"] == "emergency"}
    return flags([pair in risky for pair in pairs]) & given(messages, "urgency", "normal")


def with_danger_words(messages: Messages) -> Flags:
    """Normal messages in which the rules hear a word of danger, affirmed or taken back."""
    heard = flags([
        any(hit.cue.urgency is Urgency.EMERGENCY for hit, _ in reading.hits) for reading in messages.readings
    ])  # fmt: skip
    return heard & given(messages, "urgency", "normal")


def hard_measures(messages: Messages, judged: Judged) -> list[Measure]:
    """False alarms on hard negatives."""
    emergency = flags([verdict.urgency == "emergency" for verdict in judged.verdicts])
    raised = flags([verdict.urgency != "normal" for verdict in judged.verdicts])
    hard = {"beside an emergency": beside_emergencies(messages), "with words of danger": with_danger_words(messages)}
    return [
        share(f"normal {name}: called {level}", said, among)
        for name, among in hard.items()
        for level, said in (("emergency", emergency), ("high or emergency", raised))
    ]


def found_at(messages: Messages, probabilities: Matrix, alarms: float) -> Measure:
    """Emergency recall at the one threshold of the calibrated probability that calls `alarms` (share) of all normal
    messages an emergency; no gates. The threshold is part of the measure, so that two models meet at equal alarms.
    """
    emergency = probabilities[:, INDEX["emergency"]]
    cut = np.quantile(emergency[given(messages, "urgency", "normal")], 1 - alarms)
    return share(
        f"emergencies found at {alarms:.0%} false alarms", emergency > cut, given(messages, "urgency", "emergency")
    )


def trades(messages: Messages, judged: Judged) -> list[Trade]:
    """Recall against false alarms."""
    return [Trade(alarms, found_at(messages, judged.probabilities, alarms)) for alarms in FALSE_ALARMS]
