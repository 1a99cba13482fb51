"""The page behind the link of a call, on a phone and on a desktop."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
import uvicorn
from browser_kit import chromium, needs_browser
from calls_kit import call
from fastapi import FastAPI, Response
from play_town import Town

from bots import call_page
from handoff.calls import link_token
from handoff.console.static_files import Shelf
from handoff.records import Call


def served(town: Town) -> tuple[uvicorn.Server, threading.Thread, str]:
    app = FastAPI()
    app.include_router(call_page.make_router(town.parts))
    shelf = Shelf()

    @app.get("/console/static/{name:path}")
    def static(name: str) -> Any:
        found = shelf.get(name)
        assert found is not None
        return Response(found.body, media_type=found.media_type)

    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    return server, thread, f"http://127.0.0.1:{sock.getsockname()[1]}"


@needs_browser
@pytest.mark.parametrize("size", [(360, 740), (1440, 1000)], ids=["phone", "desktop"])
def test_the_link_of_a_call_is_accessible_and_its_button_works(town: Town, size: tuple[int, int]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    made = call(town, town.open())
    server, thread, site = served(town)
    try:
        with chromium() as browser:
            page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="ja-JP")
            for path in (link_token(town.office.audit_key, made.id), "wrong"):
                page.goto(f"{site}/call/{path}")
                assert Axe().run(page).response["violations"] == []
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert town.one(Call).state == "open"
            page.go_back()
            page.get_by_role("button", name="わたしが見ます").click()
            page.get_by_text("呼び出しを止めました").wait_for()
            assert Axe().run(page).response["violations"] == []
            assert town.one(Call).state == "acked"
    finally:
        server.should_exit = True
        thread.join(10)
