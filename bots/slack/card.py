"""The card of a case in the staff channel. Pure: `card` draws any state without a word of the person.

No name, contact, place or free text stands on a card; buttons carry the case id and the version shown. Top-level
text is what a locked screen shows, so it holds the number and how urgent it is, nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from bots.slack import blocks, names
from bots.slack.blocks import Block
from handoff.clock import Due, DueKind, left_ja, moment_ja
from handoff.plan import Flag, Plan
from handoff.proxy import WAY_JA
from handoff.reach import SILENCE_SHORT_JA
from handoff.ticket import OPEN, Action, Actor, State, allowed
from handoff.view import QueueItem
from intake.clock import to_datetime
from triage.assessment import Assessment, Complexity, Domain, Reason, Urgency
from triage.labels import COMPLEXITY_JA, DOMAIN_JA, REASON_JA, THEME_JA, URGENCY_JA, foreign_ja, label_ja
from triage.wording import GUESS_JA, guessed, unsure_ja

SHAPES: Final = {Urgency.EMERGENCY: "▲", Urgency.HIGH: "◆", Urgency.NORMAL: "●"}
"""A shape beside each word, so that urgency is not told by colour alone."""
ROUTE_JA: Final = {
    "resident": "本人・家族など（LINE）",
    "lifeline": "検針・配達などの見守り",
    "professional": "関係機関・専門職",
    "slack": "職員の気づき",
    "advice": "支援者の相談",
    **{way: f"{name}（職員が聞きとり）" for way, name in WAY_JA.items()},
}
_THIRD = frozenset({"lifeline", "professional", "slack"})
_EXCERPT = 120
_FOOT = "見立ては機械による提案です。決めるのは職員です。氏名・連絡先・住所・本文はここに出しません。"
_FOOT_EXCERPT = "見立ては機械による提案です。決めるのは職員です。氏名・連絡先・住所はここに出しません。"


@dataclass(frozen=True, slots=True)
class Card:
    """A message for Slack: the neutral top-level `text` and the blocks (at most 50)."""

    text: str
    blocks: list[Block]


def card(item: QueueItem, plan: Plan | None, now: int, *, excerpt: bool = False, near: int = 0) -> Card:
    """The card of `item` as it stands at `now` (ms UTC). `excerpt` adds a short quotation while the case is open.

    `near`: how many other cases may be about the same home; which ones, only the console tells.
    """
    state = State(item.state)
    where = f"{item.label}　経路：{route_ja(item.route)}"
    drawn = [blocks.header(headline(item, now)), blocks.context(where, standing(item))]
    if state in OPEN and item.silence:
        drawn.append(blocks.context(SILENCE_SHORT_JA[item.silence]))
    if state in OPEN:
        drawn += [blocks.context(deadline(item, now)), *_reading(item, plan, excerpt=excerpt)]
        drawn += [blocks.context(f"同じ家かもしれない相談：{near}件（受付の画面で確かめてください）")] if near else []
    if made := _buttons(item, state):
        drawn.append({"type": "actions", "elements": made})
    if state in OPEN:
        drawn.append(blocks.context(_FOOT_EXCERPT if excerpt else _FOOT))
    return Card(_neutral(item, state, now), drawn)


def metadata(case_id: int, version: int) -> dict[str, Any]:
    """The message metadata by which a card is found again. Every app and member can read it: ids only."""
    return {"event_type": names.EVENT_TYPE, "event_payload": {"case": str(case_id), "version": version}}


def overdue(item: QueueItem, now: int) -> bool:
    """期限超過: the promise passed while the case is open."""
    return item.due_at is not None and item.due_at < now and State(item.state) in OPEN


def headline(item: QueueItem, now: int) -> str:
    """「◆ 緊急度 高い｜受付済・担当を待っています」, with a prefix when the promise was broken."""
    state = State(item.state)
    if state is State.ERASED:
        return f"{item.label}｜本人が消しました"
    if state is State.CLOSED:
        return f"✓ {item.label}｜閉じました"
    late = "▲ 期限をこえました｜" if overdue(item, now) else ""
    urgency = Urgency(item.urgency)
    return f"{late}{SHAPES[urgency]} 緊急度 {URGENCY_JA[urgency]}｜{_state_ja(item, state)}"


def standing(item: QueueItem) -> str:
    """Who has it: 「担当：佐藤」, or that nobody has."""
    if item.owner_name and State(item.state) in OPEN:
        return f"担当：{item.owner_name}"
    return "担当：まだ決まっていません" if State(item.state) in OPEN else "記録は残っています"


def deadline(item: QueueItem, now: int) -> str:
    """The promise in words, with the moment at which 「あと…」 was true: a card is not redrawn every minute."""
    if item.due_at is None:
        return "期限：なし（返事を待っているか、受付の時間が分かりません）"
    at, moment = to_datetime(item.due_at), to_datetime(now)
    drawn = moment_ja(moment, moment).rpartition("）")[2]
    return f"期限：{moment_ja(at, moment)}（{left_ja(Due(at, DueKind.BY), moment)}・{drawn} の時点）"


def route_ja(route: str) -> str:
    """The way by which the case came."""
    return ROUTE_JA.get(route, "そのほか")


def consent_ja(item: QueueItem, plan: Plan | None) -> str:
    """What is known of the person's consent to pass it on."""
    if item.refused or (plan and Flag.CONSENT_REFUSED in plan.flags):
        return "本人の同意：知らせてほしくないと言われています"
    if item.route in _THIRD:
        return "本人の同意：まだありません（第三者の通報）"
    if item.route == "advice":
        return "本人の同意：まだ分かりません（支援者からの相談）"
    named = "名前を言わない受付です" if item.identity == "anonymous" else "名前を聞いています"
    return f"本人の同意：つなぐ前に確かめます（{named}）"


