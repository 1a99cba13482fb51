"""The app's manifest: few rights, the names that we listen to, and the shipped copy is what the code makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bots.slack import names
from bots.slack.manifest import PLACEHOLDER, SCOPES, SCOPES_JA, manifest
from bots.slack.setup import steps

SHIPPED = Path(__file__).parents[3] / "docs" / "slack-manifest.json"


def test_the_manifest_asks_for_little_and_names_what_we_listen_to() -> None:
    made = manifest("mihon", "https://town.example/", "http")
    assert set(made["oauth_config"]["scopes"]) == {"bot"}
    assert not [scope for scope in SCOPES if scope.startswith(("channels", "im", "mpim", "files"))]
    assert set(SCOPES) == set(SCOPES_JA)
    callbacks = {shortcut["callback_id"]: shortcut["type"] for shortcut in made["features"]["shortcuts"]}
    assert callbacks == dict.fromkeys(names.SHORTCUTS, "global") | {names.MESSAGE_SHORTCUT: "message"}
    assert made["features"]["slash_commands"][0]["command"] == names.COMMAND
    assert made["features"]["app_home"]["home_tab_enabled"]
    assert made["settings"]["interactivity"]["request_url"] == "https://town.example/slack/mihon"
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert names.HOME_OPENED in events
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_socket_mode_names_no_address_and_http_only_takes_https() -> None:
    made = manifest("mihon", "http://127.0.0.1:8800", "socket")
    assert "url" not in json.dumps(made)
    assert made["settings"]["socket_mode_enabled"] is True
    with pytest.raises(ValueError, match="public_url"):
        manifest("mihon", "http://127.0.0.1:8800", "http")
    assert any("xapp-" in step for step in steps("mihon", "socket"))
    assert not any("xapp-" in step for step in steps("mihon", "http"))


def test_the_shipped_manifest_is_what_the_code_makes() -> None:
    assert json.loads(SHIPPED.read_text("utf-8")) == manifest("TENANT", PLACEHOLDER, "http")
