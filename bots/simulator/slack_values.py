"""Values of Block Kit elements: what a person chose, as Slack writes it into payloads and `state.values`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bots.simulator.block_kit import CLICKABLE, STATEFUL

Element = dict[str, Any]
Block = dict[str, Any]
_PLAIN = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
_ONE = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
_MANY = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})


class NoSuchElementError(LookupError):
    """Nothing with that action_id, or no such option, is on the screen."""


def elements(blocks: list[Block]) -> Iterator[tuple[Block, Element]]:
    """Every element that can be used, with the block it stands in, nested ones too."""
    for block in blocks:
        for element in _inside(block):
            yield block, element


def _inside(node: Any) -> Iterator[Element]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        if isinstance(child, dict) and child.get("type") in CLICKABLE | STATEFUL:
            yield child
        else:
            yield from _inside(child)


def find(blocks: list[Block], action_id: str, value: Any = None, block_id: str = "") -> tuple[Block, Element]:
    """The element a person means. Among several with one action_id, the one whose value was given.

    A message that was updated has new block ids: whoever pressed a moment before means the same element still.
    Raises NoSuchElementError.
    """
    named = [(block, element) for block, element in elements(blocks) if element.get("action_id") == action_id]
    hits = [(block, element) for block, element in named if block["block_id"] == block_id] or named
    for block, element in hits:
        if value is not None and element.get("value") == value:
            return block, element
    if not hits:
        raise NoSuchElementError(action_id)
    return hits[0]


def chosen(element: Element, value: Any) -> dict[str, Any]:
    """The typed value for an element: `value` is a text, a date, an option's value or text, or a list of these."""
    kind = element["type"]
    if kind in _PLAIN:
        return {_PLAIN[kind][0]: value if value != "" else None}
    if kind in _ONE:
        return {"selected_option": _option(element, value) if value not in (None, "") else None}
    if kind in _MANY:
        wanted = value if isinstance(value, list) else [value] if value not in (None, "") else []
        return {"selected_options": [_option(element, item) for item in wanted]}
    return {key: element[key] for key in ("value", "text") if key in element}


def initial(element: Element) -> dict[str, Any]:
    """What an untouched element holds."""
    kind = element["type"]
    if kind in _PLAIN:
        field, start = _PLAIN[kind]
        return {field: element.get(start)}
    if kind in _MANY:
        return {"selected_options": element.get("initial_options", [])}
    return {"selected_option": element.get("initial_option")}


def empty(typed: dict[str, Any]) -> bool:
    """Whether a typed value is nothing."""
    return not any(value for key, value in typed.items() if key != "type")


def _option(element: Element, value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    options = list(element.get("options", []))
    for group in element.get("option_groups", []):
        options.extend(group["options"])
    for option in options:
        if value in (option.get("value"), option["text"]["text"]):
            return dict(option)
    raise NoSuchElementError(f"{element.get('action_id')}: no such option")
