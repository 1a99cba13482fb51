"""LINE's strictness: each thing the real API refuses is refused here too."""

from __future__ import annotations

import httpx2
import pytest
from simulator_line_cases import TEXT, chips

from bots.simulator.line_schema import webhook_problems
from bots.simulator.signatures import line_signature

USER = "U" + "1" * 32


def reply_token(sim, product, user=USER):
    sim.say(user, "相談です")
    return product.events()[-1]["replyToken"]


def test_what_is_sent_is_what_line_would_send(sim, product, settings):
    sim.say(USER, "相談です")
    sim.act(USER, "sticker", keywords=["ありがとう"])
    sim.send_image(USER, b"\x89PNG1234")
    sim.act(USER, "audio")
    sim.act(USER, "location")
    sim.postback(USER, "v1:a=yes", "はい")
    sim.act(USER, "unfollow")
    sim.act(USER, "follow")
    for one in product.of("/line/"):
        assert one.path == "/line/mihon"
        assert one.headers["x-line-signature"] == line_signature(settings.line_channel_secret, one.raw)
        assert one.body["destination"] == settings.bot_user_id
        assert webhook_problems(one.body) == []
    assert [event["type"] for event in product.events()] == ["message"] * 5 + ["postback", "unfollow", "follow"]
    assert product.events()[-1]["follow"] == {"isUnblocked": True}
    assert len({event["webhookEventId"] for event in product.events()}) == 8
    assert all(len(event["webhookEventId"]) == 26 for event in product.events())


def test_a_reply_reaches_the_phone_once(sim, product, line):
    token = reply_token(sim, product)
    answer = line.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [TEXT]})
    assert answer.status_code == 200
    assert answer.headers["x-line-request-id"]
    assert [sent["id"].isdigit() for sent in answer.json()["sentMessages"]] == [True]
    assert sim.answers(USER) == ["受けとりました"]
    again = line.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [TEXT]})
    assert (again.status_code, again.json()) == (400, {"message": "Invalid reply token"})
    assert sim.answers(USER) == ["受けとりました"]


def test_a_reply_token_dies_after_a_minute(sim, product, line):
    token = reply_token(sim, product)
    sim.shift_clock(61)
    assert line.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [TEXT]}).status_code == 400


def test_a_retry_key_on_a_reply_is_refused_and_spends_nothing(sim, product, line):
    body = {"replyToken": reply_token(sim, product), "messages": [TEXT]}
    key = {"X-Line-Retry-Key": "123e4567-e89b-42d3-a456-426614174000"}
    assert line.post("/v2/bot/message/reply", json=body, headers=key).status_code == 400
    assert line.post("/v2/bot/message/reply", json=body).status_code == 200


def test_a_push_with_the_same_retry_key_happens_once(sim, line):
    sim.say(USER, "相談です")
    key = {"X-Line-Retry-Key": "123e4567-e89b-42d3-a456-426614174000"}
    body = {"to": USER, "messages": [TEXT]}
    first = line.post("/v2/bot/message/push", json=body, headers=key)
    second = line.post("/v2/bot/message/push", json=body, headers=key)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert second.json()["sentMessages"] == first.json()["sentMessages"]
    assert len(sim.answers(USER)) == 1
    sim.shift_clock(24 * 3600 + 1)
    assert line.post("/v2/bot/message/push", json=body, headers=key).status_code == 200
    assert sim.counters()["retry_key_conflicts"] == 1


@pytest.mark.parametrize(
    "key", ["", "abc", "123e4567e89b42d3a456426614174000", "{123e4567-e89b-42d3-a456-426614174000}"]
)
def test_a_retry_key_must_be_a_uuid(sim, line, key):
    sim.say(USER, "a")
    body = {"to": USER, "messages": [TEXT]}
    assert line.post("/v2/bot/message/push", json=body, headers={"X-Line-Retry-Key": key}).status_code == 400


@pytest.mark.parametrize("token", [None, "Bearer wrong", "line-token", "Basic line-token"])
def test_no_right_token_no_service(sim, settings, token):
    headers = {"Authorization": token} if token else {}
    for method, path in [("GET", "/v2/bot/info"), ("POST", "/v2/bot/message/push")]:
        answer = httpx2.request(method, f"{settings.base_url}/line-api{path}", headers=headers, trust_env=False)
        assert answer.status_code == 401
        assert "message" in answer.json()


def test_a_blocked_user_gets_nothing_and_we_hear_200(sim, line):
    sim.say(USER, "a")
    sim.act(USER, "unfollow")
    answer = line.post("/v2/bot/message/push", json={"to": USER, "messages": [TEXT]})
    assert answer.status_code == 200
    assert sim.answers(USER) == []
    assert sim.counters()["line_undelivered"] == 1
    assert line.get(f"/v2/bot/profile/{USER}").status_code == 404


