"""Reading what was typed: control words, small talk, and answers by number or label. Folding only, no guessing."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from intake.conversation.script import load, shipped

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_NEPALI_DIGITS = {ord("०") + value: str(value) for value in range(10)}
_AND = r"と|和|과|와|र|and|và|va|e|at|dan"
_NUMBERS = re.compile(
    rf"[0-9]{{1,2}}(?:[番ばん]{{0,2}}(?:[ ,、.・\n]|{_AND})+[0-9]{{1,2}})*"
    r" ?[番ばん]{0,2}(?: ?[.!。！]| ?です| ?で| ?にします)*"
)
_ONE_NUMBER = re.compile(
    r"([一二三四五六七八九]|いち|に|さん|よん|ご|ろく|なな|はち|きゅう)(?:番|ばん)(?:め|目)?(?:です)?|[一二三四五六七八九]"
)
_DIGITS = {
    word: value
    for row in ("一 二 三 四 五 六 七 八 九", "いち に さん よん ご ろく なな はち きゅう")
    for value, word in enumerate(row.split(), 1)
}
_PHONE = re.compile(r"0[0-9]{9,10}")
_END = re.compile(r"[。．！？!?\n]")
_WISH = re.compile(r"ほし|欲し|くださ|下さ|もら|いただ|ね|よ")
_TOLD = re.compile(r"[一-鿿][がをはに](?=..).*[たるてい]$")
"""Something told rather than a name: 夫が帰ってきた."""
_ROOM = re.compile(r"\d+ ?(?:号|階|호|室)|部屋|(?:room|phòng|apto|apartamento|kamar|silid|कोठा)|^\s*\d{3,4}\s*$")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_LEAST_BARE = 3
"""Shorter words lose too much with their accents (vi ẩn, đi)."""


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of `words.toml` and of every script, folded: message → what it means.

    `bare` and `bare_smalltalk` hold what is left of words with accents when these are not typed (xoa for xóa).
    """

    control: Mapping[str, str]
    skip: frozenset[str]
    smalltalk: Mapping[str, str]
    worker: tuple[str, ...]
    quiet: tuple[str, ...]
    please: tuple[str, ...]
    bare: Mapping[str, str]
    bare_smalltalk: Mapping[str, str]


@cache
def load_words() -> Words:
    """The word lists shipped with this package, read once. Raises ValueError if a word stands in two lists.

    Where a word of another language is also a Japanese one, the Japanese meaning stands.
    """
    raw = tomllib.loads(files("intake.conversation").joinpath("script/words.toml").read_text("utf-8"))
    scripts = [load(language) for language in shipped()]
    control = merged(raw["control"], [script.control for script in scripts])
    smalltalk = merged(raw["smalltalk"], [script.smalltalk for script in scripts])
    skips = [*raw["answer"]["skip"], *(script.skip for script in scripts)]
    return Words(
        control=control,
        skip=frozenset(map(fold, skips)),
        smalltalk=smalltalk,
        worker=tuple(map(fold, raw["worker"]["signs"])),
        quiet=tuple(map(fold, raw["quiet"]["signs"])),
        please=tuple(map(fold, raw["quiet"]["please"])),
        bare=_without_accents(control),
        bare_smalltalk=_without_accents(smalltalk),
    )


def merged(japanese: Mapping[str, Sequence[str]], others: Sequence[Mapping[str, Sequence[str]]]) -> Mapping[str, str]:
    """Folded word → meaning. Raises ValueError for a meaning unknown in Japanese, or a word with two meanings."""
    own = _inverted(japanese)
    foreign: dict[str, str] = {}
    for lists in others:
        if unknown := lists.keys() - japanese.keys():
            raise ValueError(f"no such meaning: {sorted(unknown)}")
        for word, kind in _inverted(lists).items():
            if foreign.setdefault(word, kind) != kind:
                raise ValueError(f"a word stands under {foreign[word]} and, in another language, under {kind}")
    return {**foreign, **own}


