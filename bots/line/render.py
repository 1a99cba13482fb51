"""Bubbles as LINE message JSON (plain dicts): text with quick replies, or Flex where buttons must stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from bots.line.limits import MESSAGES, QUICK_REPLIES, TEXT, LimitError, check_messages, cut
from intake.conversation.say import Choice, Say, fill

Json: TypeAlias = dict[str, Any]

ALT_TEXT = "お知らせがあります"
"""What a lock screen shows of a Flex message: nothing about the person."""

MAX_SUMMARY = 2000
_QUICK_ONLY = frozenset({"location", "camera"})
_FLEX_TONES = frozenset({"receipt", "summary", "emergency"})
_RED, _INK = "#B00020", "#1A1A1C"


def render(says: Sequence[Say], facts: Mapping[str, str]) -> list[Json]:
    """The messages of one request: at most 5 (neighbouring plain texts are joined if there were more), [] for none.

    Only a summary is shortened to fit. Raises FillError for a missing fact, LimitError (a ValueError) for what LINE
    would refuse.
    """
    filled = _joined([_shortened(fill(say, facts)) for say in says])
    messages = [_flex(say) if _is_flex(say) else _text(say) for say in filled]
    quick = [choice for say in filled for choice in say.choices if not _is_flex(say) or choice.kind in _QUICK_ONLY]
    if messages and quick:  # only the last message's quick replies are shown
        items = [{"type": "action", "action": _action(choice)} for choice in _once(quick)]
        messages[-1]["quickReply"] = {"items": items[:QUICK_REPLIES]}
    if messages:
        check_messages(messages)
    return messages


def _is_flex(say: Say) -> bool:
    return say.lasting or say.large or say.tone in _FLEX_TONES


def _shortened(say: Say) -> Say:
    """A summary holds the person's own words, of any length; nothing else may be cut."""
    return replace(say, text=cut(say.text, MAX_SUMMARY)) if say.tone == "summary" else say


def _joined(says: Sequence[Say]) -> list[Say]:
    """At most MESSAGES bubbles: from the front, a plain text is put together with the plain text after it."""
    found = list(says)
    while len(found) > MESSAGES:
        at = next((i for i in range(len(found) - 1) if _may_join(found[i], found[i + 1])), None)
        if at is None:
            raise LimitError("messages per request")
        first, second = found[at], found[at + 1]
        text, choices = f"{first.text}\n\n{second.text}", first.choices + second.choices
        found[at : at + 2] = [replace(second, text=text, choices=choices)]
    return found


def _may_join(first: Say, second: Say) -> bool:
    short = len(first.text) + len(second.text) < TEXT // 2
    return short and not _is_flex(first) and not _is_flex(second)


def _text(say: Say) -> Json:
    return {"type": "text", "text": say.text}


def _flex(say: Say) -> Json:
    size = "xl" if say.large else "lg" if say.tone == "emergency" else "md"
    lines = [line for line in say.text.split("\n") if line.strip()]
    body = [{"type": "text", "text": line, "wrap": True, "size": size, "color": _INK} for line in lines]
    bubble: Json = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "spacing": "md", "contents": body}}
    buttons = [_button(choice, say) for choice in say.choices if choice.kind not in _QUICK_ONLY]
    if buttons:
        bubble["footer"] = {"type": "box", "layout": "vertical", "spacing": "sm", "contents": buttons}
    return {"type": "flex", "altText": ALT_TEXT, "contents": bubble}


def _button(choice: Choice, say: Say) -> Json:
    button: Json = {"type": "button", "action": _action(choice), "height": "sm", "style": "secondary"}
    if choice.kind == "tel":
        button |= {"style": "primary", "color": _RED, "height": "md"}
    elif say.tone == "summary" and choice == say.choices[0]:
        button |= {"style": "primary"}
    return button


def _action(choice: Choice) -> Json:
    label, value = choice.label, choice.value
    if choice.kind == "press":
        return _postback(label, value)
    made: Mapping[str, Json] = {
        "tel": {"type": "uri", "label": label, "uri": value},
        "uri": {"type": "uri", "label": label, "uri": value},
        "copy": {"type": "clipboard", "label": label, "clipboardText": value},
        "voice": {"type": "postback", "label": label, "data": value, "inputOption": "openVoice"},
        "date": {"type": "datetimepicker", "label": label, "data": value, "mode": "date"},
        "datetime": {"type": "datetimepicker", "label": label, "data": value, "mode": "datetime"},
        "location": {"type": "location", "label": label},
        "camera": {"type": "cameraRoll", "label": label},
    }
    return made[choice.kind]


def _postback(label: str, data: str) -> Json:
    """A press; it shows as the person's own bubble, except hiding, which must leave no trace."""
    shown: Json = {} if ":menu:hide:" in data else {"displayText": label}
    return {"type": "postback", "label": label, "data": data} | shown


def _once(choices: Iterable[Choice]) -> list[Choice]:
    return list(dict.fromkeys(choices))
