"""What a member of staff wishes by a click, read out of Slack's payload. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.slack import advice_form, correct_form, limits, names
from bots.slack.carried import case_of
from bots.slack.parse import SlackArrival
from bots.tame import mapping, text
from handoff.advice import Asked
from handoff.judged import Labels
from triage.assessment import Urgency

_MAX_DRAFT = limits.INPUT_LENGTH
_MAX_REPLY = 5000  # what LINE takes


@dataclass(frozen=True, slots=True)
class Claim:
    """担当する."""

    case_id: int


@dataclass(frozen=True, slots=True)
class Release:
    """担当をやめる."""

    case_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """緊急として呼び出す."""

    case_id: int


@dataclass(frozen=True, slots=True)
class Watch:
    """わたしが見ます: the call has been heard."""

    case_id: int


@dataclass(frozen=True, slots=True)
class Reply:
    """返信: `text` goes to the person as written."""

    case_id: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hand:
    """つなぐ."""

    case_id: int
    desk: str
    basis: str
    ask: str = field(repr=False)
    keep: str = field(repr=False)
    heard: str = field(default="", repr=False)
    """When, and by whom, consent was heard by voice."""


@dataclass(frozen=True, slots=True)
class Close:
    """閉じる."""

    case_id: int
    reason: str
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetUrgency:
    """緊急度を直す. `lowers`: below what the modal showed."""

    case_id: int
    urgency: str
    reason: str = field(repr=False)
    lowers: bool


@dataclass(frozen=True, slots=True)
class Correct:
    """分野を直す: `shown` is what the modal showed of the words up to message `upto`, `wanted` what was made of it."""

    case_id: int
    shown: Labels
    wanted: Labels
    note: str = field(repr=False)
    upto: int


@dataclass(frozen=True, slots=True)
class Report:
    """気づきの通報. `danger`: the reporter says that somebody is in danger now."""

    what: str = field(repr=False)
    where: str = field(repr=False)
    when: str
    danger: str
    wish: str
    signs: str = ""
    """Keys of `intake.conversation.flow.SIGNS`, joined by dots."""


@dataclass(frozen=True, slots=True)
class AskAdvice:
    """支援者の相談."""

    asked: Asked


Wish = AskAdvice | Claim | Release | Page | Watch | Reply | Hand | Close | SetUrgency | Correct | Report


def wish_of(arrival: SlackArrival) -> Wish | None:
    """The wish of a click or submission that changes something; None for everything else."""
    if (arrival.source, arrival.name) == ("view_submission", names.REPORT_SEND):
        return _report(_values(arrival))
    if (arrival.source, arrival.name) == ("view_submission", names.ADVICE_SEND):
        return AskAdvice(advice_form.asked_of(_values(arrival)))
    case_id = case_of(arrival.payload)
    if case_id is None:
        return None
    if arrival.source == "block_actions":
        return _clicked(arrival.name, case_id)
    if arrival.source == "view_submission":
        return _submitted(arrival.name, case_id, _values(arrival))
    return None


def typed(arrival: SlackArrival, block_id: str) -> str:
    """What stands in one field of the modal, "" when nothing."""
    return _values(arrival).get(block_id, "")


def danger_chosen(arrival: SlackArrival) -> bool:
    """Whether the report says that somebody is in danger now."""
    return _values(arrival).get("danger") == "yes"


def faults(arrival: SlackArrival) -> dict[str, str]:
    """What the person must mend in the modal before it can go: block id → Japanese sentence. Empty when fine."""
    if arrival.name in (names.REPLY_DRAFT, names.REPLY_SEND):
        block = "reply" if arrival.name == names.REPLY_DRAFT else "preview"
        return _reply_faults(block, _values(arrival).get(block, ""))
    if arrival.name == names.CORRECT_SEND:
        return correct_form.faults(_values(arrival))
    if arrival.name == names.ADVICE_SEND:
        return advice_form.faults(_values(arrival))
    wish = wish_of(arrival)
    if isinstance(wish, Hand):
        blank = {"ask": wish.ask, "keep": wish.keep}
        return {block: "ひとこと書いてください。" for block, words in blank.items() if not words.strip()}
    if isinstance(wish, Close) and wish.reason == "other" and not wish.note.strip():
        return {"note": "「その他」のときは理由を書いてください。"}
    if isinstance(wish, SetUrgency) and wish.lowers and not wish.reason.strip():
        return {"reason": "緊急度を下げるときは理由を書いてください。"}
    if isinstance(wish, Report) and not wish.what.strip():
        return {"what": "気づいたことを書いてください。"}
    return {}


def _reply_faults(block: str, words: str) -> dict[str, str]:
    if not words.strip():
        return {block: "返信の文を書いてください。"}
    if limits.units(words) > (_MAX_DRAFT if block == "reply" else _MAX_REPLY):
        return {block: "Slackから送れるのは3,000文字までです。分けて送るか、受付の画面から送ってください。"}
    return {}


def _clicked(name: str, case_id: int) -> Wish | None:
    if name == names.CLAIM:
        return Claim(case_id)
    if name == names.RELEASE:
        return Release(case_id)
    if name == names.WATCH:
        return Watch(case_id)
    return Page(case_id) if name == names.PAGE else None


def _submitted(name: str, case_id: int, values: Mapping[str, str]) -> Wish | None:
    get = values.get
    if name == names.REPLY_SEND:
        return Reply(case_id, get("preview", ""))
    if name == names.HAND_SEND:
        return Hand(case_id, get("desk", ""), get("basis", ""), get("ask", ""), get("keep", ""), get("heard", ""))
    if name == names.CLOSE_SEND:
        return Close(case_id, get("reason", ""), get("note", ""))
    if name == names.URGENCY_SEND:
        return _set_urgency(case_id, values)
    if name == names.CORRECT_SEND and (found := correct_form.posted(values)):
        return Correct(case_id, *found, *correct_form.noted(values))
    return None


def _set_urgency(case_id: int, values: Mapping[str, str]) -> SetUrgency:
    # The urgency that the modal showed rides in the block id, because private_metadata holds ids only.
    block = next((name for name in values if name.startswith("urgency-")), "")
    chosen, shown = values.get(block, ""), block.removeprefix("urgency-")
    known = set(Urgency)
    lowers = chosen in known and shown in known and Urgency(chosen).rank < Urgency(shown).rank
    return SetUrgency(case_id, chosen, values.get("reason", ""), lowers)


def _report(values: Mapping[str, str]) -> Report:
    return Report(*(values.get(name, "") for name in ("what", "where", "when", "danger", "wish", "signs")))


def _values(arrival: SlackArrival) -> dict[str, str]:
    """block id → what was typed or chosen, boxes joined by dots. Every block of ours holds one element."""
    state = mapping(mapping(mapping(arrival.payload.get("view")).get("state")).get("values"))
    found: dict[str, str] = {}
    for block_id, elements in state.items():
        for element in mapping(elements).values():
            found[block_id] = _value(mapping(element))
    return found


def _value(element: Mapping[str, Any]) -> str:
    ticked = element.get("selected_options")
    if isinstance(ticked, list):
        return ".".join(text(mapping(option).get("value")) or "" for option in ticked)
    return text(element.get("value")) or text(mapping(element.get("selected_option")).get("value")) or ""
