"""The page 自己点検 and the file of it: who may see it, and that it stands on a phone and on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_kit import needs_browser
from console_browser import Browser
from console_screen import DESKTOP, PHONE, check
from console_town import Town, mihon

from handoff.console.selfcheck import as_file
from handoff.guideline import CAUTION, GUIDELINE, Installation

PLAIN = Installation(
    database="sqlite", data_place="/srv/data/toritsugi.db", keys_place="/srv/keys", keys_same_disk=True,
    keys_private=True, data_private=True, public_url="http://127.0.0.1:8800", line=True, slack=True, notify=0,
    debug=True, versions=(("toritsugi", "0.1.0"),),
)  # fmt: skip


def test_those_who_answer_for_the_office_see_it(browser: Callable[..., Browser], town: Town) -> None:
    seen = {staff.role: browser(name).get("/console/selfcheck").status_code for name, staff in town.staff.items()}
    assert seen == {"intake": 200, "worker": 404, "manager": 200, "auditor": 200}
    assert browser().get("/console/selfcheck").status_code == 303


def test_it_shows_the_installation_it_was_given(browser: Callable[..., Browser], town: Town) -> None:
    page = browser("mori", installation=PLAIN).get("/console/selfcheck").text
    assert "SQLite：/srv/data/toritsugi.db" in page
    assert GUIDELINE in page
    assert CAUTION in page
    assert "この画面からは、置き場" in browser("mori").get("/console/selfcheck").text


@needs_browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE, (360, 740)], ids=["desktop", "phone", "small"])
def test_the_page_is_accessible(visit: Callable[..., Any], site: str, busy: Town, size: tuple[int, int]) -> None:
    page = visit("mori", size)
    page.goto(f"{site}/console/selfcheck")
    check(page)


@needs_browser
def test_the_file_stands_alone(chrome: Any, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "check.html"
    path.write_text(as_file(mihon(), PLAIN, "2026年11月22日"), "utf-8")
    text = path.read_text("utf-8")
    assert "<script" not in text
    assert "<link" not in text
    page = chrome.new_page()
    page.goto(path.as_uri())
    assert Axe().run(page).response["violations"] == []
    assert page.locator("dl.selfcheck > div").count() > 12
    page.close()
