"""The server stops while a queue page listens: its line ends by itself, and the log has nothing to tell."""

from __future__ import annotations

import logging
import threading
import time

import httpx2
import pytest
import uvicorn
from console_town import Town
from fastapi import FastAPI
from serve_kit import address_of, free_socket

from bots.stopping import QuietServer, knowing
from handoff.console.router import make_console


def test_an_open_line_ends_quietly_when_the_server_stops(busy: Town, caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    app.include_router(make_console(busy.parts()))
    stopping, sock = threading.Event(), free_socket()
    config = uvicorn.Config(
        knowing(app, stopping), log_level="warning", access_log=False, timeout_graceful_shutdown=20, log_config=None
    )
    server = QuietServer(config, stopping)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    cookies = {"toritsugi": busy.token("sato")}
    with (
        caplog.at_level(logging.WARNING),
        httpx2.Client(base_url=address_of(sock), trust_env=False, timeout=30.0, cookies=cookies) as client,
        client.stream("GET", "/console/live?since=0") as line,
    ):
        heard = line.iter_text()
        assert line.status_code == 200 and next(heard).startswith(": hello")
        server.should_exit = True
        rest = "".join(heard)  # a line that was broken off would raise
        thread.join(30)
    sock.close()
    assert not thread.is_alive() and "event: ended" not in rest, "the page makes its line anew instead"
    assert [record.getMessage() for record in caplog.records] == []
