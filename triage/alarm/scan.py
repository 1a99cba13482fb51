"""Find the rules of the lexicon in a message, and silence look-alikes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ahocorasick

from .fold import Folded, fold
from .foreign import Phrases, hits, read_phrases
from .rules import Lexicon, Rule, read_lexicon

KINDS = MappingProxyType(
    {
        "suicide": "wants to die or disappear, plans it, says farewell, or somebody close does",
        "self_harm": "took too many medicines, cut and bleeds, or is doing it now",
        "violence": "DV, assault, threat with a weapon, captivity, rape; under way or just done",
        "child": "a child hit, shaken, shut out, unfed or left alone; a baby that seems ill; a birth without care",
        "elder": "an old or helpless person hit, tied, shut in or left without care; a carer about to do harm",
        "collapse": "collapsed, unconscious, not breathing, badly ill; silent with signs of trouble inside; fire",
        "hunger": "days without food or water, a baby without milk, a medicine or machine of life running out",
        "shelter": "nowhere to sleep tonight, with a child, in cold or heat, as a minor, or fleeing",
        "missing": "a person who cannot protect themself is gone or found lost",
        "help": "a bare call for help (たすけて, だれか来て) or for 119 and 110",
    }
)
_BESIDE = 14
_DENIAL_REACH = 7
_TAIL_REACH = 14
_STORY_REACH = 24
_SETTLED_REACH = 100
_HITS_PER_RULE = 5
_WHOLE = 40_000
_EDGE = 20_000
_DIGITS = frozenset("0123456789一二三四五六七八九十〇")
_AGE = re.compile(r"[0-9一二三四五六七八九十]+(?:歳|才|さい)")

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """One sign found: offsets are code points of the original text, end exclusive, `text == original[start:end]`."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What a scan found; true when anything was. `kinds` are keys of `KINDS`; `hits` stand in the order of the text."""

    kinds: frozenset[str]
    hits: tuple[Hit, ...]

    def __bool__(self) -> bool:
        return bool(self.kinds)


class Alarm:
    """The lexicon made ready. Build it once with `load()`."""

    __slots__ = ("_automaton", "_phrases", "_rules")

    def __init__(self, lexicon: Lexicon, phrases: tuple[Phrases, ...] = ()) -> None:
        """Build the automaton over every word of every rule and role; `phrases` are those of other languages."""
        uses: defaultdict[str, list[str | tuple[int, int]]] = defaultdict(list)
        for role, words in lexicon.roles.items():
            for word in words:
                uses[word].append(role)
        for number, rule in enumerate(lexicon.rules):
            for part, words in enumerate((rule.unless, *rule.parts)):
                for word in words:
                    uses[word].append((number, part))
        self._rules = lexicon.rules
        self._phrases = phrases
        self._automaton: Any = ahocorasick.Automaton()
        for word, keys in uses.items():
            self._automaton.add_word(word, (len(word), tuple(keys), _AGE.match(word) is not None))
        self._automaton.make_automaton()

    @classmethod
    def load(cls) -> Alarm:
        """Read the shipped words and build (about half a second, once). Raises `LexiconError` on a mistake in them."""
        return cls(read_lexicon(), read_phrases())

    def scan(self, text: str) -> Alert:
        """Say which dangers `text` speaks of. Never raises on any text; bounded in time for any length.

        Of a text over 40,000 code points, eight times what a LINE message holds, the first and the last 20,000 are
        scanned, each for itself.
        """
        if len(text) <= _WHOLE:
            return self._scan(text, 0)
        head, tail = self._scan(text[:_EDGE], 0), self._scan(text[-_EDGE:], len(text) - _EDGE)
        return Alert(head.kinds | tail.kinds, head.hits + tail.hits)

    def _scan(self, text: str, offset: int) -> Alert:
        """The alert of a short text that stands at `offset` of the whole."""
        folded = fold(text)
        places: defaultdict[Any, list[_Span]] = defaultdict(list)
        for last, (length, keys, is_age) in self._automaton.iter(folded.text):
            if is_age and folded.text[max(0, last - length) : last - length + 1] in _DIGITS:
                continue  # the 2歳 in 82歳
            for key in keys:
                places[key].append((last - length + 1, last + 1))
        for spans in places.values():
            spans.sort()
        judge = _Judge(folded, places)
        found_at: dict[tuple[str, int, int], Hit] = {}
        for kind, start, end in hits(self._phrases, text):
            found_at[kind, start, end] = Hit(kind, start + offset, end + offset, text[start:end])
        for number, rule in enumerate(self._rules):
            if (number, 1) not in places:
                continue
            for span in _take(judge.accepted(number, rule)):
                start, end = folded.origin[span[0]], folded.origin[span[1] - 1] + 1
                found = Hit(rule.kind, start + offset, end + offset, text[start:end])
                found_at[found.kind, found.start, found.end] = found
        return Alert(frozenset(kind for kind, _, _ in found_at), tuple(sorted(found_at.values(), key=_place)))