def fold(text: str) -> str:
    """NFKC, small letters, katakana to hiragana; letters and digits only (marks, spaces, emoji, ー dropped).

    Accents stay, and so do the vowel signs of Indic scripts, without which words cannot be told apart.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
    return unicodedata.normalize("NFKC", "".join(char for char in plain if _counts(char)))


def bare(folded: str) -> str:
    """A folded word without the accents of Latin letters, as people type who have no such keys (đ too)."""
    stripped = _ACCENT.sub("", unicodedata.normalize("NFD", folded)).replace("đ", "d")
    return unicodedata.normalize("NFC", stripped)


def control(text: str) -> str | None:
    """The control word this whole message is, if any."""
    if len(text) > 40:
        return None
    folded, words = fold(text), load_words()
    return words.control.get(folded) or words.bare.get(folded)


def smalltalk(text: str) -> str | None:
    """What plainly harmless thing this whole message is; a mark or emoji alone is a greeting; None in doubt."""
    if len(text) > 60:
        return None
    folded, words = fold(text), load_words()
    if not folded:
        return "greet"
    return words.smalltalk.get(folded) or words.bare_smalltalk.get(folded) or _two_in_one(folded)


def from_worker(text: str) -> bool:
    """Whether the writer says that they noticed it at work."""
    folded = fold(text)
    return any(sign in folded for sign in load_words().worker)


def wants_quiet(text: str) -> bool:
    """Whether the writer asks that others be not told, or fears it."""
    return any(map(_quiet, _END.split(text)))


def _quiet(sentence: str) -> bool:
    folded, words = fold(sentence), load_words()
    if any(sign in folded for sign in words.quiet):
        return True
    after = (folded[at + len(sign) :] for sign in words.please if (at := folded.find(sign)) >= 0)
    return any(not rest or _WISH.match(rest) for rest in after)


def is_skip(text: str) -> bool:
    """Whether the message declines to answer."""
    return len(text) <= 20 and fold(text) in load_words().skip


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a message that is nothing but numbers (「1」「２番」「①③」「1と3」), in order, once each."""
    plain = unicodedata.normalize("NFKC", " ".join(text[:40])).strip() if _circled(text) else _plain(text)
    if one := _ONE_NUMBER.fullmatch(plain):
        return (_DIGITS[one[1] or plain],)
    plain = plain.translate(_NEPALI_DIGITS)
    if not _NUMBERS.fullmatch(plain):
        return ()
    return tuple(dict.fromkeys(int(found) for found in re.findall(r"[0-9]{1,2}", plain)))


def picked(text: str, labels: Sequence[tuple[str, Sequence[str]]]) -> str | None:
    """The key whose label (or other wording) is this whole message; `labels`: (key, wordings)."""
    folded = fold(text) if len(text) <= 40 else ""
    if not folded:
        return None
    exact = next((key for key, wordings in labels if folded in map(fold, wordings)), None)
    if exact is not None:
        return exact
    near = [key for key, wordings in labels if folded in (bare(fold(wording)) for wording in wordings)]
    return near[0] if len(near) == 1 else None


def phone(text: str) -> str | None:
    """The digits of a Japanese telephone number, if the message is one: 10 or 11 digits from 0."""
    digits = re.sub(r"[-‐-―−ー－ ()（）]", "", unicodedata.normalize("NFKC", text).strip())
    return digits if len(text) <= 30 and _PHONE.fullmatch(digits) else None


def names_room(text: str) -> bool:
    """Whether the message is the number of a room or a floor."""
    return len(text) <= 30 and _ROOM.search(unicodedata.normalize("NFKC", text).casefold()) is not None


def short_name(text: str) -> str | None:
    """The message as a name: one line, at most 20 characters, no sentence; None when it rather tells something."""
    name = text.strip()
    if not 0 < len(name) <= 20 or _END.search(name):
        return None
    return None if len(name) > 5 and _TOLD.search(name) else name


def _counts(char: str) -> bool:
    kind = unicodedata.category(char)[0]
    return (kind in "LN" and char != "ー") or (kind == "M" and "\u0900" <= char <= "\u0dff")


def _without_accents(table: Mapping[str, str]) -> Mapping[str, str]:
    """The same words without accents; one that is another word, or would mean two things, is left out."""
    found: dict[str, set[str]] = {}
    for word, kind in table.items():
        plain = bare(word)
        if plain != word and plain not in table and len(plain) >= _LEAST_BARE:
            found.setdefault(plain, set()).add(kind)
    return {plain: next(iter(kinds)) for plain, kinds in found.items() if len(kinds) == 1}


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
