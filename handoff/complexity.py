"""Whether a case is for several desks, by the four checks of the 多機関協働 (①〜④), with the words behind each. Pure.

The checks are the domain sheet's row B2. They are reckoned from the labels that count (people's above the machine's),
so whoever corrects the reading corrects them too. A machine proposes; a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.breadth import groups
from triage.assessment import Assessment, Complexity, Reason

_HOUSEHOLD = frozenset({"double_care", "p8050", "young_carer"})
"""Themes that are about several people of one home by themselves."""
_MOST_WORDS = 3
_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Check:
    """One of the four. `words`: what the person wrote that made it hold (content); `why_ja` quotes nothing."""

    code: str
    label_ja: str
    holds: bool
    why_ja: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)


def checks(read: Assessment) -> tuple[Check, ...]:
    """M1 世帯に困りごとのある人が複数, M2 一人に困りごとが複数, M3 いまの制度では届かない, M4 ①〜③が重なる."""
    reasons, fields = read.complexity_reasons, groups(read)
    homes = read.themes & _HOUSEHOLD
    household = Reason.HOUSEHOLD in reasons or bool(homes)
    person = Reason.PERSON in reasons or len(fields) > 1
    gap = Reason.GAP in reasons
    both = sum((household, person, gap)) > 1 or read.complexity is Complexity.COMPLEX
    said = "・".join(fields)
    return (
        _check(read, "M1", household, "同じ世帯に、困りごとのある人が何人かいます。", {"household", *homes}),
        _check(
            read, "M2", person,
            f"困りごとが、いくつかの分野にわたります（{said}）。" if said else "困りごとが重なっています。",
            {"person", *map(str, read.domains), *read.themes},
        ),
        _check(read, "M3", gap, "いまある制度やサービスだけでは、届きにくいところがあります。", {"gap"}),
        _check(read, "M4", both, "①〜③のいくつかが重なり、一つの窓口では支えきれません。", {"complex"}),
    )  # fmt: skip


LABEL_JA = {
    "M1": "① 世帯に、課題をかかえる人が複数いる",
    "M2": "② 本人が、複数の課題をかかえている",
    "M3": "③ いまあるサービスの活用がむずかしい",
    "M4": "④ ①〜③が複合している",
}


def _check(read: Assessment, code: str, holds: bool, why: str, labels: set[str]) -> Check:
    if not holds:
        return Check(code, LABEL_JA[code], False)
    words = (" ".join(one.text.split()) for one in read.evidence if one.label in labels)
    short = (one if len(one) <= _LENGTH else one[:_LENGTH] + "…" for one in words)
    return Check(code, LABEL_JA[code], True, why, tuple(dict.fromkeys(short))[:_MOST_WORDS])
