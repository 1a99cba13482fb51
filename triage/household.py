"""Who has which problem: people times affirmed problems, the reasons of complexity and the named patterns in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from triage.assessment import Reason
from triage.experiencer import Experiencer
from triage.matcher import Hit
from triage.people import WRITER, Apart, Someone, last_said
from triage.persons import Age, Band

_GROUPS: Final = {
    "care": "care", "dementia": "care", "mental_health": "health", "addiction": "addiction", "developmental": "health",
    "intellectual": "health", "physical": "health", "medical": "health", "self_harm": "health", "suicide": "health",
    "perinatal": "child", "parenting": "child", "school": "school", "abuse_child": "harm", "abuse_elder": "harm",
    "abuse_disability": "harm", "dv": "harm", "hikikomori": "hikikomori", "self_neglect": "self_neglect",
    "income": "money", "debt": "money", "food": "money", "lifeline_stop": "money", "work": "money", "housing": "money",
    "consumer": "harm", "foreign": "language", "bereavement": "loss",
}  # fmt: skip
_ELDERS: Final = frozenset(["parent", "grandparent", "elder"])
_YOUNG: Final = frozenset(["child", "sibling", WRITER])
_STUCK: Final = frozenset(["hikikomori", "work", "mental_health", "addiction", "p8050", "income"])
_NEEDS_CARE: Final = frozenset(["care", "dementia", "physical"])
_OLD: Final = 65
_PARENT_OLD: Final = 70
_MIDDLE: Final = range(40, 66)
_GENERATION: Final = 18
_SMALL: Final = 12
_SCHOOL_AGE: Final = range(6, 19)
_AFTER: Final = 40
_CARING: Final = re.compile(
    r"介護(?!保険|サービス|タクシー|認定|用品|の仕事|職|施設|士|度|休)|介助|看病|看て|世話|面倒を|(?:ひとり|一人|私)で[^。]{0,6}(?:みて|見て|看)|抱え(?:て|る)|おむつ(?:を)?替え"
)
_HOUSEWORK: Final = re.compile(
    r"(?:ごはん|ご飯|夕飯|夕食|食事|洗濯|買い物|家事|薬|通訳|お迎え|迎え|おむつ|世話|介護|看病|面倒)[^。]{0,10}?"
    r"(?:し|や|つく|作|担|任|行|わたし|私|僕|ぼく|俺|全部|ぜんぶ)"
)
_SMALL_CHILD: Final = re.compile(
    r"保育園|幼稚園|こども園|未就学|授乳|赤ちゃん|赤ん坊|乳児|抱っこ紐|ベビーカー|育児|子育て|妊娠中|臨月"
)
_SCHOOL: Final = re.compile(r"学校|高校|中学|小学|学童|定時制|部活|養育費|孫")
_FOR_KIN: Final = re.compile(
    r"(?:母|父|ママ|パパ|祖母|祖父|ばあ|じい|弟|妹|お兄|お姉|兄|姉|きょうだい|親)(?:さん|ちゃん)?の"
)


_PUPIL_WRITES: Final = re.compile(
    r"(?:小学|中学|高校)(?:[1-6一二三四五六]年)?生?(?:です|なんだけど|だけど)|(?:小|中|高)[1-6一二三四五六](?:です|だけど|なんだけど|女|男|$)"
)
_DOES: Final = re.compile(
    r"^(?:の(?:子|娘|息子|長女|長男|女の子|男の子|姉|兄|孫)|生|さん|ちゃん|くん)*(?:が|に|も)[^。]{0,24}?(?:介護|介助|世話|看病|家事|面倒|ごはんを作|ご飯を作|夕飯|おむつ|通訳|送り迎え|迎え)"
)


class Pattern(StrEnum):
    """Households that have a name."""

    P8050 = "p8050"
    DOUBLE_CARE = "double_care"
    YOUNG_CARER = "young_carer"
    OLD_FOR_OLD = "rourou"


@dataclass(frozen=True, slots=True)
class Household:
    """The table of one message: `problems` maps a person's key to the kinds of problems that they have, with the
    `reasons` of complexity and the named `patterns` that it shows; `rules_out` are themes for which it has nobody.
    """

    problems: tuple[tuple[str, frozenset[str]], ...] = ()
    reasons: frozenset[Reason] = frozenset()
    patterns: frozenset[Pattern] = frozenset()
    rules_out: frozenset[str] = frozenset()


NO_HOUSEHOLD: Final = Household()


def household(
    text: str, affirmed: Iterable[tuple[Hit, Experiencer]], everybody: tuple[Someone, ...], said: tuple[Age, ...]
) -> Household:
    """The table of a normal text from its affirmed hits. Problems of neighbours, friends and clients count only where
    nobody of the writer's own household has one: then the case is theirs.
    """
    pairs = list(affirmed)
    table: dict[str, set[str]] = defaultdict(set)
    for hit, who in [p for p in pairs if not p[1].outside] or pairs:
        kinds = {_GROUPS[label] for label in hit.cue.labels if label in _GROUPS}
        if kinds:
            table[who.key] |= kinds
    own = tuple(sorted((key, frozenset(kinds)) for key, kinds in table.items()))
    inside = [p for p in everybody if not p.outside]
    return Household(own, _reasons(own), _patterns(text, pairs, inside, said), _rules_out(text, pairs, inside, said))


def _reasons(table: tuple[tuple[str, frozenset[str]], ...]) -> frozenset[Reason]:
    """① two people with a problem each, ② one with two kinds."""
    found = set()
    if len(table) >= 2:
        found.add(Reason.HOUSEHOLD)
    if any(len(kinds) >= 2 for _, kinds in table):
        found.add(Reason.PERSON)
    return frozenset(found)


def _patterns(
    text: str, pairs: list[tuple[Hit, Experiencer]], inside: list[Someone], said: tuple[Age, ...]
) -> frozenset[Pattern]:
    labels = {label for hit, _ in pairs for label in hit.cue.labels}
    tests = {
        Pattern.P8050: _p8050(pairs, inside, said),
        Pattern.DOUBLE_CARE: _double_care(text, labels, inside, said),
        Pattern.YOUNG_CARER: _young_carer(text, inside, said),
        Pattern.OLD_FOR_OLD: _old_for_old(text, labels, inside, said),
    }
    return frozenset(pattern for pattern, holds in tests.items() if holds)


def _rules_out(
    text: str, pairs: list[tuple[Hit, Experiencer]], inside: list[Someone], said: tuple[Age, ...]
) -> frozenset[str]:
    """Nobody is a lone parent where an old parent is spoken of and nobody who may be under age; an old parent who lives
    elsewhere makes no 8050.
    """
    apart = _old_and_stuck(pairs, inside, said) is False
    old = any(p.role in {"parent", "elder"} and p.band is Band.ELDERLY for p in inside)
    young = any(p.band is Band.CHILD or (p.role == "child" and p.age is None) for p in inside)
    young = young or any(age.band is Band.CHILD for age in said)
    young = young or any(words.search(text) for words in (_PUPIL_WRITES, _SMALL_CHILD, _SCHOOL))
    return frozenset({"lone_parent"} if old and not young else ()) | frozenset({Pattern.P8050} if apart else ())


def _p8050(pairs: list[tuple[Hit, Experiencer]], inside: list[Someone], said: tuple[Age, ...]) -> bool:
    """An old parent (from 70) and a child of 40 to 65 who is stuck at home or without work, in one household."""
    return _old_and_stuck(pairs, inside, said) is True


def _old_and_stuck(
    pairs: list[tuple[Hit, Experiencer]], inside: list[Someone], said: tuple[Age, ...]
) -> bool | None:  # fmt: skip
    """Whether the two may live under one roof; None where there are no such two."""
    middle = [p for p in inside if p.role in _YOUNG and p.age is not None and p.age in _MIDDLE]
    oldest = max([age.years for age in said] + [p.age for p in inside if p.age is not None], default=0)
    middle = [p for p in middle if oldest - (p.age or 0) >= _GENERATION]
    keys = {p.key for p in middle} | {p.role for p in middle}
    stuck = [who for hit, who in pairs if _STUCK.intersection(hit.cue.labels)]
    stuck = [who for who in stuck if who.key in keys or who.role in keys]
    old = {p.key for p in inside if _is_old(p)}
    unnamed = any(age.years >= _PARENT_OLD and _of_nobody(age, inside) for age in said)
    if not stuck or not (old or unnamed):
        return None
    living = [last_said(p for p in inside if p.key == key) for key in old]
    return unnamed or any(_one_roof(one, who) for one in living for who in stuck)


def _is_old(person: Someone) -> bool:
    if person.age is None:
        return person.role in {"grandparent", "elder"}
    return person.age >= _PARENT_OLD


def _of_nobody(age: Age, inside: list[Someone]) -> bool:
    return all(age.end <= p.start or age.start >= p.end for p in inside)


def _one_roof(old: Someone | None, stuck: Experiencer) -> bool:
    """Whether the old parent, as `last_said` of them, may live with the child: away from the writer, they may still
    live with the writer's brother; from hospital they come home.
    """
    if old is None or old.apart in (None, Apart.HOSPITAL):
        return True
    return old.apart is Apart.ELSEWHERE and stuck.role != WRITER


def _double_care(text: str, labels: set[str], inside: list[Someone], said: tuple[Age, ...]) -> bool:
    """Somebody who needs care and a small child, both on one carer."""
    small = any(age.years <= _SMALL for age in said) or _SMALL_CHILD.search(text) is not None
    small = small or any(p.role == "small_child" for p in inside) or bool(labels & {"parenting", "perinatal"})
    cared = [p for p in inside if p.role in _ELDERS or p.band is Band.ELDERLY]
    writer_is_child = any(p.role == WRITER and p.band is Band.CHILD for p in inside)
    needs = bool(labels & _NEEDS_CARE)
    pupil = any(p.role in _ELDERS and p.band is Band.CHILD for p in inside)
    return small and needs and bool(cared) and _CARING.search(text) is not None and not writer_is_child and not pupil


def _young_carer(text: str, inside: list[Someone], said: tuple[Age, ...]) -> bool:
    """A child of school age who does the care or the housework of the family."""
    if _HOUSEWORK.search(text) is None:
        return False
    writes = any(p.role == WRITER and p.band is Band.CHILD for p in inside) or _PUPIL_WRITES.search(text) is not None
    if writes and (_FOR_KIN.search(text) or "家のこと" in text):
        return True
    return any(_DOES.match(text[end : end + _AFTER]) is not None for end in _child_ends(inside, said))


def _child_ends(inside: list[Someone], said: tuple[Age, ...]) -> list[int]:
    ends = [p.end for p in inside if p.band is Band.CHILD and p.role != WRITER]
    return ends + [age.end for age in said if age.years in _SCHOOL_AGE]


def _old_for_old(text: str, labels: set[str], inside: list[Someone], said: tuple[Age, ...]) -> bool:
    """One old person cares for another: two ages from 65, or an old writer's or spouse's, and care between them."""
    if _CARING.search(text) is None:
        return False
    old = [age for age in said if age.years >= _OLD]
    if len(old) >= 2:
        return not any(p.role in _YOUNG and p.age is not None and p.age < _OLD for p in inside)
    return bool(old) and bool(labels & _NEEDS_CARE) and any(p.role == "spouse" for p in inside)
