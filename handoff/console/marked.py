"""What a person wrote, cut into pieces for the screen (本人のことば). Pure; the templates escape every piece.

Evidence of the machine is marked by tone, and what it did not count (否定など) by why not; where spans overlap the text
is cut at every boundary, so that no piece nests.
Characters that a reader cannot see (bidi controls, zero width, controls, lone surrogates) become visible codes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from triage.assessment import Evidence, SetAside

_ZWJ = "\u200d"
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u2028\u2029")
"""Letters and separators that look like nothing: Hangul fillers, braille blank, grapheme joiner, line separators."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. `tone` is "" for plain text; `labels` are all that its words made the machine say.

    `aside` are the reasons (`SetAsideBecause`) why its words were not counted. `last` and `last_aside` are the
    labels and reasons of all overlapping words that end here, to be said behind them: colour alone tells nothing.
    `odd` pieces hold a code such as `U+202E` instead of an unseen character.
    """

    text: str
    tone: str = ""
    labels: tuple[str, ...] = ()
    odd: bool = False
    aside: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    last_aside: tuple[str, ...] = ()


def marked(
    text: str,
    evidence: Iterable[Evidence],
    tone_of: Callable[[str], str],
    set_aside: Iterable[SetAside] = (),
) -> tuple[Piece, ...]:
    """`text` as pieces; without the odd ones they join to `text` again.

    Evidence with an empty tone, or whose offsets do not lie in `text`, marks nothing. Where spans overlap, the
    shortest one (the most exact words) gives the tone, and all their labels are kept.
    """
    spans = [(e.start, e.end, e.label, tone) for e in evidence if (tone := tone_of(e.label)) and _inside(e, text)]
    asides = [(s.start, s.end, str(s.because)) for s in set_aside if _inside(s, text)]
    edges = [(s[0], s[1]) for s in spans] + [(s[0], s[1]) for s in asides]
    cuts = sorted({0, len(text), *(at for edge in edges for at in edge)})
    found: list[Piece] = []
    for start, end in pairwise(cuts):
        over = sorted((s for s in spans if s[0] <= start and end <= s[1]), key=lambda s: (s[1] - s[0], s[0], s[2]))
        tone = over[0][3] if over else ""
        labels = tuple(dict.fromkeys(s[2] for s in over))
        aside = tuple(dict.fromkeys(s[2] for s in asides if s[0] <= start and end <= s[1]))
        if found and (found[-1].tone, found[-1].labels, found[-1].aside) == (tone, labels, aside):
            found[-1] = replace(found[-1], text=found[-1].text + text[start:end])
        else:
            found.append(Piece(text[start:end], tone, labels, aside=aside))
    return tuple(part for piece in _ended(found) for part in _seen(piece))


def _ended(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with what ends at each of them; spans that overlap end together, so that no note parts a word."""
    labels: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    for piece, after in pairwise([*pieces, Piece("")]):
        labels = tuple(dict.fromkeys((*labels, *piece.labels)))
        aside = tuple(dict.fromkeys((*aside, *piece.aside)))
        over = set(piece.labels).isdisjoint(after.labels)
        over_aside = set(piece.aside).isdisjoint(after.aside)
        yield replace(piece, last=labels if over else (), last_aside=aside if over_aside else ())
        labels, aside = () if over else labels, () if over_aside else aside


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


def _inside(e: Evidence | SetAside, text: str) -> bool:
    return 0 <= e.start < e.end <= len(text)


def _seen(piece: Piece) -> Iterator[Piece]:
    """The piece cut at every unseen character; what ends is said behind the last part."""
    if piece.text.isprintable() and _BLANKS.isdisjoint(piece.text):
        yield piece
        return
    inner = replace(piece, last=(), last_aside=())
    parts: list[Piece] = []
    run = 0
    for at, char in enumerate(piece.text):
        if not _unseen(piece.text, at):
            continue
        if run < at:
            parts.append(replace(inner, text=piece.text[run:at]))
        parts.append(replace(inner, text=f"U+{ord(char):04X}", odd=True))
        run = at + 1
    if run < len(piece.text):
        parts.append(replace(inner, text=piece.text[run:]))
    yield from parts[:-1]
    yield from (replace(part, last=piece.last, last_aside=piece.last_aside) for part in parts[-1:])


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
