"""Read the danger lexicon (`words/*.toml`) into frozen rules with every spelling written out.

In a word, `(a|b)` are alternatives, `#` is a number (digit, kanji numeral, 何, 数) and `@name` in a list takes in
a group of `words/_common.toml`. Its `[spelling]` table adds other spellings of a part (殴 → なぐ).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import product
from typing import Any

from .fold import fold

_NUMBERS = tuple("0123456789") + tuple("一二三四五六七八九十何数")
_MOST_SPELLINGS = 6_000
_FIELDS = frozenset(
    {"id", "why", "any", "near", "within", "order", "denial", "past", "story", "settles", "unless", "hit", "miss"}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One sign of danger.

    All `parts` (each a set of folded words) must stand within `within` folded characters of the first part; with
    `ordered`, one after the other. `denial` is `any` (「…ない」 silences it) or `phrase`
    (only 「…わけではない」 and the like do); `past` is `plain` (a word of the past before it silences it) or `tail` (a
    tail of the past must follow too); `story` and `settles` say whether a story, or a good end, silences it.
    `unless` are words that silence it when they stand beside it in its sentence.
    `hit` and `miss` are examples that tests run.
    """

    name: str
    kind: str
    why: str
    parts: tuple[frozenset[str], ...]
    within: int
    ordered: bool
    denial: str
    past: str
    story: bool
    settles: bool
    unless: frozenset[str]
    hit: tuple[str, ...]
    miss: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All rules, and the words (by role: `denial`, `flip`, `past`, …) that silence or unsilence them."""

    rules: tuple[Rule, ...]
    roles: Mapping[str, frozenset[str]]


class LexiconError(ValueError):
    """A mistake in `words/*.toml`; the message names the rule."""


def read_lexicon() -> Lexicon:
    """Read the shipped TOML files. Raises `LexiconError` on a mistake in them."""
    folder = files(__package__) / "words"
    common = tomllib.loads((folder / "_common.toml").read_text("utf-8"))
    writer = _Writer(common["spelling"], common["group"])
    rules: list[Rule] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml") and not entry.name.startswith("_"):
            kind = entry.name.removesuffix(".toml")
            table = tomllib.loads(entry.read_text("utf-8"))
            rules += [_rule(kind, {**_defaults(table), **raw}, writer) for raw in table["rule"]]
    names = [rule.name for rule in rules]
    if len(set(names)) != len(names):
        raise LexiconError("two rules share a name")
    return Lexicon(tuple(rules), {role: writer.words(words) for role, words in common["role"].items()})


def _defaults(table: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says once for all its rules."""
    return {key: table.get(key, usual) for key, usual in (("settles", True), ("denial", "any"))}


def _one_of(name: str, raw: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = raw.get(key, allowed[0])
    if value not in allowed:
        raise LexiconError(f"{name}: {key} = {value}")
    return str(value)


def _rule(kind: str, raw: Mapping[str, Any], writer: _Writer) -> Rule:
    name = f"{kind}.{raw['id']}"
    if unknown := set(raw) - _FIELDS:
        raise LexiconError(f"{name}: unknown {sorted(unknown)}")
    if ("any" in raw) == ("near" in raw):
        raise LexiconError(f"{name}: give either any or near")
    return Rule(
        name=name,
        kind=kind,
        why=raw["why"],
        parts=tuple(writer.words(words) for words in raw.get("near", [raw.get("any", [])])),
        within=raw.get("within", 30),
        ordered=raw.get("order", False),
        denial=_one_of(name, raw, "denial", ("any", "phrase")),
        past=_one_of(name, raw, "past", ("plain", "tail")),
        story=raw.get("story", True),
        settles=raw["settles"],
        unless=writer.words(raw.get("unless", [])),
        hit=tuple(raw["hit"]),
        miss=tuple(raw.get("miss", [])),
    )


def _alternatives(entry: str) -> list[str]:
    """Write `(a|b)` out, nested too. Raises `LexiconError` when the brackets do not match."""
    done, open_bracket = _choice(entry, 0, top=True)
    if open_bracket != len(entry):
        raise LexiconError(f"{entry}: brackets")
    return done


def _choice(entry: str, at: int, *, top: bool = False) -> tuple[list[str], int]:
    """All strings of the alternatives that begin at `at`, and the place of the bracket that closes them."""
    done: list[str] = []
    heads = [""]
    while at < len(entry) and entry[at] != ")":
        if entry[at] == "(":
            inner, at = _choice(entry, at + 1)
            if at == len(entry):
                raise LexiconError(f"{entry}: brackets")
            heads = [head + tail for head in heads for tail in inner]
        elif entry[at] == "|" and not top:
            done, heads = done + heads, [""]
        else:
            heads = [head + entry[at] for head in heads]
        at += 1
    return done + heads, at


class _Writer:
    """Writes every spelling of a word out."""

    def __init__(self, spelling: Mapping[str, list[str]], groups: Mapping[str, list[str]]) -> None:
        self._spelling = spelling
        self._groups = groups
        self._key = re.compile("|".join(sorted(map(re.escape, spelling), key=len, reverse=True)) + "|#")

    def words(self, entries: Iterable[str]) -> frozenset[str]:
        """The folded spellings of all entries, groups resolved."""
        found: set[str] = set()
        for entry in entries:
            if entry.startswith("@"):
                found |= self.words(self._groups[entry[1:]])
            else:
                found |= {fold(spelling).text for spelling in self._spellings(entry)}
        if "" in found:
            raise LexiconError("an entry folds to nothing")
        return frozenset(found)

    def _spellings(self, entry: str) -> list[str]:
        out = [spelled for written in _alternatives(entry) for spelled in self._respell(written)]
        if len(out) > _MOST_SPELLINGS:
            raise LexiconError(f"{entry}: {len(out)} spellings")
        return out

    def _respell(self, word: str) -> list[str]:
        choices: list[tuple[str, ...]] = []
        last = 0
        for match in self._key.finditer(word):
            key = match.group()
            choices += [(word[last : match.start()],), _NUMBERS if key == "#" else (key, *self._spelling[key])]
            last = match.end()
        return ["".join(combined) for combined in product(*choices, (word[last:],))]