def labels_ja(assessment: Assessment, by_staff: Collection[str] = ()) -> list[str]:
    """What triage read, by label names only: domains, complexity, themes, in how many places it found words, what it
    guessed without words (推定; never the labels that staff set), and what it is unsure of.
    """
    domains = "・".join(DOMAIN_JA[found] for found in Domain if found in assessment.domains) or "4分野のほか"
    lines = [f"分野：{domains}"]
    if assessment.complexity is not Complexity.SINGLE:
        reasons = "、".join(REASON_JA[found] for found in Reason if found in assessment.complexity_reasons)
        lines.append(f"複合：{COMPLEXITY_JA[assessment.complexity]}" + (f"（{reasons}）" if reasons else ""))
    themes = "・".join(THEME_JA[found] for found in THEME_JA if found in assessment.themes)
    places = Counter(known for known in map(_known, (found.label for found in assessment.evidence)) if known)
    counted = "、".join(f"{name} {count}か所" for name, count in places.most_common(8))
    guess = "・".join(guessed(assessment, by_staff))
    lines += [f"テーマ：{themes}"] if themes else []
    lines += [f"根拠の言葉：{counted}"] if counted else []
    lines += [f"{GUESS_JA}（言葉は特定できません）：{guess}"] if guess else []
    return [*lines, *filter(None, [unsure_ja(assessment)])]


def judged_ja(item: QueueItem) -> str:
    """「職員が直しました：分野：高齢、緊急度：高い」, "" when nobody of staff set anything. Label names only."""
    urgency = (f"緊急度：{URGENCY_JA[Urgency(item.urgency)]}",) if item.urgency_by == "staff" else ()
    said = (*item.judged.said_ja(), *urgency)
    return f"職員が直しました：{'、'.join(said)}" if said else ""


def _known(label: str) -> str:
    """The Japanese name, or "": a label that we do not know might be anything and stays off the card."""
    try:
        return label_ja(label)
    except KeyError:
        return ""


