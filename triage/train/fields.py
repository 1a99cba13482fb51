"""The scores of each field of the guideline, and the aims they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from triage.assessment import THEMES, Domain, Urgency
from triage.labelset import COMPLEXITIES, DOMAINS, INDEX, KINDS, RAISED, REPORTERS
from triage.train.evaluate import Flags, Judged, Messages, truth
from triage.train.measures import Measure, calibration_error, f1, micro_f1, share

URGENCIES: Final = tuple(map(str, Urgency))


@dataclass(frozen=True, slots=True)
class Aim:
    """What issue 3 asks of a score; `most` when it is an upper bound."""

    value: float
    most: bool = False

    def reached(self, value: float) -> bool:
        """Whether the value does it."""
        return value <= self.value if self.most else value >= self.value

    def __str__(self) -> str:
        return f"{'≤' if self.most else '≥'} {self.value:.2f}"


AIMS: Final[dict[str, Aim]] = {
    "domains macro-F1": Aim(0.90),
    **{f"F1 {domain}": Aim(0.85) for domain in DOMAINS},
    "emergency read as emergency": Aim(0.90),
    "emergency read as high or emergency": Aim(0.98),
    "normal called emergency": Aim(0.08, most=True),
    "normal called high": Aim(0.20, most=True),
    "high read as high or emergency": Aim(0.85),
    "complexity macro-F1 (consultations)": Aim(0.78),
    "themes micro-F1": Aim(0.72),
    "kind accuracy": Aim(0.95),
    "refuses_support F1": Aim(0.80),
    "minimal pairs right (domains, urgency)": Aim(0.88),
    "domains exact, 20 % abstained": Aim(0.92),
    "evidence overlaps the author's (asserted domains)": Aim(0.80),
    **{f"ECE {field}": Aim(0.05, most=True) for field in (
        "kind", "reporter", "domains", "themes", "complexity", "urgency", "refuses_support")},
}  # fmt: skip

ECE_LABELS: Final[dict[str, tuple[str, ...]]] = {
    "kind": KINDS, "reporter": REPORTERS, "domains": DOMAINS, "themes": THEMES, "complexity": COMPLEXITIES,
    "urgency": ("emergency", RAISED), "refuses_support": ("refuses_support",),
}  # fmt: skip


def field_measures(messages: Messages, judged: Judged) -> list[Measure]:
    """Every score by field; all messages given count."""
    every = np.ones(len(messages.records), dtype=np.bool_)
    talks = truth(messages, "consultation")
    said = judged.verdicts
    domains = [domain_measure(messages, judged, domain) for domain in DOMAINS]
    kinds = [given(messages, "kind", kind) for kind in KINDS]
    said_kinds = [flags([v.kind == kind for v in said]) for kind in KINDS]
    hard = [given(messages, "complexity", c) for c in COMPLEXITIES]
    said_hard = [flags([v.complexity == c for v in said]) for c in COMPLEXITIES]
    refuses = flags([v.refuses for v in said])
    return [
        f1("domains macro-F1", *_pairs(messages, judged)),
        *domains,
        share("domains exact", exact(messages, judged), every),
        share("kind accuracy", matches(messages, judged, "kind"), every),
        f1("kind macro-F1", kinds, said_kinds),
        share("reporter accuracy", matches(messages, judged, "reporter"), every),
        f1("complexity macro-F1 (consultations)", hard, said_hard, talks),
        micro_f1("themes micro-F1", [truth(messages, t) for t in THEMES], [theme_said(judged, t) for t in THEMES]),
        f1("refuses_support F1", [truth(messages, "refuses_support")], [refuses]),
        share("no domain on small talk and other", flags([not v.domains for v in said]), ~talks),
        share("asks for a person", flags([v.needs_human for v in said]), every),
    ]


def urgency_measures(messages: Messages, judged: Judged) -> list[Measure]:
    """Emergencies found, `high` found, and false alarms on `normal`."""
    told = {level: given(messages, "urgency", level) for level in URGENCIES}
    said = {level: flags([v.urgency == level for v in judged.verdicts]) for level in URGENCIES}
    every = np.ones(len(messages.records), dtype=np.bool_)
    return [
        share("emergency read as emergency", said["emergency"], told["emergency"]),
        share("emergency read as high or emergency", ~said["normal"], told["emergency"]),
        share("high read as high or emergency", ~said["normal"], told["high"]),
        share("normal called emergency", said["emergency"], told["normal"]),
        share("normal called high", said["high"], told["normal"]),
        share("normal called high or emergency", ~said["normal"], told["normal"]),
        share("all but emergencies called emergency", said["emergency"], ~told["emergency"]),
        share("urgency exact", matches(messages, judged, "urgency"), every),
    ]


def ece_measures(messages: Messages, judged: Judged) -> list[Measure]:
    """Calibration error of each field; complexity on consultations only."""
    every = np.ones(len(messages.records), dtype=np.bool_)
    rows = []
    for field, names in ECE_LABELS.items():
        columns = [INDEX[name] for name in names]
        among = truth(messages, "consultation") if field == "complexity" else every
        rows.append(
            calibration_error(f"ECE {field}", judged.probabilities[:, columns], messages.labels[:, columns], among)
        )
    return rows


def theme_measures(messages: Messages, judged: Judged) -> list[Measure]:
    """F1 of each theme, in the order of the guideline."""
    return [f1(theme, [truth(messages, theme)], [theme_said(judged, theme)]) for theme in THEMES]


def domain_measure(messages: Messages, judged: Judged, domain: str) -> Measure:
    """F1 of one domain."""
    return f1(f"F1 {domain}", [truth(messages, domain)], [domain_said(judged, domain)])


def urgency_table(messages: Messages, judged: Judged) -> npt.NDArray[np.int64]:
    """Messages by true (rows) and said (columns) urgency, in the order of `URGENCIES`."""
    table = np.zeros((3, 3), dtype=np.int64)
    for record, verdict in zip(messages.records, judged.verdicts, strict=True):
        table[URGENCIES.index(record["urgency"]), verdict.urgency.rank] += 1
    return table


def exact(messages: Messages, judged: Judged) -> Flags:
    """Whether the domains are just those of the author."""
    pairs = zip(messages.records, judged.verdicts, strict=True)
    return flags([set(record["domains"]) == set(map(str, verdict.domains)) for record, verdict in pairs])


def matches(messages: Messages, judged: Judged, name: str) -> Flags:
    """Whether one field with one value is as the author has it."""
    pairs = zip(messages.records, judged.verdicts, strict=True)
    return flags([record[name] == str(getattr(verdict, name)) for record, verdict in pairs])


def given(messages: Messages, name: str, value: str) -> Flags:
    """Which records have `value` in a field."""
    return flags([record[name] == value for record in messages.records])


def domain_said(judged: Judged, domain: str) -> Flags:
    """Which messages were given the domain."""
    return flags([Domain(domain) in verdict.domains for verdict in judged.verdicts])


def theme_said(judged: Judged, theme: str) -> Flags:
    """Which messages were given the theme."""
    return flags([theme in verdict.themes for verdict in judged.verdicts])


def flags(values: list[bool]) -> Flags:
    """A list of truths as an array."""
    return np.array(values, dtype=np.bool_)


def _pairs(messages: Messages, judged: Judged) -> tuple[list[Flags], list[Flags]]:
    return [truth(messages, d) for d in DOMAINS], [domain_said(judged, d) for d in DOMAINS]
