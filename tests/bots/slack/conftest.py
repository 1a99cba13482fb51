"""The fixtures of the Slack bot's tests; what they are made of stands in `slack_town`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_town import CHANNEL, TEAM, TENANT, RowOutbox, Town
from slack_world import NOW

from bots.slack.parse import SlackArrival
from bots.slack.parts import SlackParts
from handoff import login
from handoff.office import Office, StaffRef
from handoff.pack import load
from intake.cases import Vault
from intake.db import make_engine, make_sessions
from intake.keystore import KeyStore
from intake.records import Base
from intake.seal import BlindIndex, Sealer


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    engine = make_engine(f"sqlite:///{tmp_path / 'town.db'}", durable=False)
    key_engine = make_engine(f"sqlite:///{tmp_path / 'keys.db'}", schema=None, durable=False)
    Base.metadata.create_all(engine)
    keys = KeyStore(key_engine, os.urandom(32))
    keys.prepare()
    sealer = Sealer(keys)
    office = Office(TENANT, load("mihon"), Vault(keys, sealer, BlindIndex(b"p" * 32)), b"a" * 32, RowOutbox(sealer))
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        staff = []
        for name, user in (("佐藤", "U1"), ("田中", "U2")):
            staff_id = login.add_staff(session, TENANT, name, "intake", "", NOW)
            login.link_identity(session, TENANT, "slack", f"{TEAM}:{user}", staff_id)
            staff.append(StaffRef(staff_id, TENANT, name, "intake", ""))
    accepted: list[SlackArrival] = []

    def accept(arrival: SlackArrival) -> bool:
        new = arrival.event_key not in {found.event_key for found in accepted}
        accepted.append(arrival)
        return new

    parts = SlackParts(
        tenant=TENANT, team_id=TEAM, bot_token="xoxb-1", signing_secret="s" * 32, app_token=None,
        api_base="http://127.0.0.1:9/api/", channel_id=CHANNEL, office=office, sessions=sessions, accept=accept,
        now=lambda: NOW,
    )  # fmt: skip
    yield Town(parts, sessions, accepted, *staff)
    engine.dispose()
    key_engine.dispose()


@pytest.fixture
def slack_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every call of Slack's API by the async client, answered with `ok`."""
    calls: list[tuple[str, dict[str, Any]]] = []

    async def api_call(_self: AsyncWebClient, method: str, **kwargs: Any) -> dict[str, Any]:
        calls.append((method, kwargs.get("json") or kwargs.get("params") or {}))
        return {"ok": True}

    monkeypatch.setattr(AsyncWebClient, "api_call", api_call)
    return calls
