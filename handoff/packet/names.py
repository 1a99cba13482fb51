"""Names of people and places that stand in words, by Sudachi's dictionary (固有名詞). Loaded once, when first asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

_LOCK: Final = threading.Lock()
_MOST: Final = 15_000
_SPARED: Final = frozenset({"日本", "東京", "LINE"})


def names_in(words: str) -> tuple[str, ...]:
    """Every word of two letters or more that the dictionary knows as a person's or a place's name, each once."""
    return tuple(dict.fromkeys(_found(words[:_MOST])))


def _found(words: str) -> Iterator[str]:
    with _LOCK:  # a tokenizer is not for two threads at once
        for one in _tokenizer().tokenize(words):
            kind = one.part_of_speech()
            surface = one.surface()
            if kind[1] == "固有名詞" and kind[2] in ("人名", "地名") and len(surface) > 1 and surface not in _SPARED:
                yield surface


@cache
def _tokenizer() -> Any:
    from sudachipy import Dictionary, SplitMode  # the dictionary takes a moment: not before it is needed

    return Dictionary(dict="core").create(mode=SplitMode.C)
