"""Block Kit's documented limits as a walker, because Slack's own models let 51 blocks and empty texts pass.

Figures: slackblocks-spec `limits.json` (MIT) and `shared/platform/facts.md`. Lengths are counted in UTF-16 units, the
strictest reading. A type that we do not use is a problem too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
TOTAL: Final = 13_000
TEXT: Final = 3000
HEADER: Final = 150
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
INPUT_LENGTH: Final = 3000
TITLE: Final = 24
METADATA: Final = 3000
PLACEHOLDER: Final = 150
LABEL: Final = 2000
ID: Final = 255
_OPTIONS = {"static_select": 100, "radio_buttons": 10, "checkboxes": 10, "overflow": 5}
_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}

Node = Mapping[str, Any]
Found = Iterator[str]


def units(text: str) -> int:
    """The length of `text` in UTF-16 units, as LINE and Slack count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def problems(view_or_blocks: Node | Sequence[Node]) -> list[str]:
    """Everything that Slack would refuse in a view or in a message's blocks; empty when it is fine.

    Each finding names the place and the limit, never the text.
    """
    if isinstance(view_or_blocks, Mapping):
        return list(_view(view_or_blocks))
    return list(_blocks(view_or_blocks, MESSAGE_BLOCKS, modal=False))


def _view(view: Node) -> Found:
    home = view.get("type") == "home"
    if view.get("type") not in ("modal", "home"):
        yield "view: type"
    for name in ("title", "submit", "close"):
        if home and name in view:
            yield f"view: {name} of a home"
        elif name in view or (name == "title" and not home):
            yield from _plain(view.get(name), f"view.{name}", TITLE)
    yield from _short(view.get("private_metadata", ""), "view.private_metadata", METADATA)
    yield from _short(view.get("callback_id", ""), "view.callback_id", ID)
    blocks = view.get("blocks") or []
    if not blocks:
        yield "view: no blocks"
    if any(block.get("type") == "input" for block in blocks) and "submit" not in view:
        yield "view: input without submit"
    yield from _blocks(blocks, VIEW_BLOCKS, modal=not home)


def _blocks(blocks: Sequence[Node], most: int, *, modal: bool) -> Found:
    if not 1 <= len(blocks) <= most:
        yield f"blocks: {len(blocks)} of {most}"
    yield from _unique([block["block_id"] for block in blocks if "block_id" in block], "block_id")
    if sum(map(units, _strings(list(blocks)))) > TOTAL:
        yield f"blocks: more than {TOTAL} characters"
    for index, block in enumerate(blocks):
        kind, where = block.get("type"), f"blocks[{index}]"
        yield from _short(block.get("block_id", ""), f"{where}.block_id", ID)
        check = _BLOCK.get(str(kind))
        if check is None or (kind == "input" and not modal):
            yield f"{where}: type {kind}"
        else:
            yield from check(block, where)


def _header(block: Node, where: str) -> Found:
    yield from _plain(block.get("text"), f"{where}.text", HEADER)


def _section(block: Node, where: str) -> Found:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield f"{where}: empty section"
    if "text" in block:
        yield from _plain(block["text"], f"{where}.text", TEXT)
    if len(fields) > 10:
        yield f"{where}: {len(fields)} fields"
    for field in fields:
        yield from _plain(field, f"{where}.field", 2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}.accessory")


def _context(block: Node, where: str) -> Found:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"{where}: {len(elements)} elements"
    for element in elements:
        yield from _plain(element, f"{where}.text", TEXT)


def _actions(block: Node, where: str) -> Found:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield f"{where}: {len(elements)} elements"
    yield from _unique([element.get("action_id") for element in elements], f"{where}.action_id")
    for element in elements:
        yield from _element(element, where)


def _input(block: Node, where: str) -> Found:
    yield from _plain(block.get("label"), f"{where}.label", LABEL)
    if "hint" in block:
        yield from _plain(block["hint"], f"{where}.hint", LABEL)
    element = block.get("element", {})
    if element.get("type") not in ("plain_text_input", "static_select", "radio_buttons", "checkboxes"):
        yield f"{where}: element {element.get('type')}"
    yield from _element(element, where)


