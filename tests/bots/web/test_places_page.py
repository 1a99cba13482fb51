"""The page of 居場所: public cards alone, days and who may come, unknown ones said so; good on a telephone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_kit import PHONE, chromium, needs_browser, new_page
from door_site import serving

from handoff import resources
from handoff.path_records import Offer
from intake.clock import now_ms
from intake.records import Case

pytestmark = [needs_browser, pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)]
_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as running:
        yield running


def test_places_without_scripts_and_in_another_language(chrome: Any, town: Any) -> None:
    for typed in (
        {"name": "ひだまりカフェ", "kind": "place", "days": "月・水 11時から", "who": "だれでも", "public": "1"},
        {"name": "よるのごはん", "kind": "food", "public": "1"},
        {"name": "職員だけのカード", "kind": "work"},
    ):
        with town.work() as session:
            resources.write(town.office, session, town.staff(), typed, now_ms())
    with serving(town.parts) as site:
        page = new_page(chrome, PHONE, scripts=False)
        page.goto(f"{site}/soudan")
        page.get_by_role("link", name="居場所・行ける所").click()
        told = page.inner_text("main")
        assert "ひだまりカフェ" in told and "月・水 11時から" in told and "職員だけのカード" not in told
        assert "行く前に電話で確かめてください" in told, "unknown days are said so"
        assert not page.context.cookies(), "looking leaves nothing"
        page.get_by_label("曜日").select_option("火")
        page.get_by_role("button", name="しぼる").click()
        told = page.inner_text("main")
        assert "ひだまりカフェ" not in told and "よるのごはん" in told
        with_scripts = new_page(chrome, PHONE)
        for path in ("places", "places?lang=en", "places?lang=ja-easy", "madoguchi", "madoguchi?lang=ja-easy"):
            with_scripts.goto(f"{site}/{path}")
            for width in (360, 640):
                with_scripts.set_viewport_size({"width": width, "height": 780})
                assert not with_scripts.evaluate(_WIDE)
            assert not Axe().run(with_scripts).response["violations"]
            if shots := os.environ.get("TORITSUGI_SHOTS"):
                with_scripts.screenshot(path=Path(shots) / f"{path.replace('?lang=', '-')}.png", full_page=True)
        assert "Places to go" in page_text(with_scripts, f"{site}/places?lang=en")
        assert with_scripts.goto(f"{site}/w/nowhere/places").status == 404
        with_scripts.context.close()
        page.context.close()


def page_text(page: Any, address: str) -> str:
    page.goto(address)
    return str(page.inner_text("main"))


def test_an_offer_on_our_page_is_thanked_and_asked_one_thing(chrome: Any, town: Any) -> None:
    with serving(town.parts) as site:
        page = new_page(chrome, PHONE)
        page.goto(f"{site}/soudan")
        page.get_by_label("書く").fill("空き家を貸せます")
        page.get_by_role("button", name="おくる", exact=True).click()
        page.get_by_text("うれしいお話です").first.wait_for()
        if shots := os.environ.get("TORITSUGI_SHOTS"):
            page.screenshot(path=Path(shots) / "offer.png", full_page=True)
        page.get_by_role("button", name="書かない").click()
        page.get_by_text("わかりました").first.wait_for()
        page.context.close()
    assert town.all(Case) == [] and town.one(Offer).reach_sealed is not None
