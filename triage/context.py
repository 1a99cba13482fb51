"""What the words around a cue make of it: said, denied, long past, only imagined."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from spacy.tokens import Doc, Token

from triage.matcher import Hit, sentence


class Standing(StrEnum):
    """How a cue stands in its message."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    PAST = "past"
    IMAGINED = "imagined"


_REACH: Final = 22
_NEGATOR: Final = re.compile(
    r"(?:な(?:い|かっ|く(?!な)|けれ|し(?=。|、|$))|無い|ませ(?:ん|ぬ)|ずに?(?=。|、|$|済|す)|ん(?=。|"
    r"$|かった|です|け)|へん|ひん"
    r"|ちゃう|事実無根|ゼロ|嘘|うそ|ウソ|まい(?=。|$))"
)
_NOT_A_DENIAL: Final = re.compile(
    r"しか(?:な|あり)|かも(?:しれ|知れ)|な(?:ければ|きゃ|いと(?:いけ|だめ|ダメ|なら|、|$)|くては|"
    r"くちゃ)|じゃないか|ない(?:です)?か"
    r"|ませんか|とは?(?:も)?(?:言い切|言えな|限ら|思えな)|わけには|(?:なく|ない(?:わけ|こと))(?:は|"
    r"も)(?:では|じゃ)?な|仕方|しょうがな|たまらな"
    r"|止まらな|とまらな|やまな|られない(?:んで|ので|から)|どうしたら|わからな|分からな|ばかりで(?:は|な)"
)
_BROAD_DENIAL: Final = re.compile(
    r"^(?:など|なんか|とか|たり|こと|つもり|気|訳|わけ|の|ん|と(?:いう|言う|か)|まで|様子|感じ|暴力|"
    r"心配|問題|考え)*(?:は|も|が|で|を|に|では|じゃ|には|とは)?"
    r"(?:全く|まったく|全然|一切|一度も|決して|まだ|特に|別に)?"
    r"(?:し(?:て(?:い|は)?)?|い|あり|ある|あっ(?:て(?:い)?)?|受けて(?:い)?|され(?:て(?:い)?)?|"
    r"なって(?:い)?|思って(?:い)?|考えて(?:い)?|しよう(?:と|とは)(?:思って(?:い)?)?)?"
    r"(?:たく)?(?:ない|ません|なかった|ぬ|ん(?:です)?(?:。|$)|ありません|なく|へん|ひん|無い)"
)
_IMAGINED_BEFORE: Final = re.compile(r"(?:もしも?|たとえば|例えば|仮に|万が一)(?!もし)")
_IMAGINED_NEAR: Final = re.compile(
    r"ドラマ|映画|小説|ゲーム|漫画|マンガ|アニメ|ニュース|番組|新聞(?:の記事|で(?:読|見))|歌詞|"
    r"曲(?:の|が|を)|台詞|セリフ|夢(?:で|を見|の中)"
    r"|研修|講座|講演|セミナー|ポスター|訓練|テスト(?:送信|です|中)|例文|本(?:を読|で読)|作品|芝居|配信で|推し"
)
_PAST: Final = re.compile(
    r"(?:昔|むかし|以前(?!から|より)|かつて|当時|若い(?:頃|ころ)|(?:子ども|子供|学生|小学生|"
    r"中学生)(?:の頃|のころ|時代|のとき)"
    r"|(?:\d+|[一二三四五六七八九十]+|何|数)年(?:も|くらい|ほど)?前(?!から|に(?:離婚|亡|他界|死別|"
    r"倒れ|脳)|まで)|去年(?!から)|昨年(?!から)|おととし(?!から))"
)
_STILL: Final = re.compile(
    r"今も|いまも|今でも|いまだ|未だ|ずっと|以来|それから|また|最近|このところ|続い|止まら|まだ|今日|"
    r"昨日|きのう|今週|先週|今月"
)
_PAST_END: Final = re.compile(
    r"(?:た|だ|でし(?:た)?|まし(?:た)?|っけ)(?:が|けど|けれど|よ|ね|ので|から|こと|の|時期|そう|らしい|、|。|$|話)"
)
_LIGHT: Final = frozenset(
    ["こと", "事", "訳", "わけ", "つもり", "積り", "気", "物", "もの", "の", "ん", "する", "為る", "ある", "有る",
     "居る", "いる", "成る", "なる",
     "合う", "遭う", "あう", "受ける", "事実", "たり", "様", "よう", "必要", "心配", "ため"]
)  # fmt: skip
_LINKS: Final = frozenset(["aux", "cop", "fixed", "mark", "case", "advmod"])


