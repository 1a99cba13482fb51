"""What a member of staff wishes by a click, read out of Slack's payload. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bots.slack import advice_form, attempt_form, correct_form, limits, names, remark_form
from bots.slack.carried import case_of, number_of
from bots.slack.forms import NAMED
from bots.slack.parse import SlackArrival
from bots.slack.wishes import (
    AskAdvice,
    Attempted,
    Close,
    Correct,
    Fold,
    Hand,
    Hold,
    LeaveRemark,
    OfCase,
    Press,
    Reopen,
    Reply,
    Report,
    SendBack,
    SetUrgency,
    Undo,
    Wish,
)
from bots.tame import mapping, text
from triage.assessment import Urgency

__all__ = [
    "AskAdvice", "Attempted", "Close", "Correct", "Fold", "Hand", "Hold", "LeaveRemark", "OfCase", "Press", "Reopen",
    "Reply", "Report", "SendBack", "SetUrgency", "Undo", "Wish", "danger_chosen", "faults", "field_of", "typed",
    "wish_of",
]  # fmt: skip

_MAX_DRAFT: Final = limits.INPUT_LENGTH
_MAX_REPLY: Final = 5000  # what LINE takes
_TOO_LONG = "Slackから送れるのは3,000文字までです。分けて送るか、受付の画面から送ってください。"


def wish_of(arrival: SlackArrival) -> Wish | None:
    """The wish of a click or submission that changes something; None for everything else."""
    if (arrival.source, arrival.name) == ("view_submission", names.REPORT_SEND):
        return _report(_values(arrival))
    if (arrival.source, arrival.name) == ("view_submission", names.ADVICE_SEND):
        return AskAdvice(advice_form.asked_of(_values(arrival)))
    if (arrival.source, arrival.name) == ("view_submission", names.REMARK_SEND):
        return LeaveRemark(typed(arrival, "remark"), typed(arrival, "where"))
    case_id = case_of(arrival.payload)
    if case_id is None:
        return None
    if arrival.source == "block_actions":
        return _clicked(arrival, case_id)
    if arrival.source == "view_submission":
        return _submitted(arrival, case_id, _values(arrival))
    return None


def typed(arrival: SlackArrival, block_id: str) -> str:
    """What stands in one field of the modal, "" when nothing."""
    return _values(arrival).get(block_id, "")


def field_of(arrival: SlackArrival, name: str) -> str:
    """The id of the field of this name, which may carry a number (`reply-2`): drawn anew, it takes a new text."""
    return next((block for block in _values(arrival) if block.partition("-")[0] == name), name)


def danger_chosen(arrival: SlackArrival) -> bool:
    """Whether the report says that somebody is in danger now."""
    return _values(arrival).get("danger") == "yes"


def faults(arrival: SlackArrival) -> dict[str, str]:
    """What the person must mend in the modal before it can go: block id → Japanese sentence. Empty when fine."""
    if arrival.name in (names.REPLY_DRAFT, names.REPLY_SEND):
        drafted = arrival.name == names.REPLY_DRAFT
        block = field_of(arrival, "reply" if drafted else "preview")
        return _reply_faults(block, typed(arrival, block), _MAX_DRAFT if drafted else _MAX_REPLY)
    if arrival.name == names.CORRECT_SEND:
        return correct_form.faults(_values(arrival))
    if arrival.name == names.ADVICE_SEND:
        return advice_form.faults(_values(arrival))
    if arrival.name == names.REMARK_SEND:
        return remark_form.faults(_values(arrival))
    if arrival.name == names.ATTEMPT_SEND:
        return attempt_form.faults(_values(arrival))
    return _missing(wish_of(arrival))


def _missing(wish: Wish | None) -> dict[str, str]:
    match wish:
        case Hand(ask=ask, keep=keep, basis=basis, decided=decided, heard=heard, by_whom=by_whom):
            blank = {"ask": ask, "keep": keep}
            found = {block: "ひとこと書いてください。" for block, words in blank.items() if not words.strip()}
            undecided = {"decided": "この根拠では、決めた人が要ります。あなたが決めるときは、しるしをつけてください。"}
            unsaid = {"by_whom": "だれの同意か（本人・代理・保護者）を選んでください。"}
            found |= unsaid if heard.strip() and not by_whom else {}
            return found | (undecided if basis in NAMED and not decided else {})
        case Close(reason="other", note=note) if not note.strip():
            return {"note": "「その他」のときは理由を書いてください。"}
        case SetUrgency(lowers=True, reason=reason) if not reason.strip():
            return {"reason": "緊急度を下げるときは理由を書いてください。"}
        case Fold(into="", number=number) if not number.strip():
            return {"number": "まとめる先を選ぶか、番号を書いてください。"}
        case Reopen(reason=reason) if not reason.strip():
            return {"reason": "もう一度ひらく理由を書いてください。"}
        case SendBack(reason=reason) if not reason.strip():
            return {"reason": "返す理由を書いてください。"}
        case Report(what=what) if not what.strip():
            return {"what": "気づいたことを書いてください。"}
    return {}


def _reply_faults(block: str, words: str, most: int) -> dict[str, str]:
    if not words.strip():
        return {block: "返信の文を書いてください。"}
    return {block: _TOO_LONG} if limits.units(words) > most else {}


def _clicked(arrival: SlackArrival, case_id: int) -> OfCase | None:
    if arrival.name == names.UNDO:
        row = number_of(arrival.payload, "o")
        return Undo(case_id, row) if row else None
    return Press(case_id, arrival.name) if arrival.name in names.CHANGING_ACTIONS else None


def _submitted(arrival: SlackArrival, case_id: int, values: Mapping[str, str]) -> OfCase | None:
    if arrival.name == names.REPLY_SEND:
        return Reply(case_id, values.get("preview", ""), number_of(arrival.payload, "u"))
    if arrival.name == names.CLOSE_SEND:
        return Close(case_id, values.get("reason", ""), values.get("note", ""), number_of(arrival.payload, "u"))
    read = _FORMS.get(arrival.name)
    return read(case_id, values) if read else None


def _hand(case_id: int, values: Mapping[str, str]) -> Hand:
    to_desk, basis, ask, keep, heard = (values.get(name, "") for name in ("desk", "basis", "ask", "keep", "heard"))
    by_whom = values.get("by_whom", "")
    return Hand(case_id, to_desk, basis, ask, keep, heard, by_whom, values.get("decided") == "me")


def _correct(case_id: int, values: Mapping[str, str]) -> Correct | None:
    found = correct_form.posted(values)
    return Correct(case_id, *found, *correct_form.noted(values)) if found else None


def _set_urgency(case_id: int, values: Mapping[str, str]) -> SetUrgency:
    # The urgency that the modal showed rides in the block id, because private_metadata holds ids only.
    block = next((name for name in values if name.startswith("urgency-")), "")
    chosen, shown = values.get(block, ""), block.removeprefix("urgency-")
    known = set(Urgency)
    lowers = chosen in known and shown in known and Urgency(chosen).rank < Urgency(shown).rank
    return SetUrgency(case_id, chosen, values.get("reason", ""), lowers)


_FORMS: Final[Mapping[str, Callable[[int, Mapping[str, str]], OfCase | None]]] = {
    names.HAND_SEND: _hand,
    names.HOLD_SEND: lambda case_id, found: Hold(case_id, found.get("until", ""), found.get("why", "")),
    names.FOLD_SEND: lambda case_id, found: Fold(case_id, found.get("into", ""), found.get("number", "")),
    names.REOPEN_SEND: lambda case_id, found: Reopen(case_id, found.get("reason", "")),
    names.SEND_BACK_SEND: lambda case_id, found: SendBack(case_id, found.get("reason", "")),
    names.URGENCY_SEND: _set_urgency,
    names.CORRECT_SEND: _correct,
    names.ATTEMPT_SEND: attempt_form.attempted,
}


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
