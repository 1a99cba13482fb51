"""Every payload that Slack's own SDK is tested with has one expected reading; nothing raises, nothing is dropped."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack.parse import MAX_DEPTH, BadBody, from_payload, parse, seen_only

SAMPLES = Path(__file__).parents[2] / "fixtures" / "slack"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"

# file number → (kind, name, team, user, place, retry-safe key)
EXPECTED = {
    1: ("event", "app_mention", "T111", "W222", "T111", "event:Ev111"),
    2: ("event", "app_mention", "T111", "W222", "T111", "event:Ev111"),
    3: ("shortcut", "test-shortcut", "T111", "W111", "T111", "shortcut:111.222.xxx"),
    4: ("action", "pick_channel_for_fun", "T111", "U111", "T111", "action:T111:1520966872.245369:111.222.valid"),
    5: ("action", "a", "T111", "W99999", "T111", "action:T111:1596530385.194939:111.222.valid"),
    6: ("action", "a", "T111", "W111", "T111", "action:T111:1596530385.194939:111.222.valid"),
    7: ("options", "es_a", "T111", "W111", "T111", "options:sha256:"),
    8: ("options", "types", "T111", "W111", "T111", "options:sha256:"),
    9: ("submit", "dialog-callback-id", "T111", "W111", "T111", "submit:sha256:"),
    10: ("closed", "dialog-callback-id", "T111", "W111", "T111", "closed:sha256:"),
    11: ("action", "a", "T111", "W111", "T111", "action:T111:1596530385.194939:111.222.valid"),
    12: ("event", "reaction_added", "T111", "W111", "T111", "event:Ev111"),
    13: ("event", "message", "T111", "U111", "T111", "event:Ev111"),
    14: ("event", "member_joined_channel", "T111", "W23456789", "T111", "event:Ev111"),
    15: ("event", "member_left_channel", "T111", "W23456789", "T111", "event:Ev111"),
    16: ("event", "member_joined_channel", "T111", "W111", "T111", "event:Ev111"),
    17: ("event", "member_left_channel", "T111", "W111", "T111", "event:Ev111"),
    18: ("event", "app_uninstalled", "T111", "", "T111", "event:Ev111"),
    19: ("event", "tokens_revoked", "T111", "", "T111", "event:Ev111"),
    20: ("event", "member_left_channel", "T111", "W111", "T222", "event:Ev111"),
    21: ("event", "reaction_added", "T111", "W23456789", "T111", "event:Ev111"),
    22: ("event", "message", "T111", "", "T111", "event:Ev111"),
    23: ("event", "message", "T111", "", "T111", "event:Ev111"),
    24: ("event", "team_access_granted", "", "", "", "event:Ev111"),
    25: ("event", "team_access_revoked", "", "", "", "event:Ev111"),
    26: ("event", "app_home_opened", "T111", "W111", "T111", "event:Ev111"),
    27: ("event", "message", "T111", "W111", "T111", "event:Ev111"),
    28: ("event", "app_mention", "T_INSTALLED", "W222", "T_INSTALLED", "event:Ev111"),
    29: ("event", "app_mention", "T111", "W222", "T111", "event:Ev111"),
    30: ("event", "reaction_added", "T_SOURCE", "W111", "T_SOURCE", "event:Ev111"),
    31: ("event", "reaction_added", "T_SOURCE", "W23456789", "T_SOURCE", "event:Ev111"),
    32: ("event", "member_joined_channel", "T_INSTALLED", "W23456789", "T_SOURCE", "event:Ev111"),
    33: ("event", "member_left_channel", "T_INSTALLED", "W23456789", "T_SOURCE", "event:Ev111"),
    34: ("event", "member_joined_channel", "T_INSTALLED", "W111", "T_SOURCE", "event:Ev111"),
    35: ("event", "member_left_channel", "T_INSTALLED", "W111", "T_SOURCE", "event:Ev111"),
    36: ("event", "app_uninstalled", "T_SOURCE", "", "T_SOURCE", "event:Ev111"),
    37: ("event", "tokens_revoked", "T_SOURCE", "", "T_SOURCE", "event:Ev111"),
    38: ("event", "reaction_added", "T111", "W23456789", "T111", "event:Ev111"),
    39: ("event", "tokens_revoked", "", "", "", "event:Ev111"),
    40: ("event", "app_uninstalled", "", "", "", "event:Ev111"),
    41: ("url_verification", "", "", "", "", "url_verification:sha256:"),
    42: ("event", "function_executed", "T111", "", "T111", "event:Ev111"),
    43: ("event", "function_executed", "T111", "", "T111", "event:Ev111"),
    44: ("shortcut", "test-shortcut", "T111", "W111", "T111", "shortcut:111.111.xxxxxx"),
    45: ("event", "message", "T111", "W111", "T111", "event:Ev111"),
    46: ("event", "message", "T111", "W111", "T111", "event:Ev111"),
    47: ("event", "message", "T111", "W111", "T111", "event:Ev111"),
    48: ("event", "message", "T111", "W111", "T111", "event:Ev111"),
    49: ("event", "message", "T111", "UB111", "T111", "event:Ev222"),
    50: ("event", "message", "T111", "", "T111", "event:Ev333"),
    51: ("event", "message", "T111", "", "T111", "event:Ev111"),
    52: ("event", "message", "T111", "", "T111", "event:Ev111"),
    53: ("event", "message", "T111", "U111", "T111", "event:Ev03EGJQAVMM"),
    54: ("event", "message", "T111", "U111", "T111", "event:Ev111"),
    55: ("command", "/hello-world", "T111", "W111", "T111", "command:111.111.xxx"),
    56: ("closed", "view-id", "T111", "W111", "T111", "closed:V111:1596530361.3wRYuk3R"),
    57: ("submit", "view-id", "T111", "W111", "T111", "submit:V111:1596530361.3wRYuk3R"),
    58: ("submit", "view-id", "T111", "U111", "T111", "submit:"),
    59: ("submit", "view-id", "T-other-side", "W111", "T-other-side", "submit:"),
    60: ("unknown", "", "T111", "W111", "T111", "unknown:sha256:"),
    61: ("submit", "copy_review", "T111", "W111", "T111", "submit:"),
    62: ("event", "workflow_step_execute", "T111", "", "T111", "event:Ev111"),
}


def sample(number: int) -> tuple[bytes, str]:
    path = next(SAMPLES.glob(f"{number:03}_*"))
    return path.read_bytes(), FORM if path.suffix == ".txt" else JSON


def test_there_are_62_samples() -> None:
    assert len(list(SAMPLES.glob("[0-9][0-9][0-9]_*"))) == len(EXPECTED) == 62


@pytest.mark.parametrize("number", EXPECTED)
def test_sample(number: int) -> None:
    body, content_type = sample(number)
    kind, name, team, user, place, key = EXPECTED[number]
    arrival = parse(body, content_type)
    assert (arrival.kind, arrival.name, arrival.team_id) == (kind, name, team)
    assert (arrival.user_id, arrival.place_team) == (user, place)
    assert arrival.event_key == key or (key.endswith(":") and arrival.event_key.startswith(key))
    assert len(arrival.event_key) <= 128
    assert arrival.event_key.isascii()
    assert 0 < len(arrival.partition) <= 80
    assert parse(body, content_type, "2").event_key == arrival.event_key
    json.dumps(seen_only(arrival).payload)


@pytest.mark.parametrize("number", [5, 44, 57])
def test_interaction_arrives_as_a_form_with_payload(number: int) -> None:
    body, _ = sample(number)
    form = urlencode({"payload": body.decode()}).encode()
    assert parse(form, FORM + "; charset=utf-8") == parse(body, JSON)


def test_times_and_retries() -> None:
    assert parse(*sample(5)).event_at == 1596530385194
    assert parse(*sample(1)).event_at == 1595926230009
    assert parse(*sample(18)).event_at == 1599616881000
    assert parse(*sample(55)).event_at == 0
    body, content_type = sample(1)
    assert [parse(body, content_type, given).retry_num for given in ("1", "x", None, "９")] == [1, 0, 0, 0]


def test_a_click_on_a_case_is_kept_in_that_cases_order() -> None:
    click = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "trigger_id": "t",
        "actions": [{"action_id": "case_claim", "action_ts": "1.5", "value": '{"c":"42","v":1}'}],
    }
    assert from_payload(click).partition == "slack-case-42"
    submitted = {
        "type": "view_submission",
        "view": {"id": "V", "hash": "h", "private_metadata": '{"c":"42","ch":"C9"}'},
    }
    assert from_payload(submitted).partition == "slack-case-42"
    assert from_payload(submitted).channel_id == "C9"


def test_seen_only_keeps_nobodys_words() -> None:
    seen = seen_only(parse(*sample(45)))
    assert "Hello" not in json.dumps(seen.payload)
    assert "text" not in seen.payload["event"]
    assert from_payload(seen.payload).kind == "unknown"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", JSON),
        (b"", FORM),
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b'"x"', JSON),
        (b"\xff\xfe{}", JSON),
        (b'{"a": NaN}', JSON),
        (b'{"a": Infinity}', JSON),
        (b'{"a": 1e999}', JSON),
        (b'{"a": "\\ud800"}', JSON),
        (b'{"\\udfff": 1}', JSON),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, JSON),
        (b"[" * 100_000, JSON),
        (b'{"a": ' + b"9" * 5000 + b"}", JSON),
        (b"payload=%FF", FORM),
        (b"payload=%7B", FORM),
        (b"payload=%5B%5D", FORM),
        (b"&".join(b"a%d=1" % n for n in range(100)), FORM),
    ],
)
def test_what_is_no_payload_is_refused_without_quoting_it(body: bytes, content_type: str) -> None:
    with pytest.raises(BadBody) as refused:
        parse(body, content_type)
    assert len(str(refused.value)) < 60


def test_depth_of_real_payloads_is_far_from_the_cap() -> None:
    nested: object = "x"
    for _ in range(MAX_DEPTH - 2):
        nested = {"a": nested}
    assert from_payload(nested).kind == "unknown"


_KEYS = st.sampled_from(
    ["type", "team", "user", "id", "event", "actions", "view", "hash", "state", "value", "channel", "team_id",
     "private_metadata", "event_id", "action_ts", "container", "command", "trigger_id", "callback_id"]
)  # fmt: skip
_JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)
_TYPES = st.sampled_from(
    ["event_callback", "block_actions", "view_submission", "shortcut", "block_suggestion", "x", ""]
)


@given(st.dictionaries(_KEYS, _JSON_VALUES, max_size=8), _TYPES)
def test_any_object_has_a_reading(payload: dict[str, object], source: str) -> None:
    arrival = from_payload({**payload, "type": source})
    assert len(arrival.event_key) <= 128
    assert arrival.event_key.isprintable()
    assert 0 < len(arrival.partition) <= 80
    assert arrival.event_at >= 0
    seen_only(arrival)


@given(st.binary(max_size=60), st.sampled_from([FORM, JSON, "", "text/plain"]))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    with contextlib.suppress(BadBody):
        parse(body, content_type)
