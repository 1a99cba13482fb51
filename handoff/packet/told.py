"""What the conversation and the reading give to the forms (聞いたこと・読みとったこと). Pure.

Answers become entries; what the machine reads out of words becomes a proposal for whoever fills the sheet, and nothing
more. Words and numbers of whoever speaks for somebody else go into the reporter's fields, which leave in no packet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from handoff.packet import boxes
from handoff.packet.fields import fields
from handoff.packet.values import Entry, Member, Source, Words
from handoff.packet.visiting import RELATION_JA
from intake.conversation.speech import choice_labels_ja
from triage import household_ja
from triage.assessment import Assessment

SKIPPED: Final = "skip"
BLACK: Final = "■■■"
_DANGER: Final = {"now": "yes", "safe": "no", "yes": "yes", "no": "no", "unsure": "unsure"}
_KNOWN: Final = {
    "wants": "yes", "agrees": "yes", "refuses": "refused", "unaware": "unaware",
}  # fmt: skip
_SIGNS: Final[Mapping[str, str]] = {"child": "young"}
"""Signs of the conversation that the form knows by another code: there `child` is a child alone at night."""
_ISSUE_OF: Final[Mapping[str, str]] = {
    "medical": "K01", "mental_health": "K01", "developmental": "K01", "intellectual": "K01", "physical": "K01",
    "dementia": "K01", "addiction": "K01", "housing": "K02", "income": "K03", "lifeline_stop": "K05", "debt": "K06",
    "work": "K07", "isolation": "K09", "parenting": "K11", "perinatal": "K11", "lone_parent": "K11", "care": "K12",
    "double_care": "K12", "hikikomori": "K13", "school": "K13", "p8050": "K13", "dv": "K14", "abuse_child": "K14",
    "abuse_elder": "K14", "abuse_disability": "K14", "food": "K15",
}  # fmt: skip
_MARK_OF: Final[Mapping[str, str]] = {
    "medical": "a01", "physical": "a03", "developmental": "a04", "intellectual": "a04", "suicide": "a05",
    "self_harm": "a06", "mental_health": "a06", "addiction": "a06", "housing": "a07", "income": "a09", "debt": "a10",
    "work": "a12", "self_neglect": "a14", "hikikomori": "a15", "isolation": "a15", "care": "a17", "parenting": "a18",
    "school": "a19", "lone_parent": "a22", "dv": "a23", "abuse_child": "a23", "abuse_elder": "a23",
    "abuse_disability": "a23", "foreign": "a24", "release": "a25", "disaster": "a28",
}  # fmt: skip
_GAP: Final = r"[\s\-‐‑‒–—―−－ー.．・()（）]{0,2}"
_PHONE: Final = re.compile(
    rf"(?<!\d)(?:[+＋]\d{{1,3}}{_GAP}\d{{1,4}}|[0０]\d{{1,4}}){_GAP}\d{{1,4}}{_GAP}\d{{3,4}}(?!\d)"
)
_MAIL: Final = re.compile(r"[\w.+＋．-]{1,64}[@＠][\w.．-]{1,100}")
_CALLED: Final = r"(?=さん|様|さま|氏|です|と申|ともうし|と言い|といい|でございます)"
"""Behind a name of one letter, which would stand in half of all words otherwise."""


def told(answers: Mapping[str, str], *, for_another: bool, own_data: bool = False) -> dict[str, Entry]:
    """The entries out of the answers of the conversation. `for_another`: whoever answered speaks of somebody else;
    `own_data`: name, number and place are then still the speaker's own.
    """
    source = Source.REPORT if for_another else Source.PERSON
    found: dict[str, Entry] = {}

    def put(field: str, value: Words, of: Source = source) -> None:
        found[field] = Entry(value, of, asked=True)

    for question, given in answers.items():
        if given == SKIPPED:
            if question in _SIMPLE:
                put(_SIMPLE[question], "")
            continue
        if question in ("safety", "l_danger", "p_danger"):
            put("danger_now", _DANGER.get(given, ""))
        elif question in ("l_consent", "p_consent"):
            put("r_known", _KNOWN.get(given, ""))
        elif question == "p_issue":
            put("issues", tuple(one.upper() for one in given.split(",") if one.upper() in fields()["issues"].choices))
        elif question == "phone":
            put("visitor_phone" if for_another and (own_data or "who" in answers) else "phone_mobile", given)
        elif own_data and question in _OWN:
            found |= {field: Entry(given, source, asked=True) for field in _OWN[question]}
        elif question == "voicemail" and not for_another:
            put("voicemail", given if given in ("yes", "no") else "")
        elif question == "who" and for_another:
            put("visitor_relation", RELATION_JA.get(given, ""))
        elif question in _SIMPLE and not (for_another and question in _OF_SPEAKER):
            put(_SIMPLE[question], _label(question, given))
    for field, value in _boxed(answers).items():
        put(field, value)
    return found


def _boxed(answers: Mapping[str, str]) -> dict[str, Words]:
    """What came in boxes of the web forms, and the signs of buttons and boxes together."""
    found = {field: boxes.value_of(name, answers[name]) for name, field in boxes.FIELD_OF.items() if name in answers}
    pressed = [_sign(one) for one in answers.get("l_sign", "").split(",") if one]
    return found | ({"w_signs": (*pressed, *found.get("w_signs", ()))} if pressed else {})


_SIMPLE: Final[Mapping[str, str]] = {
    "なまえ": "name", "home": "living_with", "contact": "contact_ways", "hour": "contact_when", "hope": "wishes",
    "p_person": "target", "p_place": "address", "p_ask": "asked_of_us", "p_keep": "goes_on", "p_contact": "r_person",
    "l_place": "w_place", "l_when": "w_when", "l_spoke": "w_spoke",
}  # fmt: skip
"""Question → field. A customer number (`l_customer`) is none: it says whose customer, and so what reported."""
_OF_SPEAKER: Final = frozenset({"home", "contact", "hour", "voicemail", "hope"})
"""Answers that are about whoever writes, not about whom they write of."""
_OWN: Final[Mapping[str, tuple[str, ...]]] = {"なまえ": ("visitor_name",), "p_place": ()}
"""Answers that staff wrote down as the person's: the fields they are where a caller turned out to be somebody else."""