def _place(hit: Hit) -> tuple[int, int, str]:
    return hit.start, hit.end, hit.kind


def _take(spans: Iterator[_Span]) -> Iterator[_Span]:
    for count, span in enumerate(spans, start=1):
        yield span
        if count == _HITS_PER_RULE:
            return


class _Judge:
    """Joins the parts of a rule and hears what may silence it, on one folded text."""

    def __init__(self, folded: Folded, places: dict[Any, list[_Span]]) -> None:
        self._folded = folded
        self._places = places

    def accepted(self, number: int, rule: Rule) -> Iterator[_Span]:
        """The spans at which `rule` holds and nothing silences it."""
        others = [self._places.get((number, part), []) for part in range(2, len(rule.parts) + 1)]
        if not all(others):
            return
        for anchor in self._places[number, 1]:
            span = _joined(anchor, others, rule)
            if span and not self._silenced(number, rule, anchor, span):
                yield span

    def _silenced(self, number: int, rule: Rule, anchor: _Span, span: _Span) -> bool:
        if self._beside((number, 0), span, _BESIDE, _BESIDE):
            return True
        if self._denied(anchor, phrase_only=rule.denial == "phrase"):
            return True
        if rule.story and self._beside("story", span, _STORY_REACH, _STORY_REACH):
            return True
        if rule.settles and self._settled(span):
            return True
        if self._beside("present", span, _STORY_REACH, _STORY_REACH):
            return False
        if self._conditional(anchor):
            return True
        if not self._beside("past", span, 2 * _STORY_REACH, 0):
            return False
        return rule.past == "plain" or self._beside("past_tail", (span[1], span[1]), 0, _TAIL_REACH)

    def _denied(self, span: _Span, *, phrase_only: bool) -> bool:
        """A denial follows (「…わけではありません」) and nothing takes it back (「…とは言い切れない」)."""
        after = (span[1], span[1])
        close = not phrase_only and self._starting("denial_close", span[1], 0)
        if not close and not self._starting("denial", span[1], _DENIAL_REACH):
            return False
        return not self._beside("flip", after, 0, 2 * _TAIL_REACH)

    def _settled(self, span: _Span) -> bool:
        spans = self._places.get("settled", [])
        at = bisect_left(spans, span)
        return at < len(spans) and spans[at][0] < span[1] + _SETTLED_REACH

    def _conditional(self, span: _Span) -> bool:
        if self._folded.text[span[1] - 1] in "ただ" and self._starting("if_close", span[1], 0):
            return True
        return self._beside("if", span, _STORY_REACH, 0) and self._starting("if_tail", span[1], _TAIL_REACH)

    def _starting(self, role: str, position: int, reach: int) -> bool:
        """A word of `role` begins at most `reach` characters after `position`, in the same sentence."""
        spans = self._places.get(role, [])
        at = bisect_left(spans, (position, 0))
        if at == len(spans) or spans[at][0] > position + reach:
            return False
        return self._folded.sentence(spans[at][0]) == self._folded.sentence(max(position - 1, 0))

    def _beside(self, key: object, span: _Span, before: int, after: int) -> bool:
        """A word of `key` touches the zone around `span`, within the sentences the span stands in."""
        spans = self._places.get(key, [])
        if not spans:
            return False
        sentence = self._folded.sentence
        first, final = sentence(min(span[0], span[1] - 1)), sentence(span[1] - 1)
        low, high = span[0] - before, span[1] + after
        for at in range(bisect_left(spans, (low, 0)), len(spans)):
            start = spans[at][0]
            if start >= high:
                return False
            if first <= sentence(start) <= final:
                return True
        return False


def _joined(anchor: _Span, others: list[list[_Span]], rule: Rule) -> _Span | None:
    """The span from the first to the last part, or None when a part is not near enough."""
    low, high = anchor[0] - rule.within, anchor[1] + rule.within
    start, end = anchor
    after = anchor[1] if rule.ordered else low
    for spans in others:
        found = _nearest(anchor, spans, after, high)
        if found is None:
            return None
        start, end = min(start, found[0]), max(end, found[1])
        if rule.ordered:
            after = found[1]
    return start, end


def _nearest(anchor: _Span, spans: list[_Span], low: int, high: int) -> _Span | None:
    """A span inside [low, high] that does not overlap `anchor`, first after it, then before it."""
    at = bisect_left(spans, (max(anchor[1], low), 0))
    if at < len(spans) and spans[at][1] <= high:
        return spans[at]
    for index in range(bisect_left(spans, (anchor[0], 0)) - 1, -1, -1):
        if spans[index][0] < low:
            return None
        if spans[index][1] <= anchor[0]:
            return spans[index]
    return None