def may_be_denied(text: str, hit: Hit) -> bool:
    """Whether a negator stands close enough behind the hit that the parse has to be asked."""
    return hit.negatable and _NEGATOR.search(_tail(text, hit)) is not None


def window(text: str, hit: Hit) -> tuple[int, int]:
    """The part of the text that is worth a parse to judge the hit: its sentence, at most 300 characters."""
    start, end = sentence(text, hit.start, hit.end)
    return max(start, hit.start - 200), min(end, hit.end + 100)


def standing(text: str, hit: Hit, doc: Doc | None = None) -> Standing:
    """How the hit stands. `doc` is the parse of its `window`; without it only the words behind the hit are read."""
    start, end = sentence(text, hit.start, hit.end)
    if _imagined(text, hit, start, end):
        return Standing.IMAGINED
    if _past(text[start : hit.end], text[hit.start : end]):
        return Standing.PAST
    if may_be_denied(text, hit) and _denied(text, hit, doc):
        return Standing.DENIED
    return Standing.AFFIRMED


def _tail(text: str, hit: Hit) -> str:
    return re.split(r"[。!?\n」]|、(?!と)", text[hit.end : hit.end + _REACH], maxsplit=1)[0]


def _imagined(text: str, hit: Hit, start: int, end: int) -> bool:
    near = text[max(start, hit.start - 30) : min(end, hit.end + 30)]
    return _IMAGINED_BEFORE.search(text[start : hit.start]) is not None or _IMAGINED_NEAR.search(near) is not None


def _past(before: str, rest: str) -> bool:
    """A past marker before the cue, the clause ends in the past, and nothing says that it lasts."""
    marker = _PAST.search(before)
    return marker is not None and _STILL.search(before[marker.end() :] + rest) is None and bool(_PAST_END.search(rest))


def _denied(text: str, hit: Hit, doc: Doc | None) -> bool:
    tail = _tail(text, hit)
    if _NOT_A_DENIAL.search(text[hit.end - 2 : hit.end] + tail):
        return False
    if _BROAD_DENIAL.match(tail) is not None:
        return True
    return doc is not None and _walk_denies(doc, hit.start - window(text, hit)[0], hit.end - window(text, hit)[0])


def _walk_denies(doc: Doc, start: int, end: int) -> bool:
    """Whether the predicate of the hit and the light words above it (わけではない) have an odd count of negators."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return False
    node: Token = span.root
    negators = 0
    for _ in range(5):
        negators += sum(_is_negator(token) for token in node.subtree if _belongs(token, node, end))
        above = node.head
        if above == node or above.i < node.i or not (above.lemma_ in _LIGHT or above.norm_ in _LIGHT):
            break
        node = above
    return negators % 2 == 1


def _belongs(token: Token, node: Token, end: int) -> bool:
    """Whether a function word behind the hit hangs on `node` by a chain of function words."""
    if token.idx < end or token.i <= node.i:
        return False
    while token != node:
        if token.dep_ not in _LINKS:
            return False
        token = token.head
    return True


def _is_negator(token: Token) -> bool:
    return token.lemma_ in {"ない", "無い", "ず", "ぬ", "ん", "へん"} or token.norm_ in {"ない", "無い", "ず", "ぬ"}
