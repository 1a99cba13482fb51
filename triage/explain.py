"""Evidence: the person's own words for each label that triage says."""

from __future__ import annotations

from typing import Final

from spacy.tokens import Doc

from triage.assessment import Domain, Evidence, Urgency
from triage.encoder import Matrix
from triage.fuse import Verdict
from triage.labelset import INDEX, RAISED
from triage.normalise import Normalised
from triage.persons import Band
from triage.rules import Reading

_MOST_SPANS: Final = 3
_STUB: Final = 2
_ENDING: Final = ("助動詞", "助詞-接続助詞")
"""Sudachi tags of what is written on to a word."""
_BANDS: Final = {str(Domain.ELDERLY): Band.ELDERLY, str(Domain.CHILD): Band.CHILD}


def evidence(
    verdict: Verdict, rules: Reading, clauses: list[tuple[int, int]], clause_logits: Matrix, ends: list[int],
    source: Normalised, original: str,
) -> tuple[Evidence, ...]:  # fmt: skip
    """Spans of the original for every domain, theme, raised urgency, gap and refusal: affirmed cues first, then an age
    or person word (elderly, child), else the clause that weighs most in the clause net. In text order. `ends`
    (`word_ends`) keeps a span from stopping within a word.
    """
    found: list[Evidence] = []
    for shown, column in _asserted(verdict):
        spans = [(hit.start, hit.end, hit.cue.id) for hit in rules.spans(column)][:_MOST_SPANS]
        if not spans and shown in _BANDS:
            spans = [(p.start, p.end, "person") for p in rules.people if p.band is _BANDS[shown]][:1]
        if not spans:
            best = int(clause_logits[:, INDEX[column]].argmax())
            spans = [(*clauses[best], "clause")]
        for start, end, rule in spans:
            first, last = source.original_span(start, ends[_sentence_end(source.text, start, end) - 1])
            found.append(Evidence(first, last, shown, original[first:last], rule))
    return tuple(sorted(set(found), key=lambda e: (e.start, e.end, e.label, e.rule)))


def _sentence_end(text: str, start: int, end: int) -> int:
    """`end`, or the end of the sentence before when only a character or two of the next one belong to the span."""
    head, stop, tail = text[start:end].rpartition("。")
    return start + len(head) if stop and head and len(tail) <= _STUB else end


def word_ends(doc: Doc) -> list[int]:
    """For each character, where its word ends, with what is written on to it (〜なくて, 〜ました)."""
    ends = list(range(1, len(doc.text) + 1))
    last = len(doc.text)
    for index in reversed(range(len(doc))):
        token = doc[index]
        end = token.idx + len(token)
        if index + 1 == len(doc) or doc[index + 1].idx != end or not doc[index + 1].tag_.startswith(_ENDING):
            last = end
        ends[token.idx : end] = [last] * len(token)
    return ends


def _asserted(verdict: Verdict) -> list[tuple[str, str]]:
    """Each label to explain and the column of the model that stands for it."""
    labels = [str(domain) for domain in verdict.domains] + sorted(verdict.themes)
    labels += [str(reason) for reason in verdict.reasons if reason == "gap"]
    labels += ["refuses_support"] if verdict.refuses else []
    pairs = [(label, label) for label in labels]
    if verdict.urgency is Urgency.EMERGENCY:
        pairs.append(("emergency", "emergency"))
    elif verdict.urgency is Urgency.HIGH:
        pairs.append(("high", RAISED))
    return pairs
