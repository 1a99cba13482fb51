"""The app's manifest: few rights, and the names that we listen to."""

from __future__ import annotations

import json
from pathlib import Path

from bots.slack import names


def test_the_manifest_asks_for_little_and_names_what_we_listen_to() -> None:
    manifest = json.loads((Path(names.__file__).parent / "manifest.json").read_text())
    assert set(manifest["oauth_config"]["scopes"]) == {"bot"}
    assert manifest["oauth_config"]["scopes"]["bot"] == ["chat:write", "commands", "groups:history", "groups:read"]
    assert manifest["features"]["shortcuts"][0]["callback_id"] == names.REPORT_SHORTCUT
    assert manifest["features"]["slash_commands"][0]["command"] == names.COMMAND
    assert not [event for event in manifest["settings"]["event_subscriptions"]["bot_events"] if "message" in event]
