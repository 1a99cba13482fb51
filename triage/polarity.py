"""Whether the words behind a cue take it back: patterns for what people write, a walk up the parse for the rest."""

from __future__ import annotations

import re
from typing import Final

from spacy.tokens import Doc, Token

from triage.matcher import Hit

_REACH: Final = 26
_CUT: Final = re.compile(r"[。!?\n」]|、(?!と)")
_NEG: Final = (
    r"(?:な(?:い|かっ|く(?!な)|けれ|し(?=。|、|$|で))|無い|ませ(?:ん|ぬ)|ず(?=。|、|$)|へん|ひん|あらへん|やない|じゃなか"
    r"|(?:と|て|お)らん(?!か)|(?<=[あかさはまやらわがざばえけせねへめれげぜべ])ん(?=。|$|です|けど|よ|ばい)|ちゃ(?:う(?!か)|い(?:ます|まっせ))|違(?:う(?!か)|い(?:ます|まし))"
    r"|ちがい?(?:う(?!か)|ます)|(?:嘘|うそ|ウソ|デマ|誤解|勘違い)(?!(?:では|じゃ|や)(?:な|あり))|事実無根|ゼロ|なし(?=。|、|$|で))"
)
_NEGATOR: Final = re.compile(_NEG + r"|ぬ|ん(?:かった|け)|ずに|まい(?=。|$)")
_KEPT: Final = re.compile(
    r"ないと(?:言|い)(?:えば|ったら)(?:嘘|うそ)|しか(?:な|あり|思えな)|かも(?:しれ|知れ)|な(?:ければ|きゃ|いと(?:いけ|だめ|ダメ|なら|、|$)|くては|くちゃ)"
    r"|じゃないか|(?:ない|ません)(?:の|ん)?(?:です)?か|とは?(?:も)?(?:言い切|言えな|限ら|思えな|断言)"
    r"|(?:嘘|うそ|ウソ|デマ|誤解|勘違い)(?:では|じゃ|や)(?:な|あり)"
    r"|ないと(?!言|い[うっえわ]|思|聞)[^、。]{0,6}?(?:[えけせてねめれげべ](?:な(?:い|く)|ませ)|落ち着か|不安)"
    r"|(?:思|認め|信じ)(?:い)?(?:たく(?:な|あり)|られ(?:な|ま))|わけには|(?:なく|ない(?:わけ|こと))(?:は|も)(?:では|じゃ)?な|仕方|しょうがな|たまらな"
    r"|止まらな|とまらな|やまな|られない(?:んで|ので|から)|どうしたら|わからな|分からな|ばかりで(?:は|な)"
    r"|(?:ない|ぬ|ん)(?:日|時|とき|夜|朝|週)(?:は|が|も)?(?:な|あり)|ない(?:よう)に(?!な)|(?:ず|ない)にはい|つもり(?:は|では|じゃ)?な(?:かった|く)"
    r"|(?:ない|ません)(?:」)?(?:と|って|言うて)(?:本人は)?(?:言|い)(?:い?張|うけ|うが|いますが|って聞)"
)
_DOUBLE: Final = re.compile(
    r"(?:ない|なかった|ません|ん)(?:という)?(?:わけ|こと|とは|とも|と(?=限))(?:で|じゃ)?(?:は|も)?(?:な|あり|言|いえ|限|断言)"
)
_DOUBT_FOLLOWS: Final = re.compile(r"^(?:い|かった|ん)?(?:の|ん)?(?:です|だろう|でしょう)?か(?!ら)")
_ADVERBS: Final = (
    r"(?:全く|まったく|全然|ぜんぜん|一切|一度も|いちども|一回も|決して|まだ|特に|別に|今のところ|いまのところ|もう|そもそも|もちろん"
    r"|(?:一|1|ひと)[円回言人度]も|何も)*"
)
_DIRECT: Final = re.compile(
    r"^(?:など|なんか|なんて|とか|たり|こと|つもり|気|訳|わけ|の|ん|と(?:いう|言う|か)|まで|様子|感じ|暴力|心配|問題|考え"
    r"|疑い|気配|傾向|可能性|みたいな|兆候)*"
    rf"(?:は|も|が|で|を|に|では|じゃ|には|とは|と)?{_ADVERBS}"
    r"(?:し(?:て(?:い|は)?)?|い|あり|ある|あっ(?:て(?:い)?)?|受けて(?:い)?|され(?:て(?:い)?)?|なって(?:い)?|思って(?:い)?"
    r"|考えて(?:い)?|(?<=なんて)言って(?:い)?|(?<=なんか)言って(?:い)?|しよう(?:と|とは)(?:思って(?:い)?)?)?(?:たく)?"
    rf"(?:ぬ|ん(?:です)?(?:。|$)|{_NEG})"
)
_NOUNED: Final = re.compile(
    r"^(?:(?:[とをに]|とは|に対して)?[\u4e00-\u9fff]{1,2})?[ぁ-ん]{0,8}?"
    r"(?:(?:って|と)?(?:いう|言う|か)?(?:そういう)?"
    r"(?:わけ|訳|こと|事実|話|つもり|経験|覚え|気持ち|ところ|まで|とか|たり|など|ほど|(?<=いう)の|"
    r"もん|もの)(?:で)?)"
    rf"(?:は|も|が|では|じゃ|や|に|には|まで)?(?:は)?{_ADVERBS}(?:し(?:て(?:い)?)?|あり|行って(?:い)?|いって(?:い)?|行か|いか|いき|ゆか|やって|言え|思わ|思って(?:い)?|感じ(?:て(?:い)?)?)?(?:{_NEG})"
)
_NOT_A_LACK: Final = re.compile(
    r"^[ぁ-ん]{0,6}?(?:と(?:いう|か)(?:の|こと|ほど)?|わけ|訳|こと|ほど)(?:で|じゃ|や)?(?:は|も)?"
    rf"{_ADVERBS}(?:な(?:い|く|か)|あり|ちゃ|ござ)"
    r"|^(?:という(?:わけ|の|ほど))?(?:では|じゃ|と)(?:な(?:い|く|か)|ありま|ござい|ちゃ(?:う|い))(?!.{0,4}か)"
)
_LIGHT: Final = frozenset(
    ["こと", "事", "訳", "わけ", "つもり", "積り", "気", "物", "もの", "の", "ん", "する", "為る", "ある", "有る",
     "居る", "いる", "成る", "なる", "合う", "遭う", "あう", "受ける", "事実", "たり", "様", "よう", "必要", "心配",
     "ため", "疑い", "気配", "可能性"]
)  # fmt: skip
_LINKS: Final = frozenset(["aux", "cop", "fixed", "mark", "case", "advmod"])
_NEGATIVE: Final = frozenset(["ない", "無い", "ず", "ぬ", "ん", "へん", "ひん"])
_STEPS: Final = 5


