"""Fit the space, the linear heads and the clause nets on some of the messages (scikit-learn; `train` group only)."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression

from triage.encoder import Matrix
from triage.features import Vector, gram_counts
from triage.net import Weights, forward
from triage.space import Space, unit
from triage.train.clausenet import Examples, train
from triage.train.corpus import Corpus

_GRAMS: Final = 12_000
_LEAST_MESSAGES: Final = 4
_WIDTH: Final = 256
_SEEDS: Final = (1, 2)
_PENALTY: Final = 0.3

Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fitted:
    """What one fit learnt."""

    space: Space
    linear: Matrix
    linear_bias: Vector
    nets: tuple[Weights, ...]


def fit(corpus: Corpus, chosen: Index, seeds: tuple[int, ...] = _SEEDS) -> Fitted:
    """Learn from the chosen messages."""
    space = fit_space(corpus, chosen)
    rows = np.stack([space.message(corpus.messages[i]) for i in chosen])
    linear, bias = _linear(rows, corpus.labels[chosen])
    clauses = [space.clauses(corpus.messages[i]) for i in chosen]
    examples = Examples(clauses, corpus.labels[chosen], [corpus.told[i] for i in chosen])
    return Fitted(space, linear, bias, tuple(train(examples, seed) for seed in seeds))


def logits(fitted: Fitted, corpus: Corpus, chosen: Index) -> Matrix:
    """Raw logits of the chosen messages, as `Heads.scores` computes them."""
    rows = np.stack([fitted.space.message(corpus.messages[i]) for i in chosen])
    clauses = [fitted.space.clauses(corpus.messages[i]) for i in chosen]
    nets = [np.stack([one.message for one in forward(net, clauses)]) for net in fitted.nets]
    mixed: Matrix = (rows @ fitted.linear + fitted.linear_bias + np.mean(nets, axis=0)) / 2
    return mixed


def fit_space(corpus: Corpus, chosen: Index) -> Space:
    """The space of the chosen messages; its basis is rounded to what int8 can hold, as the stored model is."""
    counts = [gram_counts(corpus.messages[i].text) for i in chosen]
    spread = Counter(gram for count in counts for gram in count)
    ranked = sorted(spread.items(), key=lambda item: (-item[1], item[0]))[:_GRAMS]
    grams = [gram for gram, messages in ranked if messages >= _LEAST_MESSAGES]
    ids = {gram: column for column, gram in enumerate(grams)}
    seen = np.array([spread[gram] for gram in grams], dtype=np.float64)
    idf = (np.log((1 + len(chosen)) / (1 + seen)) + 1).astype(np.float32)
    folded = TruncatedSVD(_WIDTH, random_state=0).fit(_weighted(counts, ids, idf))
    basis, scale = quantise(folded.components_.T)
    some = [corpus.messages[i] for i in chosen]
    return Space(
        ids=ids,
        idf=idf,
        basis=basis.astype(np.float32) * scale,
        clause_words=unit(np.concatenate([m.words for m in some])).mean(axis=0),
        message_words=unit(np.stack([m.message_words for m in some])).mean(axis=0),
        message_encoded=np.stack([m.message_encoded for m in some]).mean(axis=0),
    )


def quantise(basis: Matrix) -> tuple[npt.NDArray[np.int8], Vector]:
    """Columns as int8 with one scale each."""
    scale = (np.abs(basis).max(axis=0) / 127).astype(np.float32)
    return np.round(basis / scale).astype(np.int8), scale


def _weighted(counts: list[Counter[str]], ids: dict[str, int], idf: Vector) -> csr_matrix:
    rows, columns, values = [], [], []
    for row, count in enumerate(counts):
        known = [(ids[gram], (1 + np.log(n)) * idf[ids[gram]]) for gram, n in sorted(count.items()) if gram in ids]
        norm = np.sqrt(sum(value**2 for _, value in known)) or 1.0
        rows += [row] * len(known)
        columns += [column for column, _ in known]
        values += [value / norm for _, value in known]
    return csr_matrix((values, (rows, columns)), shape=(len(counts), len(ids)))


def _linear(rows: Matrix, labels: Matrix) -> tuple[Matrix, Vector]:
    weights = np.zeros((rows.shape[1], labels.shape[1]), dtype=np.float32)
    bias = np.full(labels.shape[1], -6.0, dtype=np.float32)
    for column in range(labels.shape[1]):
        if 0 < labels[:, column].sum() < len(labels):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                head = LogisticRegression(C=_PENALTY, max_iter=200).fit(rows, labels[:, column])
            weights[:, column], bias[column] = head.coef_[0], head.intercept_[0]
    return weights, bias
