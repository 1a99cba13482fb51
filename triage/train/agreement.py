"""How far two readers agree: a blind second reading (`triage/data/second`) with the first.

Where they differed a third reader judged, and the records hold what was judged; the first reading as it stood before
is kept in `triage/data/first`, so that the agreement is not flattered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.metrics import cohen_kappa_score

from triage.assessment import THEMES
from triage.labelset import COMPLEXITIES, DOMAINS, KINDS, REASONS, REPORTERS

_KINDS: Final = {kind[0]: kind for kind in KINDS}
_URGENCIES: Final = {"E": "emergency", "H": "high", "N": "normal"}
_RANK: Final = ("normal", "high", "emergency")
_PARTS: Final = 8


class SecondReadingError(ValueError):
    """A line of a `.labels` file that is not of the form; the message is Japanese with file and line."""


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """One field: `alike` is the share read the same, `kappa` Cohen's kappa (urgency: quadratic weights; sets:
    Krippendorff's alpha with the MASI distance). `kappa` is NaN when both readers used one value only.
    """

    field: str
    count: int
    alike: float
    kappa: float


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """One label: given by the first and by the second reader how often, F1 between them and kappa."""

    label: str
    first: int
    second: int
    f1: float
    kappa: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both readings of `count` messages."""

    count: int
    fields: list[FieldAgreement]
    labels: list[LabelAgreement]


def readings(records: Sequence[dict[str, Any]], data: Path) -> Agreement | None:
    """The agreement of both readings under the folder `data`. Raises `SecondReadingError`."""
    before = read_labels(data / "first")
    return agreement([before.get(record["id"], record) for record in records], read_labels(data / "second"))


def read_labels(folder: Path) -> dict[str, dict[str, Any]]:
    """The readings of a folder by message id (none when there is no folder). Raises `SecondReadingError`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.labels")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                try:
                    record = _record([part.strip() for part in line.split("|")])
                except (KeyError, ValueError) as wrong:
                    raise SecondReadingError(f"{path.name}:{number}: 読めない行です（{wrong}）") from None
                if record["id"] in found:
                    raise SecondReadingError(f"{path.name}:{number}: id が二度あります")
                found[record["id"]] = record
    return found


def _record(parts: list[str]) -> dict[str, Any]:
    if len(parts) != _PARTS:
        raise ValueError(f"{len(parts)} 項目、{_PARTS} 項目のはず")
    name, kind, reporter, urgency, domains, themes, complexity, refuses = parts
    if refuses not in ("R", "-"):
        raise ValueError(refuses)
    first, *reasons = complexity.split()
    return {
        "id": name,
        "kind": _KINDS[kind],
        "reporter": _legal([reporter], REPORTERS)[0],
        "urgency": _URGENCIES[urgency],
        "domains": _legal(_words(domains), DOMAINS),
        "themes": _legal(_words(themes), THEMES),
        "complexity": _legal([first], COMPLEXITIES)[0],
        "complexity_reasons": _legal(reasons, REASONS),
        "refuses_support": refuses == "R",
    }


def _words(part: str) -> list[str]:
    return [word for word in part.split() if word != "-"]


def _legal(words: list[str], legal: tuple[str, ...]) -> list[str]:
    for word in words:
        if word not in legal:
            raise ValueError(word)
    return words


def agreement(records: Sequence[dict[str, Any]], second: dict[str, dict[str, Any]]) -> Agreement | None:
    """The agreement on the messages that both read; None when there are none. The complexity of small talk and other
    (in both readings) is not counted.
    """
    pairs = [(record, second[record["id"]]) for record in records if record["id"] in second]
    if not pairs:
        return None
    talks = [(a, b) for a, b in pairs if "consultation" in (a["kind"], b["kind"])]
    fields = [_single(pairs, name) for name in ("kind", "reporter", "urgency", "refuses_support")]
    fields += [_single(talks, "complexity")] if talks else []
    fields += [_sets(pairs, name) for name in ("domains", "themes", "complexity_reasons")]
    labels = [_label(pairs, "domains", label) for label in DOMAINS]
    labels += [_label(pairs, "urgency", level) for level in ("emergency", "high")]
    labels += [_label(pairs, "complexity_reasons", reason) for reason in REASONS]
    labels += [_label(pairs, "themes", theme) for theme in THEMES]
    return Agreement(len(pairs), fields, labels)


Pairs = list[tuple[dict[str, Any], dict[str, Any]]]


def _single(pairs: Pairs, name: str) -> FieldAgreement:
    first, second = [str(a[name]) for a, _ in pairs], [str(b[name]) for _, b in pairs]
    alike = float(np.mean([a == b for a, b in zip(first, second, strict=True)]))
    if name == "urgency":
        ranks = [_RANK.index(a) for a in first], [_RANK.index(b) for b in second]
        return FieldAgreement(name, len(pairs), alike, _kappa(*ranks, weights="quadratic"))
    return FieldAgreement(name, len(pairs), alike, _kappa(first, second))


def _kappa(first: Sequence[object], second: Sequence[object], weights: str | None = None) -> float:
    if len({*first, *second}) < 2:
        return float("nan")
    return float(cohen_kappa_score(first, second, weights=weights))


def _sets(pairs: Pairs, name: str) -> FieldAgreement:
    first, second = [frozenset(a[name]) for a, _ in pairs], [frozenset(b[name]) for _, b in pairs]
    seen = float(np.mean([masi(a, b) for a, b in zip(first, second, strict=True)]))
    values, counts = np.unique(np.array([_name(s) for s in (*first, *second)]), return_counts=True)
    kinds = {_name(s): s for s in (*first, *second)}
    n = counts.sum()
    apart = np.array([[masi(kinds[a], kinds[b]) for b in values] for a in values])
    chance = float((apart * np.outer(counts, counts)).sum() / (n * (n - 1)))
    alike = float(np.mean([a == b for a, b in zip(first, second, strict=True)]))
    return FieldAgreement(name, len(pairs), alike, 1 - seen / chance if chance else float("nan"))


def _name(labels: frozenset[str]) -> str:
    return " ".join(sorted(labels))


def masi(a: frozenset[str], b: frozenset[str]) -> float:
    """Distance of two sets (Passonneau): 0 equal, 1 nothing shared; inclusion is nearer than overlap."""
    if a == b:
        return 0.0
    both, either = len(a & b), len(a | b)
    weight = 2 / 3 if a < b or b < a else 1 / 3
    return 1 - both / either * weight if both else 1.0


def _label(pairs: Pairs, field: str, label: str) -> LabelAgreement:
    first, second = (np.array([label in _set(pair[at][field]) for pair in pairs]) for at in (0, 1))
    total = int(first.sum() + second.sum())
    f1 = 2 * int((first & second).sum()) / total if total else float("nan")
    return LabelAgreement(label, int(first.sum()), int(second.sum()), f1, _kappa(first.tolist(), second.tolist()))


def _set(value: str | list[str]) -> set[str]:
    return {value} if isinstance(value, str) else set(value)
