"""Whether a cue speaks of what is over: long past, or settled since."""

from __future__ import annotations

import re
from typing import Final

from triage.assessment import Urgency
from triage.matcher import Hit

_MARKER: Final = re.compile(
    r"(?:昔(?!から)|むかし(?!から)|以前(?!から|より)|かつて|当時|若い(?:頃|ころ)"
    r"|(?:子ども|子供|こども|学生|小学生?|中学生?|高校生?|大学生?)の?(?:頃|ころ|時代|とき|時(?!々))"
    r"|(?:(?<!\d)\d{1,3}|(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,4}|何)年(?:も|くらい|ほど)?前(?!から|に(?:離婚|亡|他界|死別|倒れ|脳)|まで)"
    r"|去年(?!から)|昨年(?!から)|おととし(?!から)|一昨年(?!から))"
)
_STILL: Final = re.compile(
    r"今も|いまも|今でも|いまだ|未だ|ずっと|以来|それから|また|最近|このところ|続い|止まら|まだ|今日|昨日|きのう|今週|先週|今月"
)
_ENDED: Final = re.compile(
    r"(?:た|だ|でし(?:た)?|まし(?:た)?|っけ)(?:が|けど|けれど|よ|ね|ので|から|こと|の|時期|そう|らしい|、|。|$|話)"
)
_SETTLED: Final = re.compile(
    r"完済(?:し|済)|返し(?:終|きり|切り)|払い(?:終|きり|切り)|解消(?:し|され|でき)|解決(?:し|され)(?:まし|て(?!い?な)|た)"
    r"|復旧し|治りまし|治って|完治|なおりまし|すっかり(?:元気|良く|よく)|過去の(?:こと|話)|昔の(?:こと|話)|もう昔"
)
_UNSETTLED: Final = re.compile(r"たい|ない|ませ|まだ|れば|たら|のに|かどうか|ば(?:と|い)|そうに")
_QUIT: Final = re.compile(r"^.{0,4}(?:は|も|を|から)?(?:もう|とっくに)?卒業(?:し|でき)")
_NOW_WELL: Final = re.compile(
    r"(?:た|だ|した|あった)(?:が|けど|けれど|けれども|ものの|んですが|のですが|ん(?:です)?けど)、?[^。]{0,6}?(?:今|いま|現在|すっかり)(?:は|では)?、?[^。]{0,6}?"
    r"(?P<well>元気|大丈夫|平気|楽しく|落ち着|払えて|正社員|順調|問題な|幸せ|無事|穏やか|働けて|通えて|通って|安定)"
    r"(?!(?:(?!心配|問題|困)[^。、]){0,9}?(?:な(?:い|く|か)|ませ|ふり))"
)
_MARKER_WITHIN: Final = 120
_GRAVE: Final = frozenset(["dv", "abuse_child", "abuse_elder", "abuse_disability"])
_LASTING: Final = frozenset(
    ["dementia", "physical", "intellectual", "developmental", "disability", "bereavement", "lone_parent", "elderly"]
)


def past(text: str, hit: Hit, start: int, end: int) -> bool:
    """Whether the hit, in the sentence `start:end` of normal text, is over.

    A marker of long ago before it and a past end behind it, or words that say it is settled (完済, 今は元気). What
    lasts by its nature (認知症, 難病) is over only when the text says so.
    """
    behind = text[hit.end : end]
    if _well_now(hit, behind) or _QUIT.match(behind) or _settled(behind):
        return True
    if _LASTING.intersection(hit.cue.labels):
        return False
    marker = _MARKER.search(text, max(start, hit.start - _MARKER_WITHIN), hit.end)
    if marker is None:
        return False
    return _STILL.search(text, marker.end(), end) is None and _ENDED.search(text, hit.start, end) is not None


def _well_now(hit: Hit, behind: str) -> bool:
    """Whether the present is well again; going to hospital or school is no end of harm or of an emergency."""
    match = _NOW_WELL.search(behind)
    if match is None:
        return False
    grave = hit.cue.urgency is Urgency.EMERGENCY or not _GRAVE.isdisjoint(hit.cue.labels)
    return not (grave and match["well"].startswith("通"))


def _settled(behind: str) -> bool:
    match = _SETTLED.search(behind)
    if match is None or match.start() > 24:
        return False
    return _UNSETTLED.search(behind[match.start() :]) is None
