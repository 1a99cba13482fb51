"""What staff do on Slack's screen: pressing, modals, commands, writing."""

from __future__ import annotations

import httpx2
import pytest
from simulator_slack_cases import CARD, CHANNEL, MODAL, opened, plain, post

from bots.simulator.client import SimulatorRefusedError
from bots.simulator.signatures import slack_signature

STAFF, OTHER, STRANGER = "U0UKETSUKE", "U0TANTOU", "U0YOSONOHITO"


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
