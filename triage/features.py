"""Numbers that the nets read: per clause and per message, from words, sentence vectors, characters and patterns."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc, Token

from triage.encoder import Matrix
from triage.persons import Band, ages, persons

_PATTERNS: Final = Path(__file__).with_name("patterns.toml")
_BLANK: Final = re.compile(r"\s+")
_AGE_EDGES: Final = (7, 13, 19, 40, 65, 75)
Vector = npt.NDArray[np.float32]
GRAM_SIZES: Final = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class MessageFeatures:
    """One message: its normal text and clauses; words and patterns per clause and of the whole, and the
    sentence vector of the whole."""

    text: str
    spans: tuple[tuple[int, int], ...]
    words: Matrix
    flags: Matrix
    message_words: Vector
    message_encoded: Vector
    message_flags: Vector


def gram_counts(text: str) -> Counter[str]:
    """How often each run of one to four characters stands in `text` (blanks left out)."""
    plain = _BLANK.sub("", text)
    return Counter(plain[i : i + size] for size in GRAM_SIZES for i in range(len(plain) - size + 1))


def features(text: str, doc: Doc, spans: list[tuple[int, int]], encoded: Vector) -> MessageFeatures:
    """The features of one normal text; `doc` is its tokens, `encoded` its sentence vector."""
    vectors, offsets = _word_vectors(doc)
    return MessageFeatures(
        text=text,
        spans=tuple(spans),
        words=np.stack([_mean(vectors[(offsets >= a) & (offsets < b)]) for a, b in spans]),
        flags=np.stack([flags(text[a:b]) for a, b in spans]),
        message_words=_mean(vectors),
        message_encoded=encoded,
        message_flags=flags(text),
    )


def flags(text: str) -> Vector:
    """Which patterns, age bands and person bands the text has (0 or 1)."""
    said = {sum(age.years >= edge for edge in _AGE_EDGES) for age in ages(text)}
    people = persons(text)
    row = [float(pattern.search(text) is not None) for pattern in _patterns()]
    row += [float(band in said) for band in range(len(_AGE_EDGES) + 1)]
    row += [float(any(person.band is band for person in people)) for band in (Band.CHILD, Band.ADULT, Band.ELDERLY)]
    row += [float(len({person.role for person in people}) >= count) for count in (1, 2, 3)]
    row += [float(len(text) < limit) for limit in (12, 30, 80)]
    return np.array(row, dtype=np.float32)


def _word_vectors(doc: Doc) -> tuple[Matrix, npt.NDArray[np.int64]]:
    vectors = doc.vocab.vectors
    known = [(token.idx, row) for token in doc if not (token.is_punct or token.is_space) for row in _rows_of(token)]
    if not known:
        return np.zeros((0, doc.vocab.vectors_length), dtype=np.float32), np.zeros(0, dtype=np.int64)
    offsets, rows = zip(*known, strict=True)
    return np.asarray(vectors.data[list(rows)], dtype=np.float32), np.array(offsets)


def _rows_of(token: Token) -> list[int]:
    """The row of a word's vector, or of its normalised form's: kana writing has few of its own (やちん: 家賃)."""
    found = token.vocab.vectors.key2row
    for key in (token.orth, token.norm):
        if key in found:
            return [found[key]]
    return []


def _mean(rows: Matrix) -> Vector:
    if not len(rows):
        return np.zeros(rows.shape[1], dtype=np.float32)
    mean: Vector = rows.mean(axis=0)
    return mean


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    groups = tomllib.loads(_PATTERNS.read_text(encoding="utf-8"))
    return tuple(re.compile(pattern) for group in groups.values() for pattern in group.values())