def test_an_unknown_recipient_is_refused(sim, line):
    assert line.post("/v2/bot/message/push", json={"to": "U" + "9" * 32, "messages": [TEXT]}).status_code == 400


def test_the_monthly_quota_ends_pushes_but_not_replies(sim, product, line):
    token = reply_token(sim, product)
    sim.quota(1)
    assert line.get("/v2/bot/message/quota").json() == {"type": "limited", "value": 1}
    push = {"to": USER, "messages": [TEXT]}
    assert line.post("/v2/bot/message/push", json=push).status_code == 200
    assert line.post("/v2/bot/message/push", json=push).status_code == 429
    assert line.get("/v2/bot/message/quota/consumption").json() == {"totalUsage": 1}
    assert line.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [TEXT]}).status_code == 200


def test_content_is_prepared_then_given_then_gone(sim, line):
    sent = sim.send_image(USER, b"\x89PNG-bytes", preparing=1)
    path = f"/v2/bot/message/{sent['message_id']}/content"
    assert line.get(path).status_code == 202
    assert line.get(path).content == b"\x89PNG-bytes"
    sim.unsend(USER, sent["message_id"])
    assert line.get(path).status_code == 410
    assert line.get("/v2/bot/message/1/content").status_code == 404
    assert sim.phone(USER)[0]["unsent"] is True


def test_profile_calls_are_counted(sim, line):
    sim.say(USER, "a")
    assert sim.counters()["profile_calls"] == 0
    line.get(f"/v2/bot/profile/{USER}")
    assert sim.counters()["profile_calls"] == 1


@pytest.mark.parametrize(("seconds", "status"), [(5, 202), (60, 202), (7, 400), (0, 400), (65, 400)])
def test_loading_animation_runs_in_steps_of_five(sim, line, seconds, status):
    sim.say(USER, "a")
    answer = line.post("/v2/bot/chat/loading/start", json={"chatId": USER, "loadingSeconds": seconds})
    assert answer.status_code == status
    assert sim.phone_state(USER)["loading"] is (status == 202)


def test_mark_as_read_by_token(sim, product, line):
    sim.say(USER, "a")
    token = product.events()[0]["message"]["markAsReadToken"]
    assert line.post("/v2/bot/chat/markAsRead", json={"markAsReadToken": "nope"}).status_code == 400
    assert line.post("/v2/bot/chat/markAsRead", json={"markAsReadToken": token}).status_code == 200
    assert sim.phone(USER)[0]["read"] is True


MENU = {
    "size": {"width": 2500, "height": 843},
    "selected": True,
    "name": "main",
    "chatBarText": "メニュー",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 2500, "height": 843},
            "action": {"type": "message", "label": "相談", "text": "相談"},
        }
    ],
}


def test_a_rich_menu_shows_only_with_its_picture(sim, line):
    sim.say(USER, "a")
    menu_id = line.post("/v2/bot/richmenu", json=MENU).json()["richMenuId"]
    assert line.post(f"/v2/bot/user/{USER}/richmenu/{menu_id}").status_code == 400
    png = {"Content-Type": "image/png"}
    assert line.post(f"/v2/bot/richmenu/{menu_id}/content", content=b"GIF89a", headers=png).status_code == 400
    assert line.post(f"/v2/bot/richmenu/{menu_id}/content", content=b"\x89PNG....", headers=png).status_code == 200
    assert line.post(f"/v2/bot/user/all/richmenu/{menu_id}").status_code == 200
    assert sim.phone_state(USER)["menu"]["id"] == menu_id
    sim.tap(USER, "相談")
    assert sim.phone(USER)[-1]["text"] == "相談"
    assert line.delete(f"/v2/bot/richmenu/{menu_id}").status_code == 200
    assert sim.phone_state(USER)["menu"] is None
    assert line.post("/v2/bot/richmenu", json={**MENU, "chatBarText": "a" * 15}).status_code == 400


def test_tapping_a_chip_shows_the_words_and_sends_the_data(sim, product, line):
    sim.say(USER, "a")
    message = chips({"type": "postback", "label": "はい", "data": "v1:yes", "displayText": "はい！"})
    line.post("/v2/bot/message/push", json={"to": USER, "messages": [message]})
    assert [chip["label"] for chip in sim.phone_state(USER)["quick_replies"]] == ["はい"]
    sim.tap(USER, "はい")
    assert product.events()[-1]["postback"] == {"data": "v1:yes"}
    assert sim.phone(USER)[-1]["text"] == "はい！"
    assert sim.phone_state(USER)["quick_replies"] == []
