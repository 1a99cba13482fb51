"""A walker over Block Kit that refuses what Slack refuses (slack_sdk's own models let most of it pass).

Lengths are counted in code points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from bots.simulator import block_kit_data
from bots.simulator import block_kit_rules as rules
from bots.simulator.block_kit_rules import ANY_TEXT, CLICKABLE, STATEFUL, Rule, Text

__all__ = ["CLICKABLE", "STATEFUL", "TOO_LONG", "problems"]

Json = Any
MESSAGE_BLOCKS = 50
TOTAL_CHARACTERS = 13_000
TOO_LONG = "all texts together are too long"
_OPTION = Rule(
    texts={"text": Text("option.text", ANY_TEXT), "description": Text("option.description", ANY_TEXT)},
    strings={"value": "option.value", "url": "option.url"},
    required=("text",),
)
_OPTION_GROUP = Rule(
    texts={"label": Text("option_group.label")},
    lists={"options": rules.Items("option_group.options", "option")},
    required=("label", "options"),
)
_CONFIRM = Rule(
    texts={
        "title": Text("confirmation.title"),
        "text": Text("confirmation.text", ANY_TEXT),
        "confirm": Text("confirmation.confirm"),
        "deny": Text("confirmation.deny"),
    },
    required=("title", "text", "confirm", "deny"),
    other=("style",),
)


def problems(blocks_or_view: Json) -> list[str]:
    """Everything Slack would refuse in a message's blocks, a modal or a home, as `path: reason`; empty when fine."""
    if isinstance(blocks_or_view, dict):
        return list(_view(blocks_or_view))
    if not isinstance(blocks_or_view, list):
        return ["blocks: must be a list"]
    found = list(_blocks("blocks", blocks_or_view, MESSAGE_BLOCKS))
    if _characters(blocks_or_view) > TOTAL_CHARACTERS:
        found.append(f"blocks: {TOO_LONG}")
    return found


@cache
def _limits() -> dict[str, Json]:
    return dict(json.loads(files("bots.simulator").joinpath("slack_limits", "limits.json").read_text("utf-8")))


def limit(name: str) -> dict[str, int]:
    """The numbers of one dotted name of limits.json, such as `button.text`; empty when it sets none."""
    node: Json = _limits()
    for part in name.split(".") if name else ():
        node = node.get(part, {})
    return {key: value for key, value in node.items() if isinstance(value, int)} if name else {}


def measure(path: str, value: Json, name: str) -> Iterator[str]:
    """Compare a string's length, a list's count or a number with the named limit."""
    bounds = limit(name)
    size = value if isinstance(value, int | float) else len(value)
    lowest = bounds.get("min_length", bounds.get("min_items", bounds.get("min")))
    highest = bounds.get("max_length", bounds.get("max_items", bounds.get("max")))
    if lowest is not None and size < lowest:
        yield f"{path}: below {lowest}"
    if highest is not None and size > highest:
        yield f"{path}: above {highest}"


def _view(view: dict[str, Json]) -> Iterator[str]:
    if view.get("type") not in {"modal", "home"}:
        yield "view.type: must be modal or home"
    yield from _fields("view", view, rules.VIEW)
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or len(blocks) < limit("view.blocks")["min_items"]:
        yield "view.blocks: at least one block is needed"
        return
    yield from _blocks("view.blocks", blocks, limit("view.blocks")["max_items"])
    if view.get("type") == "modal":
        if "title" not in view:
            yield "view.title: missing"
        if "submit" not in view and any(isinstance(block, dict) and block.get("type") == "input" for block in blocks):
            yield "view.submit: needed where there is an input block"


def _blocks(path: str, blocks: list[Json], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{path}: above {most}"
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        here = f"{path}[{index}]"
        yield from _block(here, block)
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str):
            if block_id in seen:
                yield f"{here}.block_id: given twice"
            seen.add(block_id)


def _block(path: str, block: Json) -> Iterator[str]:
    rule = rules.BLOCKS.get(str(block.get("type"))) if isinstance(block, dict) else None
    if rule is None:
        yield f"{path}.type: unknown block"
        return
    if isinstance(block.get("block_id"), str):
        yield from measure(f"{path}.block_id", block["block_id"], "block_id")
    yield from _fields(path, block, rule, also=("type", "block_id"))
    if "element" in block:
        yield from _element(f"{path}.element", block["element"], rules.IN_INPUT)
    if "accessory" in block:
        yield from _element(f"{path}.accessory", block["accessory"], rules.IN_SECTION)
    yield from _action_ids(path, block)
    yield from block_kit_data.problems(path, block, measure)


