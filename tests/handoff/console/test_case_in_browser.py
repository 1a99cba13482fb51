"""A case's page in a real browser: what others do arrives without touching what is typed; filters, templates, paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser_kit import PHONE, needs_browser
from console_screen import DESKTOP, check
from console_town import Town

from handoff import desk

pytestmark = needs_browser
Visits = Callable[..., Any]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_new_pages_are_accessible(visit: Visits, site: str, busy: Town, size: tuple[int, int]) -> None:
    page = visit(size=size)
    for path in ("take-down", f"cases/{busy.case['family']}/print"):
        page.goto(f"{site}/console/{path}")
        check(page)
    page.goto(f"{site}/console/take-down")
    page.check("text=ほかの人のこと")
    check(page)
    page.goto(f"{site}/console/cases/{busy.case['family']}")
    page.fill("#reply-text", "借金のことです。")
    page.click("text=送る前に確かめる")
    page.wait_for_selector("text=ほかの人に見られると困ることば")
    check(page)


def test_news_arrive_in_a_bar_and_what_is_typed_stays(visit: Visits, site: str, busy: Town) -> None:
    page = visit()
    page.goto(f"{site}/console/cases/{busy.case['dv']}")
    page.fill("#reply-text", "書きかけの文")
    page.wait_for_selector("#draft-said:has-text('下書きを保存しました')")
    with busy.sessions.begin() as session:
        desk.note(busy.office, session, busy.case["dv"], busy.staff["suzuki"], "電話しました", busy.now)
    page.wait_for_selector("#news .stale")
    assert page.locator("#moments :text('電話しました')").count() == 0
    page.click("#news a")
    page.wait_for_selector("#moments :text('電話しました')")
    page.wait_for_selector("#news .stale", state="detached")
    assert page.input_value("#reply-text") == "書きかけの文"
    check(page)


def test_filters_show_one_kind_and_templates_go_to_the_cursor(visit: Visits, site: str, busy: Town) -> None:
    page = visit()
    page.goto(f"{site}/console/cases/{busy.case['family']}")
    page.check("#only-talk")
    assert page.locator("#moments .line:visible").count() == 2 and page.locator("#moments .event:visible").count() == 0
    page.check("#only-hand")
    assert page.locator("#moments .line:visible").count() == 0
    assert page.locator("#moments .event-hand:visible").count() == page.locator("#moments .event:visible").count() > 0
    page.fill("#reply-text", "はじめに。")
    page.select_option("#reply-template", index=1)
    page.click("#use-template")
    text = page.input_value("#reply-text")
    assert text.startswith("はじめに。\n") and len(text) > 12 and page.url.endswith(str(busy.case["family"]))


def test_without_scripts_a_call_is_taken_down_and_a_template_is_used(visit: Visits, site: str, busy: Town) -> None:
    page = visit(scripts=False)
    page.goto(f"{site}/console/take-down")
    page.locator(".danger-ask label", has_text="ない").first.click()
    page.fill("#td-text", "電話で、家賃が払えないと聞いた。")
    page.get_by_role("button", name="受けつける").click()
    page.wait_for_selector("#taken-title")
    assert "受けた人：佐藤さん" in page.inner_text(".facts")
    page.goto(f"{site}/console/cases/{busy.case['dv']}")
    page.select_option("#reply-template", index=1)
    page.click("#use-template")
    assert page.input_value("#reply-text")
    page.click("text=下書きを保存")
    page.goto(f"{site}/console/cases/{busy.case['dv']}")
    assert page.input_value("#reply-text")
