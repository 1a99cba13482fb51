"""Whether a cue is only imagined: a hypothesis, fiction, news, study, or a figure of speech."""

from __future__ import annotations

import re
from typing import Final

from triage.matcher import Hit

_NEAR: Final = 30
_SUPPOSED: Final = re.compile(r"(?<!もし)もし(?:も(?!し))?(?!か(?:し|する)|もし)|たとえば|例えば|仮に|万が一|万一")
_WHEN: Final = re.compile(r"たら|だら|なら|れば|ても|でも|とき|時|場合|と(?:したら|すれば)|たとして")
_FEARED: Final = re.compile(r"(?:たら|れば)(?:と(?:思|考)|どうしよう)|怖|こわ|不安|心配")
_SOMEDAY: Final = re.compile(r"将来|いずれ|いつか|老後")
_THEN: Final = re.compile(
    r"^[ぁ-ん]{0,6}?(?:になっ|になる|し|にかかっ)?(?:たら|た(?:とき|時|場合))(?:は|に|の)?、?.{0,6}"
    r"(?:どう(?!しよう)|どこ|どんな|誰に|何が|いくら|備え|ため)"
)
_AWAY: Final = re.compile(
    r"ドラマ|映画|小説|漫画|マンガ|アニメ|(?<!の)ニュース|番組|新聞(?:の記事|で(?:読|見))|歌詞|曲(?:の|が|を)|台詞|セリフ"
    r"|ゲーム(?:の(?:話|中|世界|キャラ)|内|で(?!も|きな).{0,6}(?:首|死|殺|負|倒))|(?<!悪い)夢(?:で(?!も)|を見|の(?:中|話))"
    r"|研修|講座|講演|セミナー|ポスター|訓練|テスト(?:送信|です|中)|例文|本(?:を読|で読)|作品|芝居|配信で|推し|ライブの"
    r"|授業で(?:習|調|聞|読|見|学)|論文|卒論|レポートを書|調べ学習|演劇|脚本"
)
_LAUGH: Final = re.compile(r"笑|[wW]{1,4}(?:$|[。\s、])|草(?:$|。)|なんちゃって|冗談")
_TRIVIAL: Final = re.compile(
    r"宿題|課題|テスト|レポート|恥ずかし|はずかし|眠(?:い|す|く)|暑(?:い|す|く)|寒(?:い|す)|忙し|好きすぎ|かわいすぎ|可愛すぎ"
    r"|尊|ガチャ|推し|イベント|筋肉痛|部活"
)
_AS_IF: Final = re.compile(r"^(?:い|くなる|くなった)?(?:くらい|ぐらい|ほど|レベル)(?!つら|辛|しんど|苦し|追い)")


def imagined(text: str, hit: Hit, start: int, end: int) -> bool:
    """Whether the hit, in the sentence `start:end` of normal text, only stands for something thought of or told."""
    before, behind = text[start : hit.start], text[hit.end : end]
    near = text[max(start, hit.start - _NEAR) : min(end, hit.end + _NEAR)]
    return _supposed(before, text[hit.start : end], behind) or _AWAY.search(near) is not None or _figure(near, behind)


def _supposed(before: str, rest: str, behind: str) -> bool:
    if _FEARED.search(behind):
        return False
    if _SUPPOSED.search(before) and _WHEN.search(rest):
        return True
    return _THEN.match(behind) is not None or (_SOMEDAY.search(before) is not None and _WHEN.search(rest) is not None)


def _figure(near: str, behind: str) -> bool:
    """A trifle as the cause, and laughter or くらい to say that it is a figure of speech."""
    if _TRIVIAL.search(near) is None:
        return False
    return _LAUGH.search(near) is not None or _LAUGH.search(behind[:14]) is not None or _AS_IF.match(behind) is not None
