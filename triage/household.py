"""Who has which problem: persons times affirmed problems, as one input to the reasons of complexity."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from triage.assessment import Reason
from triage.matcher import Hit
from triage.persons import Person

_GROUPS: Final = {
    "care": "care", "dementia": "care", "double_care": "care",
    "mental_health": "health", "addiction": "addiction", "developmental": "health", "intellectual": "health",
    "physical": "health", "medical": "health", "self_harm": "health", "suicide": "health", "perinatal": "child",
    "parenting": "child", "school": "school", "young_carer": "care", "abuse_child": "harm", "abuse_elder": "harm",
    "abuse_disability": "harm", "dv": "harm", "hikikomori": "hikikomori", "self_neglect": "self_neglect",
    "income": "money", "debt": "money", "food": "money", "lifeline_stop": "money", "work": "money", "housing": "money",
    "consumer": "harm", "foreign": "language", "bereavement": "loss",
}  # fmt: skip
_OUTSIDE: Final = frozenset(["neighbour", "friend", "client"])
_WRITER: Final = "self"


def reasons(affirmed: list[Hit], people: tuple[Person, ...]) -> frozenset[Reason]:
    """`HOUSEHOLD` when two persons of the house each have a problem, `PERSON` when one has two kinds of problems.

    A problem belongs to the nearest person word before it in the text, else to the writer.
    """
    problems: dict[str, set[str]] = defaultdict(set)
    for hit in affirmed:
        kinds = {_GROUPS[label] for label in hit.cue.labels if label in _GROUPS}
        if kinds:
            problems[_owner(hit, people)] |= kinds
    found = set()
    if len(problems) >= 2:
        found.add(Reason.HOUSEHOLD)
    if any(len(kinds) >= 2 for kinds in problems.values()):
        found.add(Reason.PERSON)
    return frozenset(found)


def _owner(hit: Hit, people: tuple[Person, ...]) -> str:
    before = [person for person in people if person.start < hit.end and person.role not in _OUTSIDE]
    return before[-1].role if before else _WRITER
