"""Fits that leave a block of authors out: with a part of the other authors (learning curve), and with the clauses of
what they read (evidence).
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final

import numpy as np

from triage.encoder import Matrix
from triage.language import one_blas_thread
from triage.net import forward
from triage.train.corpus import OWN_AUTHOR, Corpus
from triage.train.evaluate import Groups
from triage.train.fit import Fitted, Index, clause_rows, fit, logits
from triage.train.folds import by_block

SHARES: Final = (0.25, 0.5, 1.0)
_AT_ONCE: Final = 2
_shared: dict[str, Corpus] = {}


def learn_blocks(corpus: Corpus, share: float) -> dict[str, Any]:
    """`raw` logits (messages x labels) of every message by a fit on a `share` of the authors outside its block;
    `taught` is the mean number of messages and `authors` of authors of the fits. With a share of 1, `clauses` holds
    the clause logits of all messages one below the other.
    """
    plan = by_block(corpus)
    blocks = sorted(set(plan))
    tasks = [(chosen_rows(corpus, plan, block, share), np.flatnonzero(plan == block), share == 1) for block in blocks]
    raw = np.zeros_like(corpus.labels)
    clauses: list[Matrix] = [np.zeros((0, 0), np.float16)] * len(corpus.records)
    with ProcessPoolExecutor(_AT_ONCE, mp_context=get_context("fork"), initializer=_share, initargs=(corpus,)) as pool:
        for (_, unseen, _), (found, parts) in zip(tasks, pool.map(_learn, tasks), strict=True):
            raw[unseen] = found
            for i, part in zip(unseen, parts, strict=False):
                clauses[i] = part
    scored = [rows for block, (rows, _, _) in zip(blocks, tasks, strict=True) if block != OWN_AUTHOR]
    kept = [len(rows) for rows in scored]
    people = [len(set(corpus.authors[rows]) - {OWN_AUTHOR}) for rows in scored]
    arrays: dict[str, Any] = {"raw": raw, "taught": np.array(np.mean(kept)), "authors": np.array(np.mean(people))}
    return arrays | ({"clauses": np.concatenate(clauses)} if share == 1 else {})


def chosen_rows(corpus: Corpus, plan: Groups, block: str, share: float) -> Index:
    """The rows to learn from: our own sentences and a `share` (at least one) of the authors outside the block."""
    outside = sorted(set(corpus.authors[plan != block]) - {OWN_AUTHOR})
    order = np.random.default_rng(5).permutation(len(outside))
    some = {outside[i] for i in order[: max(1, round(share * len(outside)))]}
    if block != OWN_AUTHOR:
        some.add(OWN_AUTHOR)
    return np.flatnonzero(np.isin(corpus.authors, sorted(some)))


def clause_logits(fitted: Fitted, corpus: Corpus, chosen: Index) -> list[Matrix]:
    """The clause net's logits (clauses x labels) of each chosen message, as `Heads.scores` computes them."""
    rows = clause_rows(fitted.space, corpus, chosen)
    nets = [forward(net, rows) for net in fitted.nets]
    return [np.mean([net[i].clauses for net in nets], axis=0).astype(np.float16) for i in range(len(rows))]


def split_clauses(corpus: Corpus, stacked: Matrix) -> list[Matrix]:
    """The inverse of the stacking in `learn_blocks`."""
    ends = np.cumsum([len(message.spans) for message in corpus.messages])[:-1]
    return [part.astype(np.float32) for part in np.split(stacked, ends)]


def _share(corpus: Corpus) -> None:
    one_blas_thread()
    _shared["corpus"] = corpus


def _learn(task: tuple[Index, Index, bool]) -> tuple[Matrix, list[Matrix]]:
    seen, unseen, with_clauses = task
    corpus = _shared["corpus"]
    fitted = fit(corpus, seen)
    return logits(fitted, corpus, unseen), clause_logits(fitted, corpus, unseen) if with_clauses else []