_CASE_PAGE = re.compile(r"https?://[^/\s]+/console/(cases/[0-9]+)?")


def _rich_text(block: Node, where: str) -> Found:
    sections = block.get("elements", [])
    if not sections:
        yield f"{where}: empty rich text"
    for section in sections:
        if section.get("type") not in ("rich_text_section", "rich_text_quote"):
            yield f"{where}: {section.get('type')}"
        texts = section.get("elements", [])
        if not texts:
            yield f"{where}: empty section"
        for text in texts:
            if text.get("type") == "broadcast" and text.get("range") == "channel":
                continue
            # The only links are ours, into the console: what a person wrote never becomes one.
            ours = text.get("type") == "link" and _CASE_PAGE.fullmatch(str(text.get("url")))
            if text.get("type") != "text" and not ours:
                yield f"{where}: {text.get('type')}"
            yield from _short(text.get("text"), f"{where}.text", TEXT, least=1)


def _divider(_block: Node, _where: str) -> Found:
    return iter(())


_BLOCK: Mapping[str, Callable[[Node, str], Found]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "divider": _divider,
}


def _element(element: Node, where: str) -> Found:
    kind = element.get("type")
    yield from _short(element.get("action_id"), f"{where}.action_id", ID, least=1)
    if kind == "button":
        yield from _plain(element.get("text"), f"{where}.button", BUTTON_TEXT)
        yield from _short(element.get("value", ""), f"{where}.value", BUTTON_VALUE)
        if element.get("style", "primary") not in ("primary", "danger"):
            yield f"{where}: style"
        for name, most in _CONFIRM.items() if "confirm" in element else ():
            yield from _plain(element["confirm"].get(name), f"{where}.confirm.{name}", most)
    elif kind == "plain_text_input":
        yield from _text_input(element, where)
    elif kind in _OPTIONS:
        yield from _choices(element, where, _OPTIONS[kind])
    else:
        yield f"{where}: element {kind}"
    if "placeholder" in element:
        yield from _plain(element["placeholder"], f"{where}.placeholder", PLACEHOLDER)


def _text_input(element: Node, where: str) -> Found:
    most = element.get("max_length", INPUT_LENGTH)
    if not 1 <= most <= INPUT_LENGTH:
        yield f"{where}: max_length"
    if "initial_value" in element:
        yield from _short(element["initial_value"], f"{where}.initial_value", most)


def _choices(element: Node, where: str, most: int) -> Found:
    options = element.get("options", [])
    if not 1 <= len(options) <= most:
        yield f"{where}: {len(options)} options"
    yield from _unique([option.get("value") for option in options], f"{where}.value")
    for option in options:
        yield from _plain(option.get("text"), f"{where}.option", OPTION_TEXT)
        yield from _short(option.get("value"), f"{where}.value", OPTION_VALUE, least=1)
        if "description" in option:
            yield from _plain(option["description"], f"{where}.description", OPTION_TEXT)
    if "initial_option" in element and element["initial_option"] not in options:
        yield f"{where}: initial_option"
    if any(option not in options for option in element.get("initial_options", [])):
        yield f"{where}: initial_options"


def _plain(text: object, where: str, most: int) -> Found:
    if not isinstance(text, Mapping) or text.get("type") != "plain_text":
        yield f"{where}: no plain_text"
    else:
        yield from _short(text.get("text"), where, most, least=1)


def _short(text: object, where: str, most: int, *, least: int = 0) -> Found:
    if not isinstance(text, str):
        yield f"{where}: no text"
    elif not least <= units(text) <= most or (least and not text.strip()):
        yield f"{where}: {units(text)} of {least} to {most}"


def _unique(names: Sequence[object], where: str) -> Found:
    if len(set(names)) != len(names):
        yield f"{where}: twice the same"


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, Sequence):
        for value in node:
            yield from _strings(value)
