"""The main scores by register, length and author, and the curve of leaving the least certain to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from triage.assessment import FIELDS, THEMES
from triage.labelset import DOMAINS
from triage.train.evaluate import Flags, Judged, Messages, truth
from triage.train.fields import domain_said, exact, flags, given, theme_said
from triage.train.measures import Measure, micro_f1, share

BANDS: Final = ((0, 24), (25, 89), (90, 249), (250, 10_000))
"""Lengths in characters, ends included, as `BRIEF` of the author sets mixes them."""
ABSTAINED: Final = tuple(round(0.05 * step, 2) for step in range(13))


@dataclass(frozen=True, slots=True)
class Slice:
    """The scores of some messages: `domains` and `themes` are micro-F1, the rest shares."""

    name: str
    count: int
    domains: Measure
    exact: Measure
    themes: Measure
    found: Measure
    raised: Measure
    alarms: Measure


def slices(messages: Messages, judged: Judged, names: list[str]) -> list[Slice]:
    """One slice for each of `names` (one per message), the largest first."""
    given_names = np.array(names)
    found = [_slice(name, given_names == name, messages, judged) for name in sorted(set(names))]
    return sorted(found, key=lambda one: (-one.count, one.name))


def registers(messages: Messages) -> list[str]:
    """The register of each message."""
    return [record["register"] for record in messages.records]


def authors(messages: Messages) -> list[str]:
    """The author of each message."""
    return [record["author"] for record in messages.records]


def lengths(messages: Messages) -> list[str]:
    """The length band of each message (characters as sent)."""
    return [_band(len(record["text"])) for record in messages.records]


def _band(length: int) -> str:
    low, high = next(band for band in BANDS if band[0] <= length <= band[1] or band == BANDS[-1])
    return f"{low}–{high}" if high < BANDS[-1][1] else f"{low}–"


def _slice(name: str, chosen: Flags, messages: Messages, judged: Judged) -> Slice:
    emergency = flags([verdict.urgency == "emergency" for verdict in judged.verdicts])
    raised = flags([verdict.urgency != "normal" for verdict in judged.verdicts])
    danger = given(messages, "urgency", "emergency") & chosen
    return Slice(
        name,
        int(chosen.sum()),
        micro_f1(
            "domains",
            [truth(messages, d) & chosen for d in DOMAINS],
            [domain_said(judged, d) & chosen for d in DOMAINS],
        ),
        share("exact", exact(messages, judged), chosen),
        micro_f1(
            "themes", [truth(messages, t) & chosen for t in THEMES], [theme_said(judged, t) & chosen for t in THEMES]
        ),
        share("found", emergency, danger),
        share("raised", raised, danger),
        share("alarms", emergency, given(messages, "urgency", "normal") & chosen),
    )


def abstention(messages: Messages, judged: Judged) -> list[tuple[float, Measure]]:
    """Domain exact match of what is left when each share of `ABSTAINED` with the least certain domains goes to a
    person.
    """
    certainty = np.array([verdict.certainty[FIELDS.index("domains")] for verdict in judged.verdicts])
    rank = np.argsort(np.argsort(certainty, kind="stable"), kind="stable") / max(1, len(certainty))
    right = exact(messages, judged)
    return [(gone, share(f"domains exact, {gone:.0%} abstained".replace("%", " %"), right, rank >= gone))
            for gone in ABSTAINED]  # fmt: skip
