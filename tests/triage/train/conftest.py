"""A tiny corpus without any encoder: four authors, labels that the logits follow more or less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import pytest

from triage.encoder import Matrix
from triage.heads import Calibration
from triage.labelset import INDEX, LABELS, RAISED
from triage.rules import Reading
from triage.train import evaluate
from triage.train.evaluate import Sample

AUTHORS = ("A1", "A2", "A3", "A4")
EACH = 40


class Silent:
    """Rules that hear nothing."""

    hits = ()
    beyond_denied = False

    def outright(self) -> frozenset[str]:
        return frozenset()

    def signals(self) -> Matrix:
        return np.zeros((2, len(LABELS)), dtype=np.float32)


def record(author: str, number: int, random: np.random.Generator) -> dict[str, Any]:
    domain = ("elderly", "disability", "child", "poverty")[number % 4]
    kind = "smalltalk" if number % 10 == 9 else "consultation"
    urgency = ("emergency", "high", "normal", "normal")[(number // 2) % 4] if kind == "consultation" else "normal"
    talk = kind == "consultation"
    return {
        "id": f"{author}-{number:03d}", "text": f"{author}の{number}番目の相談です{'。' * int(random.integers(1, 4))}",
        "kind": kind, "reporter": "self", "domains": [domain] if talk else [], "themes": ["care"] if talk else [],
        "complexity": "complex" if talk and number % 3 == 0 else "single" if talk else "unclear",
        "complexity_reasons": ["person"] if talk and number % 3 == 0 else [], "urgency": urgency,
        "refuses_support": talk and number % 7 == 0, "author": author, "topic": f"t{number // 3}",
        "register": "polite" if number % 2 else "casual", "evidence": [],
    }  # fmt: skip


def labels_of(record: dict[str, Any]) -> list[float]:
    said = {*record["domains"], *record["themes"], *record["complexity_reasons"], record["kind"], record["reporter"]}
    said |= {record["complexity"]} | ({"refuses_support"} if record["refuses_support"] else set())
    said |= {RAISED} if record["urgency"] != "normal" else set()
    said |= {"emergency"} if record["urgency"] == "emergency" else set()
    return [float(label in said) for label in LABELS]


def quick_calibration(logits: Matrix, _signals: Matrix, labels: Matrix) -> Calibration:
    """Moves the mean of each label only: depends on logits and labels as the real one does, in no time."""
    rate = np.clip(labels.mean(axis=0), 0.02, 0.98)
    ones = np.ones(len(LABELS), dtype=np.float32)
    bias = (np.log(rate / (1 - rate)) - logits.mean(axis=0)).astype(np.float32)
    return Calibration(ones, bias, ones, ones)


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "calibrate", quick_calibration)
        yield


@pytest.fixture(scope="session")
def sample() -> Sample:
    random = np.random.default_rng(1)
    records = [record(author, number, random) for author in AUTHORS for number in range(EACH)]
    labels = np.array([labels_of(r) for r in records], dtype=np.float32)
    signals = np.zeros((len(records), 2, len(LABELS)), dtype=np.float32)
    return Sample(
        records, np.array([r["author"] for r in records]), labels, signals, [cast(Reading, Silent())] * len(records)
    )


@pytest.fixture(scope="session")
def good(sample: Sample) -> Matrix:
    return logits(sample, 2.0)


@pytest.fixture(scope="session")
def poor(sample: Sample) -> Matrix:
    return logits(sample, 0.3)


def logits(sample: Sample, strength: float) -> Matrix:
    random = np.random.default_rng(2)
    noise = random.standard_normal(sample.labels.shape)
    raw: Matrix = ((sample.labels * 2 - 1) * strength + noise).astype(np.float32)
    assert raw.shape[1] == len(INDEX)
    return raw
