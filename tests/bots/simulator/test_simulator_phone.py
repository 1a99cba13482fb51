"""The telephone: LINE for PC, edits, media, a group, and what a locked screen gives away."""

from __future__ import annotations

import pytest
from simulator_line_cases import TEXT, bubble, chips

from bots.simulator.client import SimulatorRefusedError
from bots.simulator.line_schema import webhook_problems

USER = "U" + "1" * 32
GROUP = "C" + "0" * 31 + "1"
YES = {"type": "postback", "label": "はい", "data": "v1:yes"}


def push(line, message, **more):
    return line.post("/v2/bot/message/push", json={"to": USER, "messages": [message], **more})


def test_line_for_pc_has_no_chips_but_keeps_the_buttons(sim, line, product):
    sim.say(USER, "a")
    push(line, bubble({"type": "button", "action": {**YES, "label": "送る"}}))
    push(line, chips(YES))
    sim.use_pc(USER)
    assert sim.phone_state(USER)["quick_replies"] == []
    with pytest.raises(SimulatorRefusedError):
        sim.tap(USER, "はい")
    sim.tap(USER, "送る")
    assert product.events()[-1]["postback"] == {"data": "v1:yes"}
    sim.use_pc(USER, on_pc=False)
    assert [one["label"] for one in sim.phone_state(USER)["quick_replies"]] == ["はい"]


def test_an_edited_message(sim, product):
    sent = sim.say(USER, "電話は 1234")
    sim.act(USER, "edit", message_id=sent["message_id"], text="電話はしないで")
    event = product.events()[-1]
    assert (event["type"], event["message"]["id"]) == ("messageEdited", sent["message_id"])
    assert event["message"]["text"] == "電話はしないで"
    assert (sim.phone(USER)[0]["text"], sim.phone(USER)[0]["edited"]) == ("電話はしないで", True)
    sim.unsend(USER, sent["message_id"])
    with pytest.raises(SimulatorRefusedError):
        sim.act(USER, "edit", message_id=sent["message_id"], text="もう遅い")


@pytest.mark.parametrize(
    ("kind", "sample", "start"),
    [
        ("image", "photo", b"\xff\xd8"),
        ("audio", "voice", b"\x00\x00"),
        ("video", "video", b"\x00\x00"),
        ("file", "paper", b"%PDF"),
    ],
)
def test_every_medium_has_real_bytes_until_it_is_taken_back(sim, line, product, kind, sample, start):
    sent = sim.act(USER, kind, sample=sample)["message_id"]
    assert webhook_problems(product.of("/line/")[0].body) == []
    got = line.get(f"/v2/bot/message/{sent}/content")
    assert got.content.startswith(start)
    assert 1000 < len(got.content) < 100_000
    sim.unsend(USER, sent)
    assert line.get(f"/v2/bot/message/{sent}/content").status_code == 410


def test_a_group_has_its_own_talk(sim, line, product):
    sim.act(USER, "group_join")
    sim.act(USER, "group_say", text="ここで相談できますか")
    said = product.events()[-1]
    assert said["source"] == {"type": "group", "groupId": GROUP, "userId": USER}
    answer = line.post("/v2/bot/message/reply", json={"replyToken": said["replyToken"], "messages": [TEXT]})
    assert answer.status_code == 200
    assert sim.answers(GROUP) == ["受けとりました"]
    assert sim.answers(USER) == []
    assert line.post("/v2/bot/chat/loading/start", json={"chatId": GROUP, "loadingSeconds": 5}).status_code == 400
    sim.act(USER, "group_member_joined")
    sim.act(USER, "group_member_left")
    assert line.post(f"/v2/bot/group/{GROUP}/leave").status_code == 200
    assert line.post(f"/v2/bot/group/{GROUP}/leave").status_code == 404
    sim.act(USER, "group_leave")
    assert "replyToken" not in product.events()[-1]
    assert all(webhook_problems(one.body) == [] for one in product.of("/line/"))


def test_the_lock_screen_shows_what_anybody_could_read(sim, line):
    sim.say(USER, "たたかれています")
    push(line, {**TEXT, "sender": {"name": "くらしの情報"}})
    push(line, {**bubble({"type": "text", "text": "中だけ"}), "altText": "お知らせがあります"})
    push(line, {"type": "text", "text": "音なし"}, notificationDisabled=True)
    assert sim.notices(USER) == ["くらしの情報：受けとりました", "みほん市 まるごと相談：お知らせがあります"]
