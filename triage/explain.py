"""Evidence: the person's own words for each label that triage says."""

from __future__ import annotations

from typing import Final

from triage.assessment import Domain, Evidence, Urgency
from triage.encoder import Matrix
from triage.fuse import Verdict
from triage.labelset import INDEX, RAISED
from triage.normalise import Normalised
from triage.persons import Band
from triage.rules import Reading

_MOST_SPANS: Final = 3
_BANDS: Final = {str(Domain.ELDERLY): Band.ELDERLY, str(Domain.CHILD): Band.CHILD}


def evidence(
    verdict: Verdict, rules: Reading, clauses: list[tuple[int, int]], clause_logits: Matrix, source: Normalised,
    original: str,
) -> tuple[Evidence, ...]:  # fmt: skip
    """Spans of the original for every domain, theme, raised urgency, gap and refusal: affirmed cues first, then an age
    or person word (elderly, child), else the clause that weighs most in the clause net. In text order.
    """
    found: list[Evidence] = []
    for shown, column in _asserted(verdict):
        spans = [(hit.start, hit.end, hit.cue.id) for hit in rules.spans(column)][:_MOST_SPANS]
        if not spans and shown in _BANDS:
            spans = [(p.start, p.end, "person") for p in rules.people if p.band is _BANDS[shown]][:1]
        if not spans:
            best = int(clause_logits[:, INDEX[column]].argmax())
            spans = [(*clauses[best], "clause")]
        for start, end, rule in spans:
            first, last = source.original_span(start, end)
            found.append(Evidence(first, last, shown, original[first:last], rule))
    return tuple(sorted(set(found), key=lambda e: (e.start, e.end, e.label, e.rule)))


def _asserted(verdict: Verdict) -> list[tuple[str, str]]:
    """Each label to explain and the column of the model that stands for it."""
    labels = [str(domain) for domain in verdict.domains] + sorted(verdict.themes)
    labels += [str(reason) for reason in verdict.reasons if reason == "gap"]
    labels += ["refuses_support"] if verdict.refuses else []
    pairs = [(label, label) for label in labels]
    if verdict.urgency is Urgency.EMERGENCY:
        pairs.append(("emergency", "emergency"))
    elif verdict.urgency is Urgency.HIGH:
        pairs.append(("high", RAISED))
    return pairs
