"""The Reader: text in, Assessment out. Loaded explicitly; nothing happens at import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from triage.assessment import FIELDS, Assessment, Kind, Urgency
from triage.clauses import clauses
from triage.context import Standing
from triage.doubt import talk_in_doubt
from triage.encoder import Encoder, Matrix, UseEncoder
from triage.explain import evidence, mentions, set_aside, word_ends
from triage.features import MessageFeatures, features
from triage.fuse import assured, fuse
from triage.heads import Heads, Scores, sigmoid
from triage.labelset import LABELS
from triage.language import load_ginza, one_blas_thread
from triage.matcher import Cue, load_cues
from triage.normalise import Normalised, normalise
from triage.occlusion import Why, bunsetu, drops
from triage.pipeline import rules_pipeline
from triage.rules import Reading
from triage.tongue import Tongue, tongue_of

_HALF: Final = 4_000
_MOST_NORMAL: Final = 8_000
_BLOCK: Final = 16
_MOST_BUNSETU: Final = 400
"""Characters up to which `why` leaves out each bunsetu; in longer texts each clause."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is read of one text: its normal form, its clauses, whether a middle part was left out, its language."""

    original: str
    source: Normalised
    clauses: list[tuple[int, int]]
    cut: bool
    tongue: Tongue


class Reader:
    """Reads messages with GiNZA, the encoder, the heads and the cues (about 3 s to load, 550 MB).

    Not thread-safe: GiNZA breaks when two threads share it. Use one Reader for each thread or process.
    """

    def __init__(self, nlp: Language, encoder: Encoder, heads: Heads, cues: tuple[Cue, ...]) -> None:
        self._nlp = nlp
        self._encoder = encoder
        self._heads = heads
        self._rules = rules_pipeline(nlp, cues)

    @classmethod
    def load(cls) -> Reader:
        """Load every part and set BLAS to one thread. Raises `TamperedModelError` or `BadCueError`."""
        reader = cls(load_ginza(), UseEncoder.load(), Heads.load(), load_cues())
        one_blas_thread()
        reader.read("はじめまして。")
        return reader

    @property
    def version(self) -> str:
        """The version of the model, as assessments carry it."""
        return self._heads.version

    def read(self, text: str) -> Assessment:
        """The assessment of one text of any length and content.

        Over 8,000 code points only the head and the tail are read; the assessment is then a consultation, at
        least high, and asks for a person. A text without a letter is `unread("no_text")`, one in another language
        `unread("language")` with its `language`: the models were taught Japanese only.
        """
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str]) -> list[Assessment]:
        """The assessment of each text, in order, read in blocks."""
        found: list[Assessment] = []
        for at in range(0, len(texts), _BLOCK):
            found += self._block([_piece(text) for text in texts[at : at + _BLOCK]])
        return found

    def _block(self, pieces: list[_Piece]) -> list[Assessment]:
        readable = [piece for piece in pieces if piece.tongue.readable]
        answers = iter(self._readable(readable) if readable else [])
        return [next(answers) if piece.tongue.readable else _unread(piece.tongue) for piece in pieces]

    def _readable(self, pieces: list[_Piece]) -> list[Assessment]:
        texts = [piece.source.text for piece in pieces]
        docs = list(self._rules.pipe(texts))
        scores = self._heads.scores(self._features(pieces, docs))
        return [
            self._assess(piece, doc._.toritsugi_reading, score, word_ends(doc))
            for piece, score, doc in zip(pieces, scores, docs, strict=True)
        ]

    def _features(self, pieces: list[_Piece], docs: list[Doc]) -> list[MessageFeatures]:
        rows = self._encoder.encode([piece.source.text for piece in pieces])
        return [
            features(piece.source.text, doc, piece.clauses, row)
            for piece, doc, row in zip(pieces, docs, rows, strict=True)
        ]

    def _assess(self, piece: _Piece, rules: Reading, score: Scores, ends: list[int]) -> Assessment:
        probability = assured(sigmoid(self._heads.calibration.logits(score.logits, rules.signals())), rules)
        verdict = fuse(probability, self._heads.thresholds, rules, self._heads.floors)
        cue = any(stands is Standing.AFFIRMED for _, stands in rules.hits)
        if talk_in_doubt(probability, verdict.kind, piece.source.text, cue=cue):
            verdict = replace(verdict, unsure=verdict.unsure | {"kind"})
        if piece.cut:
            urgency = verdict.urgency.raised_to(Urgency.HIGH)
            verdict = replace(verdict, kind=Kind.CONSULTATION, urgency=urgency, unsure=frozenset(FIELDS))
        spans = evidence(verdict, rules, piece.clauses, score.clauses, ends, piece.source, piece.original)
        shown = {label: round(float(value), 4) for label, value in zip(LABELS, probability, strict=True)}
        return replace(
            verdict.assessment(shown, spans, self._heads.version),
            set_aside=set_aside(rules, ends, piece.source, piece.original),
            mentions=mentions(rules, piece.source, piece.original),
        )

    def why(self, text: str) -> Why:
        """What the labels of one text rest on, for whoever wants to know exactly (about 1 s at 300 characters)."""
        piece = _piece(text)
        words = piece.source.text
        if not piece.tongue.readable:
            return Why(self.read(text), {}, (), np.zeros((0, len(LABELS)), dtype=np.float32))
        parts = bunsetu(self._nlp, words) if len(words) <= _MOST_BUNSETU else clauses(words)
        fallen = drops(words, parts, self._logits)
        cut = {label: float(value) for label, value in zip(LABELS, self._heads.thresholds, strict=True)}
        return Why(self.read(text), cut, tuple(words[a:b] for a, b in parts), fallen)

    def _logits(self, texts: list[str]) -> Matrix:
        """Raw logits of normal texts with a visible character."""
        rows = self._encoder.encode(texts)
        read = [
            features(text, self._nlp.make_doc(text), clauses(text), row) for text, row in zip(texts, rows, strict=True)
        ]
        return np.stack([score.logits for score in self._heads.scores(read)])


