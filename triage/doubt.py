"""How sure the machine is of each field of a verdict: the chance that it is right if its probabilities are."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from triage.assessment import FIELDS, THEMES, Complexity, Domain, Kind, Reporter, Urgency
from triage.features import Vector
from triage.labelset import COMPLEXITIES, DOMAINS, INDEX, KINDS, RAISED, REPORTERS

ABSTAINED: Final = np.array([0.1 if name in ("kind", "urgency") else 0.2 for name in FIELDS])
"""The share of messages of which each field of `FIELDS` is unsure: its least certain ones, on authors that no fit saw.
The kind and the urgency have a tenth each, so that not every second message asks for a person.
"""

_NEED: Final = re.compile(
    "困(?:っ|り|る)|こまっ|こまる|つら[いく]|辛[いく]|しんど|助けて|たすけて|相談(?:し|が)|そうだん(?:し|が)"
    "|疲れ(?!さ|様)|つかれ(?!さ)|不安|涙"
)
SHORT: Final = 12
"""Code points up to which a greeting is short."""
SURE_SHORT: Final = 0.8
SURE_LONG: Final = 0.9
"""The share of its kind below which a text, short or longer, is not put aside by the machine alone."""


def certainties(  # one argument a field, so that no half-filled verdict can be passed
    probability: Vector,
    *,
    kind: Kind,
    reporter: Reporter,
    domains: frozenset[Domain],
    themes: frozenset[str],
    complexity: Complexity,
    urgency: Urgency,
    refuses: bool,
) -> Vector:
    """Numbers in [0, 1] in the order of `FIELDS`. `probability` is calibrated, by column of `LABELS`."""
    emergency, raised = _p(probability, "emergency"), _p(probability, RAISED)
    refusing = _p(probability, "refuses_support")
    urgent = {Urgency.EMERGENCY: emergency, Urgency.HIGH: raised * (1 - emergency), Urgency.NORMAL: 1 - raised}
    sure = {
        "kind": _share(probability, str(kind), KINDS),
        "reporter": _share(probability, str(reporter), REPORTERS),
        "domains": _all_right(probability, DOMAINS, set(map(str, domains))),
        "themes": _all_right(probability, THEMES, set(themes)),
        "complexity": _share(probability, str(complexity), COMPLEXITIES),
        "urgency": urgent[urgency],
        "refuses_support": refusing if refuses else 1 - refusing,
    }
    return np.array([sure[name] for name in FIELDS], dtype=np.float32)


def talk_in_doubt(probability: Vector, kind: Kind, text: str, *, cue: bool) -> bool:
    """Whether what reads as no 相談 may be one all the same, so that a person must look before it is put aside.

    So it is with any cue that stands in it (`cue`), with a plain word of need, and where the kind is not sure: one
    unknown word turns few words into a greeting. `text` is normal. The figures:
    `docs/decisions/0025-when-a-reading-rings.md`.
    """
    if kind is Kind.CONSULTATION:
        return False
    sure = SURE_SHORT if len(text) <= SHORT else SURE_LONG
    return cue or _NEED.search(text) is not None or _share(probability, str(kind), KINDS) < sure


def _share(probability: Vector, chosen: str, choices: tuple[str, ...]) -> float:
    return _p(probability, chosen) / max(1e-6, sum(_p(probability, choice) for choice in choices))


def _all_right(probability: Vector, labels: tuple[str, ...], said: set[str]) -> float:
    right = [_p(probability, label) if label in said else 1 - _p(probability, label) for label in labels]
    return float(np.prod(right))


def _p(values: Vector, label: str) -> float:
    return float(values[INDEX[label]])
