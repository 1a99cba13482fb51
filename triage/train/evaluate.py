"""Leave-one-author-out figures: heads, calibration and thresholds never saw the author that they read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.assessment import Domain
from triage.encoder import Matrix
from triage.features import Vector
from triage.fuse import Verdict, fuse
from triage.heads import Calibration
from triage.labels import DOMAIN_JA
from triage.labelset import KINDS
from triage.train.calibrate import calibrate, fused, thresholds
from triage.train.corpus import OWN_AUTHOR, Corpus

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: a share or score, with the count it rests on and, for shares, its 95 % Wilson interval."""

    name: str
    value: float
    count: int
    interval: tuple[float, float] | None = None


def verdicts(corpus: Corpus, raw: Matrix) -> list[Verdict]:
    """What the reader would say of each message, calibrated on the out-of-author logits of the other authors."""
    said: list[Verdict | None] = [None] * len(corpus.records)
    for author in sorted(set(corpus.authors)):
        unseen = np.flatnonzero(corpus.authors == author)
        calibration, cut = tune(corpus, raw, corpus.authors != author)
        probability = fused(calibration, raw[unseen], corpus.signals[unseen])
        for row, i in zip(probability, unseen, strict=True):
            said[i] = fuse(row, cut, corpus.readings[i])
    return [verdict for verdict in said if verdict is not None]


def tune(corpus: Corpus, raw: Matrix, seen: Flags) -> tuple[Calibration, Vector]:
    """Calibration on the messages `seen`, thresholds on those of them that are not our own plain sentences."""
    calibration = calibrate(raw[seen], corpus.signals[seen], corpus.labels[seen])
    seen = seen & (corpus.authors != OWN_AUTHOR)
    probability = fused(calibration, raw[seen], corpus.signals[seen])
    return calibration, thresholds(probability, corpus.signals[seen], corpus.labels[seen])


def figures(corpus: Corpus, said: list[Verdict]) -> list[Figure]:
    """The table, from the labels as the reader would give them (after the gates), for every author but our own."""
    scored = [(r, v) for r, v in zip(corpus.records, said, strict=True) if r["author"] != OWN_AUTHOR]
    records, said = [r for r, _ in scored], [v for _, v in scored]
    rows: list[Figure] = []
    for domain in Domain:
        truth = np.array([str(domain) in r["domains"] for r in records])
        rows.append(Figure(f"F1 {DOMAIN_JA[domain]}", f1(truth, _has(said, domain)), int(truth.sum())))
    macro = float(np.mean([row.value for row in rows]))
    rows.insert(0, Figure("domains macro-F1", macro, len(records)))
    exact = [set(r["domains"]) == set(map(str, v.domains)) for r, v in zip(records, said, strict=True)]
    rows.append(share("domains exact", exact))
    urgent = [r["urgency"] == "emergency" for r in records]
    called = [v.urgency == "emergency" for v in said]
    rows.append(share("emergency recall", [c for u, c in zip(urgent, called, strict=True) if u]))
    rows.append(share("emergency false alarms", [c for u, c in zip(urgent, called, strict=True) if not u]))
    at_least_high = [v.urgency != "normal" for v in said]
    rows.append(
        share("emergency read as high or emergency", [h for u, h in zip(urgent, at_least_high, strict=True) if u])
    )
    rows.append(share("urgency exact", [r["urgency"] == str(v.urgency) for r, v in zip(records, said, strict=True)]))
    rows.append(_themes(records, said))
    talks = [(r, v) for r, v in zip(records, said, strict=True) if r["kind"] == "consultation"]
    rows.append(share("complexity (consultations)", [r["complexity"] == str(v.complexity) for r, v in talks]))
    kinds = [f1(np.array([r["kind"] == k for r in records]), np.array([v.kind == k for v in said])) for k in KINDS]
    rows.append(Figure("kind macro-F1", float(np.mean(kinds)), len(records)))
    rows.append(share("reporter", [r["reporter"] == str(v.reporter) for r, v in zip(records, said, strict=True)]))
    refusing = np.array([r["refuses_support"] for r in records])
    rows.append(Figure("refuses_support F1", f1(refusing, np.array([v.refuses for v in said])), int(refusing.sum())))
    rows.append(
        share(
            "no domain on small talk and other",
            [not v.domains for r, v in zip(records, said, strict=True) if r["kind"] != "consultation"],
        )
    )
    rows.append(share("asks for a person", [v.needs_human for v in said]))
    return rows


def share(name: str, hits: list[bool]) -> Figure:
    """A share with its 95 % Wilson interval."""
    n, z = len(hits), 1.96
    p = sum(hits) / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return Figure(name, p, n, (middle - half, middle + half))


def f1(truth: Flags, said: Flags) -> float:
    """F1 of one label."""
    return 2 * float((truth & said).sum()) / max(1, int(truth.sum() + said.sum()))


def _has(said: list[Verdict], domain: Domain) -> Flags:
    return np.array([domain in verdict.domains for verdict in said])


def _themes(records: list[dict[str, object]], said: list[Verdict]) -> Figure:
    true = [set(map(str, r["themes"])) for r in records]  # type: ignore[call-overload]
    hit = sum(len(t & v.themes) for t, v in zip(true, said, strict=True))
    total = sum(map(len, true)) + sum(len(v.themes) for v in said)
    return Figure("themes micro-F1", 2 * hit / max(1, total), sum(map(len, true)))
