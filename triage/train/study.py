"""Everything `toritsugi triage evaluate` measures, as one value for the table, the report and the model card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from triage.assessment import THEMES
from triage.encoder import Matrix
from triage.train.agreement import Agreement, readings
from triage.train.blocks import SHARES, learn_blocks, split_clauses
from triage.train.corpus import DATA, Corpus
from triage.train.danger import Trade, hard_measures, trades
from triage.train.evaluate import Judged, Sample, judge, scored
from triage.train.fields import (
    ece_measures,
    field_measures,
    theme_measures,
    urgency_measures,
    urgency_table,
)
from triage.train.folds import by_block, by_topic, cached
from triage.train.groups import GroupScores, group_scores
from triage.train.measures import Draws, Interval, Measure
from triage.train.overlap import Overlap, evidence_overlap
from triage.train.slices import Slice, abstention, authors, lengths, registers, slices

Say = Callable[[str], None]
Learn = Callable[[Corpus, npt.NDArray[np.str_], Say], Matrix]


@dataclass(frozen=True, slots=True)
class Row:
    """A score with its 95 % bootstrap intervals: messages drawn `within` authors, and whole authors (`across`)."""

    measure: Measure
    within: Interval
    across: Interval


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the learning curve: mean `messages` and `authors` taught, and its scores."""

    messages: float
    authors: float
    rows: list[Row]


@dataclass(frozen=True)
class Study:
    """The figures; `sample` and `judged` (leave-one-author-out) are the messages that count."""

    sample: Sample
    judged: Judged
    by_author: list[Row]
    by_topic: list[Row]
    themes: list[Measure]
    confusion: npt.NDArray[np.int64]
    groups: GroupScores
    slices: dict[str, list[Slice]]
    abstention: list[tuple[float, Measure]]
    trades: list[Trade]
    shown: float
    curve: list[Step]
    second: Agreement | None

    def row(self, key: str) -> Row:
        """The leave-one-author-out row of that name. Raises `StopIteration` when there is none."""
        return next(row for row in self.by_author if row.measure.key == key)

    @property
    def counts(self) -> Counter[str]:
        """Messages by author."""
        return Counter(map(str, self.sample.authors))


def study(corpus: Corpus, learn: Learn, say: Say, cache: Path, *, quick: bool = False, curve: bool = False) -> Study:
    """Learn every fold (or read it from the cache when `quick`), judge and measure. The second readings are those
    of the project.
    """
    rows = np.flatnonzero(scored(corpus))
    sample = Sample.of(corpus, rows)
    say("著者を外して学習します")
    raw = cached(
        cache, "author", corpus, corpus.authors, lambda: {"raw": learn(corpus, corpus.authors, say)}, quick=quick
    )
    judged = judge(corpus, raw["raw"]).only(rows)
    topics = by_topic(corpus)
    say("題を外して学習します")
    other = cached(cache, "topic", corpus, topics, lambda: {"raw": learn(corpus, topics, say)}, quick=quick)
    steps = _blocks(corpus, say, cache, SHARES if curve else SHARES[-1:], quick=quick)
    overlap = evidence_overlap(corpus, judged, split_clauses(corpus, steps[-1]["clauses"]), rows.tolist())
    draws = Draws.of(sample.authors)
    return Study(
        sample, judged,
        author_rows(sample, judged, draws, overlap),
        _rows(measures(sample, judge(corpus, other["raw"], topics).only(rows)), draws),
        theme_measures(sample, judged),
        urgency_table(sample, judged),
        group_scores(sample, judged),
        {"register": slices(sample, judged, registers(sample)), "length": slices(sample, judged, lengths(sample)),
         "author": slices(sample, judged, authors(sample))},
        abstention(sample, judged),
        trades(sample, judged),
        overlap.shown,
        [_step(corpus, one, rows, draws) for one in steps] if curve else [],
        readings(corpus.records, DATA),
    )  # fmt: skip


def measures(sample: Sample, judged: Judged) -> list[Measure]:
    """All scores over messages."""
    return [*field_measures(sample, judged), *urgency_measures(sample, judged), *hard_measures(sample, judged),
            *ece_measures(sample, judged)]  # fmt: skip


def author_rows(sample: Sample, judged: Judged, draws: Draws, overlap: Overlap | None) -> list[Row]:
    """The rows of the leave-one-author-out table: messages, minimal groups, abstention, evidence."""
    rows = _rows(measures(sample, judged), draws)
    groups = group_scores(sample, judged)
    together = [groups.pairs, groups.theme_pairs, groups.decisions, groups.whole, *groups.flips]
    rows += _rows([one for one in together if one.count], Draws.of(groups.authors)) if len(groups.authors) else []
    rows += _rows([measure for gone, measure in abstention(sample, judged) if gone == 0.2], draws)
    return rows + (_rows([overlap.hits], draws) if overlap and overlap.hits.count else [])


def _rows(found: list[Measure], draws: Draws) -> list[Row]:
    return [Row(one, *draws.intervals(one)) for one in found]


def _blocks(
    corpus: Corpus, say: Say, cache: Path, shares: tuple[float, ...], *, quick: bool
) -> list[dict[str, Matrix]]:
    plan, found = by_block(corpus), []
    for part in shares:
        say(f"著者の四つの組を一つずつ外し、残りの {part:.0%} で学習します".replace("%", " %"))
        found.append(
            cached(cache, f"block{part}", corpus, plan, lambda part=part: learn_blocks(corpus, part), quick=quick)  # type: ignore[misc]
        )
    return found


def _step(corpus: Corpus, one: dict[str, Matrix], rows: npt.NDArray[np.int64], draws: Draws) -> Step:
    sample = Sample.of(corpus, rows)
    judged = judge(corpus, one["raw"], by_block(corpus)).only(rows)
    return Step(float(one["taught"]), float(one["authors"]), _rows(measures(sample, judged), draws))


def theme_order(found: list[Measure]) -> list[Measure]:
    """The themes, commonest first."""
    return sorted(found, key=lambda one: (-one.count, THEMES.index(one.key)))
