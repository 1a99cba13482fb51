"""The page for mortal danger and the line of calls on real screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser_kit import needs_browser
from console_screen import DESKTOP, check
from console_town import Town
from test_danger_pages import WHY, ring

from handoff import desk

pytestmark = needs_browser
SMALL = (360, 740)


@pytest.mark.parametrize("size", [DESKTOP, SMALL], ids=["desktop", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_danger_from_the_call_to_the_opened_number(
    visit: Callable[..., Any], site: str, busy: Town, size: tuple[int, int], scripts: bool
) -> None:
    ring(busy, "dv")
    page = visit(size=size, scripts=scripts)
    page.goto(f"{site}/console/danger")
    if scripts:
        check(page)
    page.goto(f"{site}/console/")
    if scripts:
        check(page)
    page.get_by_role("button", name="わたしが見ます").click()
    page.wait_for_url(f"**/cases/{busy.case['dv']}")
    assert page.get_by_text("呼び出し中").count() == 0
    page.get_by_role("link", name="命の危険があるとき（警察").click()
    page.get_by_label("開く理由").fill(WHY)
    page.get_by_role("button", name="確かめてから開く").click()
    page.get_by_text("開いてよいですか").wait_for()
    if scripts:
        check(page)
    page.get_by_role("button", name="理由を残して、開く").click()
    assert page.locator(".opened-number").inner_text() == "Udv"
    if scripts:
        check(page)


def test_the_line_of_calls_on_an_open_case_follows_without_a_reload(
    visit: Callable[..., Any], site: str, busy: Town
) -> None:
    page = visit()
    page.goto(f"{site}/console/cases/{busy.case['family']}")
    page.fill("#reply-text", "書きかけの返事")
    ring(busy, "dv")
    page.wait_for_selector("#calls .ringing")
    check(page)
    with busy.sessions.begin() as session:
        assert desk.watch(busy.office, session, busy.case["dv"], busy.staff["suzuki"], busy.now)
    page.wait_for_selector("#calls .ringing", state="detached")
    assert page.input_value("#reply-text") == "書きかけの返事"
