"""Reading what was typed: control words, small talk, and answers by number or label. Folding only, no guessing."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_NUMBERS = re.compile(r"[0-9]{1,2}(?:[番ばん]{0,2}[ ,、.・と\n]+[0-9]{1,2})*[番ばん]{0,2}[.です]{0,3}")
_PHONE = re.compile(r"0[0-9]{9,10}")
_END = re.compile(r"[。．！？!?\n]")


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of `words.toml`, folded: message → what it means."""

    control: Mapping[str, str]
    skip: frozenset[str]
    smalltalk: Mapping[str, str]
    worker: tuple[str, ...]


@cache
def load_words() -> Words:
    """The word lists shipped with this package, read once. Raises ValueError if a word stands in two lists."""
    raw = tomllib.loads(files("intake.conversation").joinpath("script/words.toml").read_text("utf-8"))
    return Words(
        control=_inverted(raw["control"]),
        skip=frozenset(map(fold, raw["answer"]["skip"])),
        smalltalk=_inverted(raw["smalltalk"]),
        worker=tuple(map(fold, raw["worker"]["signs"])),
    )


def fold(text: str) -> str:
    """NFKC, small letters, katakana to hiragana; letters and digits only (marks, spaces, emoji, ー dropped)."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LN" and char != "ー")


def control(text: str) -> str | None:
    """The control word this whole message is, if any."""
    return load_words().control.get(fold(text)) if len(text) <= 40 else None


def smalltalk(text: str) -> str | None:
    """What plainly harmless thing this whole message is; a mark or emoji alone is a greeting; None in doubt."""
    if len(text) > 60:
        return None
    folded = fold(text)
    if not folded:
        return "greet"
    return load_words().smalltalk.get(folded) or _two_in_one(folded)


def from_worker(text: str) -> bool:
    """Whether the writer says that they noticed it at work."""
    folded = fold(text)
    return any(sign in folded for sign in load_words().worker)


def is_skip(text: str) -> bool:
    """Whether the message declines to answer."""
    return len(text) <= 20 and fold(text) in load_words().skip


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a message that is nothing but numbers (「1」「２番」「①③」「1と3」), in order, once each."""
    plain = unicodedata.normalize("NFKC", " ".join(text[:40])).strip() if _circled(text) else _plain(text)
    if not _NUMBERS.fullmatch(plain):
        return ()
    return tuple(dict.fromkeys(int(found) for found in re.findall(r"[0-9]{1,2}", plain)))


def picked(text: str, labels: Sequence[tuple[str, Sequence[str]]]) -> str | None:
    """The key whose label (or other wording) is this whole message; `labels`: (key, wordings)."""
    folded = fold(text) if len(text) <= 40 else ""
    return next((key for key, wordings in labels if folded and folded in map(fold, wordings)), None)


def phone(text: str) -> str | None:
    """The digits of a Japanese telephone number, if the message is one: 10 or 11 digits from 0."""
    digits = re.sub(r"[-‐-―−ー－ ()（）]", "", unicodedata.normalize("NFKC", text).strip())
    return digits if len(text) <= 30 and _PHONE.fullmatch(digits) else None


def short_name(text: str) -> str | None:
    """The message as a name: one line, at most 20 characters, no sentence; None when it rather tells something."""
    name = text.strip()
    return name if 0 < len(name) <= 20 and not _END.search(name) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:40]).strip()


def _circled(text: str) -> bool:
    return any("①" <= char <= "⑳" for char in text[:40])


def _two_in_one(folded: str) -> str | None:
    """「こんにちは。よろしくお願いします」: two harmless phrases in a row mean the later one."""
    table = load_words().smalltalk
    for cut in range(2, len(folded) - 1):
        if folded[:cut] in table and folded[cut:] in table:
            return table[folded[cut:]]
    return None


def _inverted(lists: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    meaning: dict[str, str] = {}
    for kind, wordings in lists.items():
        for wording in map(fold, wordings):
            if meaning.setdefault(wording, kind) != kind:
                raise ValueError(f"a word stands under {meaning[wording]} and under {kind}")
    return meaning


def sticker_text(words_of: Sequence[str]) -> str:
    """How a sticker reads in a case."""
    return "［スタンプ］" + "・".join(words_of[:3])
