"""The small municipality and browsers of its staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_kit import chromium, new_page
from console_afternoon import fill
from console_browser import Browser
from console_screen import DESKTOP
from console_town import ORIGIN, Town, copy_town, make_town
from fastapi import FastAPI
from serve_kit import address_of, free_socket, served
from starlette.types import Receive, Scope, Send

from handoff.console import router
from handoff.console.draw import make_pages
from handoff.console.guard import csrf_token
from handoff.console.router import console_with, make_console, routes
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


@pytest.fixture(scope="session")
def all_pages() -> FastAPI:
    """The console's addresses, made once: FastAPI takes a second for them. Each request brings its own console."""
    app = FastAPI()
    app.include_router(routes(lambda request: request.scope["console"]))
    return app


@pytest.fixture
def browser(town: Town, all_pages: FastAPI) -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def make(who: str = "", **changes: object) -> Browser:
        parts = town.parts(**changes)
        console = console_with(parts)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await all_pages({**scope, "console": console}, receive, send)

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
    app, sock = FastAPI(), free_socket()
    app.include_router(make_console(busy.parts(public_url=address_of(sock))))
    with served(app, sock) as address:
        yield address


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(chrome: Any, site: str, busy: Town) -> Iterator[Callable[..., Any]]:
    pages: list[Any] = []

    def make(who: str = "sato", size: tuple[int, int] = DESKTOP, *, scripts: bool = True) -> Any:
        page = new_page(chrome, size, scripts=scripts)
        pages.append(page)
        if who:
            page.context.add_cookies([{"name": "toritsugi", "value": busy.token(who), "url": site}])
        return page

    yield make
    for page in pages:
        page.context.close()
