"""What can be done from a card (カードのボタン): a calm first row, and two menus beside what they change. Pure.

Every button and option carries the case's id and the version shown, and nothing else.
"""

from __future__ import annotations

from bots.slack import blocks, names
from bots.slack.blocks import Block
from bots.slack.state_words import held, is_open
from handoff.ticket import Action, Actor, State, allowed
from handoff.view import QueueItem
from triage.assessment import Urgency

Choices = list[tuple[str, str]]


def buttons(item: QueueItem) -> list[Block]:
    """The visible row: at most five."""
    state = State(item.state)
    value = blocks.reference(item.case_id, item.version)
    if state is State.ERASED:
        return []
    opened = blocks.button(names.OPEN, "内容を見る", value)
    if item.folded_into is not None:
        return [opened, blocks.button(names.UNFOLD, "もとに戻す", value)]
    if not is_open(item):
        return [opened, blocks.button(names.REOPEN, "もう一度ひらく", value)]
    may = allowed(state, Actor.PERSON)
    made = [blocks.button(names.CLAIM, "担当する", value, style="primary")] if Action.CLAIM in may else []
    on_its_way = Action.ACCEPT in may
    made += [opened, *([] if on_its_way else [blocks.button(names.REPLY, "返信", value)])]
    made += [blocks.button(names.HAND, "つなぐ", value)] if Action.HAND in may else []
    if on_its_way:  # answering what was handed on comes first; an answer to the person stands in the menu
        made += [blocks.button(names.RECEIVE, "受け取る", value), blocks.button(names.ACCEPT, "引き受ける", value)]
        made.append(blocks.button(names.SEND_BACK, "返す", value))
    return [*made, _page_button(value)]


def work_menu(item: QueueItem, now: int) -> Block | None:
    """How to go on with it: 保留, まとめる, 担当をやめる, ボットに戻す, 閉じる."""
    if not is_open(item):
        return None
    may = allowed(State(item.state), Actor.PERSON)
    advice = item.route == "advice"
    can_wait = item.urgency != Urgency.EMERGENCY and item.state != State.HANDED
    hold = (names.UNHOLD, "保留をやめる") if held(item, now) else (names.HOLD, "保留する")
    choices = [
        (names.REPLY, "本人に返信", Action.ACCEPT in may),
        (*hold, can_wait or held(item, now)),
        (names.FOLD, "ほかの相談とまとめる", True),
        (names.RELEASE, "担当をやめる", Action.RELEASE in may),
        (names.GIVE_BACK, "自動の返事に戻す", item.speaker == "human" and item.silence != "report" and not advice),
        (names.CLOSE, "閉じる", Action.CLOSE in may),
    ]
    return _menu(names.MORE_WORK, item, [(name, label) for name, label, fits in choices if fits])


def read_menu(item: QueueItem) -> Block | None:
    """Where the machine was wrong: raising acts at once, lowering asks for a reason."""
    if not is_open(item):
        return None
    may = allowed(State(item.state), Actor.PERSON)
    rank = Urgency(item.urgency).rank
    choices = [
        (names.RAISE_NOW, "緊急度を「今すぐ」に上げる", Action.RAISE in may and rank < Urgency.EMERGENCY.rank),
        (names.RAISE_HIGH, "緊急度を「高い」に上げる", Action.RAISE in may and rank < Urgency.HIGH.rank),
        (names.URGENCY, "緊急度を下げる（理由を書く）", Action.LOWER in may and rank > Urgency.NORMAL.rank),
        (names.CORRECT, "分野を直す", Action.CORRECT in may and item.assessment is not None),
    ]
    return _menu(names.MORE_READ, item, [(name, label) for name, label, fits in choices if fits])


def _menu(action_id: str, item: QueueItem, choices: Choices) -> Block | None:
    """An overflow menu; a single choice is a button."""
    if not choices:
        return None
    if len(choices) == 1:
        name, label = choices[0]
        return blocks.button(name, label, blocks.reference(item.case_id, item.version))
    options = [blocks.option(blocks.reference(item.case_id, item.version, do=name), label) for name, label in choices]
    return blocks.overflow(action_id, options)


def _page_button(value: str) -> Block:
    confirm = {
        "title": blocks.plain("緊急の呼び出し", 100),
        "text": blocks.plain("当番の全員に知らせます。命の危険があるときは、先に 110 か 119 に電話してください。", 300),
        "confirm": blocks.plain("呼び出す", 30),
        "deny": blocks.plain("やめる", 30),
        "style": "danger",
    }
    return blocks.button(names.PAGE, "呼び出す", value, style="danger", confirm=confirm)
