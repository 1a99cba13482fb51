"""The decision alone: probabilities and rule readings made by hand."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from triage.assessment import Domain, Kind, Urgency
from triage.context import Standing
from triage.features import Vector
from triage.fuse import OUTRIGHT, assured, fuse
from triage.labelset import INDEX, LABELS
from triage.matcher import Cue, Hit
from triage.rules import Reading

CUT = np.full(len(LABELS), 0.5, dtype=np.float32)
SILENT = Reading((), ())
AFFIRMED, DENIED, PAST = Standing.AFFIRMED, Standing.DENIED, Standing.PAST


class Danger:
    """Stands for a cue of an emergency."""

    labels = ()
    urgency = Urgency.EMERGENCY
    rules_out: tuple[str, ...] = ()
    outright = False


class Poverty:
    """Stands for a cue of poverty."""

    labels = ("poverty",)
    urgency = None
    rules_out: tuple[str, ...] = ()
    outright = False


class Found:
    """Stands for a hit of a cue."""

    def __init__(self, cue: type[Danger | Poverty]) -> None:
        self.cue = cast(Cue, cue)


def reading(*stands: Standing, cue: type[Danger | Poverty] = Danger, beyond: bool = False) -> Reading:
    return Reading(tuple((cast(Hit, Found(cue)), one) for one in stands), (), beyond_denied=beyond)


def probability(**given: float) -> Vector:
    values = np.full(len(LABELS), 0.01, dtype=np.float32)
    for label, value in ({"consultation": 0.9} | given).items():
        values[INDEX[label]] = value
    return values


@pytest.mark.parametrize(
    ("emergency", "raised", "rules", "urgency"),
    [
        (0.6, 0.6, SILENT, Urgency.EMERGENCY),
        (0.4, 0.6, SILENT, Urgency.HIGH),
        (0.4, 0.4, SILENT, Urgency.NORMAL),
        (0.3, 0.3, reading(AFFIRMED), Urgency.EMERGENCY),
        (0.2, 0.16, reading(AFFIRMED), Urgency.HIGH),
        (0.2, 0.14, reading(AFFIRMED), Urgency.NORMAL),
        (0.2, 0.16, reading(DENIED), Urgency.NORMAL),
        (0.3, 0.3, reading(DENIED), Urgency.NORMAL),
        (0.9, 0.9, reading(DENIED), Urgency.HIGH),
        (0.9, 0.9, reading(DENIED, PAST), Urgency.HIGH),
        (0.9, 0.9, reading(DENIED, AFFIRMED), Urgency.EMERGENCY),
    ],
)
def test_urgency(emergency: float, raised: float, rules: Reading, urgency: Urgency) -> None:
    assert fuse(probability(emergency=emergency, raised=raised), CUT, rules).urgency is urgency


@pytest.mark.parametrize(
    ("poverty", "rules", "said"),
    [
        (0.6, SILENT, True),
        (0.4, SILENT, False),
        (0.95, reading(DENIED, cue=Poverty), False),
        (0.7, reading(DENIED, cue=Poverty, beyond=True), False),
        (0.8, reading(DENIED, cue=Poverty, beyond=True), True),
        (0.6, reading(DENIED, AFFIRMED, cue=Poverty), True),
    ],
)
def test_what_only_taken_back_words_say_is_not_asserted(poverty: float, rules: Reading, said: bool) -> None:
    assert (Domain.POVERTY in fuse(probability(poverty=poverty), CUT, rules).domains) is said


@pytest.mark.parametrize(
    ("smalltalk", "other", "consultation", "urgent", "kind"),
    [
        (0.9, 0.05, 0.05, {}, Kind.SMALLTALK),
        (0.05, 0.9, 0.05, {}, Kind.OTHER),
        (0.2, 0.19, 0.18, {}, Kind.CONSULTATION),
        (0.2, 0.05, 0.05, {}, Kind.SMALLTALK),
        (0.4, 0.3, 0.3, {}, Kind.CONSULTATION),
        (0.7, 0.1, 0.2, {"raised": 0.9}, Kind.CONSULTATION),
        (0.9, 0.05, 0.05, {"raised": 0.9}, Kind.SMALLTALK),
        (0.99, 0.0, 0.01, {"raised": 0.9, "emergency": 0.9}, Kind.CONSULTATION),
    ],
)
def test_kind(smalltalk: float, other: float, consultation: float, urgent: dict[str, float], kind: Kind) -> None:
    found = fuse(
        probability(smalltalk=smalltalk, other=other, consultation=consultation, poverty=0.9, **urgent), CUT, SILENT
    )
    assert found.kind is kind
    assert (Domain.POVERTY in found.domains) is (kind is Kind.CONSULTATION)
    assert kind is Kind.CONSULTATION or found.urgency is Urgency.NORMAL


class Outright(Poverty):
    """Stands for a cue whose words name poverty, which are often taken for disability."""

    outright = True
    rules_out = ("disability",)


def test_what_is_named_outright_needs_no_net() -> None:
    said = assured(probability(disability=0.6), reading(AFFIRMED, cue=Outright))
    assert said[INDEX["poverty"]] == np.float32(OUTRIGHT)
    assert fuse(said, CUT, reading(AFFIRMED, cue=Outright, beyond=True)).domains == {Domain.POVERTY}
    assert assured(probability(poverty=0.95), reading(AFFIRMED, cue=Outright))[INDEX["poverty"]] == np.float32(0.95)


def test_what_is_denied_is_not_named() -> None:
    assert (assured(probability(), reading(DENIED, cue=Outright)) == probability()).all()
