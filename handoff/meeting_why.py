"""Why a case may belong before a meeting (会議の候補の理由), as a table. Pure: codes in, codes out; nothing is chosen.

Two kinds of room: without consent (支援会議 C1, or the anonymous 準支援会議 C9 where there is none by law), and with
consent (重層的支援会議 C0). See `docs/decisions/0022-meetings-resources-links.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from handoff.pack import Meeting, Pack, Project

WITHOUT_CONSENT: Final = ("C1", "C9")
WITH_CONSENT: Final = "C0"
WHY_JA: Final = {
    "urgent": "会議を待たずに急ぐ",
    "asked": "職員が加えた",
    "S1": "複合で、会議の同意がない",
    "S2": "虐待・暴力の心配があり、機関がいくつもかかわる",
    "refused": "支援か共有を断っている人がいる",
    "household": "世帯でみないと分からない",
    "linked": "同じ家と分かった相談がほかにある",
    "gap": "いまの制度では届かない",
    "stuck": "つなぎが返された・返事がない",
    "several": "会議の同意があり、いくつもの窓口がかかわる",
    "complex": "会議の同意があり、困りごとが重なっている",
    "review": "プランの見直しの時期",
    "suspended": "中断している",
}
"""Code → in words, the weightiest first. The words hold nothing of anybody."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a case's own reading, plan and answers say for this question."""

    rule: str = ""
    """`S1` or `S2` where the plan proposes 支援会議."""
    refused: bool = False
    complex: bool = False
    household: bool = False
    gap: bool = False
    abuse: bool = False
    third_party: bool = False
    breadth: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case for this question. `linked`: links that people confirmed; `desks`: that have to do."""

    signs: Signs = field(default_factory=Signs)
    consent: bool = False
    """Whether the person agreed to the meeting: to this one where it rests on consent, else to any that does."""
    declined: bool = False
    """Whether they said no to one that does."""
    desks: int = 1
    linked: int = 0
    stuck: bool = False
    review: bool = False
    suspended: bool = False


_NO_CONSENT: tuple[tuple[str, Callable[[Known], bool]], ...] = (
    ("S1", lambda k: k.signs.rule == "S1" or (k.signs.complex and k.signs.third_party)),
    ("S2", lambda k: k.signs.rule == "S2" or (k.signs.abuse and k.signs.breadth >= 2)),
    ("refused", lambda k: (k.signs.refused or k.declined) and (k.signs.complex or k.signs.gap or k.signs.abuse)),
    ("household", lambda k: k.signs.household),
    ("linked", lambda k: k.linked > 0),
    ("gap", lambda k: k.signs.gap),
    ("stuck", lambda k: k.stuck),
)
_CONSENT: tuple[tuple[str, Callable[[Known], bool]], ...] = (
    ("several", lambda k: k.desks >= 2),
    ("complex", lambda k: k.signs.complex),
    ("review", lambda k: k.review),
    ("suspended", lambda k: k.suspended),
    ("stuck", lambda k: k.stuck),
)


def why(basis: str, known: Known) -> tuple[str, ...]:
    """The codes for which this case may come before a meeting of this basis; empty when it does not.

    Where the person agreed to that, it belongs into the room with consent: 支援会議 is no shortcut.
    """
    if basis == WITH_CONSENT:
        return tuple(code for code, holds in _CONSENT if holds(known)) if known.consent else ()
    if basis in WITHOUT_CONSENT:
        return () if known.consent else tuple(code for code, holds in _NO_CONSENT if holds(known))
    return ()


def ordered(codes: str | tuple[str, ...]) -> tuple[str, ...]:
    """The codes (or codes joined by ',') in the order of `WHY_JA`, each once; unknown ones are left out."""
    given = set(codes.split(",") if isinstance(codes, str) else codes)
    return tuple(code for code in WHY_JA if code in given)


def rooms(pack: Pack) -> tuple[Meeting, ...]:
    """The meetings for which there is a list: 支援会議 and 重層的支援会議 as far as the pack has them.

    A pack without 支援会議 gets its 準支援会議 (匿名), or one of that name at the desk of 多機関協働.
    """
    bound = [room for room in pack.meetings if room.basis == "C1"]
    agreed = [room for room in pack.meetings if room.basis == WITH_CONSENT]
    if not bound:
        bound = [room for room in pack.meetings if room.basis == "C9"][:1] or [_stand_in(pack)]
    return (*bound, *agreed)


def _stand_in(pack: Pack) -> Meeting:
    desk = next((desk.id for desk in pack.desks if Project.COORDINATION in desk.projects), pack.fallback)
    return Meeting(id="junshien", name="準支援会議（匿名）", basis="C9", desk=desk, every_ja="日にちは決まっていません")
