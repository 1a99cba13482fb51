"""Whether a cue is only imagined: a hypothesis, fiction, news, study, or a figure of speech."""

from __future__ import annotations

import re
from typing import Final

from triage.matcher import Hit

_NEAR: Final = 30
_SUPPOSED: Final = re.compile(
    r"(?<!もし)もし(?:も(?!し))?(?!か(?:し|する)|もし|も?、?(?:よ(?:け|ろし)|良(?:け|ろし)|宜し|可能|でき(?:れば|たら|るな|ます)))"
    r"|たとえば|例えば|仮に|(?:万が一|万一)(?!のため)"
)
_WHEN: Final = re.compile(
    r"たら|だら|なら|れば|とすれば|たとして|(?:[ただ](?:とき|時)|場合)(?!(?:が|も|は|さえ)[^、。]{0,4}あ[りるっ])"
)
_FEARED: Final = re.compile(r"(?:たら|れば)(?:と(?:思|考)|どうしよう)|怖|こわ|不安|心配")
_SOMEDAY: Final = re.compile(r"将来|いずれ|いつか|老後")
_THEN: Final = re.compile(
    r"^[ぁ-ん]{0,6}?(?:になっ|になる|し|にかかっ)?(?:たら|た(?:とき|時|場合))(?:は|に|の)?、?.{0,6}"
    r"(?:どう(?!しよう)|どこ|どんな|誰に|何が|いくら|備え|ため)"
)
_AWAY: Final = re.compile(
    r"(?:ドラマ|(?<!の)ニュース|番組|映画|アニメ)(?!.{0,3}を(?:見|観)(?:てい|てた|ると|ながら|て、?))|小説(?!家)|漫画(?!家)|マンガ"
    r"|主人公|登場人物|新聞(?:の記事|で(?:読|見))|歌詞|曲(?:の|を|が(?!っ|り|る|れ|ら|ん))|台詞|セリフ"
    r"|ゲーム(?:の(?:話|中|世界|キャラ)|内)|(?<!悪い)夢(?:で(?!も)|を見|の(?:中|話))"
    r"|研修(?!から|医|先で)|講座|講演|セミナー|ポスター|訓練(?!校|生|所|に通)|テスト(?:送信|です|中)|例文"
    r"|本(?:を読(?!んでい)|で読)|作品|芝居|推し(?!活|の(?:グッズ|ライブまで)|に(?:貢|使|つぎ))|ライブの"
    r"|授業で(?:習|調|聞|読|見|学)|論文|卒論|レポートを書|調べ学習|演劇|脚本"
)
_TITLED: Final = re.compile(r"^の?(?:ドラマ|映画|番組|アニメ|ニュース)")
_PLAYED: Final = re.compile(r"(?:ゲーム|配信)で(?!も|きな)[^、。にがた]{0,4}$")
_LAUGH: Final = re.compile(
    r"(?<!苦)笑(?=$|[)。、!wW\s])|[wW]{1,4}(?:$|[。\s、])|草(?:$|。)|なんちゃって|冗談(?!抜き|ぬき|じゃ|では)"
)
_TRIVIAL: Final = re.compile(
    r"宿題|課題|テスト|レポート|恥ずかし|はずかし|眠(?:い|す|く)|暑(?:い|す|く)|寒(?:い|す)|忙し|好きすぎ|かわいすぎ|可愛すぎ"
    r"|尊|ガチャ|ゲーム|推し|イベント|筋肉痛|部活"
)
_NO_TRIFLE: Final = re.compile(r"いじめ|イジメ|殴|無視")
_AS_IF: Final = re.compile(r"^(?:い|くなる|くなった)?(?:くらい|ぐらい|ほど|レベル)(?!つら|辛|しんど|苦し|追い)")


def imagined(text: str, hit: Hit, start: int, end: int) -> bool:
    """Whether the hit, in the sentence `start:end` of normal text, only stands for something thought of or told."""
    before, behind = text[start : hit.start], text[hit.end : end]
    if _supposed(before, text[hit.start : end], behind) or _PLAYED.search(before[-_NEAR:]) or _TITLED.match(behind):
        return True
    around = text[max(start, hit.start - _NEAR) : end]
    reach = min(end, hit.end + _NEAR) - max(start, hit.start - _NEAR)
    return _AWAY.search(around[:reach]) is not None or _figure(around, reach, behind)


def _supposed(before: str, rest: str, behind: str) -> bool:
    if _FEARED.search(behind):
        return False
    if _SUPPOSED.search(before) and _WHEN.search(rest):
        return True
    return _THEN.match(behind) is not None or (_SOMEDAY.search(before) is not None and _WHEN.search(rest) is not None)


def _figure(around: str, reach: int, behind: str) -> bool:
    """A trifle as the cause, and laughter or くらい to say that it is a figure of speech.

    `around` goes to the end of the sentence, of which `reach` characters count: a word cut in two would read otherwise.
    """
    if _TRIVIAL.search(around[:reach]) is None:
        return False
    laugh = _LAUGH.search(around)
    if laugh is not None and laugh.start() < reach:
        return True
    return _AS_IF.match(behind) is not None and _NO_TRIFLE.search(around) is None
