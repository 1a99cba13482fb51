"""The list of municipalities with their codes (全国地方公共団体コード), vendored beside the packs. Read once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from unicodedata import normalize

import jaconv

_IN_DISTRICT = re.compile(r"^.{1,6}?郡(.+[町村])$")
_WARD = re.compile(r"(.+市).+区")


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality or ward: six digits, prefecture (青森県), name (外ヶ浜町), reading in katakana."""

    code6: str
    prefecture: str
    city: str
    kana: str

    @property
    def name(self) -> str:
        """Without its district: 外ヶ浜町, where the list says 東津軽郡外ヶ浜町."""
        return _IN_DISTRICT.sub(r"\1", self.city)

    @property
    def full(self) -> str:
        """青森県外ヶ浜町."""
        return self.prefecture + self.name


def code_holds(code: str) -> bool:
    """Whether the sixth digit fits the five before it."""
    return len(code) == 6 and code.isascii() and code.isdigit() and check_digit(code[:5]) == int(code[5])


def check_digit(code5: str) -> int:
    """The sixth digit of a 全国地方公共団体コード: weights 6 to 2, modulo 11, last digit of the complement."""
    total = sum(int(digit) * weight for digit, weight in zip(code5, (6, 5, 4, 3, 2), strict=True))
    return (11 - total % 11) % 10


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All of them in the order of the list, the cities of many wards (政令指定都市) after it. Reads the file once."""
    text = (files(__package__) / "municipalities.csv").read_text("utf-8")
    listed = [
        Municipality(row["code6"], row["prefecture"], row["city"], row["kana"])
        for row in csv.DictReader(text.splitlines())
    ]
    return (*listed, *_cities_of_wards(listed))


def _cities_of_wards(listed: Iterable[Municipality]) -> Iterator[Municipality]:
    """The list has only their wards; the code of the city is the ten below its first ward."""
    seen: set[str] = set()
    for ward in listed:
        found = _WARD.fullmatch(ward.city)
        if found is None or ward.prefecture + found[1] in seen:
            continue
        seen.add(ward.prefecture + found[1])
        code5 = f"{int(ward.code6[:5]) // 10 * 10:05}"
        yield Municipality(f"{code5}{check_digit(code5)}", ward.prefecture, found[1], "")


def name_of_code(code6: str) -> Municipality | None:
    """The municipality with that code, None when the list has none."""
    return _by_code().get(code6)


def find_named(text: str, prefecture: str = "") -> tuple[Municipality, ...]:
    """The municipalities whose name the whole text is: 「青森市」「あおもりし」「青森県青森市」「青森」.

    Names that occur twice (府中市) give both; those of `prefecture` alone where it has one. Empty for anything else.
    """
    found = _by_name().get(_plain(text), ())
    near = tuple(one for one in found if one.prefecture == prefecture)
    return near or found


@cache
def _by_code() -> Mapping[str, Municipality]:
    return {one.code6: one for one in municipalities()}


@cache
def _by_name() -> Mapping[str, tuple[Municipality, ...]]:
    found: dict[str, tuple[Municipality, ...]] = {}
    for one in municipalities():
        bare = one.name[:-1] if len(one.name) > 2 else one.name
        kana = one.kana.rpartition("グン")[2] if one.name != one.city else one.kana
        for name in dict.fromkeys(filter(None, (one.city, one.prefecture + one.city, one.name, one.full, kana, bare))):
            found[_plain(name)] = (*found.get(_plain(name), ()), one)
    return found


def _plain(text: str) -> str:
    """As people write it: no blanks, ヶ and ケ alike, kana as hiragana."""
    words = normalize("NFKC", text).replace("ヶ", "ケ")
    return str(jaconv.kata2hira("".join(words.split())))
