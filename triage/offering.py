"""Offers of help (手伝いたい・貸せる・寄付したい) in a text: a small rule, no model. Pure.

The rule is careful in one direction only: whatever also speaks of a need is no plain offer and stays a 相談, which a
person reads.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LONGEST: Final = 400
"""A longer text tells a story: it is read by a person as a 相談."""
KIND_JA: Final = {
    "help": "手伝い・ボランティア", "place": "場所を貸す", "work": "働く場・体験の場", "goods": "物の寄付",
    "money": "お金の寄付", "other": "そのほか",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offering:
    """What somebody offers: a key of `KIND_JA`. `plain`: nothing in the text speaks of a need of anybody."""

    kind: str
    plain: bool


@dataclass(frozen=True, slots=True)
class _Words:
    offers: tuple[tuple[str, re.Pattern[str]], ...]
    not_offers: re.Pattern[str]
    needs: re.Pattern[str]


def read_offer(text: str) -> Offering | None:
    """The first offer in the text, None when there is none. Never raises on any text."""
    words = _words()
    whole = fold(text)
    if len(whole) > 20 * LONGEST:
        return None
    for sentence in re.split(r"[。\n！？!?]+", whole):
        if words.not_offers.search(sentence):
            continue
        kind = next((kind for kind, pattern in words.offers if pattern.search(sentence)), "")
        if kind:
            plain = len(text) <= LONGEST and not words.needs.search(whole) and not words.not_offers.search(whole)
            return Offering(kind, plain)
    return None


def speaks_of_need(text: str) -> bool:
    """Whether the text speaks of a trouble or wish of its own."""
    return _words().needs.search(fold(text)) is not None


def fold(text: str) -> str:
    """NFKC, small letters, without spaces inside a line."""
    return re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text).lower())


@cache
def _words() -> _Words:
    raw = tomllib.loads(files("triage").joinpath("offering.toml").read_text("utf-8"))
    return _Words(
        tuple((one["kind"], re.compile("|".join(one["any"]))) for one in raw["offer"]),
        re.compile("|".join(raw["not_offers"]["any"])),
        re.compile("|".join(raw["needs"]["any"])),
    )
