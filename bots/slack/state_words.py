"""How a case stands, in words for Slack (いまの状態): urgency, who has it, until when, who speaks.

Pure; no word of a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handoff.clock import Due, DueKind, left_ja, moment_ja
from handoff.handing_brief import Brief
from handoff.handover import State as Over
from handoff.ticket import OPEN, State
from handoff.view import QueueItem
from handoff.wording import speaker_ja
from intake.clock import to_datetime
from triage.assessment import Urgency
from triage.labels import URGENCY_JA

SHAPES: Final = {Urgency.EMERGENCY: "▲", Urgency.HIGH: "◆", Urgency.NORMAL: "●"}
"""A shape beside each word, so that urgency is not told by colour alone."""
PRACTICE_JA: Final = "練習の相談です（本当の人のことではありません）"
_OVER_JA: Final = {State.CLOSED: "閉じました", State.ERASED: "本人が消しました"}
_OVERS_MOST: Final = 8
_SPEAKER_JA = {
    "bot": "自動の返事",
    "human": "職員",
    "returned": "自動の返事（職員が戻しました）",
}


def is_open(item: QueueItem) -> bool:
    """Whether somebody still works or waits: neither closed nor erased nor folded into another case."""
    return State(item.state) in OPEN and item.folded_into is None


def held(item: QueueItem, now: int) -> bool:
    """保留: out of the way now."""
    return is_open(item) and item.hold_until is not None and item.hold_until > now


def overdue(item: QueueItem, now: int) -> bool:
    """期限超過: the promise passed while the case is open."""
    return item.due_at is not None and item.due_at < now and is_open(item)


def headline(item: QueueItem, now: int) -> str:
    """「◆ 緊急度 高い｜受付済・担当を待っています」, with a prefix when the promise was broken."""
    state = State(item.state)
    if state is State.ERASED:
        return f"{item.label}｜本人が消しました"
    if item.folded_into is not None:
        return f"{item.label}｜{item.folded_label or 'ほかの相談'} にまとめました"
    if state is State.CLOSED:
        return f"✓ {item.label}｜閉じました"
    late = "▲ 期限をこえました｜" if overdue(item, now) else ""
    practice = "練習｜" if item.practice else ""
    urgency = Urgency(item.urgency)
    return f"{practice}{late}{SHAPES[urgency]} 緊急度 {URGENCY_JA[urgency]}｜{state_ja(item, now)}"


def state_ja(item: QueueItem, now: int) -> str:
    """「受付済・担当を待っています」, or until when it is put off."""
    if held(item, now):
        return f"保留（{_moment(item.hold_until or 0, now)} まで）"
    state, whose = State(item.state), speaker_ja(item.route)
    words = {
        State.DRAFT: f"記入中（{whose}が書いています）",
        State.RECEIVED: "受付済・担当を待っています",
        State.CLAIMED: "担当あり",
        State.HANDED: "つなぎ中",
    }
    if state is State.DRAFT and item.owner_name:
        return f"担当あり（{whose}が書いています）"
    return words.get(state, state.label_ja)


def standing(item: QueueItem) -> str:
    """Who has it: 「担当：佐藤」, or that nobody has."""
    if not is_open(item):
        return "記録は残っています"
    return f"担当：{item.owner_name}" if item.owner_name else "担当：まだ決まっていません"


def speaking(item: QueueItem) -> str:
    """Who speaks with the person: 「話しているのは：職員」; "" where there is nobody to speak with."""
    if item.silence == "report" or item.route == "advice":
        return ""
    return f"話しているのは：{_SPEAKER_JA.get(item.speaker, '自動の返事')}"


def deadline(item: QueueItem, now: int) -> str:
    """The promise in words, with the moment at which 「あと…」 was true: a card is not redrawn every minute."""
    if item.due_at is None:
        return "期限：なし（返事を待っているか、受付の時間が分かりません）"
    at, moment = to_datetime(item.due_at), to_datetime(now)
    drawn = moment_ja(moment, moment).rpartition("）")[2]
    return f"期限：{moment_ja(at, moment)}（{left_ja(Due(at, DueKind.BY), moment)}・{drawn} の時点）"


def handed_ja(overs: Sequence[Brief], now: int) -> str:
    """「→ 福祉課（主担当をお願い）：送付済・返事待ち・12月1日 17:00 まで」, a line for each desk that was asked."""
    lines = [_over(one, now) for one in overs[:_OVERS_MOST]]
    left = [f"ほかに {len(overs) - _OVERS_MOST} か所"] if len(overs) > _OVERS_MOST else []
    return "\n".join(["つなぎ先", *lines, *left])


def _over(one: Brief, now: int) -> str:
    state = "受け取り済・返事待ち" if one.waits and one.state is Over.RECEIVED else one.state.label_ja
    lead = "（主担当をお願い）" if one.lead and one.waits else ""
    until = f"・{_moment(one.due_at, now)} まで" if one.due_at is not None else "・返事の期限なし" if one.waits else ""
    stopped = "　▲ 本人が同意を取り消しました" if one.stopped else ""
    return f"{one.state.shape} {one.desk_name}{lead}：{state}{until}{stopped}"


def now_true(item: QueueItem, now: int) -> str:
    """What holds now, for whoever pressed an old card: 「T-0412 は、いま：担当あり・担当 佐藤・緊急度 高い」."""
    if not is_open(item):
        return f"いまは：{headline(item, now)}。"
    who = f"担当 {item.owner_name}" if item.owner_name else "担当はまだ決まっていません"
    return f"{item.label} は、いま：{state_ja(item, now)}・{who}・緊急度 {URGENCY_JA[Urgency(item.urgency)]}。"


def neutral(item: QueueItem, now: int) -> str:
    """What a locked screen may show of a card."""
    practice = "【練習】" if item.practice else ""
    if not is_open(item):
        return f"{practice}{item.label}：{'まとめました' if item.folded_into else _OVER_JA[State(item.state)]}"
    late = "・期限をこえました" if overdue(item, now) else ""
    state = "保留" if held(item, now) else State(item.state).label_ja
    return f"{practice}相談 {item.label}（緊急度 {URGENCY_JA[Urgency(item.urgency)]}・{state}{late}）"


def _moment(at: int, now: int) -> str:
    return moment_ja(to_datetime(at), to_datetime(now))
