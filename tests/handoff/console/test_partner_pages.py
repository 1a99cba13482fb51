"""協定台帳, the reporter's vault and links on the console: who may, what is kept, and what shows nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from browser_kit import needs_browser
from console_browser import Browser
from console_screen import DESKTOP, PHONE, check
from console_town import Town, reading
from sqlalchemy import select

from handoff import desk, plan_store, reporters
from handoff.records import Audit, CaseLink, History, Ticket
from intake.records import Case

Browsers = Callable[..., Browser]
CANARY = "柿崎鮎美"


def _reported(town: Town, once: str = "r1", place: str = "本町1-2-3", days: int = 0) -> int:
    staff = replace(town.staff["suzuki"], name=CANARY)
    now = town.now - days * 86_400_000
    with town.sessions.begin() as session:
        return desk.file_report(
            town.office, session, staff, "子どもの泣き声がします", "slack", now, once, place=place
        )  # fmt: skip


def test_the_reporter_is_shown_once_after_a_reason(busy: Town, browser: Browsers) -> None:
    case_id = _reported(busy)
    client, url = browser("sato"), f"/console/cases/{case_id}"
    for path in ("", "/pane", "/reporter"):
        page = client.get(f"{url}{path}").text
        # Whoever may decide stands in one list of つなぐ; there and nowhere else the name may be.
        spoken = re.sub(r'<select id="hand-decided".*?</select>', "", page, flags=re.S)
        assert CANARY not in page and "鈴木" not in spoken
    assert f'href="{url}/reporter"' in client.get(url).text
    refused = client.send_form(f"{url}/reporter", reason="  ")
    assert refused.status_code == 422 and CANARY not in refused.text
    opened = client.send_form(f"{url}/reporter", reason="安全の確かめのため")
    assert opened.status_code == 200 and CANARY in opened.text and opened.headers["cache-control"] == "no-store"
    assert CANARY not in client.get(f"{url}/reporter").text + client.get(url).text
    assert "安全の確かめのため" in client.get(url).text, "the reason stands in the history"
    with busy.sessions() as session:
        assert session.scalars(select(Audit).where(Audit.action == "reporter_opened")).one().case_id == case_id
        assert session.scalars(select(History).where(History.what == "reporter_opened")).one().staff_id


def test_the_law_stands_beside_a_notice_of_child_abuse(busy: Town, browser: Browsers) -> None:
    case_id = _reported(busy)
    client, url = browser("sato"), f"/console/cases/{case_id}/reporter"
    assert "児童虐待防止法7条" not in client.get(url).text
    with busy.sessions.begin() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        read = reading("子どもの泣き声がします", {"子ども": "abuse_child"})
        row.reading_sealed = plan_store._sealed(busy.office.sealer, case, row, "reading_sealed", read.to_json())
    assert "児童虐待防止法7条" in client.get(url).text


def test_who_may_not_see_the_case_finds_no_vault(busy: Town, browser: Browsers) -> None:
    case_id = _reported(busy)
    for who in ("tanaka", "kato", "mori"):
        client = browser(who)
        got = client.get(f"/console/cases/{case_id}/reporter")
        sent = client.send_form(f"/console/cases/{case_id}/reporter", reason="見たい")
        assert got.status_code == sent.status_code == 404 and CANARY not in sent.text
    resident = busy.case["family"]
    assert "通報した人の記録はありません" in browser("sato").get(f"/console/cases/{resident}/reporter").text
    assert f"/console/cases/{resident}/reporter" not in browser("sato").get(f"/console/cases/{resident}").text


def test_a_link_is_made_and_undone_by_its_buttons(busy: Town, browser: Browsers) -> None:
    first, second = _reported(busy, days=1), _reported(busy, "r2", "みほん市本町一丁目２番３号")
    client = browser("sato")
    page = client.get(f"/console/cases/{second}").text
    assert "同じ人・同じ家かもしれません" in page and "同じ住所" in page and f"/console/cases/{first}" in page
    action = re.findall(rf'action="(/console/cases/{second}/links/[0-9]+)"', page)[0]
    state = ""
    for move, after in (("confirm", "confirmed"), ("undo", "undone")):
        assert client.send_form(action, move=move).status_code == 303
        with busy.sessions() as session:
            state = session.scalars(select(CaseLink)).one().state
        assert state == after
    late = client.send_form(action, move="refuse")
    assert late.status_code == 422 and "ほかの人が先に決めました" in late.text
    assert browser("tanaka").send_form(action, move="confirm").status_code == 404


def test_the_register_tells_of_partners_and_of_no_person(busy: Town, browser: Browsers) -> None:
    case_id = _reported(busy)
    with busy.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        about = reporters.About("SUIDO-01", "みほん水道サービス", CANARY, "000-0000-1111", "web")
        reporters.keep(session, busy.office.vault, case, about, busy.now)
    for who, status in (("sato", 200), ("kato", 200), ("tanaka", 404), ("mori", 404)):
        page = browser(who).get("/console/partners")
        assert page.status_code == status and CANARY not in page.text and "1111" not in page.text
    register = browser("kato").get("/console/partners").text
    assert "2026年11月" in register and "14:05" not in register, "a minute or a day would name the reporter of a case"
    rows = re.findall(r"<tr><td>([A-Z0-9-]+)</td>", register)
    assert set(rows) == {partner.code for partner in busy.office.pack.partners}


@needs_browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_partner_pages_are_accessible(
    visit: Callable[..., Any], site: str, busy: Town, size: tuple[int, int]
) -> None:  # fmt: skip
    _reported(busy, days=1)
    case_id = _reported(busy, "r2")
    page = visit(size=size)
    for path in ("partners", f"cases/{case_id}", f"cases/{case_id}/reporter"):
        page.goto(f"{site}/console/{path}")
        check(page)
    page.get_by_label("見る理由").fill("安全の確かめ")
    page.get_by_role("button", name="通報した人を見る").click()
    page.get_by_text(CANARY).wait_for()
    check(page)