def may_be_denied(text: str, hit: Hit) -> bool:
    """Whether words behind the hit could take it back, so that it is worth the look of `denied`."""
    return _NEGATOR.search(_tail(text, hit)) is not None


def needs_parse(text: str, hit: Hit) -> bool:
    """Whether a negator stands behind the hit and patterns alone do not say what it belongs to."""
    return hit.negatable and may_be_denied(text, hit) and _by_pattern(text, hit) is None


def denied(text: str, hit: Hit, doc: Doc | None, offset: int) -> bool:
    """Whether the hit is taken back. `doc` is the parse of the text from `offset` on; without it only patterns count.

    A lack (お金がない) is not taken back by ない, only by わけではない and its like.
    """
    if not may_be_denied(text, hit):
        return False
    said = _by_pattern(text, hit)
    if said is not None or not hit.negatable:
        return bool(said)
    return doc is not None and _walk_denies(doc, hit.start - offset, hit.end - offset)


def _by_pattern(text: str, hit: Hit) -> bool | None:
    """What the patterns say, None when they do not know."""
    tail = _tail(text, hit)
    if _KEPT.search(text[hit.end - 2 : hit.end] + tail) or _DOUBLE.search(tail):
        return _lack_denied(tail) if not hit.negatable else False
    if not hit.negatable:
        return _lack_denied(tail)
    match = _DIRECT.match(tail) or _NOUNED.match(tail)
    if match is None:
        return None
    return _DOUBT_FOLLOWS.match(tail[match.end() :]) is None


def _lack_denied(tail: str) -> bool:
    return _NOT_A_LACK.search(tail) is not None


def _tail(text: str, hit: Hit) -> str:
    return _CUT.split(text[hit.end : hit.end + _REACH], maxsplit=1)[0]


def _walk_denies(doc: Doc, start: int, end: int) -> bool:
    """Whether the predicate of the hit and the light words above it (わけではない) have an odd count of negators."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return False
    node: Token = span.root
    negators = 0
    for _ in range(_STEPS):
        negators += sum(_is_negator(token) for token in node.subtree if _belongs(token, node, end))
        above = node.head
        if above == node or above.i < node.i or not (above.lemma_ in _LIGHT or above.norm_ in _LIGHT):
            break
        node = above
    return negators % 2 == 1


def _belongs(token: Token, node: Token, end: int) -> bool:
    """Whether a function word behind the hit hangs on `node` by a chain of function words (fixed, cop, aux)."""
    if token.idx < end or token.i <= node.i:
        return False
    while token != node:
        if token.dep_ not in _LINKS:
            return False
        token = token.head
    return True


def _is_negator(token: Token) -> bool:
    """Whether it denies; the ん of なんです explains."""
    if token.text == "ん" and token.i > 0 and token.nbor(-1).text == "な":
        return False
    return token.lemma_ in _NEGATIVE or token.norm_ in _NEGATIVE
