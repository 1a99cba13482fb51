"""Rules on LINE messages that no schema can say: sizes in bytes, and which action may stand where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bots.simulator.line_schema import Json, Problem, request_problems

MAX_BODY_BYTES = 2_000_000
_BUBBLE_BYTES = 30_000
_CAROUSEL_BYTES = 50_000
_QUICK_REPLY_ONLY = frozenset({"camera", "cameraRoll", "location"})


def message_problems(schema_name: str, body: Json) -> list[Problem]:
    """Everything LINE would refuse in a reply or push body; empty when it would be accepted."""
    found = request_problems(schema_name, body)
    messages = body.get("messages") if isinstance(body, dict) else None
    if isinstance(messages, list):
        for index, message in enumerate(messages):
            if isinstance(message, dict):
                found.extend(_message(f"messages[{index}]", message))
    return found


def _message(where: str, message: dict[str, Any]) -> Iterator[Problem]:
    rest = {key: value for key, value in message.items() if key != "quickReply"}
    for path, action in _actions(where, rest):
        if action.get("type") in _QUICK_REPLY_ONLY:
            yield Problem(path, "this action may stand in a quick reply only")
    contents = message.get("contents")
    if message.get("type") == "flex" and isinstance(contents, dict):
        yield from _flex_sizes(f"{where}.contents", contents)


def _actions(where: str, node: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for key, value in node.items():
            path = f"{where}.{key}"
            if key in {"action", "defaultAction"} and isinstance(value, dict):
                yield path, value
            elif key == "actions" and isinstance(value, list):
                yield from ((f"{path}[{i}]", item) for i, item in enumerate(value) if isinstance(item, dict))
            else:
                yield from _actions(path, value)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _actions(f"{where}[{index}]", item)


def _flex_sizes(where: str, container: dict[str, Any]) -> Iterator[Problem]:
    carousel = container.get("type") == "carousel"
    if carousel and _size(container) > _CAROUSEL_BYTES:
        yield Problem(where, f"a carousel may hold {_CAROUSEL_BYTES} bytes")
    bubbles = container.get("contents") if carousel else [container]
    for index, bubble in enumerate(bubbles if isinstance(bubbles, list) else []):
        if _size(bubble) > _BUBBLE_BYTES:
            yield Problem(
                f"{where}.contents[{index}]" if carousel else where, f"a bubble may hold {_BUBBLE_BYTES} bytes"
            )


def _size(node: Json) -> int:
    return len(json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
