"""The card of a case in the staff channel. Pure: `card` draws any state without a word of the person.

No name, contact, free text or place (but the municipality) stands on a card; buttons carry the case id and the version
shown. Top-level text is what a locked screen shows, so it holds the number and how urgent it is, nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.slack import blocks, names
from bots.slack.blocks import Block
from bots.slack.card_buttons import buttons, read_menu, work_menu
from bots.slack.state_words import PRACTICE_JA, deadline, handed_ja, headline, is_open, neutral, speaking, standing
from handoff.handing_brief import Brief
from handoff.plan import Flag, Plan
from handoff.proxy import WAY_JA
from handoff.reach import SILENCE_SHORT_JA
from handoff.view import QueueItem
from triage.assessment import Assessment, Complexity, Domain, Reason, Urgency
from triage.labels import COMPLEXITY_JA, DOMAIN_JA, REASON_JA, THEME_JA, URGENCY_JA, foreign_ja, label_ja
from triage.wording import GUESS_JA, guessed, unsure_ja

ROUTE_JA: Final = {
    "resident": "本人・家族など（LINE）",
    "lifeline": "検針・配達などの見守り",
    "professional": "関係機関・専門職",
    "slack": "職員の気づき",
    "advice": "支援者の相談",
    "remark": "気になった一言",
    "meeting": "会議で聞いた",
    "feed": "見守り・訪問の記録",
    **{way: f"{name}（職員が聞きとり）" for way, name in WAY_JA.items()},
}
_THIRD = frozenset({"lifeline", "professional", "slack", "remark", "meeting", "feed"})
_EXCERPT = 120
_FOOT = "見立ては機械による提案です。決めるのは職員です。氏名・連絡先・住所・本文はここに出しません。"
_FOOT_EXCERPT = "見立ては機械による提案です。決めるのは職員です。氏名・連絡先・住所はここに出しません。"


@dataclass(frozen=True, slots=True)
class Card:
    """A message for Slack: the neutral top-level `text` and the blocks (at most 50)."""

    text: str
    blocks: list[Block]


def card(
    item: QueueItem, plan: Plan | None, now: int, *, excerpt: bool = False, near: int = 0, overs: Sequence[Brief] = ()
) -> Card:
    """The card of `item` as it stands at `now` (ms UTC). `excerpt` adds a short quotation while the case is open.

    `near`: how many other cases may be about the same home; which ones, only the console tells. `overs`: its つなぎ.
    """
    where = f"{item.label}　経路：{route_ja(item.route)}"
    if item.town and is_open(item):
        where += f"　住んでいるところ：{item.town}"
    drawn = [blocks.header(headline(item, now)), blocks.context(where, *([PRACTICE_JA] if item.practice else []))]
    drawn.append(blocks.section(_how_it_stands(item, now), work_menu(item, now)))
    if is_open(item):
        drawn += [blocks.section(handed_ja(overs, now))] if overs else []
        drawn += [blocks.context(SILENCE_SHORT_JA[item.silence])] if item.silence else []
        drawn += _reading(item, plan, excerpt=excerpt)
        drawn += [blocks.context(f"同じ家かもしれない相談：{near}件（受付の画面で確かめてください）")] if near else []
    if made := buttons(item):
        drawn.append(blocks.actions(*made))
    if is_open(item):
        drawn.append(blocks.context(_FOOT_EXCERPT if excerpt else _FOOT))
    return Card(neutral(item, now), drawn)


def moved_card(label: str) -> Card:
    """What stays of a card in a channel that the case does not belong to any more."""
    text = f"{label} はほかの窓口に移りました"
    return Card(text, [blocks.section(text)])


def metadata(case_id: int, version: int) -> dict[str, Any]:
    """The message metadata by which a card is found again. Every app and member can read it: ids only."""
    return {"event_type": names.EVENT_TYPE, "event_payload": {"case": str(case_id), "version": version}}


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


def _how_it_stands(item: QueueItem, now: int) -> str:
    lines = [standing(item), deadline(item, now), speaking(item)] if is_open(item) else [standing(item)]
    return "\n".join(filter(None, lines))


def _reading(item: QueueItem, plan: Plan | None, *, excerpt: bool) -> list[Block]:
    menu = read_menu(item)
    if item.assessment is None:
        found = [blocks.section("機械の見立て：まだ読んでいません。内容を見て、人が判断してください。", menu)]
    elif item.assessment.unread_reason:
        why = foreign_ja(item.assessment) or "読めませんでした。内容を見て、人が判断してください。"
        found = [blocks.section(f"機械の見立て：{why}", menu)]
    else:
        found = [blocks.section("\n".join(labels_ja(item.assessment, item.by_staff)), menu)]
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
