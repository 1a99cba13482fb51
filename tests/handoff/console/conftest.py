"""The small municipality and browsers of its staff."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from browser_kit import chromium
from console_afternoon import fill
from console_browser import Browser
from console_screen import DESKTOP
from console_town import ORIGIN, Town, copy_town, make_town
from fastapi import FastAPI

from handoff.console import router
from handoff.console.draw import make_pages
from handoff.console.guard import csrf_token
from handoff.console.router import make_console
from handoff.console.static_files import Shelf


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once() -> Iterator[None]:
    """Every test makes a console of its own; compiling the templates each time would be most of the work."""
    pages = make_pages(Shelf())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(router, "make_pages", lambda shelf: pages)
        yield


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path]:
    folder = tmp_path_factory.mktemp("empty-town")
    made = make_town(folder)
    made.close()
    return made, folder


@pytest.fixture(scope="session")
def busy_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path]:
    folder = tmp_path_factory.mktemp("busy-town")
    made = make_town(folder)
    fill(made)
    made.close()
    return made, folder


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """An empty municipality; the busy one in tests that ask for `busy`."""
    source = "busy_folder" if "busy" in request.fixturenames else "empty_folder"
    copied = copy_town(*request.getfixturevalue(source), tmp_path)
    yield copied
    copied.close()


@pytest.fixture
def busy(town: Town) -> Town:
    return town


@pytest.fixture
def browser(town: Town) -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def make(who: str = "", **changes: object) -> Browser:
        app = FastAPI()
        parts = town.parts(**changes)
        app.include_router(make_console(parts))
        client = Browser(app, base_url=ORIGIN, follow_redirects=False)
        if who:
            token = town.token(who)
            client.cookies.set("toritsugi", token)
            client.csrf = csrf_token(parts.session_key, token)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def site(busy: Town) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = FastAPI()
    origin = f"http://127.0.0.1:{port}"
    app.include_router(make_console(busy.parts(public_url=origin)))
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield origin
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(chrome: Any, site: str, busy: Town) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []

    def make(who: str = "sato", size: tuple[int, int] = DESKTOP, *, scripts: bool = True) -> Any:
        context = chrome.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="ja-JP", java_script_enabled=scripts
        )
        contexts.append(context)
        if who:
            context.add_cookies([{"name": "toritsugi", "value": busy.token(who), "url": site}])
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda said: page.troubles.append(said.text) if "Content Security" in said.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
