"""How many groups of trouble a case touches (複合度の点), for the dots of the console. Pure."""

from __future__ import annotations

from triage.assessment import Assessment, Domain
from triage.labels import DOMAIN_JA

# A theme counts only when no tagged domain of its own already stands for it.
GROUPS: tuple[tuple[str, frozenset[str], frozenset[Domain]], ...] = (
    ("住まい", frozenset({"housing"}), frozenset()),
    ("安全", frozenset({"dv"}), frozenset()),
    ("安全", frozenset({"abuse_child"}), frozenset({Domain.CHILD})),
    ("安全", frozenset({"abuse_elder"}), frozenset({Domain.ELDERLY})),
    ("安全", frozenset({"abuse_disability"}), frozenset({Domain.DISABILITY})),
    ("こころ", frozenset({"suicide", "self_harm", "mental_health", "addiction"}), frozenset({Domain.DISABILITY})),
    ("孤立", frozenset({"hikikomori", "isolation", "self_neglect", "no_contact", "bereavement"}), frozenset()),
    ("法律・ことば", frozenset({"legal", "consumer", "foreign", "release"}), frozenset()),
)
MOST_GROUPS = 5


def groups(assessment: Assessment) -> tuple[str, ...]:
    """The tagged domains and the groups of themes beside them, as single words (生活の分野), without repetition."""
    names = [DOMAIN_JA[domain] for domain in Domain if domain in assessment.domains]
    names += [name for name, themes, own in GROUPS if themes & assessment.themes and not own & assessment.domains]
    return tuple(dict.fromkeys(names))


def breadth(assessment: Assessment) -> int:
    """How many groups of trouble the case touches, 0 to 5 (複合度の点)."""
    return min(len(groups(assessment)), MOST_GROUPS)
