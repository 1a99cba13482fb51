"""Texts that two authors share: a score on one is no measure of text that the fit has not seen."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

_SIZE: Final = 5
NEAR: Final = 0.4
"""Jaccard of character 5-grams from which two texts of different authors are one text. Looked at on 23 authors: from
.4 only retold sentences, below .35 only shared phrases (おはようございます, 給付金はいつ)."""
PHRASE: Final = 12
"""Texts under this many letters (もう限界です, テスト) are everybody's; they must only be labelled alike."""
_COMMON: Final = 200
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_LABELS: Final = ("kind", "domains", "themes", "complexity", "complexity_reasons", "urgency", "refuses_support")


@dataclass(frozen=True, slots=True)
class Copy:
    """Two records (by position) whose texts are alike (`jaccard` 0–1); `fault` is a Japanese message with `{at}` for
    the place of the first, or empty when the pair is allowed.
    """

    first: int
    second: int
    jaccard: float
    fault: str


def letters(text: str) -> str:
    """`text` in NFKC without blanks, punctuation and emoji."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text))


def copies(records: list[dict[str, Any]]) -> list[Copy]:
    """Every pair of equal texts, and every pair of different authors with Jaccard of at least `NEAR`, in order.

    Refused are: an equal or near text of another author with at least `PHRASE` letters, an equal text of one author,
    and a shared phrase that two authors label differently.
    """
    plain = [letters(record["text"]) for record in records]
    found: list[Copy] = []
    for (a, b), value in sorted(_alike(plain).items()):
        foreign = records[a]["author"] != records[b]["author"]
        if value == 1 or (foreign and value >= NEAR):
            found.append(Copy(a, b, value, _fault(records[a], records[b], value, plain[a], plain[b])))
    return found


def _fault(first: dict[str, Any], second: dict[str, Any], value: float, one: str, two: str) -> str:
    if first["author"] == second["author"]:
        same = first["text"] == second["text"]
        return "同じ文が {at} にもあります" if same else ""
    if min(len(one), len(two)) >= PHRASE:
        return f"別の著者の {{at}} とほとんど同じ文です（5 文字組の一致 {value:.2f}）"
    if one == two and any(_plain(first[name]) != _plain(second[name]) for name in _LABELS):
        return "別の著者の {at} と同じ短い言葉なのに、ラベルが違います"
    return ""


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def _alike(plain: list[str]) -> dict[tuple[int, int], float]:
    """Jaccard of each pair that shares a 5-gram (grams in over 200 texts tell nothing), and 1 for equal texts."""
    grams = [{text[i : i + _SIZE] for i in range(max(1, len(text) - _SIZE + 1))} for text in plain]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(grams):
        for gram in own:
            holders[gram].append(i)
    shared = Counter(pair for rows in holders.values() if len(rows) <= _COMMON for pair in combinations(rows, 2))
    alike = {(a, b): n / (len(grams[a]) + len(grams[b]) - n) for (a, b), n in shared.items()}
    equal: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(plain):
        if text:
            equal[text].append(i)
    alike |= {pair: 1.0 for rows in equal.values() for pair in combinations(rows, 2)}
    return {pair: value if plain[pair[0]] == plain[pair[1]] else min(value, 0.999) for pair, value in alike.items()}
