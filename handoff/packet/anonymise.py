"""Packets about nobody in particular (匿名の連絡票): for 準支援会議. Pure; `names` finds names that nobody gave us.

Names, numbers and addresses go; ages become decades, days become months, places the municipality; what is rare is
blurred. A machine cannot promise that nobody is recognised: a person reads it and says how they made sure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from handoff.packet.cut import Cut
from handoff.packet.fields import FieldClass, Kind, fields
from handoff.packet.values import Entry, Member, Sheet

PERSON_JA: Final = "〇〇"
PLACE_JA: Final = "（地域の中）"
MONEY_JA: Final = "（金額）"
NUMBER_JA: Final = "（番号）"
RARE_JA: Final = "ほかの事情があります（くわしくは載せません）"
_SAID_OPENLY: Final = "town"
"""Which municipality it is: without it nobody of an office for several knows whose matter it is."""
_OLDEST: Final = 90
_MANY: Final = 6
_WIDE: Final[dict[int, str | int]] = {
    **{ord("０") + i: ord("0") + i for i in range(10)}, **{ord("Ａ") + i: ord("A") + i for i in range(26)},
    **{ord("ａ") + i: ord("a") + i for i in range(26)}, ord("＠"): "@", ord("．"): ".", ord("，"): ",", ord("／"): "/",
}  # fmt: skip
_DIGITS: Final = str.maketrans("〇一二三四五六七八九", "0123456789")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK: Final = re.compile(r"https?://\S+")
_PHONE: Final = re.compile(r"(?<!\d)(?:\+81|0)[\d\s()（）ー－‐-]{8,16}\d(?!\d)")
_LONG_NUMBER: Final = re.compile(r"(?<![\d.])\d{5,}(?![\d円万])")
_ZIP: Final = re.compile(r"〒?\s*\d{3}[-－‐]\d{4}")
_STREET: Final = re.compile(
    r"[一-龥ぁ-んァ-ヶー々]{0,8}?(?:\d+|[一二三四五六七八九十]+)(?:丁目|番地|番町|条)(?:\s*\d+[番号のノ\-－‐]*)*(?:\d+号室?)?"
    r"|\d+[-－‐]\d+[-－‐]\d+(?:[-－‐]\d+)?"
    r"|\d{2,4}\s*号室"
)
_TOWN: Final = re.compile(r"[一-龥々ヶケ]{1,5}(?:町|村|団地|マンション|アパート|ハイツ|コーポ|荘)(?![内会村長民役])")
_DATE: Final = re.compile(
    r"(?P<y>(?:19|20)\d{2}|(?:令和|平成|昭和|大正)\s*(?:\d{1,2}|元))\s*[年/.\-]\s*(?P<m>1[0-2]|0?[1-9])\s*[月/.\-]\s*(?:[12]\d|3[01]|0?[1-9])日?"
)
_DAY: Final = re.compile(r"(?P<m>1[0-2]|0?[1-9])(?:月|/)(?:[12]\d|3[01]|0?[1-9])日?(?!\d)")
_AGE: Final = re.compile(r"(?P<n>\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?)\s*(?:歳|才|さい)(?!児)")
_MONEY: Final = re.compile(r"(?:約)?[\d,，.]+\s*(?:億|千万|百万|万|千|百)*円")
_ORG: Final = re.compile(
    r"[一-龥々ァ-ヶーA-Za-z]{1,12}(?:株式会社|有限会社|工業|商店|病院|医院|クリニック|小学校|中学校|高校|保育園|幼稚園)"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What must not be read any more: names (the longest first) and places; `more` finds names in words by itself."""

    names: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    more: Callable[[str], Iterable[str]] | None = None


def known_of(sheet: Sheet, secrets: Iterable[str], more: Callable[[str], Iterable[str]] | None = None) -> Known:
    """Out of the uncut sheet: every value that names somebody or their home, whole and in its parts."""
    names, places = {part for one in secrets for part in _parts(one)}, set()
    for name, entry in sheet.entries.items():
        if not isinstance(entry.value, str) or not entry.value:
            continue
        one = fields()[name]
        if one.id in ("name", "kana", "visitor_name", "r_org", "r_person", "w_org", "w_person"):
            names |= _parts(entry.value)
        elif one.id in ("address", "w_place"):
            places |= _parts(entry.value)
        elif (
            one.cls in (FieldClass.CONTACT, FieldClass.REPORTER)
            and one.kind is Kind.TEXT
            and re.search(r"\d{4}", entry.value)
        ):
            names |= _parts(entry.value)
    return Known(_longest(names), _longest(places), more)


