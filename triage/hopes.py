"""Wishes, strengths and ties in a person's own words (希望・つよみ・頼れる人), by a small rule. Pure.

It finds whole sentences to be quoted, never a label of the person; a sentence that denies, wishes to die or speaks of
what others should do gives nothing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from triage.offering import fold

KIND_JA: Final = {"wish": "希望", "strength": "つよみ", "tie": "頼れる人・つながり"}
MOST: Final = 8
_SENTENCE = re.compile(r"[^。\n！？!?]+[。！？!?]?")


@dataclass(frozen=True, slots=True)
class Hope:
    """One sentence of the person. `kind`: a key of `KIND_JA`; offsets in code points of the text, end exclusive."""

    kind: str
    start: int
    end: int
    words: str


def hopes(text: str) -> tuple[Hope, ...]:
    """The sentences of `text` that say a wish, a strength or a tie, in order, each once and at most `MOST`."""
    rules, never = _rules()
    found: dict[str, Hope] = {}
    for match in _SENTENCE.finditer(text):
        sentence = fold(match[0])
        if not sentence or never.search(sentence):
            continue
        kind = next((kind for kind, pattern in rules if pattern.search(sentence)), "")
        words = match[0].strip()
        if kind and words:
            start = match.start() + match[0].index(words)
            found.setdefault(sentence, Hope(kind, start, start + len(words), words))
    return tuple(found.values())[:MOST]


@cache
def _rules() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str]]:
    raw = tomllib.loads(files("triage").joinpath("hopes.toml").read_text("utf-8"))
    rules = tuple((one["kind"], re.compile("|".join(one["any"]))) for one in raw["hope"])
    return rules, re.compile("|".join(raw["never"]["any"]))
