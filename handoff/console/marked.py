"""What a person wrote, cut into pieces for the screen (本人のことば). Pure; the templates escape every piece.

Evidence of the machine is marked by tone; overlapping evidence is cut at every boundary, so that no piece nests.
Characters that a reader cannot see (bidi controls, zero width, controls, lone surrogates) become visible codes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from triage.assessment import Evidence

_ZWJ = "\u200d"
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u2028\u2029")
"""Letters and separators that look like nothing: Hangul fillers, braille blank, grapheme joiner, line separators."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. `tone` is "" for plain text; `labels` are all that its words made the machine say.

    `odd` pieces hold a code such as `U+202E` instead of an unseen character.
    """

    text: str
    tone: str = ""
    labels: tuple[str, ...] = ()
    odd: bool = False


def marked(text: str, evidence: Iterable[Evidence], tone_of: Callable[[str], str]) -> tuple[Piece, ...]:
    """`text` as pieces; without the odd ones they join to `text` again.

    Evidence with an empty tone, or whose offsets do not lie in `text`, marks nothing. Where spans overlap, the
    shortest one (the most exact words) gives the tone, and all their labels are kept.
    """
    spans = [(e.start, e.end, e.label, tone) for e in evidence if (tone := tone_of(e.label)) and _inside(e, text)]
    cuts = sorted({0, len(text), *(s[0] for s in spans), *(s[1] for s in spans)})
    found: list[Piece] = []
    for start, end in pairwise(cuts):
        over = sorted((s for s in spans if s[0] <= start and end <= s[1]), key=lambda s: (s[1] - s[0], s[0], s[2]))
        tone = over[0][3] if over else ""
        labels = tuple(dict.fromkeys(s[2] for s in over))
        if found and found[-1].tone == tone and found[-1].labels == labels:
            found[-1] = Piece(found[-1].text + text[start:end], tone, labels)
        else:
            found.append(Piece(text[start:end], tone, labels))
    return tuple(part for piece in found for part in _seen(piece))


def window(text: str, evidence: Sequence[Evidence], size: int) -> tuple[str, tuple[Evidence, ...], bool, bool]:
    """About `size` code points of `text` for a card, with the evidence moved along: (text, evidence, before, after).

    It begins at the start unless no evidence would be visible; `before` and `after` say whether text was left out.
    """
    first = min((e.start for e in evidence if _inside(e, text)), default=0)
    start = 0 if first < size * 2 // 3 else first - size // 4
    cut = text[start : start + size]
    moved = (
        Evidence(max(e.start - start, 0), min(e.end - start, len(cut)), e.label, "", e.rule)
        for e in evidence
        if _inside(e, text)
    )
    return cut, tuple(e for e in moved if e.start < e.end), start > 0, start + size < len(text)


def visible(text: str) -> tuple[Piece, ...]:
    """`text` without marks, unseen characters shown as codes."""
    return tuple(_seen(Piece(text))) if text else ()


def plain(text: str) -> str:
    """`visible` as one string, for attributes and one-line places: codes in ⟨ ⟩."""
    return "".join(f"⟨{piece.text}⟩" if piece.odd else piece.text for piece in visible(text))


def _inside(e: Evidence, text: str) -> bool:
    return 0 <= e.start < e.end <= len(text)


def _seen(piece: Piece) -> Iterator[Piece]:
    run = 0
    for at, char in enumerate(piece.text):
        if not _unseen(piece.text, at):
            continue
        if run < at:
            yield Piece(piece.text[run:at], piece.tone, piece.labels)
        yield Piece(f"U+{ord(char):04X}", piece.tone, piece.labels, odd=True)
        run = at + 1
    if run < len(piece.text):
        yield Piece(piece.text[run:], piece.tone, piece.labels)


def _unseen(text: str, at: int) -> bool:
    char = text[at]
    if char in "\r\n\t":
        return False
    # Families and professions among the emoji are joined by it; between letters it only hides something.
    if char == _ZWJ and 0 < at < len(text) - 1 and _symbol(text[at - 1]) and _symbol(text[at + 1]):
        return False
    return char in _BLANKS or unicodedata.category(char) in ("Cf", "Cc", "Cs")


def _symbol(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk", "Mn")
