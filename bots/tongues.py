"""Which of our languages somebody writes who chose none (ことば): only where it is certain, else Japanese stays."""

from __future__ import annotations

import re
from typing import Final

from intake.conversation.script import load, shipped
from intake.conversation.state import State
from intake.conversation.values import Options
from intake.conversation.words import fold
from triage.tongue import UNKNOWN, tongue_of

_OURS: Final = {"tl": "fil", "es": "pt", "hi": "ne", "mr": "ne"}
"""Languages that we have not, and those of ours whose readers read them; short Portuguese often looks Spanish."""
_OTHERS: Final = "en"
"""For a language that we have not at all: read by more than Japanese is."""
_KANA: Final = re.compile(r"[ぁ-ゖァ-ヺ]")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1ef9]+")
_MUCH_HAN: Final = 6
_LONGEST: Final = 2_000


def heard(state: State, words: str, options: Options) -> str | None:
    """`Options.tongue` of these words; looked at only while no language was chosen."""
    known = options.known
    if not words or (state.language and not state.guessed) or known.partner or known.receipt or known.proof:
        return None
    words = words[:_LONGEST]
    tongue = tongue_of(words)
    if tongue.language == "ja":
        return "ja" if tongue.readable and _KANA.search(words) else None
    if tongue.language == UNKNOWN or not tongue.letters or not _certain(tongue.language, words):
        return None
    ours = _OURS.get(tongue.language, tongue.language)
    return ours if ours in shipped() else _OTHERS


def _certain(language: str, words: str) -> bool:
    """Han that Japanese has too, and a single word in Latin letters (wifi, test), say nothing by themselves."""
    if language == "zh":
        han = _HAN.findall(words)
        return len(han) >= _MUCH_HAN or not all(map(_in_japanese, han)) or _is_phrase("zh", words)
    latin = _LATIN.findall(words)
    alone = len(latin) == 1 and latin[0].isascii()
    return not alone or _is_phrase(_OURS.get(language, language), words)


def _is_phrase(language: str, words: str) -> bool:
    """Whether the whole message is a phrase that the script of this language knows."""
    if language not in shipped():
        return False
    script, folded = load(language), fold(words)
    lists = (*script.smalltalk.values(), *script.control.values())
    return any(folded == fold(phrase) for phrases in lists for phrase in phrases)


def _in_japanese(char: str) -> bool:
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
