"""Correcting a reading and reviewing it in a real browser: axe, the CSP, no overflow, with and without scripts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from browser_kit import chromium, needs_browser
from console_town import Town
from fastapi import FastAPI
from sqlalchemy import select

from handoff.console.router import make_console
from handoff.records import Correction

pytestmark = needs_browser

DESKTOP, PHONE = (1440, 1000), (390, 844)


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
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser: Any, site: str, busy: Town) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []

    def make(who: str, size: tuple[int, int], *, scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="ja-JP", java_script_enabled=scripts
        )
        contexts.append(context)
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


def check(page: Any) -> None:
    """No axe violation, no error, nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]
    assert page.troubles == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def correct(page: Any, url: str) -> None:
    """Tick 障害, say why and send."""
    page.goto(url)
    page.click("#correct > summary")
    page.check("#correct input[name=domains][value=disability]")
    page.fill("#correct-note", "電話で聞きました")
    page.click("#correct button")
    page.wait_for_selector(".judged")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_correcting_and_reviewing_are_accessible(
    visit: Callable[..., Any], site: str, busy: Town, size: tuple[int, int]
) -> None:
    page, url = visit("sato", size), f"{site}/console/cases/{busy.case['gas']}"
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    check(page)
    correct(page, url)
    check(page)
    page.click("#correct > summary")
    page.click("#correct button")
    page.wait_for_selector("#wrong-correct")
    check(page)
    manager = visit("kato", size)
    manager.goto(f"{site}/console/figures")
    manager.click(".menu a:has-text('見立ての直し')")
    manager.wait_for_selector("h1:has-text('見立ての直し')")
    check(manager)
    manager.click("main a:has-text('ひらく')")
    manager.wait_for_selector("#anew")
    check(manager)
    manager.fill("#anew", "電話は090-0000-0000")
    manager.check("input[name=confirmed]")
    manager.click("button:has-text('確かめた')")
    manager.wait_for_selector("#wrong-text")
    check(manager)


def test_the_whole_way_works_without_scripts(visit: Callable[..., Any], site: str, busy: Town) -> None:
    correct(visit("sato", DESKTOP, scripts=False), f"{site}/console/cases/{busy.case['gas']}")
    manager = visit("kato", DESKTOP, scripts=False)
    manager.goto(f"{site}/console/corrections")
    manager.click("main a:has-text('ひらく')")
    manager.fill("#anew", "ガスの検針で、暮らしが心配な人がいる。")
    manager.check("input[name=confirmed]")
    manager.click("button:has-text('確かめた')")
    manager.wait_for_selector("text=いまはありません")
    with busy.sessions() as session:
        assert session.scalars(select(Correction.state)).all() == ["reviewed"]
