"""The page behind the link of a call, on a phone and on a desktop."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from browser_kit import chromium, needs_browser
from calls_kit import call
from fastapi import FastAPI, Response
from play_town import Town
from serve_kit import served

from bots import call_page
from handoff.calls import link_token
from handoff.console.static_files import Shelf
from handoff.records import Call


def serving(town: Town) -> AbstractContextManager[str]:
    app = FastAPI()
    app.include_router(call_page.make_router(town.parts))
    shelf = Shelf()

    @app.get("/console/static/{name:path}")
    def static(name: str) -> Any:
        found = shelf.get(name)
        assert found is not None
        return Response(found.body, media_type=found.media_type)

    return served(app)


@needs_browser
@pytest.mark.parametrize("size", [(360, 740), (1440, 1000)], ids=["phone", "desktop"])
def test_the_link_of_a_call_is_accessible_and_its_button_works(town: Town, size: tuple[int, int]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    made = call(town, town.open())
    with serving(town) as site, chromium() as browser:
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
