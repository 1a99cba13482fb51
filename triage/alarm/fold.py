"""Fold a message so that one spelling stands for many, and keep the way back to the original.

NFKC, lower case, katakana to hiragana; spaces, punctuation, emoji, long-vowel marks, small vowels,
combining marks and lone surrogates drop out; runs of three or more equal characters shrink to two.
「し に た～い」 and 「シニタイ」 fold alike.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

SENTENCE_ENDS = frozenset("。.!?．！？｡\n\r\u2028\u2029")
_BREAK = "\n"
_VOICED = "\u3099"
_HALF_VOICED = "\u309a"
_VOICING = {"\u3099": _VOICED, "\uff9e": _VOICED, "\u309a": _HALF_VOICED, "\uff9f": _HALF_VOICED}
_DROPPED = frozenset("ーぁぃぅぇぉ")
_RUN = re.compile(r"(\D)\1{2,}")
_CACHE_LIMIT = 65_536


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    `origin[i]` is the code-point offset in the original of the character that gave `text[i]`; `breaks` are the
    positions in `text` at which a new sentence begins, ascending.
    """

    text: str
    origin: list[int]
    breaks: list[int]

    def sentence(self, position: int) -> int:
        """The number of the sentence that holds the folded `position`, from 0."""
        return bisect_right(self.breaks, position)


class _Table(dict[str, str]):
    """Character → its fold, computed once each; bounded, so that no text can fill the memory."""

    def __missing__(self, char: str) -> str:
        folded = _fold_char(char)
        if len(self) < _CACHE_LIMIT:
            self[char] = folded
        return folded


def _fold_char(char: str) -> str:
    if char in SENTENCE_ENDS:
        return _BREAK
    if char in _VOICING:
        return _VOICING[char]
    out = []
    for part in unicodedata.normalize("NFKC", char).lower():
        if "ァ" <= part <= "ヶ":
            part = chr(ord(part) - 0x60)  # noqa: PLW2901
        if part not in _DROPPED and unicodedata.category(part)[0] in "LN":
            out.append(part)
    return "".join(out)


_TABLE = _Table()


def fold(text: str) -> Folded:
    """Fold `text`. Linear in its length; never raises, whatever the text holds."""
    chars: list[str] = []
    origin: list[int] = []
    breaks: list[int] = []
    table = _TABLE
    for index, char in enumerate(text):
        folded = table[char]
        if not folded:
            continue
        if len(folded) == 1 and folded not in "\n\u3099\u309a":
            chars.append(folded)
            origin.append(index)
        elif folded == _BREAK:
            if chars and (not breaks or breaks[-1] != len(chars)):
                breaks.append(len(chars))
        elif folded in (_VOICED, _HALF_VOICED):
            _voice(chars, folded)
        else:
            chars.extend(folded)
            origin.extend([index] * len(folded))
    return _shrink_runs("".join(chars), origin, breaks)


def _voice(chars: list[str], mark: str) -> None:
    """Join a separate voicing mark (ﾀﾞ) to the kana before it; elsewhere it is dropped."""
    if chars:
        joined = unicodedata.normalize("NFC", chars[-1] + mark)
        if len(joined) == 1:
            chars[-1] = joined


def _shrink_runs(text: str, origin: list[int], breaks: list[int]) -> Folded:
    pieces: list[str] = []
    kept: list[int] = []
    cuts: list[tuple[int, int]] = []
    last = removed = 0
    for run in _RUN.finditer(text):
        keep = run.start() + 2
        pieces.append(text[last:keep])
        kept.extend(origin[last:keep])
        last = run.end()
        removed += last - keep
        cuts.append((last, removed))
    if not cuts:
        return Folded(text, origin, breaks)
    pieces.append(text[last:])
    kept.extend(origin[last:])
    return Folded("".join(pieces), kept, _moved(breaks, cuts))


def _moved(breaks: list[int], cuts: list[tuple[int, int]]) -> list[int]:
    """The sentence starts after the runs shrank (a start inside a run moves to the run's end)."""
    moved: list[int] = []
    cursor = 0
    removed = 0
    for position in breaks:
        while cursor < len(cuts) and cuts[cursor][0] <= position:
            removed = cuts[cursor][1]
            cursor += 1
        moved.append(position - removed)
    return moved
