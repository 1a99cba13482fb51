"""Persons and ages in normal text, by patterns and a kin table (age NER is unreliable: F .61)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

_KIN: Final = Path(__file__).with_name("kin.toml")
_ELDERLY_FROM: Final = 65
_ADULT_FROM: Final = 19


class Band(StrEnum):
    """Age bands of the four fields."""

    CHILD = "child"
    ADULT = "adult"
    ELDERLY = "elderly"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the text speaks of: role, age in years if said, age band, offsets in the normal text."""

    role: str
    band: Band
    age: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Age:
    """An age said in the text; `decade` when only the decade is said (80代)."""

    years: int
    start: int
    end: int
    decade: bool = False

    @property
    def band(self) -> Band:
        """Child to 18, elderly from 65 (a decade counts by its first year, 60代 as adult)."""
        if self.years < _ADULT_FROM:
            return Band.CHILD
        return Band.ELDERLY if self.years >= _ELDERLY_FROM else Band.ADULT


_DIGITS: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_NUMBER: Final = r"(?P<n>\d{1,3}|[一二三四五六七八九十〇百]{1,5})"
_KIN_AFTER: Final = (
    r"(?=の(?:義?母|義?父|祖母|祖父|親|女性|男性|方|夫|妻|"
    r"叔母|伯母|息子|娘|兄|姉|弟|妹|おば|おじ|お母|お父|一人|ひとり|独居|夫婦))"
)
_AGE: Final = re.compile(
    rf"{_NUMBER}\s*(?:歳児?|才児?|さい(?!ふ|ご|きん|あく|しょ|そく)|サイ(?!ズ|ト|ド))"
    rf"|(?<![\d.:時分月日年])(?P<kin>\d{{2,3}}|[六七八九]十[一二三四五六七八九]?){_KIN_AFTER}"
    r"|(?<![\d.:時分月日年円])(?P<bare>[6-9]\d)(?=です(?:。|$|\s)|になりま|になる(?:母|父|の)|で(?:一人|ひとり)暮らし)"
    r"|(?<=は)(?P<counted>[六七八九]十[一二三四五六七八九]?|[6-9]\d)(?=[、。で]|$)(?!で(?:割|は))"
)
_DECADE: Final = re.compile(rf"{_NUMBER}代(?![表理わ])")
_BABY: Final = re.compile(
    r"(?:生後|産後)\s*\d{1,2}|\d{1,2}\s*[かヶケカ箇ヵ]月(?:児|の(?:子|赤|娘|息子|双子))|生まれたばかり|新生児"
)
_GRADE: Final = re.compile(
    r"(?P<school>小学校?|小|中学校?|中|高校?)(?P<year>[1-6一二三四五六])(?:年生?|の|で|です|、|。|$|に|が|は)"
)
_NAMED: Final = {
    "還暦": 60, "古希": 70, "古稀": 70, "喜寿": 77, "傘寿": 80, "米寿": 88, "卒寿": 90, "白寿": 99,
    "後期高齢者": 75, "前期高齢者": 65, "年長": 6, "年中さん": 5, "年少": 4, "高齢者": 75, "二十歳": 20, "はたち": 20,
}  # fmt: skip
_NAMED_PATTERN: Final = re.compile("|".join(sorted(_NAMED, key=len, reverse=True)))
_SCHOOL_BASE: Final = {"小": 6, "中": 12, "高": 15}


def ages(text: str) -> tuple[Age, ...]:
    """Every age said in normal text, in order: 3歳児, 82さい, 79の母, 80代, 小3, 年長, 生後2か月, 古希, 後期高齢者."""
    found: list[Age] = []
    for match in _AGE.finditer(text):
        years = _number(match["n"] or match["kin"] or match["bare"] or match["counted"])
        if years is not None and years <= 120:
            found.append(Age(years, match.start(), match.end()))
    for match in _DECADE.finditer(text):
        years = _number(match["n"])
        if years is not None and years in range(10, 101, 10):
            found.append(Age(years, match.start(), match.end(), decade=True))
    for match in _GRADE.finditer(text):
        year = int(match["year"]) if match["year"].isdigit() else _DIGITS[match["year"]]
        found.append(Age(_SCHOOL_BASE[match["school"][0]] + year, match.start(), match.end("year")))
    found += [Age(0, m.start(), m.end()) for m in _BABY.finditer(text)]
    found += [Age(_NAMED[m[0]], m.start(), m.end()) for m in _NAMED_PATTERN.finditer(text)]
    return tuple(sorted(found, key=lambda age: (age.start, age.end)))


def persons(text: str) -> tuple[Person, ...]:
    """Every person word of normal text with the age said beside it (at most four characters away)."""
    said = ages(text)
    people: list[Person] = []
    for match in _kin_pattern().finditer(text):
        role, band, before, after = _kin()[match[0]]
        if any(text.startswith(word, match.start()) for word in before):
            continue
        if any(text.endswith(word, 0, match.start()) for word in after):
            continue
        age = _beside(said, match.start(), match.end())
        people.append(_person(role, band, age, match.start(), match.end()))
    return tuple(people)


def _person(role: str, band: Band, age: Age | None, start: int, end: int) -> Person:
    if age is None:
        return Person(role, band, None, start, end)
    return Person(role, age.band, age.years, min(start, age.start), max(end, age.end))


def _beside(said: tuple[Age, ...], start: int, end: int) -> Age | None:
    """The age that belongs to a person word: `82歳の母`, `母(82)`, `母は82歳`."""
    for age in said:
        if 0 <= start - age.end <= 3 or 0 <= age.start - end <= 4:
            return age
    return None


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    if "十" in word:
        tens, _, ones = word.partition("十")
        return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
    digits = [str(_DIGITS[c]) for c in word if c in _DIGITS]
    return int("".join(digits)) if digits and len(digits) == len(word) else None


@cache
def _kin() -> dict[str, tuple[str, Band, tuple[str, ...], tuple[str, ...]]]:
    table: dict[str, Any] = tomllib.loads(_KIN.read_text(encoding="utf-8"))
    return {
        word: (row["role"], Band(row["band"]), tuple(row.get("not_before", ())), tuple(row.get("not_after", ())))
        for row in table["kin"]
        for word in row["words"]
    }


@cache
def _kin_pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(_kin(), key=len, reverse=True)))
