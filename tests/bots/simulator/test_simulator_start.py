"""Settings, people, and the process as it is started."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from bots.simulator.__main__ import VARIABLE
from bots.simulator.clock import Ids
from bots.simulator.personas import personas
from bots.simulator.settings import SettingsError, SimulatorSettings

GIVEN = {
    "product_url": "http://127.0.0.1:1",
    "line_channel_secret": "line-secret",
    "line_access_token": "line-token",
    "slack_signing_secret": "slack-secret",
    "slack_bot_token": "xoxb",
    "slack_app_token": "xapp",
}


def test_settings_from_json():
    settings = SimulatorSettings.from_json(json.dumps({**GIVEN, "redelivery_delays_s": [1, 2]}))
    assert settings.redelivery_delays_s == (1.0, 2.0)
    assert "line-secret" not in repr(settings)
    assert replace(settings, port=9).base_url == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("[]", "one JSON object"),
        (json.dumps({**GIVEN, "colour": 1}), "unknown fields: colour"),
        (json.dumps({}), "missing"),
        (json.dumps({**GIVEN, "line_channel_secret": ""}), "line_channel_secret: must not be empty"),
        (json.dumps({**GIVEN, "host": "0.0.0.0"}), "loopback only"),
    ],
)
def test_settings_that_cannot_be_used(text, complaint):
    with pytest.raises(SettingsError, match=complaint):
        SimulatorSettings.from_json(text)


def test_the_process_refuses_bad_settings_without_repeating_them():
    environment = {**os.environ, VARIABLE: json.dumps({**GIVEN, "host": "0.0.0.0"})}
    ended = subprocess.run(
        [sys.executable, "-m", "bots.simulator"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "loopback only" in ended.stderr
    assert "line-secret" not in ended.stderr


def test_people():
    people = personas()
    assert len(people) >= 20
    assert len({person.key for person in people}) == len({person.user_id for person in people}) == len(people)
    assert all(re.fullmatch(r"U[0-9a-f]{32}", person.user_id) for person in people)
    assert [person.key for person in people if person.featured] == [
        "eighties",
        "parent",
        "junior",
        "easy",
        "meter",
        "needy",
        "vietnamese",
        "hide",
        "commissioner",
        "clinic",
    ]
    kinds = {person.kind for person in people}
    assert kinds == {"resident", "lifeline", "office", "smalltalk", "emergency", "hard_negative", "professional"}
    assert not any(re.search(r"\d{2,4}-\d{3,4}-\d{4}|\d{10,}", person.text) for person in people)


def test_the_same_seed_gives_the_same_names():
    def names(seed):
        ids = Ids(seed)
        return [
            ids.ulid(1),
            ids.hex(32),
            ids.upper(8),
            ids.uuid(),
            ids.line_message(),
            ids.slack_ts(5.0),
            ids.slack_ts(5.0),
        ]

    assert names(1) == names(1) != names(2)
    assert len(set(names(1))) == 7


def test_all_people_can_be_seeded(sim, product):
    sim.seed()
    assert len(product.events()) == len(personas())
    assert {event["source"]["userId"] for event in product.events()} == {person.user_id for person in personas()}
