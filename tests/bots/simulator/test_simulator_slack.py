"""Slack's strictness, and what staff do on its screen."""

from __future__ import annotations

import httpx2
import pytest

from bots.simulator.client import SimulatorRefusedError
from bots.simulator.signatures import slack_signature

STAFF, OTHER, STRANGER = "U0UKETSUKE", "U0TANTOU", "U0YOSONOHITO"
CHANNEL = "C0MADOGUCHI"


def plain(text):
    return {"type": "plain_text", "text": text}


def button(action_id, value="v"):
    return {"type": "button", "action_id": action_id, "text": plain("押す"), "value": value}


CARD = [
    {"type": "header", "text": plain("新しい相談")},
    {"type": "section", "block_id": "s", "text": plain("つなぎ先の候補"), "accessory": button("open", "7K3M")},
    {
        "type": "actions",
        "block_id": "a",
        "elements": [
            button("claim", "1"),
            {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": plain("あとで"), "value": "snooze"},
                    {"text": plain("まとめる"), "value": "merge"},
                ],
            },
        ],
    },
]
MODAL = {
    "type": "modal",
    "callback_id": "fix",
    "title": plain("直す"),
    "submit": plain("直す"),
    "private_metadata": "7K3M",
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": plain("わけ"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "level",
            "optional": True,
            "label": plain("急ぎ"),
            "element": {
                "type": "static_select",
                "action_id": "choice",
                "initial_option": {"text": plain("ふつう"), "value": "normal"},
                "options": [{"text": plain("ふつう"), "value": "normal"}, {"text": plain("高い"), "value": "high"}],
            },
        },
    ],
}


def post(slack, **fields):
    return slack.post("/chat.postMessage", json={"channel": CHANNEL, "text": "新しい相談", **fields}).json()


def opened(sim, slack, product, view=MODAL):
    post(slack, blocks=CARD)
    sim.press("", "claim")
    trigger = product.of("/slack/")[-1].body["trigger_id"]
    return slack.post("/views.open", json={"trigger_id": trigger, "view": view}).json()


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


def test_a_press_is_a_signed_form(sim, slack, product, settings):
    ts = post(slack, blocks=CARD)["ts"]
    assert sim.press(ts, "claim")["ok"] is True
    (one,) = product.of("/slack/")
    stamp = one.headers["x-slack-request-timestamp"]
    assert one.headers["x-slack-signature"] == slack_signature(settings.slack_signing_secret, stamp, one.raw)
    body = one.body
    assert body["type"] == "block_actions"
    assert body["user"]["id"] == STAFF
    assert body["actions"][0]["value"] == "1"
    assert body["container"]["message_ts"] == ts
    sim.press(ts, "more", value="merge")
    assert product.of("/slack/")[1].body["actions"][0]["selected_option"]["value"] == "merge"
    sim.press(ts, "claim", user=STRANGER)
    assert product.of("/slack/")[2].body["user"]["team_id"] == "T0YOSO"


def test_a_trigger_opens_one_modal_within_three_seconds(sim, slack, product):
    assert opened(sim, slack, product)["ok"] is True
    trigger = product.of("/slack/")[-1].body["trigger_id"]
    again = slack.post("/views.open", json={"trigger_id": trigger, "view": MODAL}).json()
    assert again["error"] == "exchanged_trigger_id"
    sim.press("", "claim")
    sim.shift_clock(4)
    late = slack.post("/views.open", json={"trigger_id": product.of("/slack/")[-1].body["trigger_id"], "view": MODAL})
    assert late.json()["error"] == "expired_trigger_id"
    assert slack.post("/views.open", json={"trigger_id": "x", "view": MODAL}).json()["error"] == "invalid_trigger_id"


def test_a_bad_modal_is_refused(sim, slack, product):
    refused = opened(sim, slack, product, {**MODAL, "title": plain("あ" * 25)})
    assert refused["error"] == "invalid_arguments"
    assert "view.title" in refused["response_metadata"]["messages"][0]


def test_submitting(sim, slack, product):
    view_id = opened(sim, slack, product)["view"]["id"]
    product.slack += [{"response_action": "errors", "errors": {"why": "短くしてください"}}]
    wrong = sim.submit(view_id, {"text": "ながいわけ", "choice": "高い"})
    assert (wrong["result"], wrong["errors"]) == ("errors", {"why": "短くしてください"})
    sent = product.of("/slack/")[-1].body["view"]
    assert sent["state"]["values"]["why"]["text"] == {"type": "plain_text_input", "value": "ながいわけ"}
    assert sent["state"]["values"]["level"]["choice"]["selected_option"]["value"] == "high"
    assert sent["private_metadata"] == "7K3M"
    assert sim.open_view()["id"] == view_id
    assert sim.submit(view_id, {"text": "わけ"})["result"] == "closed"
    assert sim.open_view() is None