def _unread(tongue: Tongue) -> Assessment:
    return replace(Assessment.unread("language" if tongue.letters else "no_text"), language=tongue.language)


def _piece(text: str) -> _Piece:
    source, cut = _normal(text)
    return _Piece(text, source, clauses(source.text), cut, tongue_of(source.text))


def _normal(text: str) -> tuple[Normalised, bool]:
    """The normal text that is read: all of it, or the head and the tail of a long one."""
    if len(text) <= 2 * _HALF:
        whole = normalise(text)
        if len(whole.text) <= _MOST_NORMAL:
            return whole, False
        return _join(_slice(whole, 0, _HALF), _slice(whole, len(whole.text) - _HALF, len(whole.text))), True
    head, tail = _slice(normalise(text[:_HALF]), 0, _HALF), normalise(text[-_HALF:])
    tail = _slice(tail, max(0, len(tail.text) - _HALF), len(tail.text))
    return _join(head, _shift(tail, len(text) - _HALF)), True


def _slice(source: Normalised, start: int, end: int) -> Normalised:
    return Normalised(source.text[start:end], source.starts[start:end], source.ends[start:end])


def _shift(source: Normalised, by: int) -> Normalised:
    return Normalised(source.text, tuple(s + by for s in source.starts), tuple(e + by for e in source.ends))


def _join(head: Normalised, tail: Normalised) -> Normalised:
    """Head and tail with a line break between them, which stands for the part left out."""
    gap_start = head.ends[-1] if head.ends else 0
    gap_end = tail.starts[0] if tail.starts else gap_start
    return Normalised(
        head.text + "\n" + tail.text, (*head.starts, gap_start, *tail.starts), (*head.ends, gap_end, *tail.ends)
    )