def _action_ids(path: str, block: dict[str, Json]) -> Iterator[str]:
    elements = block.get("elements")
    named = [item.get("action_id") for item in elements if isinstance(item, dict)] if isinstance(elements, list) else []
    given = [name for name in named if name]
    if len(given) != len(set(given)):
        yield f"{path}.elements: an action_id is given twice"


def _element(path: str, element: Json, allowed: frozenset[str]) -> Iterator[str]:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        yield f"{path}.type: not allowed here"
    elif kind in ANY_TEXT:
        yield from _text(path, element, Text("text", ANY_TEXT))
    else:
        yield from _fields(path, element, rules.ELEMENTS[str(kind)], also=("type", "action_id"))
        if isinstance(element.get("action_id"), str):
            yield from measure(f"{path}.action_id", element["action_id"], "action_id")
        yield from _element_extras(path, element)


def _element_extras(path: str, element: dict[str, Json]) -> Iterator[str]:
    if "confirm" in element:
        yield from _fields(f"{path}.confirm", element["confirm"], _CONFIRM)
    if element.get("type") in {"button", "workflow_button"} and element.get("style", "primary") not in {
        "primary",
        "danger",
    }:
        yield f"{path}.style: must be primary or danger"
    for side in ("positive_button", "negative_button"):
        if side in element:
            yield from _fields(f"{path}.{side}", element[side], rules.ELEMENTS["feedback_button"])
    if element.get("type") == "number_input":
        yield from block_kit_data.number_range(path, element)


def _fields(path: str, node: Json, rule: Rule, also: tuple[str, ...] = ()) -> Iterator[str]:
    if not isinstance(node, dict):
        yield f"{path}: must be an object"
        return
    known = {*rule.texts, *rule.strings, *rule.lists, *rule.numbers, *rule.other, *also}
    yield from (f"{path}.{name}: unknown field" for name in node if name not in known)
    yield from (f"{path}.{name}: missing" for name in rule.required if node.get(name) is None)
    if rule.either and not any(node.get(name) for name in rule.either):
        yield f"{path}: one of {', '.join(rule.either)} is needed"
    if rule.one_of and sum(name in node for name in rule.one_of) != 1:
        yield f"{path}: exactly one of {', '.join(rule.one_of)} is needed"
    for name, text in rule.texts.items():
        if node.get(name) is not None:
            yield from _text(f"{path}.{name}", node[name], text)
    yield from _plain_fields(path, node, rule)


def _plain_fields(path: str, node: dict[str, Json], rule: Rule) -> Iterator[str]:
    for names, kind in ((rule.strings, str), (rule.numbers, int)):
        for name, bound in names.items():
            if node.get(name) is None:
                continue
            if isinstance(node[name], kind):
                yield from measure(f"{path}.{name}", node[name], bound)
            else:
                yield f"{path}.{name}: must be a {kind.__name__}"
    for name, items in rule.lists.items():
        if name in node:
            yield from _items(f"{path}.{name}", node[name], items)


def _items(path: str, entries: Json, rule: rules.Items) -> Iterator[str]:
    if not isinstance(entries, list):
        yield f"{path}: must be a list"
        return
    yield from measure(path, entries, rule.limit)
    if not entries and rule.limit:
        yield f"{path}: must not be empty"
    for index, entry in enumerate(entries):
        here = f"{path}[{index}]"
        if isinstance(rule.of, frozenset):
            yield from _element(here, entry, rule.of)
        elif rule.of == "option":
            yield from _fields(here, entry, _OPTION)
        elif rule.of == "option_group":
            yield from _fields(here, entry, _OPTION_GROUP)
        elif rule.of == "block":
            yield from _block(here, entry)
        elif rule.of == "field":
            yield from _text(here, entry, Text("section.fields.item", ANY_TEXT))


def _text(path: str, node: Json, rule: Text) -> Iterator[str]:
    if not isinstance(node, dict) or node.get("type") not in rule.kinds:
        yield f"{path}: must be {' or '.join(sorted(rule.kinds))}"
        return
    text = node.get("text")
    if not isinstance(text, str):
        yield f"{path}.text: missing"
        return
    yield from measure(path, text, "text")
    highest = limit("section.fields").get("item_max_length") if rule.limit == "section.fields.item" else None
    if highest is not None and len(text) > highest:
        yield f"{path}: above {highest}"
    if rule.limit not in {"text", "section.fields.item"} and (not text or len(text) <= limit("text")["max_length"]):
        yield from measure(path, text, rule.limit)
    extra = set(node) - {"type", "text", "verbatim" if node["type"] == "mrkdwn" else "emoji"}
    yield from (f"{path}.{name}: unknown field" for name in sorted(extra))


def _characters(node: Json) -> int:
    """How many characters of text the blocks hold, values and ids not counted."""
    if isinstance(node, list):
        return sum(_characters(item) for item in node)
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_characters(value) for value in node.values())
    return 0
