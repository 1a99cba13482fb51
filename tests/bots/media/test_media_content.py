"""LINE's content endpoint: read in pieces up to the cap, and nowhere else."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from bots.line.send import configuration_of
from bots.media.content import Fetched, Gone, LineContent, Preparing, TooLarge, Trouble
from bots.settings import LINE_HOST, LineSettings

BODY = b"x" * 300_000
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "ready": (200, {}, BODY),
    "preparing": (202, {}, b""),
    "unsent": (410, {}, b"{}"),
    "never": (404, {}, b"{}"),
    "busy": (429, {"Retry-After": "7"}, b"{}"),
    "broken": (503, {}, b"\xff\xfe no text"),
    "elsewhere": (302, {"Location": "/v2/bot/message/ready/content"}, b""),
    "short": (200, {"Content-Length": "400000"}, BODY),
}


class _Line(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(f"{self.path} {self.headers['Authorization']}")
        status, headers, body = ANSWERS[self.path.split("/")[-2]]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def line() -> Iterator[LineContent]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Line)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield LineContent(_settings(f"http://127.0.0.1:{server.server_port}"))
    server.shutdown()
    server.server_close()


def _settings(base: str) -> LineSettings:
    return LineSettings(channel_secret=SecretStr("s"), access_token=SecretStr("demo-token"), api_base=base)


def test_the_bytes_come_whole(line: LineContent) -> None:
    held = io.BytesIO()
    assert line.fetch("ready", held, 10**6) == Fetched(len(BODY))
    assert held.getvalue() == BODY
    assert _Line.asked[-1] == "/v2/bot/message/ready/content Bearer demo-token"


def test_more_than_the_cap_is_not_read_on(line: LineContent) -> None:
    held = io.BytesIO()
    assert line.fetch("ready", held, 100_000) == TooLarge()
    assert held.tell() <= 100_000


@pytest.mark.parametrize(
    ("ref", "result"),
    [
        ("preparing", Preparing()), ("unsent", Gone()), ("never", Gone()), ("busy", Trouble("429", 7.0)),
    ],
)  # fmt: skip
def test_what_line_says(line: LineContent, ref: str, result: object) -> None:
    assert line.fetch(ref, io.BytesIO(), 10**6) == result


@pytest.mark.parametrize("ref", ["broken", "elsewhere", "short"])
def test_what_may_be_better_later(line: LineContent, ref: str) -> None:
    held, before = io.BytesIO(), len(_Line.asked)
    assert isinstance(line.fetch(ref, held, 10**6), Trouble)
    assert len(_Line.asked) == before + 1  # no redirect is followed, nothing repeated at once


def test_nobody_listens() -> None:
    assert isinstance(LineContent(_settings("http://127.0.0.1:9")).fetch("m", io.BytesIO(), 9), Trouble)


def test_the_real_host_is_lines_data_host(monkeypatch: pytest.MonkeyPatch) -> None:
    line = LineContent(_settings(LINE_HOST))
    asked: list[str] = []

    def request(_method: str, url: str, **_: Any) -> None:
        asked.append(url)
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "enough")

    monkeypatch.setattr(line._api.api_client.rest_client, "request", request)
    monkeypatch.setattr(line._api.api_client, "request", request)
    line.fetch("m", io.BytesIO(), 9)
    assert asked == ["https://api-data.line.me/v2/bot/message/m/content"]
    assert configuration_of(_settings(LINE_HOST)).retries.total == 0
