"""Places as people write them, made comparable (場所のことばをそろえる). Pure; what comes out is only ever hashed.

Six ways of writing one address give one key: 「みほん市本町１丁目２番３号」「本町1-2-3」「本町一丁目2の3」.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

CELL_M = 100.0
"""Side of a cell of the map, in metres."""
_LAT_M = 111_320.0
_LAT_LIMIT = 89.0
_HYPHENS = re.compile("[‐‑‒–—―−ー－・˗﹣ｰ]")
_KANJI_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_KANJI_NUMBER = re.compile("([〇一二三四五六七八九十]{1,3})(?=丁目|番地|番|号)")
_PREFECTURE = re.compile("^(?:東京都|北海道|(?:大阪|京都)府|[^0-9都道府県市区町村]{2,3}県)")
_UNITS = re.compile("(?<=[0-9])(?:丁目|番地の?|番|号棟|号室|号|の)(?=[0-9]|$)|(?<=[0-9])(?:丁目|番地|番|号室|号)")
_LOT = re.compile("^(?P<town>[^0-9]{1,20}?)(?P<lot>[0-9]{1,5}(?:-[0-9]{1,5}){0,2})(?P<rest>.*)$")
_ROOM = re.compile("(?P<room>[0-9]{1,5})(?:室)?$")
_CUSTOMER = re.compile("^(?:お?客様|お?客さま|顧客|契約|使用者|水栓|検針)?(?:番号|no\\.?)?:?(?P<number>[0-9]{5,16})$")
_LOT_WORDS = re.compile("丁目|番地|番|号")
_NEAR_WORDS = re.compile("(?:付近|あたり|辺り|近く|の前|周辺)$")


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that names a place. `kind`: `address` (the very home), `customer`, `near` (the house or the cell),
    `phone` (`handoff.kin_marks`)."""

    kind: str
    key: str
    kin: bool = False
    """Whether it is said to be a relative's, and not the home or number of who wrote."""


def marks_of(words: str, municipality: str, partner: str = "") -> tuple[Mark, ...]:
    """The marks in an answer about a place; none when it names neither an address nor a customer number.

    A customer number belongs to the partner that gave it (`partner`, its code in the register).
    """
    if number := customer_of(words):
        return (Mark("customer", f"{partner}:{number}"),)
    found = address_of(words, municipality)
    if found is None:
        return ()
    house, room = found
    near = Mark("near", f"house:{house}")
    if _NEAR_WORDS.search(_plain(words)):
        return (near,)
    return (Mark("address", f"{house}#{room}" if room else house), near)


def address_of(words: str, municipality: str) -> tuple[str, str] | None:
    """(town and lot, room) as `("本町1-2-3", "203")`; None when no lot is named. Buildings' names are not compared."""
    text = _plain(words)
    text = _PREFECTURE.sub("", text)
    text = _NEAR_WORDS.sub("", text.removeprefix(_plain(municipality)))
    text = _KANJI_NUMBER.sub(lambda found: str(_kanji(found[1])), text)
    text = re.sub("-+", "-", _UNITS.sub("-", text).replace("--", "-")).strip("-、,")
    found = _LOT.match(text)
    if found is None:
        return None
    rest = found["rest"].strip("-、,()")
    if rest and "-" not in found["lot"] and not _LOT_WORDS.search(words):
        return None  # 「3時ごろ来た家」 is no address
    room = _ROOM.search(rest)
    return f"{found['town'].removeprefix('大字').removesuffix('-')}{found['lot']}", room["room"] if room else ""


def customer_of(words: str) -> str:
    """The customer number that the whole answer is (five to sixteen digits), "" when it is none."""
    found = _CUSTOMER.match(_plain(words).replace("-", ""))
    return found["number"] if found else ""


def cell_of(lat: float, lon: float) -> Mark:
    """The cell of the map that holds this point (degrees)."""
    return _cell(*_grid(lat, lon))


def cells_around(lat: float, lon: float) -> tuple[Mark, ...]:
    """That cell and its eight neighbours, so that no border parts two points a few metres from each other."""
    row, column = _grid(lat, lon)
    return tuple(_cell(row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1))


def _grid(lat: float, lon: float) -> tuple[int, int]:
    """Row and column. Columns are measured at the row's band of a degree, so that neighbours share their width."""
    lat = max(-_LAT_LIMIT, min(_LAT_LIMIT, lat))
    row = math.floor(lat * _LAT_M / CELL_M)
    width = _LAT_M * math.cos(math.radians(math.floor(lat) + 0.5))
    return row, math.floor(lon * width / CELL_M)


def _cell(row: int, column: int) -> Mark:
    return Mark("near", f"cell:{row}:{column}")


def _plain(text: str) -> str:
    text = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).lower()
    return re.sub(r"\s+", "", re.sub(r"(?<=[0-9])\s+(?=[0-9])", "-", text))


def _kanji(digits: str) -> int:
    """1 to 99 in kanji (二十三, 十, 二三)."""
    if "十" not in digits:
        return int("".join(str(_KANJI_DIGITS[digit]) for digit in digits))
    tens, _, ones = digits.partition("十")
    return (_KANJI_DIGITS.get(tens, 1) if tens else 1) * 10 + (_KANJI_DIGITS.get(ones, 0) if ones else 0)