def anonymised(left: Cut, known: Known) -> Cut:
    """A sheet that was cut for C9, blurred."""
    entries: dict[str, Entry] = {}
    rare = False
    for name, entry in left.sheet.entries.items():
        one = fields()[name]
        if one.rare and entry.known:
            rare = rare or entry.value == "yes"
            continue
        if name == _SAID_OPENLY:
            entries[name] = entry
            continue
        entries[name] = replace(
            entry, value=_blurred(one.kind, name, entry.value, known), whose=blur(entry.whose, known)
        )
    if rare:
        entries["a99"] = Entry("yes", whose=RARE_JA)
    household = tuple(_member(one, known) for one in left.sheet.household)
    if len(household) >= _MANY:
        household = (*household[: _MANY - 1], Member(relation=f"ほかに家族（ぜんぶで {_MANY} 人以上）"))
    withheld = left.withheld | {name for name, one in fields().items() if one.rare}
    return replace(left, sheet=replace(left.sheet, entries=entries, household=household), withheld=withheld)


def blur(words: str, known: Known) -> str:
    """`words` without names, numbers, addresses, exact ages, days and sums."""
    if not words:
        return ""
    found = _narrow(words)
    for place in known.places:
        found = found.replace(_narrow(place), PLACE_JA)
    for name in known.names:
        found = found.replace(_narrow(name), PERSON_JA)
    for pattern, put in (
        (_LINK, NUMBER_JA),
        (_MAIL, NUMBER_JA),
        (_PHONE, NUMBER_JA),
        (_ZIP, PLACE_JA),
        (_STREET, PLACE_JA),
    ):
        found = pattern.sub(put, found)
    found = _DATE.sub(lambda m: f"{m['y']}年{int(m['m'])}月", found)
    found = _DAY.sub(lambda m: f"{int(m['m'])}月", found)
    found = _AGE.sub(lambda m: decade(m["n"]), found)
    found = _MONEY.sub(MONEY_JA, found)
    found = _LONG_NUMBER.sub(NUMBER_JA, found)
    found = _ORG.sub("（市内の機関）", found)
    found = _TOWN.sub(PLACE_JA, found)
    for name in _longest(known.more(found)) if known.more is not None else ():
        found = found.replace(name, PERSON_JA)
    return re.sub(rf"(?:{re.escape(PLACE_JA)}\s*){{2,}}", PLACE_JA, found)


def decade(age: str) -> str:
    """「50代」 of 「53」, 「五十三」, 「53歳」; 「90代以上」 from ninety, 「10歳未満」 below ten, "" for no number."""
    years = _number(age)
    if years is None:
        return ""
    if years >= _OLDEST:
        return "90代以上"
    return f"{years // 10 * 10}代" if years >= 10 else "10歳未満"


def month(day: str) -> str:
    """「2026年11月」 of an ISO day; "" for anything else."""
    found = re.match(r"(\d{4})-(\d{2})", day)
    return f"{found[1]}年{int(found[2])}月" if found else ""


def _narrow(words: str) -> str:
    """Letters, digits and marks that patterns look for in their plain form; brackets stay as people wrote them."""
    return words.translate(_WIDE)


def _blurred(kind: Kind, name: str, value: str | tuple[str, ...], known: Known) -> str | tuple[str, ...]:
    if isinstance(value, tuple):
        choices = fields()[name].choices
        return tuple(one if one in choices else blur(one, known) for one in value)
    if name == "age":
        return decade(value)
    if kind is Kind.DATE:
        return month(value)
    if kind in (Kind.CHOICE, Kind.YESNO, Kind.MARK) and value in fields()[name].choices:
        return value
    return blur(value, known)


def _member(one: Member, known: Known) -> Member:
    age = decade(one.age) if re.search(r"\d|十", one.age) and "代" not in one.age else blur(one.age, known)
    return replace(
        one, relation=blur(one.relation, known), age=age, work=blur(one.work, known), care=blur(one.care, known)
    )


def _parts(words: str) -> set[str]:
    """The whole, and its parts between blanks: 「山田 花子」 is also 「山田」 and 「花子」."""
    whole = re.sub(r"（.*?）$", "", words).strip()
    parts = {part for part in re.split(r"[\s　・,、]+", whole) if len(part) > 1}
    return {one for one in {whole, whole.replace(" ", "").replace("　", ""), *parts} if len(one) > 1}


def _longest(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in found if len(one.strip()) > 1}, key=lambda one: (-len(one), one)))


def _number(age: str) -> int | None:
    plain = unicodedata.normalize("NFKC", age)
    if found := re.search(r"\d{1,3}", plain):
        return int(found[0])
    if found := re.search(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)", plain):
        tens = int(found[1].translate(_DIGITS)) if found[1] else 1
        return tens * 10 + (int(found[2].translate(_DIGITS)) if found[2] else 0)
    return None
