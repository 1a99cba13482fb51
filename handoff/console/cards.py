"""From `view.QueueItem` to what a card of the queue shows. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from handoff.console import words
from handoff.console.marked import Piece, marked, window
from handoff.reach import SILENCE_SHORT_JA
from handoff.view import QueueItem

EXCERPT = 150
MAX_DOTS = 5
_SENTENCE_ENDS = "。！？!?\n"


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `owner` is "" while nobody has it; `mine` when it is the reader's own."""

    item: QueueItem
    title: str
    pieces: tuple[Piece, ...]
    before: bool
    after: bool
    chips: tuple[tuple[str, str], ...]
    dots: tuple[bool, ...]
    waited: str
    percent: int
    left: str
    left_tone: str
    facts: tuple[str, ...]
    owner: str
    mine: bool
    needs_eyes: bool
    marks: tuple[tuple[str, str], ...] = ()
    """(shape, words) of where it stands: on hold, folded, who speaks with the person."""
    over: str = ""
    """Instead of a waiting time: 「終わった相談」, or that we wait for the person; "" while they wait for us."""


def card(item: QueueItem, staff_id: int, now: int) -> Card:
    """The card of `item` for the person `staff_id`."""
    text = item.text or item.excerpt
    evidence = item.assessment.evidence if item.assessment and item.text else ()
    cut, moved, before, after = window(text, evidence, EXCERPT)
    filled = min(item.breadth, MAX_DOTS)
    return Card(
        item=item,
        title=headline(item),
        pieces=marked(cut, moved, words.tone_of),
        before=before,
        after=after,
        chips=words.chips(item.assessment),
        dots=tuple(n < filled for n in range(MAX_DOTS)) if item.breadth >= 2 else (),
        waited=words.since_ja(item.waiting_since, now),
        percent=words.waited_percent(item.waiting_since, item.due_at, now),
        left=words.left_words(item.due_at, now),
        left_tone=words.left_tone(item.due_at, now),
        facts=tuple(fact for fact in (words.ROUTE_JA.get(item.route, ""), words.IDENTITY_JA.get(item.identity, ""),
                                      item.lives, "記入中" if item.state == "draft" else "",
                                      _speaker(item), SILENCE_SHORT_JA.get(item.silence, "")) if fact),
        owner=item.owner_name,
        mine=item.owner_id == staff_id,
        needs_eyes=bool(item.assessment and item.assessment.needs_human),
        marks=_marks(item, now),
        over=_over(item),
    )  # fmt: skip


def _over(item: QueueItem) -> str:
    waits = item.answered and item.due_at is None
    return {"closed": "終わった相談", "erased": "記録を消した相談"}.get(
        item.state, "返事をしました。本人の返事を待っています" if waits else ""
    )


def _speaker(item: QueueItem) -> str:
    """Who speaks with the person now; "" where nobody can, or it is over."""
    speaks = (
        item.state not in ("closed", "erased") and item.silence not in ("report", "spoken") and item.route != "advice"
    )
    return words.SPEAKER_JA.get(item.speaker, "") if speaks else ""


def _marks(item: QueueItem, now: int) -> tuple[tuple[str, str], ...]:
    held = item.hold_until is not None and item.hold_until > now
    marks = (
        ("‖", f"保留中（{words.moment(item.hold_until or 0, now)} まで）" if held else ""),
        ("⇥", f"{item.folded_label} にまとめました" if item.folded_into is not None else ""),
        ("→", "つなぎ中" if item.state == "handed" else ""),
    )
    return tuple(mark for mark in marks if mark[1])


def headline(item: QueueItem) -> str:
    """The first sentence of the title, or what stands for it while there are no words yet."""
    title = item.title.strip()
    ends = [at for end in _SENTENCE_ENDS if (at := title.find(end)) > 0]
    return title[: min(ends)] if ends else title or "（ことばはまだありません）"


def said(item: QueueItem) -> str:
    """Number, words and labels of the case as they are searched, however their width and case are."""
    names = [label for _, label in words.chips(item.assessment, limit=99)]
    return folded("\n".join((item.label, item.title, item.text, *names)))


def folded(text: str) -> str:
    """`text` as it is compared."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