def _reading(item: QueueItem, plan: Plan | None, *, excerpt: bool) -> list[Block]:
    if item.assessment is None:
        found = [blocks.section("機械の見立て：まだ読んでいません。内容を見て、人が判断してください。")]
    elif item.assessment.unread_reason:
        why = foreign_ja(item.assessment) or "読めませんでした。内容を見て、人が判断してください。"
        found = [blocks.section(f"機械の見立て：{why}")]
    else:
        found = [blocks.section("\n".join(labels_ja(item.assessment, item.by_staff)))]
    if judged := judged_ja(item):
        found.append(blocks.context(judged))
    if plan:
        found += _proposal(plan)
    found.append(blocks.context(consent_ja(item, plan)))
    if excerpt and item.excerpt.strip():
        found.append(blocks.section("本文のはじめ：\n" + blocks.cut(blocks.shown(item.excerpt), _EXCERPT)))
    return found


def _proposal(plan: Plan) -> list[Block]:
    """Next step and desks. `reason_plain_ja` and the desks' reasons quote nobody; `reason_ja` would."""
    also = "・".join(step.label_ja for step in plan.also)
    step = f"次の一手の案：{plan.next_step.label_ja}" + (f"（ほかに {also}）" if also else "")
    desks = "\n".join(f"{index}. {desk.name}　{desk.reason_ja}" for index, desk in enumerate(plan.desks, 1))
    found = [blocks.section(f"{step}\n{plan.reason_plain_ja}"), blocks.section(f"つなぎ先の候補\n{desks}")]
    if plan.flags:
        found.append(blocks.context("注意：" + "・".join(flag.label_ja for flag in plan.flags)))
    return found


def _buttons(item: QueueItem, state: State) -> list[Block]:
    if state is State.ERASED:
        return []
    value = blocks.reference(item.case_id, item.version)
    may = allowed(state, Actor.PERSON)
    plain = (
        (names.CLAIM, "担当する", Action.CLAIM in may, "primary"),
        (names.OPEN, "内容を見る", True, ""),
        (names.REPLY, "返信", state in OPEN, ""),
        (names.HAND, "つなぐ", Action.HAND in may, ""),
        (names.URGENCY, "緊急度を直す", Action.LOWER in may, ""),
        (names.CORRECT, "分野を直す", state in OPEN and Action.CORRECT in may and item.assessment is not None, ""),
        (names.RELEASE, "担当をやめる", Action.RELEASE in may, ""),
        (names.CLOSE, "閉じる", Action.CLOSE in may, ""),
    )
    made = [blocks.button(name, label, value, style=style) for name, label, fits, style in plain if fits]
    return [*made, _page_button(value)] if state in OPEN else made


def _page_button(value: str) -> Block:
    confirm = {
        "title": blocks.plain("緊急の呼び出し", 100),
        "text": blocks.plain("当番の全員に知らせます。命の危険があるときは、先に 110 か 119 に電話してください。", 300),
        "confirm": blocks.plain("呼び出す", 30),
        "deny": blocks.plain("やめる", 30),
        "style": "danger",
    }
    return blocks.button(names.PAGE, "緊急として呼び出す", value, style="danger", confirm=confirm)


def _state_ja(item: QueueItem, state: State) -> str:
    words = {
        State.DRAFT: "記入中（本人が書いています）",
        State.RECEIVED: "受付済・担当を待っています",
        State.CLAIMED: "担当あり",
        State.HANDED: "つなぎ中",
    }
    return words[state] if state is not State.DRAFT or not item.owner_name else "担当あり（本人が書いています）"


def _neutral(item: QueueItem, state: State, now: int) -> str:
    if state not in OPEN:
        return f"{item.label}：{state.label_ja}"
    late = "・期限をこえました" if overdue(item, now) else ""
    return f"相談 {item.label}（緊急度 {URGENCY_JA[Urgency(item.urgency)]}・{state.label_ja}{late}）"
