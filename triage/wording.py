"""Why the machine says a label, and what it did not count, in plain Japanese for staff (見立ての理由). Pure.

Sentences quote the person, so nothing here is ever stored: they are made anew whenever somebody who may read looks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from triage.assessment import (
    FIELDS,
    THEMES,
    Assessment,
    Complexity,
    Domain,
    Evidence,
    Mention,
    Reason,
    SetAside,
    SetAsideBecause,
    Urgency,
)
from triage.labels import REASON_JA, URGENCY_JA, label_ja
from triage.people_ja import people_ja, who_ja

GUESS_JA: Final = "推定"
STAFF_JA: Final = "職員が直しました"
BECAUSE_JA: Final[dict[SetAsideBecause, str]] = {
    SetAsideBecause.DENIED: "は否定されています",
    SetAsideBecause.PAST: "は前のことで、いまは落ち着いているようです",
    SetAsideBecause.IMAGINED: "は、もしもの話・たとえ・作り話のようです",
    SetAsideBecause.OTHER_PERSON: "は別の人のことのようです",
}
ASIDE_JA: Final[dict[SetAsideBecause, str]] = {
    SetAsideBecause.DENIED: "否定",
    SetAsideBecause.PAST: "前のこと",
    SetAsideBecause.IMAGINED: "もしもの話",
    SetAsideBecause.OTHER_PERSON: "別の人",
}
"""One word each, to stand beside the words in a text."""
FIELD_JA: Final[dict[str, str]] = {
    "kind": "種類", "reporter": "書いた人", "domains": "分野", "themes": "テーマ", "complexity": "複合",
    "urgency": "緊急度", "refuses_support": "支援を断っているか",
}  # fmt: skip
_STAFF_NAME: Final = {
    "p8050": "8050世帯",
    **{str(reason): f"複合{name}" for reason, name in REASON_JA.items()},
    **{str(urgency): f"緊急度 {name}" for urgency, name in URGENCY_JA.items()},
}
"""Where staff say more than the bare name of the label."""
_WITHIN: Final[dict[str, frozenset[str]]] = {
    "elderly": frozenset(["care", "dementia", "abuse_elder", "consumer", "no_contact", "isolation"]),
    "disability": frozenset(
        ["mental_health", "addiction", "developmental", "intellectual", "physical", "abuse_disability", "dementia"]
    ),
    "child": frozenset(
        ["abuse_child", "school", "young_carer", "parenting", "perinatal", "lone_parent", "developmental"]
    ),
    "poverty": frozenset(["income", "debt", "work", "housing", "food", "lifeline_stop"]),
}
"""The themes that say what is meant by a domain: 困窮（ライフライン停止）."""
_OLD_FROM: Final = 65
_OUTSIDE: Final = frozenset(["neighbour", "friend", "client", "relative"])


@dataclass(frozen=True, slots=True)
class Ground:
    """One asserted label and the person's words for it, in text order without repetition.

    `within` names the themes that the same words made, for a domain. No words and not `by_staff` means 推定.
    """

    label: str
    name: str
    said: tuple[str, ...]
    within: tuple[str, ...] = ()
    by_staff: bool = False

    @property
    def full_name(self) -> str:
        """「困窮（ライフライン停止）」."""
        return f"{self.name}（{'、'.join(self.within)}）" if self.within else self.name

    @property
    def source(self) -> str:
        """「『水道が止まる』」, else 「推定」 or 「職員が直しました」."""
        if self.by_staff:
            return STAFF_JA
        return "".join(f"『{words}』" for words in self.said) or GUESS_JA

    @property
    def sentence(self) -> str:
        """「『水道が止まる』→ 困窮（ライフライン停止）」."""
        return f"{self.source}→ {self.full_name}"


@dataclass(frozen=True, slots=True)
class Aside:
    """Words that look like a sign but were not counted; `names` are the labels they look like."""

    words: str
    because: SetAsideBecause
    names: tuple[str, ...]

    @property
    def reason(self) -> str:
        """「は否定されています（児童虐待に数えていません）」, to follow the words."""
        counted = f"（{'・'.join(self.names)}に数えていません）" if self.names else ""
        return f"{BECAUSE_JA[self.because]}{counted}"

    @property
    def sentence(self) -> str:
        """「『叩いたりはしていません』は否定されています（児童虐待に数えていません）」."""
        return f"『{self.words}』{self.reason}"


def name_ja(label: str) -> str:
    """What staff call a label: 8050世帯, ダブルケア, 緊急度 高い. Raises `KeyError` on an unknown one."""
    return _STAFF_NAME.get(label) or label_ja(label)


def asserted(read: Assessment) -> tuple[str, ...]:
    """Every label that needs a reason: domains, themes, reasons of complexity, raised urgency, refusal."""
    found = [str(domain) for domain in Domain if domain in read.domains]
    found += [theme for theme in THEMES if theme in read.themes]
    found += [str(reason) for reason in Reason if reason in read.complexity_reasons]
    found += ["complex"] if read.complexity is Complexity.COMPLEX and not read.complexity_reasons else []
    found += [str(read.urgency)] if read.urgency is not Urgency.NORMAL else []
    return (*found, *(["refuses_support"] if read.refuses_support else []))


def grounds(read: Assessment, by_staff: Collection[str] = ()) -> tuple[Ground, ...]:
    """The reason of every asserted label. `by_staff` are the labels that a person set: they need no 推定."""
    return tuple(
        Ground(label, name_ja(label), _said(read.evidence, label), _within(read, label), label in by_staff)
        for label in asserted(read)
    )


def asides(read: Assessment, by_staff: Collection[str] = ()) -> tuple[Aside, ...]:
    """What was not counted and why, in text order; the labels of the same words stand together.

    A label that a person set is left unnamed: it counts, whatever the machine made of these words.
    """
    found: dict[tuple[int, int, SetAsideBecause], list[SetAside]] = {}
    for one in sorted(read.set_aside, key=lambda s: (s.start, s.end, s.because, s.label)):
        found.setdefault((one.start, one.end, one.because), []).append(one)
    return tuple(
        Aside(same[0].text, because, _names([one.label for one in same if one.label not in by_staff]))
        for (_, _, because), same in found.items()
    )


def guessed(read: Assessment, by_staff: Collection[str] = ()) -> tuple[str, ...]:
    """The names of the asserted labels without words of their own (推定). Holds no word of the person."""
    return tuple(ground.name for ground in grounds(read, by_staff) if not ground.said and not ground.by_staff)


def unsure_ja(read: Assessment) -> str:
    """「機械は自信がありません：分野・緊急度」; "" when it is sure or when nothing was read."""
    fields = [FIELD_JA[name] for name in FIELDS if name in read.unsure]
    return f"機械は自信がありません：{'・'.join(fields)}" if fields and not read.unread_reason else ""


def about_ja(read: Assessment) -> str:
    """「母（80代）・弟のこと」; "" when the text names nobody."""
    people = people_ja(read.mentions)
    return f"{'・'.join(people)}のこと" if people else ""


def household_ja(read: Assessment) -> str:
    """「老老介護かもしれません（夫（82歳）・書いた人（79歳）、推定）」, or "".

    No label stands for it: it is said where care is asserted and an old husband or wife, or an old carer beside
    another old person of the house, is spoken of.
    """
    old = [m for m in read.mentions if _old(m)]
    who = tuple(dict.fromkeys(map(who_ja, old)))
    couple = any(m.role == "spouse" or "夫婦" in m.text for m in old)
    carer = any(m.role in ("self", "child", "sibling") for m in old) and len(who) > 1
    if "care" not in read.themes or not (couple or carer):
        return ""
    return f"老老介護かもしれません（{'・'.join(who)}、{GUESS_JA}）"


def sentences(read: Assessment) -> tuple[str, ...]:
    """Everything above, one sentence each, for a place that shows plain lines."""
    lines = [ground.sentence for ground in grounds(read)] + [aside.sentence for aside in asides(read)]
    return tuple(filter(None, [*lines, about_ja(read), household_ja(read), unsure_ja(read)]))


def _said(evidence: Collection[Evidence], label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.text for e in sorted(evidence, key=lambda e: (e.start, e.end)) if e.label == label))


def _within(read: Assessment, label: str) -> tuple[str, ...]:
    own = [e for e in read.evidence if e.label == label]
    themes = _WITHIN.get(label, frozenset()) & read.themes
    same = {e.label for e in read.evidence if e.label in themes and any(_overlap(e, one) for one in own)}
    return tuple(name_ja(theme) for theme in THEMES if theme in same)


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


def _names(labels: Collection[str]) -> tuple[str, ...]:
    """Known names only: a label of a newer reader stays unsaid."""
    found = []
    for label in labels:
        try:
            found.append(name_ja(label))
        except KeyError:
            continue
    return tuple(dict.fromkeys(found))


def _old(mention: Mention) -> bool:
    by_age = mention.age >= _OLD_FROM if mention.age is not None else mention.band == "elderly"
    return by_age and mention.role not in _OUTSIDE
