"""Slack's Web API, as strict as the original."""

from __future__ import annotations

import httpx2
import pytest
from simulator_slack_cases import CARD, CHANNEL, plain, post

STAFF, OTHER, STRANGER = "U0UKETSUKE", "U0TANTOU", "U0YOSONOHITO"


def test_tokens(slack, settings):
    assert slack.post("/auth.test").json()["team_id"] == "T0MIHON"
    for token, error in [
        (None, "not_authed"),
        ("Bearer x", "invalid_auth"),
        ("Bearer xapp-sim", "not_allowed_token_type"),
    ]:
        headers = {"Authorization": token} if token else {}
        answer = httpx2.post(f"{settings.base_url}/slack-api/auth.test", headers=headers, trust_env=False).json()
        assert answer == {"ok": False, "error": error}
    assert slack.post("/emoji.burn").json()["error"] == "unknown_method"


def test_form_and_json_bodies(sim, slack):
    form = {
        "channel": CHANNEL,
        "text": "a",
        "blocks": '[{"type":"divider"}]',
        "metadata": '{"event_type":"e","event_payload":{"id":"1"}}',
    }
    assert slack.post("/chat.postMessage", data=form).json()["ok"] is True
    assert post(slack, blocks=CARD)["ok"] is True
    assert [len(message["blocks"]) for message in sim.channel()["messages"]] == [1, 3]
    assert slack.post("/chat.postMessage", data={**form, "blocks": "["}).json()["error"] == "invalid_form_data"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"channel": "C0NOPE"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"thread_ts": "1.2"}, "thread_not_found"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider", "block_id": "a"}] * 2}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": plain("a" * 2900)}] * 5}, "msg_blocks_too_long"),
        ({"metadata": {"event_type": "a"}}, "invalid_metadata_format"),
    ],
)
def test_refused_posts(sim, slack, fields, error):
    assert post(slack, **fields)["error"] == error
    assert sim.channel()["messages"] == []


def test_update_and_delete_only_what_is_there(sim, slack):
    ts = post(slack, blocks=CARD)["ts"]
    body = {"channel": CHANNEL, "ts": ts, "text": "閉じました"}
    assert slack.post("/chat.update", json=body).json()["ok"] is True
    assert "blocks" not in sim.channel()["messages"][0]
    assert slack.post("/chat.update", json={**body, "ts": "1.1"}).json()["error"] == "message_not_found"
    theirs = sim.write("人の文")["ts"]
    assert slack.post("/chat.update", json={**body, "ts": theirs}).json()["error"] == "cant_update_message"
    assert slack.post("/chat.delete", json={"channel": CHANNEL, "ts": ts}).json()["ok"] is True


def test_history_gives_metadata_only_when_asked(sim, slack):
    marked = {"event_type": "notice", "event_payload": {"id": "42"}}
    ts = post(slack, metadata=marked)["ts"]
    post(slack, thread_ts=ts, text="つづき")
    post(slack, metadata=marked)
    plain_list = slack.get("/conversations.history", params={"channel": CHANNEL}).json()["messages"]
    assert len(plain_list) == 2
    assert "metadata" not in plain_list[0]
    full = slack.get("/conversations.history", params={"channel": CHANNEL, "include_all_metadata": "true"}).json()
    assert [message["metadata"] for message in full["messages"]] == [marked, marked]
    assert len(slack.get("/conversations.replies", params={"channel": CHANNEL, "ts": ts}).json()["messages"]) == 2
    assert sim.counters()["duplicate_slack_posts"] == 1


def test_sharing_switches(sim, slack):
    def info():
        return slack.get("/conversations.info", params={"channel": CHANNEL}).json()["channel"]

    assert (info()["is_private"], info()["is_ext_shared"]) == (True, False)
    sim.fault("ext_shared")
    assert info()["is_ext_shared"] is True
    sim.fault("public_channel")
    assert (info()["is_private"], info()["is_ext_shared"]) == (False, False)
    sim.clear_faults()
    assert info()["is_private"] is True


def test_rate_limit_and_server_error(sim, slack):
    sim.fault("rate_limit", "slack.chat.postMessage", seconds=7)
    answer = slack.post("/chat.postMessage", json={"channel": CHANNEL, "text": "a"})
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["error"]) == (429, "7", "ratelimited")
    sim.fault("error_after", "slack.chat.postMessage")
    assert slack.post("/chat.postMessage", json={"channel": CHANNEL, "text": "a"}).status_code == 500
    assert len(sim.channel()["messages"]) == 1
