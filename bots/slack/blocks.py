"""The few Block Kit pieces that we use. Every text is `plain_text` without emoji, or `rich_text`: nothing can ping,
link or spoof, because Slack interprets neither."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from bots.slack import limits

Block = dict[str, Any]
CHUNK: Final = 2800
_EMPTY = "（なし）"
# Direction and zero-width characters can make a text read otherwise than it is; the joiner U+200D builds emoji.
_HIDDEN = re.compile("[\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def shown(text: str) -> str:
    """`text` with hidden and control characters made visible (`⟦U+202E⟧`), so that nobody is misled."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(_code, _HIDDEN.sub(_code, text))


def _code(found: re.Match[str]) -> str:
    return f"⟦U+{ord(found.group()):04X}⟧"


def cut(text: str, most: int) -> str:
    """At most `most` UTF-16 units of `text`, with 「…」 when something was left out."""
    if limits.units(text) <= most:
        return text
    kept: list[str] = []
    room = most - 1
    for char in text:
        room -= limits.units(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept) + "…"


def plain(text: str, most: int = limits.TEXT) -> Block:
    """A `plain_text` object; an empty or blank text is said as such, because Slack refuses it."""
    text = shown(text)
    return {"type": "plain_text", "text": cut(text, most) if text.strip() else _EMPTY, "emoji": False}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, limits.HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph, with one button or menu beside it."""
    made: Block = {"type": "section", "text": plain(text)}
    return made | ({"accessory": accessory} if accessory else {})


def actions(*elements: Block) -> Block:
    """A row of buttons (1–25)."""
    return {"type": "actions", "elements": list(elements)}


def context(*texts: str) -> Block:
    """A line of small grey texts (1–10)."""
    return {"type": "context", "elements": [plain(text) for text in texts]}


def spoken(head: str, text: str) -> list[Block]:
    """What somebody wrote, whole, under a bold `head`: rich text blocks of at most `CHUNK` units each."""
    pieces = chunks(shown(text)) or [_EMPTY]
    first: Block = {"type": "text", "text": f"{shown(head)}\n", "style": {"bold": True}}
    texts: list[Block] = [{"type": "text", "text": piece} for piece in pieces]
    return [_rich([first, texts[0]]), *(_rich([text]) for text in texts[1:])]


def linked(text: str, label: str, url: str) -> Block:
    """Words of ours, then a link to a page of ours."""
    return _rich([{"type": "text", "text": text}, {"type": "link", "url": url, "text": label}])


def chunks(text: str) -> list[str]:
    """`text` in pieces of at most `CHUNK` UTF-16 units, none blank."""
    pieces: list[str] = []
    piece: list[str] = []
    room = CHUNK
    for char in text:
        width = limits.units(char)
        if width > room:
            pieces.append("".join(piece))
            piece, room = [], CHUNK
        piece.append(char)
        room -= width
    pieces.append("".join(piece))
    return [found for found in pieces if found.strip()]


def call(text: str) -> Block:
    """A call to everybody in the channel, with a text of our own: the one thing of ours that pings."""
    everybody: Block = {"type": "broadcast", "range": "channel"}
    return _rich([everybody, {"type": "text", "text": f" {cut(shown(text), CHUNK)}"}])


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def button(action_id: str, label: str, value: str, *, style: str = "", confirm: Block | None = None) -> Block:
    """A button; `style` is "", `primary` or `danger`."""
    made: Block = {
        "type": "button",
        "action_id": action_id,
        "text": plain(label, limits.BUTTON_TEXT),
        "value": value,
    }
    return made | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def option(value: str, label: str, more: str = "") -> Block:
    """One choice of a select or of radio buttons; `more` stands small under it."""
    made: Block = {"text": plain(label, limits.OPTION_TEXT), "value": value}
    return made | ({"description": plain(more, limits.OPTION_TEXT)} if more else {})


def radio(action_id: str, options: Sequence[Block], initial: str = "") -> Block:
    """Radio buttons (1–10), with the choice of value `initial` made."""
    return _choice("radio_buttons", action_id, options, initial)


def checkboxes(action_id: str, options: Sequence[Block], initial: Sequence[str] = ()) -> Block:
    """Boxes (1–10), with those of the values `initial` ticked."""
    made: Block = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    ticked = [found for found in options if found["value"] in initial]
    return made | ({"initial_options": ticked} if ticked else {})


def select(action_id: str, options: Sequence[Block], initial: str = "", hint: str = "選んでください") -> Block:
    """A drop-down of 1–100 choices; `hint` stands in it until one is made."""
    chosen = _choice("static_select", action_id, options, initial)
    return chosen | {"placeholder": plain(hint, limits.PLACEHOLDER)}


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """A small menu of 1–5 choices behind three dots."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def _choice(kind: str, action_id: str, options: Sequence[Block], initial: str) -> Block:
    made: Block = {"type": kind, "action_id": action_id, "options": list(options)}
    first = next((found for found in options if found["value"] == initial), None)
    return made | ({"initial_option": first} if first else {})


def typed(action_id: str, *, multiline: bool = True, initial: str = "", most: int = limits.INPUT_LENGTH) -> Block:
    """A text field. `initial` must fit `most`: a text that the person will send is never cut behind their back."""
    made: Block = {"type": "plain_text_input", "action_id": action_id, "multiline": multiline, "max_length": most}
    return made | ({"initial_value": initial} if initial else {})


def field(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """A labelled input of a modal."""
    made: Block = {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
    made["optional"] = optional
    return made | ({"hint": plain(hint)} if hint else {})


def modal(callback_id: str, title: str, blocks: Sequence[Block], carried: str, *, submit: str = "") -> Block:
    """A modal view. `carried` (private_metadata) holds ids only."""
    made: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.TITLE),
        "close": plain("とじる", limits.TITLE),
        "private_metadata": carried,
        "blocks": list(blocks),
    }
    return made | ({"submit": plain(submit, limits.TITLE)} if submit else {})


def reference(case_id: int, version: int, channel: str = "", *, do: str = "", **more: int) -> str:
    """What a button or a modal carries: ids and the version shown, never a word of anybody.

    `do`: the act that an option of a menu stands for. `more`: further ids (`u` the newest message seen, `o` a row).
    """
    carried: dict[str, object] = {"c": str(case_id), "v": version}
    carried |= {name: str(number) for name, number in more.items()}
    carried |= {name: word for name, word in (("ch", channel), ("do", do)) if word}
    return json.dumps(carried, separators=(",", ":"))


def channel_reference(channel: str) -> str:
    """What a modal without a case carries: the channel to answer in."""
    return json.dumps({"ch": channel}, separators=(",", ":"))
