"""Correcting a reading and reviewing it in a real browser: axe, the CSP, no overflow, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser_kit import needs_browser
from console_screen import DESKTOP, PHONE, check
from console_town import Town
from sqlalchemy import select

from handoff.records import Correction

pytestmark = needs_browser


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
