"""Danger in other languages: phrases of whole words, one file a language in `words/foreign`.

Texts and phrases are folded alike: small letters, no accents (nor tones of Vietnamese, đ as d), no apostrophes, vowel
signs of Indic scripts kept; whatever else is no letter or digit parts words. In a phrase `(a|b)` are alternatives,
`(x)?` may be missing, `(x)*` may be repeated, `…` stands for up to four words, `^` and `$` for the ends of a sentence.
A phrase begins and ends at a word's edge; in Nepali, where endings follow, it only begins at one; in Hangul and Han it
stands anywhere, with or without spaces.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import islice

_ENDS = frozenset(".!?।。！？\n")
_DROPPED = frozenset("'’‘ʼ`\u200b\u200c\u200d\ufeff")
_GAP = r"(?:[^ .]+ ){0,4}"
_SYNTAX = frozenset("()|?*^$[]")
_UNSPACED = re.compile(r"[\u1100-\u11ff\u3400-\u9fff]")
_LETTERS = {
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "ko": re.compile(r"[\u1100-\u11ff]"),
    "ne": re.compile(r"[a-z\u0900-\u097f]"),
}
_ANYWHERE = frozenset({"ko", "zh"})
_REACH = 200
_HITS_PER_RULE = 5
_WORD = re.compile(r"[^ .]+")
_LATIN = re.compile(r"[a-z]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")


@dataclass(frozen=True, slots=True)
class Phrases:
    """One sign of danger in one language. `unless` silences it in its sentence; `hit` and `miss` are run by tests.

    `other`: spellings, accents and all, that fold like the sign and are another word (tư vấn, a consultation).
    """

    language: str
    kind: str
    any: re.Pattern[str]
    unless: re.Pattern[str] | None
    hit: tuple[str, ...]
    miss: tuple[str, ...]
    other: frozenset[str] = frozenset()


def read_phrases() -> tuple[Phrases, ...]:
    """The shipped phrases of every language. Raises `re.error` or `KeyError` on a mistake in them."""
    found: list[Phrases] = []
    for entry in sorted((files(__package__) / "words" / "foreign").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            language = entry.name.removesuffix(".toml")
            found += [_phrases(language, raw) for raw in tomllib.loads(entry.read_text("utf-8"))["rule"]]
    return tuple(found)


def hits(phrases: tuple[Phrases, ...], text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of every sign found, in code points of the original. Never raises; linear in the length."""
    folded, origin = _folded(text)
    known = {language for language in {rule.language for rule in phrases} if _written(language, folded)}
    words = [match.start() for match in _WORD.finditer(folded)]
    for rule in phrases:
        if rule.language not in known:
            continue
        spoken = (match for match in _matches(rule, folded, words) if not _silenced(rule, folded, match))
        said = (_span(folded, origin, match) for match in spoken)
        for start, end in islice((one for one in said if not _other(rule, text[slice(*one)])), _HITS_PER_RULE):
            yield rule.kind, start, end


def _span(folded: str, origin: list[int], match: re.Match[str]) -> tuple[int, int]:
    places = [at for at in range(*match.span()) if folded[at] not in " ."]
    return origin[places[0]], origin[places[-1]] + 1


def _other(rule: Phrases, written: str) -> bool:
    return bool(rule.other) and " ".join(unicodedata.normalize("NFC", written).lower().split()) in rule.other


def _silenced(rule: Phrases, folded: str, match: re.Match[str]) -> bool:
    """A word of `unless` stands in the same sentence, at most `_REACH` characters away."""
    if rule.unless is None:
        return False
    low, high = max(0, match.start() - _REACH), match.end() + _REACH
    last = folded.find(".", match.end() - 1, high)
    first = folded.rfind(".", low, match.start()) + 1
    sentence = folded[max(first, low) : high if last < 0 else last]
    return any(_matches(replace(rule, any=rule.unless), sentence, None))


def _matches(rule: Phrases, folded: str, words: list[int] | None) -> Iterator[re.Match[str]]:
    """Where the phrases stand: anywhere in Hangul and Han, else only at the beginning of a word."""
    if rule.language in _ANYWHERE:
        yield from rule.any.finditer(folded)
        return
    starts = words if words is not None else [match.start() for match in _WORD.finditer(folded)]
    end = 0
    for start in starts:
        match = rule.any.match(folded, start) if start >= end else None
        if match is not None and match.end() > start:
            end = match.end()
            yield match


def _phrases(language: str, raw: dict[str, str | list[str]]) -> Phrases:
    unless = list(raw.get("unless", ()))
    return Phrases(
        language=language,
        kind=str(raw["kind"]),
        any=_pattern(language, list(raw["any"])),
        unless=_pattern(language, unless) if unless else None,
        hit=tuple(raw["hit"]),
        miss=tuple(raw["miss"]),
        other=frozenset(unicodedata.normalize("NFC", one) for one in raw.get("other", ())),
    )


def _pattern(language: str, phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_edged(language, phrase)})" for phrase in phrases))


def _edged(language: str, phrase: str) -> str:
    letters = "".join(_fold_char(char) for char in phrase)
    body = "".join(char if char in _SYNTAX or char in " …" else _fold_char(char) for char in phrase)
    body = body.replace("(", "(?:").replace("^", r"(?<![^.])").replace("$", r"(?= ?(?:\.|\Z))")
    if _UNSPACED.search(letters):
        return body.replace(" ", " ?").replace("… ?", _GAP)
    body = rf"(?:{body.replace('… ', _GAP)})"
    return body if language == "ne" else rf"{body}(?![^ .])"


def _written(language: str, folded: str) -> bool:
    """Whether the text has letters of that language; Han beside kana is Japanese."""
    return bool(_LETTERS.get(language, _LATIN).search(folded)) and not (language == "zh" and _KANA.search(folded))


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text (words parted by one space, sentences by a full stop) and where each character came from."""
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        if char in _DROPPED:
            continue
        piece = "." if char in _ENDS else _fold_char(char)
        if piece == "" and unicodedata.category(char)[0] != "M":
            piece = " "
        if piece in (" ", ".") and (not out or out[-1] in (" ", ".")):
            if out and piece == ".":
                out[-1] = "."
            continue
        out.extend(piece)
        origin.extend([at] * len(piece))
    return "".join(out), origin


def _fold_char(char: str) -> str:
    parts = unicodedata.normalize("NFKD", char).casefold().replace("đ", "d")
    return "".join(part for part in parts if _counts(part))


def _counts(char: str) -> bool:
    kind = unicodedata.category(char)[0]
    return kind in "LN" or (kind == "M" and "\u0900" <= char <= "\u0dff")
