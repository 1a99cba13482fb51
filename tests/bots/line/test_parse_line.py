"""LINE's own 28 sample payloads, one expected value each, and everything that must not hurt."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.line.parse import BadBody, Parsed, envelope, event_key, parse
from intake.conversation.values import (
    Blocked,
    Edited,
    Event,
    Followed,
    GroupTouched,
    Location,
    Media,
    Press,
    Sticker,
    Text,
    Unknown,
    Unsent,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "line"
PERSON = "U206d25c2ea6bd87c17655609a1c37cb8"
BUY = "action=buyItem&itemId=123123&color=red"
EXPECTED: dict[str, tuple[Event, str, str | None]] = {
    "00_message_text_user": (Text("Hello, world"), "user", PERSON),
    "01_message_image_room": (GroupTouched(False), "room", None),
    "02_message_video_user": (Media("video", "325708"), "user", PERSON),
    "03_message_audio_user": (Media("audio", "325708"), "user", PERSON),
    "04_message_location_user": (Location(35.65910807942215, 139.70372892916203, "my location Tokyo"), "user", PERSON),
    "05_message_sticker_user": (Sticker(("Just sticker", "Love You", "Love")), "user", PERSON),
    "06_follow_user": (Followed(True), "user", PERSON),
    "07_unfollow_user": (Blocked(), "user", PERSON),
    "08_join_group": (GroupTouched(True), "group", None),
    "09_leave_group": (Unknown("leave"), "group", None),
    "10_postback_user": (Press(BUY, {"datetime": "2017-12-25T01:00"}), "user", PERSON),
    "11_beacon_user": (Unknown("beacon"), "user", PERSON),
    "12_beacon_user": (Unknown("beacon"), "user", PERSON),
    "13_accountLink_user": (Unknown("accountLink"), "user", PERSON),
    "14_message_text_group": (GroupTouched(False), "group", PERSON),
    "15_message_text_room": (GroupTouched(False), "room", PERSON),
    "16_postback_user": (Press(BUY, {"date": "2013-04-01"}), "user", PERSON),
    "17_postback_user": (Press(BUY, {"time": "10:00"}), "user", PERSON),
    "18_postback_user": (Press(BUY, {"datetime": "2013-04-01T10:00"}), "user", PERSON),
    "19_memberJoined_group": (Unknown("memberJoined"), "group", None),
    "20_memberLeft_group": (Unknown("memberLeft"), "group", None),
    "21_message_file_user": (Media("file", "325708"), "user", PERSON),
    "22_unsend_group": (Unsent("325708"), "group", PERSON),
    "23_videoPlayComplete_user": (Unknown("videoPlayComplete"), "user", PERSON),
    "24_message_image_user": (Media("image", "354718705033693861"), "user", PERSON),
    "25_message_text_user": (Text("Hello, world"), "user", PERSON),
    "26_messageEdited_text_user": (Edited("325708", "Hello, edited world"), "user", PERSON),
    "27_undefined_user": (Unknown("undefined"), "user", PERSON),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def sample(name: str) -> dict[str, Any]:
    return envelope((FIXTURES / f"{name}.json").read_bytes()).events[0]


def test_there_is_one_fixture_per_expected_payload() -> None:
    assert sorted(path.stem for path in FIXTURES.glob("*.json")) == sorted(EXPECTED)
    assert len(EXPECTED) == 28 and (FIXTURES / "LICENSE").exists() and (FIXTURES / "COMMIT").exists()


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    raw = sample(name)
    parsed = parse(raw)
    event, source, user = EXPECTED[name]
    assert (parsed.event, parsed.source_kind, parsed.user_id) == (event, source, user)
    assert parsed.reply_token == raw.get("replyToken")
    assert parsed.event_id == event_key(raw) == "testwebhookeventid"
    assert (parsed.timestamp_ms, parsed.mode) == (raw["timestamp"], "active")
    assert parsed.is_redelivery is raw["deliveryContext"]["isRedelivery"]
    assert parsed.message_id == raw.get("message", {}).get("id")
    assert parsed.unsent_id == ("325708" if name.startswith("22") else None)
    assert parsed.group_id == raw["source"].get("groupId", raw["source"].get("roomId"))


@pytest.mark.parametrize("name", EXPECTED)
def test_new_fields_values_and_modes_change_nothing(name: str) -> None:
    raw = sample(name)
    more = copy.deepcopy(raw) | {"mode": "sleepwalking", "brandNew": {"x": [1]}}
    more["source"]["tier"] = "gold"
    del more["webhookEventId"]
    parsed = parse(more)
    assert parsed.event == parse(raw).event and parsed.mode == "sleepwalking" and parsed.event_id is None


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, True, -1.5])
def test_any_part_may_be_junk(name: str, junk: Any) -> None:
    raw = sample(name)
    for key in raw:
        assert isinstance(parse(raw | {key: junk}), Parsed)
        assert isinstance(parse({other: value for other, value in raw.items() if other != key}), Parsed)
        if isinstance(raw[key], dict):
            for inner in raw[key]:
                assert isinstance(parse(raw | {key: raw[key] | {inner: junk}}), Parsed)
    assert isinstance(event_key(raw | {"webhookEventId": junk}), str)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["type", "message", "source", "postback", "unsend", "timestamp", "mode"]) | st.text(), JSON
    )
)
def test_nothing_raises(raw: dict[str, Any]) -> None:
    assert isinstance(parse(raw), Parsed)
    assert event_key(raw) == event_key(dict(reversed(raw.items())))


def test_without_an_id_redeliveries_share_a_key_and_others_do_not() -> None:
    first = {key: value for key, value in sample("00_message_text_user").items() if key != "webhookEventId"}
    again = first | {"deliveryContext": {"isRedelivery": True}}
    assert event_key(first) == event_key(again) != event_key(first | {"timestamp": 1})
    assert event_key(first).startswith("sha256:")
    for strange in ("", "x" * 129, "a\x00b", "番号", 5):
        assert event_key(first | {"webhookEventId": strange}).startswith("sha256:")


def test_a_persons_words_never_become_a_type() -> None:
    assert parse({"type": "私の秘密 です"}).event == Unknown("strange")
    assert parse({"type": "message", "message": {"type": "a" * 65}}).event == Unknown("message.strange")
    assert parse({}).event == Unknown("none")
    assert parse({"type": "message", "message": {"type": "location", "latitude": 91, "longitude": 0}}).event == Unknown(
        "message.location"
    )


def test_one_request_may_hold_several_people_or_none() -> None:
    assert envelope(b'{"destination":"U0","events":[]}').events == []
    both = envelope(json.dumps({"destination": "U0", "events": [{"type": "follow"}, {"type": "x"}]}).encode())
    assert both.destination == "U0" and [parse(event).event for event in both.events] == [Followed(False), Unknown("x")]
    assert envelope(b'{"events":[]}').destination is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"{}",
        b'{"events":{}}',
        b'{"events":[1]}',
        b'{"events":[{"a":NaN}]}',
        b'{"events":[{"a":-Infinity}]}',
        b'{"events":[{"a":1e999}]}',
        b'{"events":[{"a":"\\ud800"}]}',
        b'{"events":[{"\\udc00":1}]}',
        b"\xff\xfe",
        b'{"events":[{"a":"\xed\xa0\x80"}]}',
        b'{"events":[{"a":' + b"9" * 5000 + b"}]}",
        b"[" * 200_000,
        b'{"events":[{"a":' + b"[" * 30 + b"]" * 30 + b"}]}",
    ],
)
def test_bad_bodies(body: bytes) -> None:
    with pytest.raises(BadBody) as caught:
        envelope(body)
    assert len(str(caught.value)) < 60


def test_depth_32_is_still_fine_and_a_whole_emoji_too() -> None:
    assert envelope(b'{"events":[{"a":' + b"[" * 29 + b"]" * 29 + b"}]}").events
    assert parse(
        envelope(b'{"events":[{"type":"message","message":{"type":"text","text":"\\ud83d\\ude00"}}]}').events[0]
    ).event == Text("😀")
