"""What rings or reaches the person asks once more, with and without scripts; the asker of advice reads the answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_kit import PHONE, needs_browser
from console_screen import DESKTOP, check
from console_town import Town
from sqlalchemy import func, select

from handoff import advice, desk
from handoff.records import History
from intake.door_records import Consent
from intake.records import Outgoing

pytestmark = needs_browser
Visits = Callable[..., Any]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def shot(page: Any, name: str) -> None:
    if folder := os.environ.get("TORITSUGI_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def counted(town: Town, what: Any) -> int:
    with town.sessions() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


@SIZES
def test_calling_everybody_asks_once_more(visit: Visits, site: str, busy: Town, size: tuple[int, int]) -> None:
    paged = select(History.id).where(History.what == "paged").subquery()
    page = visit(size=size)
    page.goto(f"{site}/console/cases/{busy.case['water']}")
    page.locator("#urgency > summary").click()
    page.get_by_role("button", name="緊急として呼び出す").click()
    page.get_by_role("alert").filter(has_text="呼び出してよいですか").wait_for()
    check(page)
    shot(page, f"page-sure-{size[0]}")
    assert counted(busy, paged) == 0
    page.get_by_role("link", name="やめる").click()
    page.get_by_role("alert").filter(has_text="呼び出してよいですか").wait_for(state="detached")
    page.locator("#urgency > summary").click()
    page.get_by_role("button", name="緊急として呼び出す").click()
    page.get_by_role("button", name="呼び出す", exact=True).click()
    page.locator("text=緊急として呼び出しました").first.wait_for()
    assert counted(busy, paged) == 1


def test_asking_the_person_asks_once_more(visit: Visits, site: str, busy: Town) -> None:
    page = visit(size=PHONE)
    page.goto(f"{site}/console/cases/{busy.case['dv']}")
    page.locator("#consent > summary").click()
    page.locator("#consent-desk").select_option("jiritsu")
    page.get_by_label("書いているのは本人だと、確かめました").check()
    page.get_by_role("button", name="本人に聞く").click()
    page.get_by_role("alert").filter(has_text="本人に聞いてよいですか").wait_for()
    check(page)
    shot(page, "consent-sure")
    assert counted(busy, Consent) == 0
    page.get_by_role("button", name="この質問を送る").click()
    page.locator("text=本人に聞いています").first.wait_for()
    assert counted(busy, Consent) == 1


@SIZES
def test_the_asker_reads_the_answer(visit: Visits, site: str, busy: Town, size: tuple[int, int]) -> None:
    with busy.sessions.begin() as session:
        asker, helper = busy.staff["sato"], busy.staff["suzuki"]
        case_id = advice.ask(busy.office, session, asker, advice.Asked("どこから始めるか迷っています"), busy.now, "a")
        sent = desk.reply(busy.office, session, case_id, helper, "まず家計から、いっしょに。", busy.now, "b")
        session.get_one(Outgoing, sent).state = "sent"
        advice.ask(busy.office, session, asker, advice.Asked("もう一つの相談"), busy.now, "c")
    page = visit(size=size)
    page.goto(f"{site}/console/asked")
    check(page)
    shot(page, f"asked-{size[0]}")
    page.locator("tr", has_text="新しいお返事があります").get_by_role("link").click()
    page.locator("text=まず家計から、いっしょに。").wait_for()
    check(page)
    shot(page, f"asked-open-{size[0]}")
    page.goto(f"{site}/console/cases/{case_id}")
    shot(page, f"advice-case-{size[0]}")
    check(page)