def test_the_screen_refuses_what_slack_would(sim, slack, product):
    opened(sim, slack, product)
    before = len(product.of("/slack/"))
    for values in ({}, {"text": "あ" * 21}, {"text": "a", "choice": "nope"}):
        with pytest.raises(SimulatorRefusedError, match=r"required|length|no such option"):
            sim.submit(values=values)
    assert len(product.of("/slack/")) == before


def test_update_push_and_clear(sim, slack, product):
    view_id = opened(sim, slack, product)["view"]["id"]
    product.slack += [{"response_action": "update", "view": {**MODAL, "title": plain("二枚め")}}]
    assert sim.submit(values={"text": "a"})["result"] == "update"
    assert sim.open_view()["title"]["text"] == "二枚め"
    product.slack += [{"response_action": "push", "view": {**MODAL, "title": plain("上の紙")}}]
    assert sim.submit(values={"text": "a"})["result"] == "push"
    top = sim.open_view()
    assert (top["title"]["text"], top["previous_view_id"]) == ("上の紙", view_id)
    product.slack += [{"response_action": "clear"}]
    sim.submit(values={"text": "a"})
    assert sim.open_view() is None


def test_a_failed_submission_keeps_the_modal(sim, slack, product):
    opened(sim, slack, product)
    product.slack += [500]
    assert sim.submit(values={"text": "a"})["result"] == "failed"
    product.slack += [{"response_action": "update", "view": {"type": "modal"}}]
    assert sim.submit(values={"text": "a"})["result"] == "failed"
    assert sim.open_view() is not None
    assert len(sim.warnings()) == 2


def test_a_stale_hash_is_refused(sim, slack, product):
    view = opened(sim, slack, product)["view"]
    fresh = {"view_id": view["id"], "view": MODAL, "hash": view["hash"]}
    assert slack.post("/views.update", json=fresh).json()["ok"] is True
    assert slack.post("/views.update", json=fresh).json()["error"] == "hash_conflict"


def test_slash_command_and_its_answer(sim, slack, product):
    product.slack += [{"text": "受けました"}]
    assert sim.slash("/soudan", "7K3M")["status"] == 200
    body = product.of("/slack/")[0].body
    assert (body["command"], body["text"], body["user_id"]) == ("/soudan", "7K3M", STAFF)
    assert [message["text"] for message in sim.channel()["ephemerals"]] == ["受けました"]
    url = body["response_url"]
    for _ in range(5):
        assert httpx2.post(url, json={"text": "あとから"}, trust_env=False).text == "ok"
    assert httpx2.post(url, json={"text": "六回め"}, trust_env=False).status_code == 404


def test_response_url_replaces_the_message(sim, slack, product):
    post(slack, blocks=CARD)
    sim.press("", "claim")
    url = product.of("/slack/")[0].body["response_url"]
    httpx2.post(url, json={"replace_original": True, "text": "担当 あお"}, trust_env=False)
    assert sim.channel()["messages"][0]["text"] == "担当 あお"
    httpx2.post(url, json={"delete_original": True}, trust_env=False)
    assert sim.channel()["messages"] == []


def test_events_are_retried_with_their_number(sim, product):
    product.slack += [500, 500]
    sent = sim.write("スレッドの文")
    sim.settle()
    numbers = [one.headers.get("x-slack-retry-num") for one in product.of("/slack/")]
    assert numbers == [None, "1", "2"]
    assert {one.body["event_id"] for one in product.of("/slack/")} == {sent["event_id"]}
    assert product.of("/slack/")[1].headers["x-slack-retry-reason"] == "http_error"


def test_clicks_are_never_retried(sim, slack, product):
    post(slack, blocks=CARD)
    product.slack += [500]
    assert sim.press("", "claim")["ok"] is False
    sim.settle()
    assert len(product.of("/slack/")) == 1
    assert sim.warnings() == ["interactive: 500"]


def test_thread_shortcut_home_and_direct_message(sim, slack, product):
    ts = post(slack, blocks=CARD)["ts"]
    sim.write("見ました", thread_ts=ts)
    sim.shortcut("new_case")
    sim.shortcut("take_message", message_ts=ts)
    sim.open_home()
    kinds = [one.body.get("event", one.body)["type"] for one in product.of("/slack/")]
    assert kinds == ["message", "shortcut", "message_action", "app_home_opened"]
    assert product.of("/slack/")[0].body["event"]["thread_ts"] == ts
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert slack.post("/views.publish", json={"user_id": STAFF, "view": home}).json()["ok"] is True
    direct = slack.post("/chat.postMessage", json={"channel": OTHER, "text": "当番です"}).json()
    assert direct["channel"] == "D0TANTOU"
    hidden = {"channel": CHANNEL, "user": STAFF, "text": "あなただけに"}
    assert slack.post("/chat.postEphemeral", json=hidden).json()["ok"] is True
    assert slack.post("/chat.postEphemeral", json={**hidden, "user": STRANGER}).json()["error"] == "user_not_in_channel"
