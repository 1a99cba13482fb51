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
from spacy.tokens import Doc

from triage.encoder import Encoder, Matrix
from triage.persons import Band, ages, persons

_PATTERNS: Final = Path(__file__).with_name("patterns.toml")
_BLANK: Final = re.compile(r"\s+")
_AGE_EDGES: Final = (7, 13, 19, 40, 65, 75)
GRAM_SIZES: Final = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class CharSpace:
    """Char TF-IDF folded to few dimensions: `ids` of the n-grams, their inverse document frequency, `basis` (grams x width)."""

    ids: dict[str, int]
    idf: npt.NDArray[np.float32]
    basis: Matrix

    def project(self, text: str) -> npt.NDArray[np.float32]:
        """The unit TF-IDF vector of `text` in this space (`width` numbers)."""
        counts = gram_counts(text)
        known = [(self.ids[gram], count) for gram, count in counts.items() if gram in self.ids]
        if not known:
            return np.zeros(self.basis.shape[1], dtype=np.float32)
        index = np.array([i for i, _ in known])
        weights = (1.0 + np.log(np.array([c for _, c in known], dtype=np.float32))) * self.idf[index]
        weights /= np.linalg.norm(weights)
        projected: npt.NDArray[np.float32] = weights @ self.basis[index]
        return projected


@dataclass(frozen=True, slots=True)
class MessageFeatures:
    """One message: `clauses` (clauses x width, float32) with their offsets in the normal text, and `patterns` of the
    whole message.
    """

    spans: tuple[tuple[int, int], ...]
    words: Matrix
    encoded: Matrix
    chars: Matrix
    flags: Matrix
    message_words: npt.NDArray[np.float32]
    message_chars: npt.NDArray[np.float32]
    message_flags: npt.NDArray[np.float32]


def gram_counts(text: str) -> Counter[str]:
    """How often each run of one to four characters stands in `text` (blanks left out)."""
    plain = _BLANK.sub("", text)
    return Counter(plain[i : i + size] for size in GRAM_SIZES for i in range(len(plain) - size + 1))


def features(text: str, doc: Doc, spans: list[tuple[int, int]], encoded: Matrix, chars: CharSpace) -> MessageFeatures:
    """The features of one normal text; `doc` is its tokens, `encoded` one row per clause."""
    pieces = [text[a:b] for a, b in spans]
    vectors, offsets = _word_vectors(doc)
    return MessageFeatures(
        spans=tuple(spans),
        words=np.stack([_mean(vectors[(offsets >= a) & (offsets < b)]) for a, b in spans]),
        encoded=encoded,
        chars=np.stack([chars.project(piece) for piece in pieces]),
        flags=np.stack([flags(piece) for piece in pieces]),
        message_words=_mean(vectors),
        message_chars=chars.project(text),
        message_flags=flags(text),
    )


def encode_clauses(texts: list[str], spans: list[list[tuple[int, int]]], encoder: Encoder) -> list[Matrix]:
    """Encode the clauses of many texts in one call; one matrix per text."""
    rows = encoder.encode([text[a:b] for text, cut in zip(texts, spans, strict=True) for a, b in cut])
    ends = np.cumsum([len(cut) for cut in spans])
    return [np.asarray(part) for part in np.split(rows, ends[:-1])]


def flags(text: str) -> npt.NDArray[np.float32]:
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
    tokens = [token for token in doc if token.has_vector and not token.is_punct and not token.is_space]
    if not tokens:
        return np.zeros((0, doc.vocab.vectors_length), dtype=np.float32), np.zeros(0, dtype=np.int64)
    return np.stack([token.vector for token in tokens]).astype(np.float32), np.array([token.idx for token in tokens])


def _mean(rows: Matrix) -> npt.NDArray[np.float32]:
    if not len(rows):
        return np.zeros(rows.shape[1], dtype=np.float32)
    mean: npt.NDArray[np.float32] = rows.mean(axis=0)
    return mean


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    groups = tomllib.loads(_PATTERNS.read_text(encoding="utf-8"))
    return tuple(re.compile(pattern) for group in groups.values() for pattern in group.values())