def without(words: str, people: Iterable[str], others: Iterable[str] = ()) -> str:
    """`words` of a reporter with every telephone, mail address, name of `people` and name among `others` black.

    Of people every part goes (「山田 花子」 is also 「山田」), of `others` (organisations, numbers) the whole alone;
    both however they are spaced and whatever their width.
    """
    parts = {part for name in people for part in (name, *re.split(r"[\s、,・/／（）()]+", name))}
    found = {one for name in (*parts, *others) for one in (name.strip(), unicodedata.normalize("NFKC", name).strip())}
    for name in sorted(filter(None, found), key=lambda one: (-len(one), one)):
        letters = r"\s*".join(map(re.escape, re.sub(r"\s+", "", name)))
        words = re.sub(letters + (_CALLED if len(name) == 1 else ""), BLACK, words)
    return _PHONE.sub(BLACK, _MAIL.sub(BLACK, words))


def proposals(read: Assessment | None) -> dict[str, str]:
    """What the machine believes, by field, in words: 機械の読みとり."""
    if read is None or read.unread_reason:
        return {}
    found: dict[str, str] = {}
    issues = dict.fromkeys(_ISSUE_OF[one] for one in sorted(read.themes) if one in _ISSUE_OF)
    if issues:
        choices = fields()["issues"].choices
        found["issues"] = "・".join(f"{code} {choices[code]}" for code in sorted(issues))
    for theme in sorted(read.themes):
        if theme in _MARK_OF:
            found[_MARK_OF[theme]] = "あてはまりそうです"
    found["urgency"] = fields()["urgency"].choices[str(read.urgency)]
    return found


def seen(text: str, read: Assessment | None) -> tuple[Member, ...]:
    """The household as the machine reads it, for whoever fills the table."""
    return tuple(
        Member(relation=one.relation, age=one.age, living=one.living) for one in household_ja.members(text, read)
    )


def age_on(birth_date: str, today: date) -> str:
    """「53歳」 out of an ISO day, "" for anything else or a day to come."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return ""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{years}歳" if 0 <= years < 130 else ""


def day_ja(iso: str) -> str:
    """「2026年11月20日」 of an ISO day, "" for anything else."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return ""
    return f"{day.year}年{day.month}月{day.day}日"


def _sign(code: str) -> str:
    known = _SIGNS.get(code, code)
    return known if known in fields()["w_signs"].choices else choice_labels_ja("l_sign", code) or code


def _label(question: str, given: str) -> str:
    if (question, given) == ("l_place", "customer"):
        return ""
    if question in ("home", "contact", "hour", "l_when", "l_spoke", "l_place"):
        return choice_labels_ja(question, given) or given.replace("T", " ")
    if question == "hope":
        return "" if given == "unsure" else f"「{given}」"
    return given
