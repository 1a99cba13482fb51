"""What language a text is written in, so that nobody guesses at a text the machine cannot read.

Scripts decide first; CLD2 (the library of `pycld2`, weights inside, 8 MB) tells the languages of one script apart, and
the words of `tongue.toml` what CLD2 does not know (Japanese and Nepali in Latin letters). The first and the last
2,000 code points are looked at, so any text has an answer within a few milliseconds.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from triage.han import looks_chinese

_WORDS: Final = Path(__file__).with_name("tongue.toml")
_HALF: Final = 2_000
_LINK: Final = re.compile(r"(?:https?://|www\.)[!-~]+|[!-~]+@[!-~]+")
_TAG: Final = re.compile(r"<[^<>ぁ-ゖァ-ヺｦ-ﾟー\u3400-\u4dbf\u4e00-\u9fff]{1,200}>")
_HIRAGANA: Final = re.compile(r"[ぁ-ゖ]")
_KANA: Final = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾝ]")
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々\U00020000-\U0003ffff]")
_JAPANESE: Final = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾟー\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々ヶ]+")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_LATIN_WORD: Final = re.compile(r"[a-zà-öø-ÿāēīōūñçşğıăâđêôơưạ-ỹ]+(?:-[a-zà-ỹ]+)*")
_ACRONYM: Final = re.compile(r"[A-Z]{1,5}")
_MARK: Final = {
    "ja": _KANA, "ko": re.compile(r"[가-힣ᄀ-ᇿㄱ-ㆎ]"), "ne": re.compile(r"[\u0900-\u097f]"),
    "bn": re.compile(r"[\u0980-\u09ff]"), "ta": re.compile(r"[\u0b80-\u0bff]"), "si": re.compile(r"[\u0d80-\u0dff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"), "lo": re.compile(r"[\u0e80-\u0eff]"), "my": re.compile(r"[\u1000-\u109f]"),
    "km": re.compile(r"[\u1780-\u17ff]"), "ru": re.compile(r"[\u0400-\u04ff]"), "ar": re.compile(r"[\u0600-\u06ff]"),
}  # fmt: skip
"""The usual language of each script, where the library gives none of that script."""
_SAME_SCRIPT: Final = {
    "ne": {"ne", "hi", "mr"}, "ru": {"ru", "uk", "mn", "kk", "ky", "bg"}, "ar": {"ar", "fa", "ur", "ps", "ug"},
}  # fmt: skip
_LATIN: Final = frozenset({"en", "vi", "pt", "tl", "id", "es", "fr", "de", "it", "tr", "uz"})
_NEAR: Final = {"ceb": "tl", "ilo": "tl", "jw": "id", "su": "id", "ms": "id", "gl": "es"}
"""Kindred languages of the same countries: those we can name to the staff."""
_LEAST_LATIN: Final = 4
_WORD_LENGTH: Final = 4
UNKNOWN: Final = "und"


@dataclass(frozen=True, slots=True)
class Tongue:
    """`language` is an ISO 639-1 code, `und` when no letters tell. `readable`: Japanese that the models can read
    (Japanese in Latin letters is not). `letters`: whether the text has any letter at all.
    """

    language: str
    readable: bool
    letters: bool


def tongue_of(text: str) -> Tongue:
    """The language of any text; one with a considerable Japanese part is `ja`, whatever stands beside it."""
    text = _bare(text if len(text) <= 2 * _HALF else f"{text[:_HALF]}\n{text[-_HALF:]}")
    foreign = _without_acronyms(text, _foreign(text))
    if not foreign.strip() and not _JAPANESE.search(text):
        return Tongue(UNKNOWN, readable=False, letters=False)
    if _is_japanese(text, _words(foreign)):
        return Tongue("ja", readable=True, letters=True)
    language = "zh" if _mostly_chinese(text, foreign) else _named(foreign)
    return Tongue(language, readable=False, letters=True)


def _bare(text: str) -> str:
    """Without links, and without what looks like HTML tags where anything else is written."""
    text = _LINK.sub(" ", text)
    untagged = _TAG.sub(" ", text)
    return untagged if any(map(str.isalpha, untagged)) else text


def _without_acronyms(text: str, foreign: str) -> str:
    """Short words in capitals are part of Japanese (夫 DV, 母 CKD), unless they outnumber the Japanese letters or the
    words of another language stand with them (I LIVE IN 大阪).
    """
    words = foreign.split()
    others = [word for word in words if not _ACRONYM.fullmatch(word)]
    japanese = sum(map(len, _JAPANESE.findall(text)))
    known = sum(_known(word.lower()) is not None for word in words)
    return " ".join(others) if len(words) - len(others) <= japanese and known < 2 else foreign


def _foreign(text: str) -> str:
    """The letters that are neither kana nor Han, everything else blanked (CLD2 wants clean UTF-8)."""
    bare = "".join(char if char.isalpha() or char in "'’-" or _joins(char) else " " for char in text)
    return re.sub(r"\s+", " ", re.sub(r"(?<!\w)['’-]+|['’-]+(?!\w)", " ", _JAPANESE.sub(" ", bare)))


def _joins(char: str) -> bool:
    """Vowel signs of Indian, Thai and Burmese scripts are marks, not letters."""
    return "\u0300" <= char <= "\u036f" or "\u0900" <= char <= "\u17ff" or char in "\u200c\u200d"


def _words(foreign: str) -> int:
    """About how many words; scripts without blanks count a word for each four letters."""
    return len(foreign.split()) + len(_UNSPACED.findall(foreign)) // _WORD_LENGTH


def _is_japanese(text: str, foreign_words: int) -> bool:
    hiragana, kana, han = (len(mark.findall(text)) for mark in (_HIRAGANA, _KANA, _HAN))
    if foreign_words <= 2:
        return not looks_chinese(text, kana, han) if han else kana > foreign_words
    japanese = kana + han
    if hiragana < 3 or looks_chinese(text, kana, han):
        return False
    words = foreign_words / (foreign_words + japanese / 2)
    return (japanese >= 8 and words <= 0.7) or (hiragana >= 6 and japanese >= 20)


def _mostly_chinese(text: str, foreign: str) -> bool:
    han = len(_HAN.findall(text))
    return han >= _words(foreign) and looks_chinese(text, len(_KANA.findall(text)), han)


def _named(foreign: str) -> str:
    counts = {language: len(mark.findall(foreign)) for language, mark in _MARK.items()}
    usual, most = max(counts.items(), key=lambda pair: pair[1])
    latin = sum(map(len, _LATIN_WORD.findall(foreign.lower())))
    if most and most * 2 >= latin:
        guess = _guess(foreign)
        return guess if guess in _SAME_SCRIPT.get(usual, ()) else usual
    return _latin(foreign) if latin >= _LEAST_LATIN else UNKNOWN


def _latin(foreign: str) -> str:
    words = _LATIN_WORD.findall(foreign.lower())
    votes = Counter(language for word in words if (language := _known(word)))
    guess = _guess(foreign)
    best, most = max(votes.items(), key=lambda pair: pair[1], default=(UNKNOWN, 0))
    enough = most >= 2 or most * 2 >= len(words)
    if enough and best in ("ja", "ne") and votes[guess] * 2 < most:
        return best
    if guess in _LATIN and not (guess == "en" and enough and votes["en"] < most):
        return guess
    return best if most else UNKNOWN


def _guess(foreign: str) -> str:
    """CLD2's likeliest language of clean text as a code of ours, `und` when it has none."""
    import pycld2

    _, _, found = pycld2.detect(foreign, isPlainText=True, bestEffort=True)
    code = found[0][1].split("-")[0]
    return _NEAR.get(code, UNKNOWN if code == "un" else code)


def _known(word: str) -> str | None:
    words, endings = _tables()
    return words.get(word) or next((language for language, ends in endings.items() if word.endswith(ends)), None)


@cache
def _tables() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    table = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    words = {word: language for language, listed in table["words"].items() for word in listed}
    return words, {language: tuple(ends) for language, ends in table["endings"].items()}
