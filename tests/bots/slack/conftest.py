"""The fixtures of the Slack bot's tests; what they are made of stands in `slack_town`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_town import Town, founded

from bots.slack import gate, roster


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town of its own for each test."""
    with founded(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def full_members(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Slack says of everybody who clicks that they are no guests, unless a test lets it remember otherwise."""
    roster.MEMORY.forget()
    monkeypatch.setattr(gate, "kind_of", lambda _client, team, user: roster.kind_known(team, user) or "staff")
    yield
    roster.MEMORY.forget()


@pytest.fixture
def slack_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every call of Slack's API by the async client, answered with `ok`."""
    calls: list[tuple[str, dict[str, Any]]] = []

    async def api_call(_self: AsyncWebClient, method: str, **kwargs: Any) -> dict[str, Any]:
        calls.append((method, kwargs.get("json") or kwargs.get("params") or {}))
        return {"ok": True}

    monkeypatch.setattr(AsyncWebClient, "api_call", api_call)
    return calls
