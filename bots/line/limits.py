"""LINE's limits on what we send, checked here because the SDK checks almost none (Messaging API reference, 2026).

Text is counted in UTF-16 units, labels in graphemes, a Flex bubble in bytes of JSON.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MESSAGES = 5
TEXT = 5000
ALT_TEXT = 1500
QUICK_REPLIES = 13
LABEL = 20
DATA = 300
DISPLAY_TEXT = 300
URI = 1000
CLIPBOARD = 1000
BUBBLE_BYTES = 30_000
_SCHEMES = ("https://", "http://", "line://", "tel:")
_JOINER = "\u200d"


class LimitError(ValueError):
    """A message that LINE would refuse. The message names the limit, never the content."""


def utf16(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> list[str]:
    """What a reader sees as characters: marks, selectors, skin tones, joined emoji and flags stay together."""
    clusters: list[str] = []
    for char in text:
        if clusters and (_extends(char) or clusters[-1].endswith(_JOINER) or _second_flag(clusters[-1], char)):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def cut(text: str, limit: int) -> str:
    """The text within `limit` UTF-16 units, cut between graphemes, at a line or sentence end if one is near, with …"""
    if utf16(text) <= limit:
        return text
    kept, used = [], 1
    for cluster in graphemes(text):
        used += utf16(cluster)
        if used > limit:
            break
        kept.append(cluster)
    whole = "".join(kept)
    end = max(whole.rfind(mark) for mark in ("\n", "。", " ", "　"))
    return (whole[: end + 1].rstrip() if end > len(whole) * 4 // 5 else whole) + "…"


def check_messages(messages: Sequence[Mapping[str, Any]]) -> None:
    """Raise LimitError if LINE would refuse these messages of one request."""
    _ensure(1 <= len(messages) <= MESSAGES, "messages per request")
    for message in messages:
        if message["type"] == "text":
            _ensure(0 < utf16(message["text"]) <= TEXT and message["text"].strip() != "", "text length")
        else:
            _ensure(0 < utf16(message["altText"]) <= ALT_TEXT, "altText length")
            size = len(json.dumps(message["contents"], ensure_ascii=False).encode())
            _ensure(size <= BUBBLE_BYTES, "bubble size")
        items = message.get("quickReply", {}).get("items", [])
        _ensure(len(items) <= QUICK_REPLIES, "quick replies")
        for action in _actions(message):
            _check_action(action)


def _check_action(action: Mapping[str, Any]) -> None:
    label = action.get("label", "")
    _ensure(0 < len(graphemes(label)) <= LABEL, "label length")
    for key, limit in (("data", DATA), ("displayText", DISPLAY_TEXT), ("uri", URI), ("clipboardText", CLIPBOARD)):
        if key in action:
            _ensure(0 < utf16(action[key]) <= limit, f"{key} length")
    if "uri" in action:
        _ensure(action["uri"].startswith(_SCHEMES), "uri scheme")


def _actions(node: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if isinstance(node.get("action"), Mapping):
            yield node["action"]
        for value in node.values():
            yield from _actions(value)
    elif isinstance(node, list):
        for item in node:
            yield from _actions(item)


def _extends(char: str) -> bool:
    tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    tag = "\U000e0020" <= char <= "\U000e007f"
    return char == _JOINER or tone or tag or unicodedata.category(char) in {"Mn", "Me", "Mc"}


def _second_flag(cluster: str, char: str) -> bool:
    return len(cluster) == 1 and _flag(cluster) and _flag(char)


def _flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _ensure(condition: bool, limit: str) -> None:
    if not condition:
        raise LimitError(limit)
