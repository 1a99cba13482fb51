"""The way to the product: signatures, redelivery, and every ordered trouble."""

from __future__ import annotations

import httpx2
import pytest

from bots.simulator.signatures import line_signature, slack_signature

USER, OTHER = "U" + "1" * 32, "U" + "2" * 32
TEXT = {"type": "text", "text": "受けとりました"}


def test_signature_vectors():
    # LINE: the vector of its documentation (verify-webhook-signature); Slack: the one of "Verifying requests".
    secret = "8c570fa6dd201bb328f1c1eac23a96d8"
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert line_signature(secret, body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    slack_body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert slack_signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", slack_body) == expected


def test_a_failed_webhook_comes_again_marked_as_redelivery(sim, product):
    product.line += [500, 503]
    first = sim.say(USER, "相談です")
    assert (first["status"], first["settled"]) == (500, False)
    sim.settle()
    bodies = [one.body for one in product.of("/line/")]
    assert [body["events"][0]["deliveryContext"]["isRedelivery"] for body in bodies] == [False, True, True]
    for body in bodies:
        body["events"][0].pop("deliveryContext")
    assert bodies[0] == bodies[1] == bodies[2]
    assert sim.counters()["webhook_redeliveries"] == 2
    assert sim.deliveries()[0]["settled"] is True


def test_redelivery_ends(sim, product):
    product.line += [500] * 10
    sim.say(USER, "相談です")
    sim.settle()
    assert len(product.of("/line/")) == 3
    assert sim.counters()["webhook_failures"] == 1


def test_a_slow_product_counts_as_failed(sim, product):
    product.delay_s = 1.5
    assert sim.say(USER, "相談です")["status"] == 0
    product.delay_s = 0
    sim.settle()
    assert sim.deliveries()[0]["attempts"][0]["note"] == "request_timeout"
    assert sim.deliveries()[0]["settled"] is True


def test_redeliver_by_hand(sim, product):
    sent = sim.say(USER, "相談です")
    sim.redeliver(sent["event_id"])
    assert [event["deliveryContext"]["isRedelivery"] for event in product.events()] == [False, True]


def test_duplicate(sim, product):
    sim.fault("duplicate")
    sim.say(USER, "相談です")
    sim.say(USER, "つづき")
    assert [event["message"]["text"] for event in product.events()] == ["相談です", "相談です", "つづき"]
    assert len({event["webhookEventId"] for event in product.events()}) == 2


def test_reorder(sim, product):
    sim.fault("reorder")
    sim.say(USER, "一通め")
    assert product.events() == []
    sim.say(USER, "二通め")
    assert [event["message"]["text"] for event in product.events()] == ["二通め", "一通め"]
    assert product.events()[0]["timestamp"] >= product.events()[1]["timestamp"]


def test_hold_until_released(sim, product):
    sim.fault("hold")
    sim.say(USER, "あとで")
    assert sim.release() == 1
    assert product.events()[0]["message"]["text"] == "あとで"


def test_batch_of_two_people(sim, product):
    sim.batch((USER, "わたし"), (OTHER, "ぼく"))
    (one,) = product.of("/line/")
    assert [event["source"]["userId"] for event in one.body["events"]] == [USER, OTHER]


def test_odd_events(sim, product):
    sim.unknown_event(USER)
    sim.fault("no_user_id")
    sim.say(USER, "だれ")
    sim.fault("standby")
    sim.say(USER, "待機")
    sim.fault("group")
    sim.say(USER, "みんな")
    unknown, nobody, standby, group = product.events()
    assert unknown["type"] == "hologram"
    assert "userId" not in nobody["source"]
    assert standby["mode"] == "standby"
    assert "replyToken" not in standby
    assert group["source"]["type"] == "group"


def test_bad_signature_is_not_repeated(sim, product, settings):
    product.line += [401]
    sim.fault("bad_signature", "line.webhook")
    sim.say(USER, "にせもの")
    sim.settle()
    (one,) = product.of("/line/")
    assert one.headers["x-line-signature"] != line_signature(settings.line_channel_secret, one.raw)


def test_stale_slack_signature(sim, product, settings):
    sim.fault("stale_signature", "slack.webhook")
    sim.write("こんにちは")
    (old,) = product.of("/slack/")
    stamp = old.headers["x-slack-request-timestamp"]
    assert old.headers["x-slack-signature"] == slack_signature(settings.slack_signing_secret, stamp, old.raw)
    sim.write("いま")
    assert int(product.of("/slack/")[1].headers["x-slack-request-timestamp"]) - int(stamp) >= 599


def push(line):
    return line.post("/v2/bot/message/push", json={"to": USER, "messages": [TEXT]}, timeout=0.5)


def test_errors_before_and_after_acceptance(sim, line):
    sim.say(USER, "a")
    sim.fault("error_before", "line.push", status=503)
    assert push(line).status_code == 503
    assert sim.answers(USER) == []
    sim.fault("error_after", "line.push")
    assert push(line).status_code == 500
    assert len(sim.answers(USER)) == 1
    sim.fault("rate_limit", "line.*", seconds=3)
    limited = push(line)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    assert push(line).status_code == 200
    assert sim.counters()["duplicate_line_messages"] == 1


@pytest.mark.parametrize(("kind", "arrived"), [("drop_after", 1), ("timeout_after", 1), ("timeout_before", 0)])
def test_lost_answers(sim, line, kind, arrived):
    sim.say(USER, "a")
    sim.fault(kind, "line.push", seconds=1)
    with pytest.raises(httpx2.TransportError):
        push(line)
    assert len(sim.answers(USER)) == arrived


def test_both_sides_check_the_address(sim, product):
    line_check, slack_check = sim.verify()
    assert line_check["attempts"][0]["status"] == 200
    assert product.of("/line/")[0].body["events"] == []
    assert (slack_check["ok"], slack_check["note"]) == (True, "")


def test_reset_begins_the_same_world_again(sim, product):
    first = sim.say(USER, "相談です")["message_id"]
    sim.shift_clock(1000)
    sim.reset()
    assert sim.phone(USER) == []
    assert sim.say(USER, "相談です")["message_id"] == first
    assert sim.counters()["webhooks_sent"] == 1


def test_only_json_and_only_loopback_names(settings, sim):
    form = httpx2.post(f"{settings.base_url}/control/reset", data={"a": "b"}, trust_env=False)
    assert form.status_code == 415
    other = httpx2.get(f"{settings.base_url}/control/counters", headers={"Host": "evil.example"}, trust_env=False)
    assert other.status_code == 400


def test_the_webhook_test_of_the_api(sim, product, line):
    assert line.post("/v2/bot/channel/webhook/test", json={}).json()["success"] is True
    product.line += [404]
    failed = line.post("/v2/bot/channel/webhook/test", json={}).json()
    assert (failed["success"], failed["statusCode"]) == (False, 404)
    sim.settle()
    assert len(product.of("/line/")) == 2
