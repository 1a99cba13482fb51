"""Fit the space, the linear heads and the clause nets on some of the messages (scikit-learn; `train` group only)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression

from triage.encoder import Matrix
from triage.features import Vector
from triage.heads import mix
from triage.net import Weights, forward
from triage.space import Space, unit
from triage.train.clausenet import Examples, train
from triage.train.corpus import Corpus

_GRAMS: Final = 12_000
_LEAST_MESSAGES: Final = 4
_WIDTH: Final = 256
_SEEDS: Final = (1, 2)
_PENALTY: Final = 0.3
_GRAM_PENALTY: Final = 8.0

Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fitted:
    """What one fit learnt."""

    space: Space
    linear: Matrix
    linear_bias: Vector
    grams: Matrix
    grams_bias: Vector
    nets: tuple[Weights, ...]


def fit(corpus: Corpus, chosen: Index, seeds: tuple[int, ...] = _SEEDS) -> Fitted:
    """Learn from the chosen messages."""
    space = fit_space(corpus, chosen)
    linear = _linear(
        message_rows(space, corpus, chosen), corpus.labels[chosen], LogisticRegression(C=_PENALTY, max_iter=200)
    )
    grams = _linear(
        gram_rows(space, corpus, chosen), corpus.labels[chosen], LogisticRegression(C=_GRAM_PENALTY, solver="liblinear")
    )
    examples = Examples(clause_rows(space, corpus, chosen), corpus.labels[chosen], [corpus.told[i] for i in chosen])
    return Fitted(space, *linear, *grams, tuple(train(examples, seed) for seed in seeds))


def logits(fitted: Fitted, corpus: Corpus, chosen: Index) -> Matrix:
    """Raw logits of the chosen messages, as `Heads.scores` computes them."""
    rows = message_rows(fitted.space, corpus, chosen)
    clauses = clause_rows(fitted.space, corpus, chosen)
    nets = [np.stack([one.message for one in forward(net, clauses)]) for net in fitted.nets]
    grams = gram_rows(fitted.space, corpus, chosen) @ fitted.grams + fitted.grams_bias
    return mix(np.mean(nets, axis=0), rows @ fitted.linear + fitted.linear_bias, grams).astype(np.float32)


def message_rows(space: Space, corpus: Corpus, chosen: Index) -> Matrix:
    """`Space.message` of each chosen message, from the counted character runs."""
    chars = _folded(space, corpus, corpus.grams.messages[chosen])
    return np.stack([space.message(corpus.messages[i], row) for i, row in zip(chosen, chars, strict=True)])


def clause_rows(space: Space, corpus: Corpus, chosen: Index) -> list[Matrix]:
    """`Space.clauses` of each chosen message, from the counted character runs."""
    first = corpus.grams.first
    rows = np.concatenate([np.arange(first[i], first[i + 1]) for i in chosen])
    chars = np.split(_folded(space, corpus, corpus.grams.clauses[rows]), np.cumsum(np.diff(first)[chosen])[:-1])
    return [space.clauses(corpus.messages[i], rows) for i, rows in zip(chosen, chars, strict=True)]


def gram_rows(space: Space, corpus: Corpus, chosen: Index) -> csr_matrix:
    """The TF-IDF of each chosen message's character runs."""
    return _weighted(corpus.grams.messages[chosen][:, _columns(space, corpus)], space.idf)


def _folded(space: Space, corpus: Corpus, counts: csr_matrix) -> Matrix:
    folded: Matrix = (_weighted(counts[:, _columns(space, corpus)], space.idf) @ space.basis).astype(np.float32)
    return folded


def _columns(space: Space, corpus: Corpus) -> list[int]:
    return [corpus.gram_columns[gram] for gram in space.ids]


def fit_space(corpus: Corpus, chosen: Index) -> Space:
    """The space of the chosen messages; its basis is rounded to what int8 can hold, as the stored model is."""
    counts = corpus.grams.messages[chosen]
    spread = np.asarray((counts > 0).sum(axis=0)).ravel()
    often = np.flatnonzero(spread >= _LEAST_MESSAGES)
    kept = often[np.argsort(-spread[often], kind="stable")][:_GRAMS]
    idf = (np.log((1 + len(chosen)) / (1 + spread[kept])) + 1).astype(np.float32)
    folded = TruncatedSVD(_WIDTH, n_iter=3, random_state=0).fit(_weighted(counts[:, kept], idf))
    basis, scale = quantise(folded.components_.T)
    some = [corpus.messages[i] for i in chosen]
    return Space(
        ids={str(gram): column for column, gram in enumerate(corpus.grams.names[kept])},
        idf=idf,
        basis=basis.astype(np.float32) * scale,
        clause_words=unit(np.concatenate([m.words for m in some])).mean(axis=0),
        message_words=unit(np.stack([m.message_words for m in some])).mean(axis=0),
        message_encoded=np.stack([m.message_encoded for m in some]).mean(axis=0),
    )


def quantise(basis: Matrix) -> tuple[npt.NDArray[np.int8], Vector]:
    """Columns as int8 with one scale each."""
    scale = np.maximum(np.abs(basis).max(axis=0) / 127, 1e-12).astype(np.float32)
    return np.round(basis / scale).astype(np.int8), scale


def _weighted(counts: csr_matrix, idf: Vector) -> csr_matrix:
    """Rows of (1 + log n) x idf, each of length one (a row without a known run stays zero)."""
    weighted = counts.copy()
    weighted.data = 1 + np.log(weighted.data)
    weighted = weighted.multiply(idf[None]).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return diags(1 / np.maximum(length, 1e-9)) @ weighted


def _linear(rows: Matrix | csr_matrix, labels: Matrix, head: LogisticRegression) -> tuple[Matrix, Vector]:
    weights = np.zeros((rows.shape[1], labels.shape[1]), dtype=np.float32)
    bias = np.full(labels.shape[1], -6.0, dtype=np.float32)
    for column in range(labels.shape[1]):
        if 0 < labels[:, column].sum() < len(labels):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitted = clone(head).fit(rows, labels[:, column])
            weights[:, column], bias[column] = fitted.coef_[0], fitted.intercept_[0]
    return weights, bias
