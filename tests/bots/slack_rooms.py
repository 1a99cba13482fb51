"""A Slack of several channels that keeps what stands in each, for tests of what is delivered where."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from slack_sdk.errors import SlackApiError


class _Said:
    def __init__(self, data: dict[str, Any], status: int = 200) -> None:
        self.data, self.status_code, self.headers = {"ok": True, **data}, status, {"Retry-After": "7"}


@dataclass
class Rooms:
    """What a WebClient is asked for. `shared` channels must not be posted to; `limited` ones answer 429."""

    shared: set[str] = field(default_factory=set)
    limited: set[str] = field(default_factory=set)
    posts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    whispers: list[dict[str, Any]] = field(default_factory=list)
    _serial: Any = field(default_factory=lambda: count(1))

    base_url: str = "https://rooms.invalid/"

    def conversations_members(self, **_how: Any) -> _Said:
        return _Said({"members": []})

    def conversations_info(self, *, channel: str) -> _Said:
        return _Said({"channel": {"is_private": True, "is_member": True, "is_ext_shared": channel in self.shared}})

    def conversations_history(self, **_how: Any) -> _Said:
        return _Said({"messages": []})

    def chat_postMessage(  # noqa: N802
        self, *, channel: str, **how: Any
    ) -> _Said:
        self._open(channel)
        ts = f"{next(self._serial)}.0"
        self.posts[channel, ts] = how
        return _Said({"ts": ts})

    def chat_update(self, *, channel: str, ts: str, **how: Any) -> _Said:
        self._open(channel)
        if (channel, ts) not in self.posts:
            raise SlackApiError("no", _Said({"ok": False, "error": "message_not_found"}))  # type: ignore[no-untyped-call]
        self.posts[channel, ts] = how
        return _Said({"ts": ts})

    def chat_postEphemeral(self, **how: Any) -> _Said:  # noqa: N802
        self.whispers.append(how)
        return _Said({"message_ts": "1.0"})

    def views_publish(self, *, user_id: str, view: dict[str, Any]) -> _Said:
        self.homes[user_id] = view
        return _Said({"view": {}})

    def of(self, channel: str) -> list[str]:
        """All that stands in a channel, as JSON text."""
        return [json.dumps(how, ensure_ascii=False) for (place, _), how in self.posts.items() if place == channel]

    def _open(self, channel: str) -> None:
        assert channel not in self.shared, "nothing may be posted here"
        if channel in self.limited:
            raise SlackApiError("no", _Said({"ok": False, "error": "ratelimited"}, 429))  # type: ignore[no-untyped-call]
