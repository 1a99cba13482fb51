"""What one person is told, seen by them only (あなただけに). Holds no word of a resident."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bots.slack import blocks
from bots.slack.blocks import Block


@dataclass(frozen=True, slots=True)
class Key:
    """A button under a notice; `value` carries ids only."""

    action_id: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A word to `user_id` in `channel_id` (their own id: by direct message).

    `once`: told once under this name, however often it is asked for. `fate_of`: after `delay_seconds` the fate of this
    outgoing row is told instead of `text`.
    """

    channel_id: str
    user_id: str
    text: str
    keys: tuple[Key, ...] = ()
    once: str = ""
    fate_of: int | None = None
    delay_seconds: float = 0.0

    def to_json(self) -> str:
        """As it rides in an outgoing row."""
        keys = [[key.action_id, key.label, key.value] for key in self.keys]
        body: dict[str, Any] = {"channel": self.channel_id, "user": self.user_id, "text": self.text, "keys": keys}
        return json.dumps(body | ({"row": self.fate_of} if self.fate_of else {}), ensure_ascii=False)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Notice:
        """The inverse."""
        keys = tuple(Key(*key) for key in body.get("keys", ()))
        return cls(body["channel"], body["user"], body["text"], keys, fate_of=body.get("row"))


def drawn(notice: Notice) -> list[Block]:
    """Its blocks."""
    keys = [blocks.button(key.action_id, key.label, key.value) for key in notice.keys]
    return [blocks.section(notice.text), *([blocks.actions(*keys)] if keys else [])]
