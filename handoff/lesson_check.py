"""Whether a text that is to be about nobody names somebody (名前・電話・番号の確かめ). Pure.

What is plainly somebody's is refused; what may be is asked about once. It finds much and not everything: the writer
answers for the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

_DIGIT = "[0-9]"
_REFUSED: tuple[tuple[str, str, str], ...] = (
    ("phone", rf"(?<!{_DIGIT})0{_DIGIT}{{1,4}}[-(（ ]?{_DIGIT}{{1,4}}[-)） ]?{_DIGIT}{{3,4}}(?!{_DIGIT})", "電話番号"),
    ("mail", r"[^\s@]+@[^\s@]+\.[a-z]{2,}", "メールアドレス"),
    ("label", rf"(?<![a-z])[tl]-?{_DIGIT}{{3,}}", "相談の番号"),
    ("receipt", r"(?<![0-9a-z])[2-9a-hj-np-z]{4}-[2-9a-hj-np-z]{4}(?![0-9a-z-])", "受付番号"),
    ("lot", rf"{_DIGIT}+(?:丁目|番地)|{_DIGIT}+-{_DIGIT}+(?:-{_DIGIT}+)?(?:号|番)?(?=[^0-9]|$)", "住所"),
    ("number", rf"(?<!{_DIGIT}){_DIGIT}{{7,}}(?!{_DIGIT})", "長い番号"),
    ("birth", rf"(?:(?:19|20){_DIGIT}{{2}}|(?:昭和|平成|大正|令和){_DIGIT}{{1,2}})年{_DIGIT}{{1,2}}月{_DIGIT}{{1,2}}日",
     "日付（生年月日など）"),
)  # fmt: skip
_ROLES = re.compile(
    "(?:本人|息子|娘|母|父|兄|姉|弟|妹|奥|旦那|嫁|孫|赤|子|患者|者|住民|皆|委員|員|師|医|課長|所長|大家|隣|近所|客|方|親|職員|事業所|"
    "みな|みんな|おばあ|おじい|ばあ|じい|おば|おじ|ヘルパー|ケアマネ|ケアマネジャー|ボランティア|スタッフ|どなた|たく)$"
)
_NAMED = re.compile(
    "([一-龠々]{1,4}|[ァ-ヶー]{2,10}|(?<![ぁ-ん一-龠])[ぁ-ん]{2,6}?)(?:さん|様|さま|くん|君|ちゃん|氏)(?![一-龠])"
)
_AGE = re.compile(rf"{_DIGIT}{{1,3}}(?:歳|才)")
_DAY = re.compile(rf"{_DIGIT}{{1,2}}月{_DIGIT}{{1,2}}日|{_DIGIT}{{1,2}}/{_DIGIT}{{1,2}}")
_PLACE = re.compile(
    "(?:[一-龠ァ-ヶー]{2,8}|[ぁ-んー]{2,6}(?<![のはがをにでと]))"
    "(?:小学校|中学校|高校|病院|クリニック|医院|団地|アパート|マンション|荘|ハイツ|コーポ|町内会|保育園|幼稚園)"
)


_ASKED = (
    (_NAMED, "name", "人の名前ではありませんか。"), (_AGE, "age", "「80代」のように、はばで書けませんか。"),
    (_DAY, "day", "「11月」のように、月までにできませんか。"),
    (_PLACE, "place", "場所が分かる名前ではありませんか。"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the text. `refused`: it may not stay; else the writer is asked. `words` are those of the text."""

    code: str
    words: str
    message_ja: str
    refused: bool = False


def check(text: str, names: Collection[str] = ()) -> tuple[Finding, ...]:
    """What may tell who it is about, the refused first. `names`: names that are known (of the case, of staff)."""
    plain = re.sub("[‐‑‒–—―−－﹣]", "-", unicodedata.normalize("NFKC", text))
    low = plain.lower()
    found: dict[tuple[str, str], Finding] = {}
    for code, pattern, what in _REFUSED:
        for match in re.finditer(pattern, low):
            found.setdefault((code, match[0]), Finding(code, match[0], f"{what}のようです。消してください。", True))
    squeezed = re.sub(r"\s", "", plain)
    for name in filter(lambda one: len(one) >= 2, (re.sub(r"\s", "", name) for name in names)):
        if name in squeezed:
            found[("known", name)] = Finding("known", name, "知られている名前です。消してください。", True)
    for rule, code, words in _ASKED:
        for match in rule.finditer(low):
            if code == "name" and _ROLES.search(match[1]):
                continue
            if not any(match[0] in one.words for one in found.values() if one.refused):
                found.setdefault((code, match[0]), Finding(code, match[0], words))
    return tuple(sorted(found.values(), key=lambda one: not one.refused))
