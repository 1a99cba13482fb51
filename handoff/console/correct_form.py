"""The form 「見立てを直す」 as values: its choices, what is ticked, and back again from what was posted. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from handoff.judged import Labels
from handoff.office import Refused
from handoff.view import QueueItem
from triage.assessment import Complexity, Domain, Kind, Reason, Reporter, Urgency
from triage.labels import COMPLEXITY_JA, DOMAIN_JA, KIND_JA, REASON_JA, REPORTER_JA, THEME_JA, URGENCY_JA

REFUSES = {True: "断っている", False: "断っていない"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button, option or box."""

    value: str
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class CorrectForm:
    """Everything in the form. `shown` are the labels that the person had before them, to be posted back, and `upto`
    the last message that they could read with them: on a page drawn again after a refusal, the newest.
    """

    kinds: tuple[Choice, ...]
    reporters: tuple[Choice, ...]
    domains: tuple[Choice, ...]
    themes: tuple[Choice, ...]
    complexities: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    refuses: bool
    shown: str
    upto: int


def correct_form(item: QueueItem, typed: Mapping[str, str]) -> CorrectForm | None:
    """The form of a case, with what was `typed` before a refusal; None while nothing has been read."""
    if item.assessment is None:
        return None
    counted = Labels.of(item.assessment, Urgency(item.urgency))
    ticked = labels_in(typed["labels"]) if typed.get("labels") else counted
    return CorrectForm(
        kinds=_choices(KIND_JA.items(), {ticked.kind}),
        reporters=_choices(REPORTER_JA.items(), {ticked.reporter}),
        domains=_choices(DOMAIN_JA.items(), ticked.domains),
        themes=_choices(THEME_JA.items(), ticked.themes),
        complexities=_choices(COMPLEXITY_JA.items(), {ticked.complexity}),
        reasons=_choices(REASON_JA.items(), ticked.complexity_reasons),
        refuses=ticked.refuses_support,
        shown=typed.get("shown") or labels_out(counted),
        upto=item.read_upto,
    )


def posted_labels(
    kind: str,
    reporter: str,
    domains: Iterable[str],
    themes: Sequence[str],
    complexity: str,
    reasons: Iterable[str],
    *,
    refuses: bool,
) -> Labels:
    """What a form says. Raises `Refused("bad_labels")` for what no form of ours sends."""
    try:
        if not set(themes) <= set(THEME_JA):
            raise ValueError("unknown theme")
        return Labels(
            Kind(kind), Reporter(reporter), frozenset(map(Domain, domains)), frozenset(themes), Complexity(complexity),
            frozenset(map(Reason, reasons)), Urgency.NORMAL, refuses,
        )  # fmt: skip
    except ValueError:
        raise Refused("bad_labels", "選べない見立てです。画面をひらき直してください。") from None


def labels_out(labels: Labels) -> str:
    """The labels as one line, for a hidden field."""
    return json.dumps(labels.to_json())


def labels_in(line: str) -> Labels:
    """The inverse of `labels_out`. Raises `Refused("bad_labels")` for anything else."""
    try:
        data = json.loads(line)
        return Labels.from_json(data if isinstance(data, dict) else {})
    except (ValueError, KeyError, RecursionError):
        raise Refused("bad_labels", "選べない見立てです。画面をひらき直してください。") from None


def told(labels: Labels) -> tuple[tuple[str, str], ...]:
    """(what, how) of all labels, for reading."""
    reasons = "、".join(name for reason, name in REASON_JA.items() if reason in labels.complexity_reasons)
    return (
        ("種類", KIND_JA[labels.kind]),
        ("書いた人", REPORTER_JA[labels.reporter]),
        ("分野", "・".join(name for domain, name in DOMAIN_JA.items() if domain in labels.domains) or "なし"),
        ("テーマ", "・".join(name for theme, name in THEME_JA.items() if theme in labels.themes) or "なし"),
        ("複合", COMPLEXITY_JA[labels.complexity] + (f"（{reasons}）" if reasons else "")),
        ("緊急度", URGENCY_JA[labels.urgency]),
        ("支援を", REFUSES[labels.refuses_support]),
    )


def _choices(names: Iterable[tuple[str, str]], on: AbstractSet[str]) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), name, value in on) for value, name in names)
