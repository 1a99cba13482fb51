"""The forms on a small telephone: a report without scripts, no axe violation, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser_kit import DESKTOP, PHONE, chromium, needs_browser, new_page
from partners_kit import app_of, code
from play_town import Town
from serve_kit import served

from intake.records import Case

pytestmark = [needs_browser, pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(chrome: Any, town: Town) -> Iterator[Callable[..., Any]]:
    pages: list[Any] = []
    with served(app_of(town)) as site:

        def make(size: tuple[int, int] = PHONE, *, scripts: bool = True) -> Any:
            page = new_page(chrome, size, scripts=scripts)
            pages.append(page)
            page.site = site
            return page

        yield make
        for page in pages:
            page.context.close()


def _check(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0 and page.troubles == []


def test_a_report_without_scripts(visit: Callable[..., Any], town: Town) -> None:
    page = visit(scripts=False)
    page.goto(f"{page.site}/tsuho/SUIDO-01")
    assert page.get_by_role("link", name="119").get_attribute("href") == "tel:119"
    page.get_by_label("いいえ").check()
    page.get_by_label("応答がない").check()
    page.get_by_label("メーターが異常").check()
    page.get_by_role("button", name="この内容で送る").click()
    page.get_by_role("alert").get_by_text("場所かお客さま番号").wait_for()
    assert page.get_by_label("応答がない").is_checked()
    page.get_by_label("住所").fill("本町1-2-3")
    page.get_by_label("事業所のコード").fill(code(town))
    page.get_by_role("button", name="この内容で送る").click()
    page.get_by_role("heading", name="受けつけました").wait_for()
    assert "L-0001" in page.content()
    assert len(town.all(Case)) == 1
    page.goto(f"{page.site}/todoita")
    page.get_by_role("button", name="いまの状況を見る").click()
    page.get_by_role("status").get_by_text("受理").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_accessible(visit: Callable[..., Any], size: tuple[int, int]) -> None:
    page = visit(size)
    for path in ("tsuho", "tsuho/GAS-02", "renraku", "renraku/IRYO-04", "kakunin"):
        page.goto(f"{page.site}/{path}")
        for fold in page.locator("details > summary").all():
            fold.click()
        _check(page)
    page.goto(f"{page.site}/renraku")
    page.get_by_role("button", name="この内容で送る").click()
    page.get_by_role("alert").first.wait_for()
    _check(page)
    page.get_by_label("機関・係の名前").fill("みほん診療所")
    page.get_by_label("○ 介護のこと").check()
    page.get_by_role("button", name="この内容で送る").click()
    page.get_by_role("heading", name="受けつけました").wait_for()
    _check(page)
    page.get_by_role("button", name="いまの状況を見る").click()
    page.get_by_role("status").wait_for()
    _check(page)
