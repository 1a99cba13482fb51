from __future__ import annotations

import numpy as np

from triage.encoder import Matrix
from triage.labelset import LABELS
from triage.occlusion import drops, largest


def counts(texts: list[str]) -> Matrix:
    """A stand-in for the heads: the first logit counts 水, the second is less with every letter."""
    rows = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[:2] = text.count("水"), -len(text)
    return rows


def test_a_logit_falls_by_what_the_words_gave() -> None:
    fallen = drops("水と水、空。水", [(0, 3), (4, 6), (6, 7)], counts)
    assert fallen[:, 0].tolist() == [2, 0, 1]
    assert fallen[:, 1].tolist() == [-3, -2, -1]
    assert largest(fallen, 0, 3) == [0, 2]
    assert largest(fallen, 1, 3) == []


def test_the_only_words_take_the_whole_logit() -> None:
    assert drops("水 ", [(0, 1)], counts)[0, 0] == 1
