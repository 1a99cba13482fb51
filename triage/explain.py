"""Evidence: the person's own words for each label that triage says."""

from __future__ import annotations

import re
from typing import Final

from spacy.tokens import Doc

from triage.assessment import THEMES, Domain, Evidence, Mention, SetAside, SetAsideBecause, Urgency
from triage.context import Standing
from triage.encoder import Matrix
from triage.fuse import Verdict
from triage.labelset import INDEX, RAISED
from triage.matcher import Hit
from triage.normalise import Normalised
from triage.people import WRITER
from triage.persons import Band
from triage.rules import Reading

_MOST_SPANS: Final = 3
_STUB: Final = 2
_ENDING: Final = ("助動詞", "助詞-接続助詞")
"""Sudachi tags of what is written on to a word."""
_CLAUSE_END: Final = re.compile(r"[。!?\n」、]|(?=\s)")
_MOST_WORDS: Final = 24
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
        if not spans and shown in rules.household.patterns:
            spans = [(p.start, p.end, "household") for p in rules.everybody if not p.outside and p.age is not None][:2]
        if not spans and shown in _BANDS:
            spans = [(p.start, p.end, "person") for p in rules.people if p.band is _BANDS[shown]][:1]
        if not spans:
            best = int(clause_logits[:, INDEX[column]].argmax())
            spans = [(*clauses[best], "clause")]
        for start, end, rule in spans:
            first, last = source.original_span(start, ends[_sentence_end(source.text, start, end) - 1])
            found.append(Evidence(first, last, shown, original[first:last], rule))
    return tuple(sorted(set(found), key=lambda e: (e.start, e.end, e.label, e.rule)))


def set_aside(rules: Reading, ends: list[int], source: Normalised, original: str) -> tuple[SetAside, ...]:
    """The cue hits that do not count, with why, at their words in the original; a denial with the words that deny."""
    found: set[SetAside] = set()
    for hit, stands in rules.hits:
        if stands is Standing.AFFIRMED:
            continue
        end = ends[hit.end - 1]
        if stands is Standing.DENIED:
            end = max(end, _denial_end(source.text, hit.end))
        start, end = source.original_span(hit.start, end)
        because = SetAsideBecause(str(stands))
        found |= {SetAside(start, end, label, original[start:end], because) for label in _looks_like(hit)}
    whole = [one for one in found if not any(_covers(other, one) for other in found)]
    return tuple(sorted(whole, key=lambda one: (one.start, one.end, one.label)))


def _covers(one: SetAside, other: SetAside) -> bool:
    """Whether `one` says the same of more words."""
    same = one != other and (one.label, one.because) == (other.label, other.because)
    return same and one.start <= other.start and one.end >= other.end


def mentions(rules: Reading, source: Normalised, original: str) -> tuple[Mention, ...]:
    """Whom the text speaks of, at their words in the original; the writer (私) only where their age is said."""
    found = []
    for one in rules.everybody:
        if one.role == WRITER and one.age is None:
            continue
        start, end = source.original_span(one.start, one.end)
        found.append(Mention(start, end, original[start:end], one.role, str(one.band), one.age))
    return tuple(found)


def _looks_like(hit: Hit) -> tuple[str, ...]:
    """The themes that a cue is a sign of, else its other labels, else its urgency."""
    themes = tuple(label for label in hit.cue.labels if label in THEMES)
    return themes or hit.cue.labels or ((str(hit.cue.urgency),) if hit.cue.urgency else ())


def _denial_end(text: str, end: int) -> int:
    stop = _CLAUSE_END.search(text, end)
    return min(stop.start() if stop else len(text), end + _MOST_WORDS)


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
