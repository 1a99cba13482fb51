"""Whether a cue belongs to somebody who is no part of the case: a celebrity, or an acquaintance named in contrast."""

from __future__ import annotations

import re
from typing import Final

from triage.assessment import Urgency
from triage.experiencer import Experiencer
from triage.matcher import Hit

_PUBLIC: Final = re.compile(
    r"芸能人|有名人|俳優|女優|歌手|アイドル|タレント|芸人|政治家|議員さん|(?:ユーチューバー|YouTuber)|選手|キャラ(?:が|は)"
)
_ELSEWHERE: Final = re.compile(r"よその|よそ様|他人の?|(?:他|ほか)の(?:家|人|子)|世間の")
_NEAR_PUBLIC: Final = 20
_OURS_FINE: Final = re.compile(
    r"(?:うち|私|わたし|僕|ぼく|俺|自分|我が家)(?:の[^、。はも]{1,6})?(?:は|も)[^、。]{0,8}?"
    r"(?:元気|大丈夫|平気|問題な|問題あり|困って(?:い)?(?:な|ませ)|毎日(?:元気|通|楽)|幸せ|関係な|心配な|心配あり|何もな|普通に)"
)
_PET: Final = re.compile(
    r"(?:猫|犬|ねこ|ネコ|いぬ|うさぎ|ウサギ|ハムスター|インコ|ペット)(?:ちゃん|たち)?(?:が|は|も)[^。、がはも]{0,12}$"
)
_NEVER: Final = frozenset(["dv", "abuse_child", "abuse_elder", "abuse_disability", "suicide", "no_contact"])


def of_another(text: str, hit: Hit, who: Experiencer, start: int, end: int) -> bool:
    """Whether the hit, in the sentence `start:end` of normal text, is no problem of anybody in the case.

    Danger to an acquaintance is a case, however well the writer is; only a celebrity's is not, and what a pet does
    (猫が部屋から出てこない) is nobody's.
    """
    before, behind = text[start : hit.start], text[hit.end : end]
    if _PUBLIC.search(before[-_NEAR_PUBLIC:]) and who.person is None:
        return True
    if hit.cue.urgency is None and _PET.search(before):
        return True
    if hit.cue.urgency is Urgency.EMERGENCY or not _NEVER.isdisjoint(hit.cue.labels):
        return False
    return (who.outside or _ELSEWHERE.search(before) is not None) and _OURS_FINE.search(behind) is not None
