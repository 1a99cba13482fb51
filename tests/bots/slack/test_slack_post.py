"""Posting against a small Slack over real sockets: what is asked first, what is sent, and what failures become."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_world import CASE_ID, NOW, item, plan, walk

from bots.slack import post
from bots.slack.card import Card, card, metadata
from bots.slack.limits import problems
from bots.slack.outcome import Permanent, RateLimited, Temporary
from bots.slack.post import Channel, Held

PRIVATE = {"id": "C1", "is_private": True, "is_member": True, "is_ext_shared": False, "is_org_shared": False}


@dataclass
class FakeSlack:
    """Answers each method with what the test laid out, in order; the last answer stays."""

    base: str
    answers: dict[str, list[tuple[int, dict[str, str], str]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, method: str, data: Any, status: int = 200, **headers: str) -> None:
        body = data if isinstance(data, str) else json.dumps(data)
        self.answers.setdefault(method, []).append((status, headers, body))

    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            method = self.path.removeprefix("/api/")
            is_json = "json" in self.headers.get("content-type", "")
            fake.calls.append((method, json.loads(body) if is_json else dict(parse_qsl(body))))
            laid = fake.answers[method]
            status, headers, text = laid.pop(0) if len(laid) > 1 else laid[0]
            if text == "<cut>":
                self.connection.close()
                return
            self.send_response(status)
            for name, value in ({"content-type": "application/json"} | headers).items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeSlack(f"http://127.0.0.1:{server.server_port}/api/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


def client(slack: FakeSlack) -> Any:
    return post.make_client("xoxb-1", slack.base)


def drawn() -> Card:
    return card(item(), plan(), NOW)


def test_a_private_channel_of_our_own(slack: FakeSlack) -> None:
    slack.answer("conversations.info", {"ok": True, "channel": PRIVATE})
    assert post.check_channel(client(slack), "C1") == Channel("C1")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"is_private": False}, "not_private"),
        ({"is_private": None}, "not_private"),
        ({"is_ext_shared": True}, "ext_shared"),
        ({"is_pending_ext_shared": True}, "pending_ext_shared"),
        ({"pending_shared": ["T2"]}, "pending_ext_shared"),
        ({"is_org_shared": True}, "org_shared"),
        ({"is_shared": True}, "shared"),
        ({"is_archived": True}, "archived"),
        ({"is_member": False}, "not_member"),
    ],
)
def test_any_other_channel_is_held(slack: FakeSlack, changes: dict[str, Any], code: str) -> None:
    slack.answer("conversations.info", {"ok": True, "channel": PRIVATE | changes})
    assert post.check_channel(client(slack), "C1") == Held(code)


def test_a_channel_that_we_cannot_see_is_held(slack: FakeSlack) -> None:
    slack.answer("conversations.info", {"ok": False, "error": "channel_not_found"})
    assert post.check_channel(client(slack), "C1") == Held("channel_not_found")


def test_a_card_goes_out_inert(slack: FakeSlack) -> None:
    slack.answer("chat.postMessage", {"ok": True, "ts": "1.2"})
    assert post.post_card(client(slack), "C1", drawn(), CASE_ID, 7) == "1.2"
    ((_, sent),) = slack.calls
    for name in ("unfurl_links", "unfurl_media", "link_names", "mrkdwn"):
        assert sent[name] in (False, "0", 0)
    assert sent["parse"] == "none"
    assert sent["metadata"] == metadata(CASE_ID, 7)
    assert sent["text"] == drawn().text


def test_after_an_attempt_of_unknown_fate_the_card_is_found_not_posted_again(slack: FakeSlack) -> None:
    ours = {"ts": "5.5", "metadata": metadata(CASE_ID, 3)}
    others = [{"ts": "9.9", "metadata": metadata(1, 1)}, {"ts": "8.8", "text": str(CASE_ID)}, {"metadata": 5}, 7]
    slack.answer("conversations.history", {"ok": True, "messages": others, "response_metadata": {"next_cursor": "n"}})
    slack.answer("conversations.history", {"ok": True, "messages": [ours], "response_metadata": {"next_cursor": ""}})
    slack.answer("chat.update", {"ok": True, "ts": "5.5"})
    assert post.post_card(client(slack), "C1", drawn(), CASE_ID, 7, maybe_posted=True) == "5.5"
    assert slack.methods() == ["conversations.history", "conversations.history", "chat.update"]


def test_not_found_means_post(slack: FakeSlack) -> None:
    slack.answer("conversations.history", {"ok": True, "messages": []})
    slack.answer("chat.postMessage", {"ok": True, "ts": "1.2"})
    assert post.post_card(client(slack), "C1", drawn(), CASE_ID, 7, maybe_posted=True) == "1.2"


def test_somebody_elses_message_with_our_metadata_is_left_alone(slack: FakeSlack) -> None:
    slack.answer("conversations.history", {"ok": True, "messages": [{"ts": "5.5", "metadata": metadata(CASE_ID, 3)}]})
    slack.answer("chat.update", {"ok": False, "error": "cant_update_message"})
    slack.answer("chat.postMessage", {"ok": True, "ts": "1.2"})
    assert post.post_card(client(slack), "C1", drawn(), CASE_ID, 7, maybe_posted=True) == "1.2"


def test_without_an_answer_about_the_past_nothing_is_posted(slack: FakeSlack) -> None:
    slack.answer("conversations.history", {"ok": False, "error": "internal_error"})
    result = post.post_card(client(slack), "C1", drawn(), CASE_ID, 7, maybe_posted=True)
    assert isinstance(result, Temporary)
    assert slack.methods() == ["conversations.history"]


@pytest.mark.parametrize(
    ("status", "data", "headers", "expected"),
    [
        (429, {"ok": False, "error": "ratelimited"}, {"Retry_After": "17"}, RateLimited(17)),
        (429, "", {"retry_after": "99999"}, RateLimited(3600)),
        (429, {"ok": False, "error": "ratelimited"}, {"Retry_After": "soon"}, RateLimited(30)),
        (200, {"ok": False, "error": "ratelimited"}, {}, RateLimited(30)),
        (200, {"ok": False, "error": "internal_error"}, {}, Temporary("internal_error", maybe_done=True)),
        (500, "水道が止まる", {}, Temporary("http_500", maybe_done=True)),
        (503, {"ok": False, "error": "水道"}, {}, Temporary("http_503", maybe_done=True)),
        (200, "水道が止まる", {}, Temporary("http_200", maybe_done=True)),
        (200, {"ok": True}, {}, Temporary("bad_answer", maybe_done=True)),
        (200, "<cut>", {}, Temporary("network", maybe_done=True)),
        (200, {"ok": False, "error": "invalid_blocks"}, {}, Permanent("invalid_blocks")),
        (200, {"ok": False, "error": "invalid_auth"}, {}, Permanent("invalid_auth")),
    ],
)
def test_failures_are_values_without_bodies(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture, status: int, data: Any, headers: dict[str, str], expected: Any
) -> None:
    slack.answer("chat.postMessage", data, status, **headers)
    assert post.post_card(client(slack), "C1", drawn(), CASE_ID, 7) == expected
    assert len(slack.calls) == 1
    assert "水道" not in caplog.text


def test_nobody_there() -> None:
    dead = post.make_client("xoxb-1", "http://127.0.0.1:9/api/")
    assert post.post_text(dead, "C1", "つなぎました") == Temporary("network", maybe_done=True)


def test_an_ephemeral_word_or_a_direct_message(slack: FakeSlack) -> None:
    slack.answer("chat.postEphemeral", {"ok": True, "message_ts": "1"})
    slack.answer("chat.postEphemeral", {"ok": False, "error": "user_not_in_channel"})
    slack.answer("chat.postMessage", {"ok": True, "ts": "1.2"})
    assert post.ephemeral(client(slack), "C1", "U1", "さきに佐藤さんが担当になりました") is None
    assert post.ephemeral(client(slack), "C9", "U1", "さきに佐藤さんが担当になりました") is None
    assert slack.methods() == ["chat.postEphemeral", "chat.postEphemeral", "chat.postMessage"]
    assert slack.calls[-1][1]["channel"] == "U1"


def test_a_page_calls_everybody(slack: FakeSlack) -> None:
    slack.answer("chat.postMessage", {"ok": True, "ts": "3.3"})
    assert post.post_page(client(slack), "C1", "T-0412 の確認をお願いします", '{"c":"1","v":0}') == "3.3"
    sent = slack.calls[0][1]
    assert problems(sent["blocks"]) == []
    assert [found["range"] for found in walk(sent["blocks"]) if found.get("type") == "broadcast"] == ["channel"]
    assert "<!" not in sent["text"]


def test_a_text_stands_in_the_cards_thread(slack: FakeSlack) -> None:
    slack.answer("chat.postMessage", {"ok": True, "ts": "3.3"})
    assert post.post_text(client(slack), "C1", "担当がまだ決まっていません", thread_ts="1.2") == "3.3"
    assert slack.calls[0][1]["thread_ts"] == "1.2"
