"""The training messages as features, labels and evidence targets."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from triage.clauses import clauses
from triage.encoder import Matrix, UseEncoder
from triage.features import MessageFeatures, features, gram_counts
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
class Grams:
    """How often each character run stands in each message and in each clause (sparse; columns in the order of `names`).

    `first[i]:first[i + 1]` are the clause rows of message `i`.
    """

    names: npt.NDArray[np.str_]
    messages: csr_matrix
    clauses: csr_matrix
    first: npt.NDArray[np.int64]

    @classmethod
    def of(cls, messages: list[MessageFeatures]) -> Grams:
        """Count them; runs that stand in one message only are left out."""
        whole = [gram_counts(message.text) for message in messages]
        spread = Counter(gram for count in whole for gram in count)
        names = sorted(gram for gram, seen in spread.items() if seen > 1)
        columns = {gram: column for column, gram in enumerate(names)}
        pieces = [gram_counts(message.text[a:b]) for message in messages for a, b in message.spans]
        first = np.cumsum([0, *(len(message.spans) for message in messages)])
        return cls(np.array(names), _sparse(whole, columns), _sparse(pieces, columns), first)


def _sparse(counts: list[Counter[str]], columns: dict[str, int]) -> csr_matrix:
    known = [[(columns[gram], n) for gram, n in count.items() if gram in columns] for count in counts]
    rows = np.repeat(np.arange(len(known)), [len(row) for row in known])
    cells = np.array([cell for row in known for cell in row], dtype=np.int32).reshape(-1, 2)
    values = cells[:, 1].astype(np.float32)
    return csr_matrix((values, (rows, cells[:, 0])), shape=(len(known), len(columns)))


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
    def grams(self) -> Grams:
        """The character runs of every message, and of every clause in the same order."""
        return Grams.of(self.messages)

    @cached_property
    def gram_columns(self) -> dict[str, int]:
        """The column of each character run."""
        return {str(gram): column for column, gram in enumerate(self.grams.names)}

    @cached_property
    def signals(self) -> Matrix:
        """What the rules say (messages x 2 x labels)."""
        return np.stack([reading.signals() for reading in self.readings])


def read_corpus(folder: Path = DATA) -> Corpus:
    """Read, normalise and encode every message of every author (about a minute)."""
    records = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
        if line.strip()
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
