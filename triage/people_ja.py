"""Whom the text speaks of, as staff say it: 「母（80代）」. Pure. Roles are those of `triage/kin.toml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from triage.assessment import Mention

ROLE_JA: Final[dict[str, str]] = {
    "grandparent": "祖父母",
    "elder": "高齢の人",
    "parent": "親",
    "spouse": "配偶者",
    "partner": "交際相手",
    "small_child": "幼い子",
    "pupil": "子ども",
    "child": "息子・娘",
    "grandchild": "孫",
    "sibling": "きょうだい",
    "relative": "親族",
    "neighbour": "近所の人",
    "friend": "友人・知人",
    "client": "訪問先・利用者",
    "self": "書いた人",
}
BAND_JA: Final[dict[str, str]] = {"child": "子ども", "adult": "大人", "elderly": "高齢", "any": ""}
_EXACT: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "grandparent": (("祖父母", "祖父母"), ("祖母|[ばば婆]", "祖母"), ("祖父|[じ爺]", "祖父")),
    "elder": (("老夫婦", "高齢の夫婦"), ("老母", "母"), ("老父", "父")),
    "parent": (
        ("両親|父母|親御", "両親"), ("義母|姑", "義母"), ("義父|舅", "義父"),
        ("母|かあ|おふくろ|お袋|ママ", "母"), ("父|とう|おやじ|親父|パパ", "父"),
    ),
    "spouse": (
        ("夫婦", "夫婦"), ("元夫", "元夫"), ("元妻", "元妻"), ("夫|旦那|ダンナ|だんな|主人", "夫"),
        ("妻|嫁|奥|家内|女房|かみさん", "妻"),
    ),
    "small_child": (("赤|あか|乳児|新生児", "赤ちゃん"), ("双子", "双子")),
    "pupil": (("小学", "小学生"), ("中学", "中学生"), ("高校", "高校生")),
    "child": (("息子|むすこ|男|せがれ|倅", "息子"), ("娘|むすめ|女", "娘")),
    "sibling": (("兄弟|姉妹|きょうだい", "きょうだい"), ("兄", "兄"), ("姉", "姉"), ("弟", "弟"), ("妹", "妹")),
    "relative": (
        ("[叔伯]母|おば", "おば"), ("[叔伯]父|おじ", "おじ"), ("いとこ|従", "いとこ"), ("甥", "甥"), ("姪", "姪"),
    ),
    "self": (("本人", "本人"),),
    "client": (("本人", "本人"),),
}  # fmt: skip
"""Role → (pattern in the person's words, exact name), first match wins: 「80代の母」 is 母, not 親."""
_OWN_BAND: Final = {
    "grandparent": "elderly", "elder": "elderly", "spouse": "adult", "partner": "adult", "small_child": "child",
    "pupil": "child", "grandchild": "child",
}  # fmt: skip
_DECADE: Final = re.compile(r"(?:\d0|[一二三四五六七八九]?十)代")
_EXACT_AGE: Final = re.compile(r"[歳才]|さい|サイ|生後|か月|ヶ月")


def who_ja(mention: Mention) -> str:
    """「母（80代）」「弟」「書いた人（15歳くらい）」; a role of a newer table is 「だれか」."""
    name, known = name_ja(mention), age_ja(mention)
    return f"{name}（{known}）" if known else name


def people_ja(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Everybody the text speaks of, once, in text order. Who is named twice stands with what is known of the age.

    The writer is left out unless the text says something of their age.
    """
    found: dict[str, list[str]] = {}
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        if mention.role != "self" or age_ja(mention) or name_ja(mention) == "本人":
            found.setdefault(name_ja(mention), []).append(who_ja(mention))
    return tuple(who for name, said in found.items() for who in dict.fromkeys([w for w in said if w != name] or [name]))


def name_ja(mention: Mention) -> str:
    """「母」, as near to the person's own word as can be told; 「だれか」 for a role of a newer table."""
    words = unicodedata.normalize("NFKC", mention.text)
    for pattern, name in _EXACT.get(mention.role, ()):
        if re.search(pattern, words):
            return name
    return ROLE_JA.get(mention.role, "だれか")


def age_ja(mention: Mention) -> str:
    """The age as it was said, else the band where it tells more than the role: 「80代」「9歳くらい」「高齢」."""
    if mention.age is None:
        return "" if _OWN_BAND.get(mention.role) == mention.band else BAND_JA.get(mention.band, "")
    words = unicodedata.normalize("NFKC", mention.text)
    if _DECADE.search(words):
        return f"{mention.age}代"
    exact = _EXACT_AGE.search(words) or str(mention.age) in words
    return f"{mention.age}歳" if exact else f"{mention.age}歳くらい"
