"""Whether the words that triage shows for a domain are words that the author marked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from triage.assessment import Domain, Evidence
from triage.clauses import clauses
from triage.encoder import Matrix
from triage.explain import evidence, word_ends
from triage.language import load_ginza
from triage.normalise import normalise
from triage.train.corpus import Corpus
from triage.train.evaluate import Judged
from triage.train.measures import Measure

Span = tuple[int, int]
KEY = "evidence overlaps the author's (asserted domains)"


@dataclass(frozen=True, slots=True)
class Overlap:
    """`hits` by message over all rightly asserted domains with marked words; `shown` is the share of such a message
    that the spans of the domain cover (mean): a long span overlaps easily.
    """

    hits: Measure
    shown: float


def evidence_overlap(corpus: Corpus, judged: Judged, clause_logits: list[Matrix], rows: Sequence[int]) -> Overlap:
    """Over the messages `rows` of the corpus (`judged` has one verdict for each of them, in order)."""
    nlp = load_ginza()
    top, bottom = np.zeros((1, len(rows)), np.float32), np.zeros((1, len(rows)), np.float32)
    shown: list[float] = []
    for at, row in enumerate(rows):
        record, verdict = corpus.records[row], judged.verdicts[at]
        asked = [d for d in Domain if d in verdict.domains and marked(record, str(d))]
        if not asked:
            continue
        source = normalise(record["text"])
        ends = word_ends(nlp.make_doc(source.text))
        found = evidence(
            verdict, corpus.readings[row], clauses(source.text), clause_logits[row], ends, source, record["text"]
        )
        for domain in asked:
            spans = _spans(found, str(domain))
            top[0, at] += overlaps(spans, marked(record, str(domain)))
            bottom[0, at] += 1
            shown.append(_covered(spans) / len(record["text"]))
    return Overlap(Measure(KEY, top, bottom, int(bottom.sum())), float(np.mean(shown)) if shown else float("nan"))


def marked(record: dict[str, Any], label: str) -> list[Span]:
    """Where the words stand that the author marked for `label` (first place of each)."""
    places = [(record["text"].find(words), len(words)) for words, name in record["evidence"] if name == label]
    return [(start, start + length) for start, length in places if start >= 0 and length]


def overlaps(ours: list[Span], theirs: list[Span]) -> bool:
    """Whether any two share a character."""
    return any(a < d and c < b for a, b in ours for c, d in theirs)


def _spans(found: tuple[Evidence, ...], label: str) -> list[Span]:
    return [(e.start, e.end) for e in found if e.label == label]


def _covered(spans: list[Span]) -> int:
    return len({i for start, end in spans for i in range(start, end)})
