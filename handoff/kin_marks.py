"""Telephones and homes that a person says are their own or a relative's (電話と身内の場所). Pure; only ever hashed.

No guessing: a number counts when it was given as the person's own, or stands beside the word for a relative; an
address, when it is said to be a relative's home. A name alone says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from handoff.places import Mark, address_of

_KIN = (
    "祖父母|祖母|祖父|おばあ(?:ちゃん|さん)|おじい(?:ちゃん|さん)|義母|義父|お?母(?:さん|親|)|お?父(?:さん|親|)|両親|実家|"
    "お?兄(?:さん|ちゃん|)|お?姉(?:さん|ちゃん|)|弟|妹|息子|娘|長男|次男|三男|長女|次女|三女|夫|妻|主人|旦那|孫|"
    "叔母|伯母|叔父|伯父|いとこ|甥|姪"
)
_LINK = (
    r"(?:さん)?(?:の)?(?:いま|今)?(?:の)?"
    r"(?:家|実家|自宅|住まい|携帯|ケータイ|電話|番号|住所|連絡先|電話番号|携帯番号)*(?:は|が|：|:|、|\s)*"
)
_NUMBER = r"0[0-9]{1,4}[-(（ ]?[0-9]{1,4}[-)） ]?[0-9]{3,4}"
_KIN_PHONE = re.compile(rf"(?:{_KIN}){_LINK}(?P<number>{_NUMBER})(?![0-9])")
_KIN_HOME = re.compile(
    rf"(?:{_KIN})(?:さん)?(?:の(?:家|住所|自宅|住まい))?(?:は|が|：|:|、|\s)+"
    r"(?P<home>[^\s0-9。、はがに]{1,20}[0-9一二三四五六七八九十]+(?:丁目|番地|番|-)[0-9一二三四五六七八九十丁目番地号の-]*)"
)
_SENTENCE = re.compile(r"[。\n！？!?]")
_EVERYBODYS: Final = ("0120", "0800", "0570", "0990")
"""Numbers of offices and shops: whoever calls them has nothing in common."""


def phone_of(words: str) -> str:
    """The digits of a Japanese telephone number that is the whole answer, "" when it is none."""
    digits = re.sub(r"[\s\-()（）]", "", _plain(words))
    return digits if re.fullmatch(r"0[0-9]{9,10}", digits) and not digits.startswith(_EVERYBODYS) else ""


def own_marks(answer: str, known: Collection[str] = ()) -> tuple[Mark, ...]:
    """The mark of the number that the person gave as their own; `known` (digits) are those of desks and partners."""
    number = phone_of(answer)
    return (Mark("phone", number),) if number and number not in known else ()


def kin_marks(words: str, municipality: str, known: Collection[str] = ()) -> tuple[Mark, ...]:
    """The marks of relatives' numbers and homes that the words name, each once."""
    found = (mark for sentence in _SENTENCE.split(_plain(words)) for mark in _said(sentence, municipality))
    return tuple(dict.fromkeys(mark for mark in found if mark.key not in known))


def _said(sentence: str, municipality: str) -> Iterator[Mark]:
    for match in _KIN_PHONE.finditer(sentence):
        if number := phone_of(match["number"]):
            yield Mark("phone", number, kin=True)
    for match in _KIN_HOME.finditer(sentence):
        if home := address_of(match["home"], municipality):
            yield Mark("address", f"{home[0]}#{home[1]}" if home[1] else home[0], kin=True)


def _plain(text: str) -> str:
    return re.sub("[‐‑‒–—―−－﹣]|(?<=[0-9])ー(?=[0-9])", "-", unicodedata.normalize("NFKC", text))
