"""Every trouble is a button with a label and a sentence, and does what its sentence says."""

from __future__ import annotations

import pytest
from simulator_line_cases import TEXT

from bots.simulator import line_odd
from bots.simulator.fault_buttons import ACTS, CHANNEL_KINDS, fault_buttons
from bots.simulator.faults import ANSWER_KINDS, DELIVERY_KINDS
from bots.simulator.line_schema import webhook_problems

USER = "U" + "1" * 32


def push(line):
    return line.post("/v2/bot/message/push", json={"to": USER, "messages": [TEXT]})


def test_every_kind_has_a_button_and_every_button_its_words():
    buttons = fault_buttons()
    assert len({one.key for one in buttons}) == len(buttons)
    assert len({(one.group, one.label) for one in buttons}) == len(buttons)
    assert {one.fault["kind"] for one in buttons if one.fault} == (
        ANSWER_KINDS | DELIVERY_KINDS | CHANNEL_KINDS | {"socket_refresh"}
    )
    assert {one.act for one in buttons if one.act} == set(ACTS)
    assert all(bool(one.fault) != bool(one.act) for one in buttons)
    assert all(one.says.endswith(("。", "）。")) and len(one.label) <= 16 for one in buttons)


def test_every_button_can_be_pressed(sim, settings):
    sim.say(USER, "相談です")
    sim.write("こんにちは")
    for one in sim.fault_buttons():
        sim.press_fault(one["key"], USER)
        sim.clear_faults()
    sim.settle()
    assert sim.phone_state(USER)["deleted"] is True


@pytest.mark.parametrize("kind", sorted(line_odd.KINDS))
def test_an_odd_event_is_what_the_official_definition_says(sim, product, kind):
    assert sim.odd_event(USER, kind)["settled"] is True
    (one,) = product.of("/line/")
    assert one.body["events"][0]["type"] == kind
    assert webhook_problems(one.body) == []


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        ("no_reply_token", lambda event: "replyToken" not in event),
        ("no_event_id", lambda event: "webhookEventId" not in event),
        ("no_quote_token", lambda event: "quoteToken" not in event["message"]),
        ("room", lambda event: event["source"].get("roomId", "").startswith("R")),
        ("future_mode", lambda event: event["mode"] == "napping"),
        ("future_source", lambda event: event["source"]["type"] == "planet"),
        ("future_fields", lambda event: "fromTheFuture" in event["message"]),
        ("future_message", lambda event: event["message"]["type"] == "hologram"),
    ],
)
def test_an_event_is_spoilt_once(sim, product, kind, holds):
    sim.fault(kind, "line.webhook")
    sim.say(USER, "ひとつめ")
    sim.say(USER, "ふたつめ")
    spoilt, sound = product.events()
    assert holds(spoilt)
    assert not holds(sound)
    assert sound["message"]["text"] == "ふたつめ"


@pytest.mark.parametrize(
    "kind", ["no_signature", "odd_signature", "broken_json", "broken_utf8", "too_large", "other_destination"]
)
def test_a_stray_request_comes_first_and_the_true_one_follows(sim, product, settings, kind):
    sim.fault(kind, "line.webhook")
    sim.say(USER, "相談です")
    sim.settle()
    stray, true = product.of("/line/")
    assert true.body["events"][0]["message"]["text"] == "相談です"
    assert stray.raw != true.raw or stray.headers.get("x-line-signature") != true.headers["x-line-signature"]
    assert sim.deliveries()[-1]["settled"] is True


@pytest.mark.parametrize("kind", ["no_signature", "odd_signature", "odd_timestamp", "broken_json", "broken_utf8"])
def test_a_stray_request_of_slack(sim, product, kind):
    sim.fault(kind, "slack.webhook")
    sim.write("こんにちは")
    sim.settle()
    stray, true = product.of("/slack/")
    assert true.body["event"]["text"] == "こんにちは"
    mark = ("x-slack-signature", "x-slack-request-timestamp")
    assert (stray.raw, [stray.headers.get(one) for one in mark]) != (true.raw, [true.headers[one] for one in mark])
    assert true.headers["x-slack-request-timestamp"].isdigit()


def test_a_message_of_another_workspace(sim, product):
    sim.press_fault("slack_foreign_team")
    sim.write("こんにちは")
    assert product.of("/slack/")[0].body["event"]["team"] == "T0YOSO"


def test_without_redelivery_a_failed_webhook_is_lost(sim, product):
    sim.press_fault("line_redelivery_off")
    product.line += [500]
    sim.say(USER, "相談です")
    sim.settle()
    assert len(product.of("/line/")) == 1
    assert sim.deliveries()[0]["settled"] is False


def test_after_many_failures_line_stops_sending(sim, product):
    sim.press_fault("line_redelivery_off")
    product.line += [500] * 4
    for _ in range(5):
        sim.say(USER, "相談です")
    assert len(product.of("/line/")) == 4
    assert sim.deliveries()[-1]["attempts"][0]["note"] == "webhook_stopped"
    sim.press_fault("line_webhook_start")
    sim.say(USER, "また話せます")
    assert product.events()[-1]["message"]["text"] == "また話せます"


def test_a_suspended_account_sends_nothing(sim, line):
    sim.say(USER, "相談です")
    sim.press_fault("line_suspended")
    assert push(line).status_code == 403
    sim.press_fault("line_resumed")
    assert push(line).status_code == 200


def test_with_chat_off_all_is_read_and_marking_is_refused(sim, product, line):
    sim.press_fault("line_chat_off")
    sim.say(USER, "相談です")
    token = product.events()[0]["message"]["markAsReadToken"]
    assert sim.phone(USER)[0]["read"] is True
    assert line.post("/v2/bot/chat/markAsRead", json={"markAsReadToken": token}).status_code == 400


def test_who_is_no_friend_is_reached_for_seven_days(sim, line):
    sim.say(USER, "相談です")
    sim.press_fault("person_unfriend", USER)
    assert push(line).status_code == 200
    assert len(sim.answers(USER)) == 1
    sim.shift_clock(7 * 24 * 3600 + 1)
    assert push(line).status_code == 200
    assert len(sim.answers(USER)) == 1
    assert line.get(f"/v2/bot/profile/{USER}").status_code == 404


def test_who_left_line_gets_nothing_and_we_hear_200(sim, product, line):
    sim.say(USER, "相談です")
    sim.press_fault("person_deleted", USER)
    assert push(line).status_code == 200
    assert sim.answers(USER) == []
    assert len(product.events()) == 1


def test_the_next_medium_needs_time(sim, line):
    sim.press_fault("line_content_slow")
    path = f"/v2/bot/message/{sim.act(USER, 'audio', sample='voice')['message_id']}/content"
    assert [line.get(path).status_code for _ in range(3)] == [202, 202, 200]
    other = sim.act(USER, "file", sample="paper")["message_id"]
    assert line.get(f"/v2/bot/message/{other}/content").content.startswith(b"%PDF")


def test_calm_puts_everything_back(sim, line):
    sim.say(USER, "相談です")
    for key in ("line_suspended", "line_quota_used", "line_chat_off", "line_redelivery_off", "slack_ext_shared"):
        sim.press_fault(key)
    sim.fault("error_before", times=9)
    sim.clear_faults()
    assert push(line).status_code == 200
    assert sim.channel()["is_ext_shared"] is False
