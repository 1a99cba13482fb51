"""LINE's message rules: each thing the real API refuses is refused here too, and spends nothing."""

from __future__ import annotations

import pytest
from simulator_line_cases import BAD, GOOD, TEXT

USER = "U" + "1" * 32


def reply_token(sim, product):
    sim.say(USER, "相談です")
    return product.events()[-1]["replyToken"]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_message_is_refused_with_lines_error_shape(sim, line, name):
    sim.say(USER, "a")
    answer = line.post("/v2/bot/message/push", json={"to": USER, "messages": [BAD[name]]})
    assert answer.status_code == 400
    body = answer.json()
    assert body["message"].startswith("The request body has")
    assert all(detail["property"].startswith("messages[0]") for detail in body["details"])
    assert sim.answers(USER) == []


@pytest.mark.parametrize("messages", [[], [TEXT] * 6, None])
def test_one_to_five_messages(sim, line, messages):
    sim.say(USER, "a")
    assert line.post("/v2/bot/message/push", json={"to": USER, "messages": messages}).status_code == 400


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_is_accepted(sim, line, name):
    sim.say(USER, "a")
    answer = line.post("/v2/bot/message/push", json={"to": USER, "messages": [GOOD[name]]})
    assert (answer.status_code, answer.json().get("details")) == (200, None)


def test_a_bad_reply_spends_no_token(sim, product, line):
    token = reply_token(sim, product)
    assert (
        line.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [{"type": "text"}]}).status_code
        == 400
    )
    assert line.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [TEXT]}).status_code == 200


def test_not_json_and_too_large(sim, line):
    kind = {"Content-Type": "application/json"}
    assert line.post("/v2/bot/message/push", content=b"{", headers=kind).status_code == 400
    assert line.post("/v2/bot/message/push", content=b'"' + b"a" * 2_000_001 + b'"', headers=kind).status_code == 413
