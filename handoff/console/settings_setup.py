"""What a page of settings shows that only the installation knows (設定ファイルの側): Slack's channels, ways to ring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TownSetup:
    """Read-only facts of `TenantSettings`, without secrets.

    `ring` rings every way there is, marked 【練習】, and says which took it; None where this page cannot ring.
    `channels`: a desk's id or `domain:child` → channel id.
    """

    slack: bool = False
    channel: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)
    ring: Callable[[], Mapping[str, bool]] | None = None
