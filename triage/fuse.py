"""The decision: calibrated probabilities of nets and rules become one Assessment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from triage.assessment import FIELDS, THEMES, Assessment, Complexity, Domain, Evidence, Kind, Reason, Reporter, Urgency
from triage.context import Standing
from triage.doubt import certainties
from triage.features import Vector
from triage.labelset import COMPLEXITIES, INDEX, KINDS, LABELS, RAISED, REPORTERS
from triage.rules import Reading

_DENIED_GATE: Final = 0.75
_COMPLEX_FLOOR: Final = 0.35
CUE_ALARM: Final = 0.5
RULE_FLOOR: Final = 0.15
"""The probability of `raised` from which an affirmed cue of danger lifts a message to high."""
OUTRIGHT: Final = 0.85
"""The least probability of a label whose cue is `outright`; authors gave 90 of 92 such labels."""
_TALK: Final = 0.5
_TALK_DESPITE_HIGH: Final = 0.8
_NONE: Final[frozenset[Reason]] = frozenset()
_ASKED: Final = frozenset({"kind", "domains", "urgency"})
"""A field in doubt that a person must look at; doubts about the others are only shown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Labels of one message before their evidence is looked up."""

    kind: Kind
    reporter: Reporter
    domains: frozenset[Domain]
    themes: frozenset[str]
    complexity: Complexity
    reasons: frozenset[Reason]
    urgency: Urgency
    refuses: bool
    certainty: Vector
    """In the order of `FIELDS`."""
    unsure: frozenset[str]

    @property
    def needs_human(self) -> bool:
        """Whether a person must look (人の目で): a doubt about what this is, whose field or how urgent, or no label."""
        empty = self.kind is Kind.CONSULTATION and not (self.domains or self.themes)
        return bool(self.unsure & _ASKED) or empty

    def assessment(self, probabilities: dict[str, float], evidence: tuple[Evidence, ...], version: str) -> Assessment:
        """The same with probabilities and evidence."""
        return Assessment(
            kind=self.kind,
            reporter=self.reporter,
            domains=self.domains,
            themes=self.themes,
            complexity=self.complexity,
            complexity_reasons=self.reasons,
            urgency=self.urgency,
            refuses_support=self.refuses,
            needs_human=self.needs_human,
            probabilities=probabilities,
            evidence=evidence,
            model_version=version,
            unsure=self.unsure,
        )


def fuse(probability: Vector, threshold: Vector, rules: Reading, floors: Vector | None = None) -> Verdict:
    """Decide. `probability` and `threshold` are by column of `LABELS`; `rules` is the reading of the same message;
    `floors` by field of `FIELDS` (none: unsure of nothing).
    """
    said = _said(probability, threshold, rules)
    urgency = _urgency(probability, threshold, rules, said)
    kind = _kind(probability, urgency)
    if kind is not Kind.CONSULTATION:
        said, urgency = set(), Urgency.NORMAL
    complexity, reasons = _complexity(probability, said) if kind is Kind.CONSULTATION else (Complexity.UNCLEAR, _NONE)
    reporter = Reporter(_likeliest(probability, REPORTERS))
    domains = frozenset(domain for domain in Domain if domain in said)
    themes = frozenset(theme for theme in THEMES if theme in said)
    refuses = "refuses_support" in said
    certainty = certainties(
        probability, kind=kind, reporter=reporter, domains=domains, themes=themes, complexity=complexity,
        urgency=urgency, refuses=refuses,
    )  # fmt: skip
    unsure = frozenset() if floors is None else frozenset(np.array(FIELDS)[certainty < floors].tolist())
    return Verdict(kind, reporter, domains, themes, complexity, reasons, urgency, refuses, certainty, unsure)


def assured(probability: Vector, rules: Reading) -> Vector:
    """`probability` with at least `OUTRIGHT` for each label that the text names outright."""
    named = [INDEX[label] for label in sorted(rules.outright())]
    sure = probability.copy()
    sure[named] = np.maximum(sure[named], OUTRIGHT)
    return sure


def _said(probability: Vector, threshold: Vector, rules: Reading) -> set[str]:
    """The labels over their threshold, without those that only taken-back words speak for."""
    signals = rules.signals()
    gate = _DENIED_GATE if rules.beyond_denied else 1.0
    return {
        label
        for label in LABELS
        if _p(probability, label) >= _p(threshold, label)
        and not (signals[1, INDEX[label]] and _p(probability, label) <= gate)
    }


def _urgency(probability: Vector, threshold: Vector, rules: Reading, said: set[str]) -> Urgency:
    """An affirmed cue of danger halves the threshold, and lifts to high even where the nets see little. An emergency
    that its only cues take back falls to high, never to normal.
    """
    cues = [stands for hit, stands in rules.hits if hit.cue.urgency is Urgency.EMERGENCY]
    alarm = _p(probability, "emergency") / _p(threshold, "emergency")
    if alarm >= (CUE_ALARM if Standing.AFFIRMED in cues else 1.0):
        cancelled = bool(cues) and all(stands in (Standing.DENIED, Standing.PAST) for stands in cues)
        return Urgency.HIGH if cancelled else Urgency.EMERGENCY
    if RAISED in said:
        return Urgency.HIGH
    if Standing.AFFIRMED in cues and _p(probability, RAISED) >= RULE_FLOOR:
        return Urgency.HIGH
    return Urgency.NORMAL


def _kind(probability: Vector, urgency: Urgency) -> Kind:
    """The likeliest kind. Small talk and office questions must have half of what the three kinds have together, or it
    is a consultation; they never hide an emergency, and hide `high` only where their own probability is at least .8.
    """
    kind = Kind(_likeliest(probability, KINDS))
    share = _p(probability, str(kind)) / max(1e-6, sum(_p(probability, one) for one in KINDS))
    if share < _TALK or urgency is Urgency.EMERGENCY:
        return Kind.CONSULTATION
    if urgency is Urgency.HIGH and _p(probability, str(kind)) < _TALK_DESPITE_HIGH:
        return Kind.CONSULTATION
    return kind


def _complexity(probability: Vector, said: set[str]) -> tuple[Complexity, frozenset[Reason]]:
    reasons = frozenset(reason for reason in Reason if reason in said)
    complexity = Complexity(_likeliest(probability, COMPLEXITIES))
    if complexity is Complexity.COMPLEX and not reasons:
        reasons = frozenset({Reason(_likeliest(probability, tuple(map(str, Reason))))})
    if complexity is not Complexity.COMPLEX and reasons:
        if _p(probability, str(Complexity.COMPLEX)) >= _COMPLEX_FLOOR:
            return Complexity.COMPLEX, reasons
        reasons = frozenset()
    return complexity, reasons


def _likeliest(probability: Vector, labels: tuple[str, ...]) -> str:
    return max(labels, key=lambda label: _p(probability, label))


def _p(values: Vector, label: str) -> float:
    return float(np.float64(values[INDEX[label]]))
