"""The training messages as features, labels and evidence targets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from triage.clauses import clauses
from triage.encoder import Matrix, UseEncoder
from triage.features import MessageFeatures, features
from triage.labelset import INDEX, LABELS, RAISED
from triage.language import load_ginza
from triage.matcher import load_cues
from triage.normalise import normalise
from triage.rules import Reading, read_rules

DATA: Final = Path(__file__).parent.parent / "data"
OWN_AUTHOR: Final = "T0"
"""Plain sentences of ours: greetings, office questions, plain cases, denials. Taught, never scored."""
_BLOCK: Final = 64


@dataclass(frozen=True)
class Corpus:
    """All messages in file order: `labels` (messages x labels), `told` per message (clauses x labels) from the
    evidence that the author marked, `readings` of the rules.
    """

    records: list[dict[str, Any]]
    authors: npt.NDArray[np.str_]
    messages: list[MessageFeatures]
    labels: Matrix
    told: list[Matrix]
    readings: list[Reading]

    @cached_property
    def signals(self) -> Matrix:
        """What the rules say (messages x 2 x labels)."""
        return np.stack([reading.signals() for reading in self.readings])


def read_corpus(folder: Path = DATA) -> Corpus:
    """Read, normalise and encode every message of every author (about a minute)."""
    records = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    texts = [normalise(record["text"]).text for record in records]
    cuts = [clauses(text) for text in texts]
    nlp, encoder, cues = load_ginza(), UseEncoder.load(), load_cues()
    messages: list[MessageFeatures] = []
    readings: list[Reading] = []
    for at in range(0, len(texts), _BLOCK):
        block = range(at, min(at + _BLOCK, len(texts)))
        rows = encoder.encode([texts[i] for i in block])
        for i, row in zip(block, rows, strict=True):
            messages.append(features(texts[i], nlp.make_doc(texts[i]), cuts[i], row))
        readings += read_rules(cues, [texts[i] for i in block], nlp)
    labels = np.array([_labels(record) for record in records], dtype=np.float32)
    told = [_told(record, message) for record, message in zip(records, messages, strict=True)]
    authors = np.array([record["author"] for record in records])
    return Corpus(records, authors, messages, labels, told, readings)


def _labels(record: dict[str, Any]) -> list[float]:
    said = {*record["domains"], *record["themes"], *record["complexity_reasons"]}
    said |= {record["kind"], record["reporter"], record["complexity"]}
    said |= {"refuses_support"} if record["refuses_support"] else set()
    said |= {"normal": set(), "high": {RAISED}, "emergency": {RAISED, "emergency"}}[record["urgency"]]
    return [float(label in said) for label in LABELS]


def _told(record: dict[str, Any], message: MessageFeatures) -> Matrix:
    told = np.zeros((len(message.spans), len(LABELS)), dtype=np.float32)
    for words, label in record["evidence"]:
        quote = normalise(words).text.strip()
        start = message.text.find(quote)
        if start < 0 or not quote:
            continue
        for name in {"high": (RAISED,), "emergency": (RAISED, "emergency")}.get(label, (label,)):
            for row, (a, b) in enumerate(message.spans):
                if name in INDEX and a < start + len(quote) and b > start:
                    told[row, INDEX[name]] = 1
    return told
