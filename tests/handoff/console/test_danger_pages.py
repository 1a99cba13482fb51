"""The page for mortal danger, the opened number, and the line of open calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console_browser import Browser
from console_town import Town
from sqlalchemy import select

from handoff import queue
from handoff.overlay_shelf import PackShelf, Ways
from handoff.records import Audit, Call, History, Ticket
from intake.records import Case

Browsers = Callable[..., Browser]
WHY = "警察に場所を調べてもらうために伝えます"


def ring(town: Town, name: str) -> None:
    with town.sessions.begin() as session:
        row = session.get(Ticket, town.case[name])
        assert row is not None
        queue.page(town.office, session, row, town.now)


def glass(town: Town, client: Browser, step: str, reason: str = WHY, name: str = "dv") -> tuple[int, str]:
    answer = client.send_form(f"/console/cases/{town.case[name]}/glass", reason=reason, step=step)
    return answer.status_code, answer.text


def audited(town: Town, action: str) -> int:
    with town.sessions() as session:
        return len(session.scalars(select(Audit.id).where(Audit.action == action)).all())


def test_readers_see_the_page_and_others_nothing(busy: Town, browser: Browsers) -> None:
    for who, status in (("sato", 200), ("tanaka", 200), ("kato", 404), ("mori", 404)):
        assert browser(who).get("/console/danger").status_code == status
    page = browser("sato").get(f"/console/cases/{busy.case['dv']}/danger")
    assert "T-" in page.text and "最後のことば" in page.text and "怒鳴" not in page.text
    tanaka = browser("tanaka")
    absent, forbidden = tanaka.get("/console/cases/7/danger"), tanaka.get(f"/console/cases/{busy.case['dv']}/danger")
    assert absent.status_code == forbidden.status_code == 404 and absent.content == forbidden.content


def test_every_telephone_number_comes_from_the_pack(town: Town, browser: Browsers) -> None:
    changed = tuple(
        replace(number, number={"police": "1-1-1", "fire": "2-2-2"}.get(number.id, number.number))
        for number in town.office.pack.numbers
    )
    office = replace(town.office, packs=replace(town.office.pack, numbers=changed))
    page = browser("sato", office=office).get("/console/danger").text
    assert "1-1-1" in page and "2-2-2" in page and ">110" not in page and " 119" not in page


def test_the_number_is_shown_once_after_a_reason_and_a_second_press(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    status, page = glass(busy, client, "open", "急ぎ")
    assert status == 422 and "10 文字以上" in page and "Udv" not in page
    status, page = glass(busy, client, "confirm")
    assert status == 200 and "開いてよいですか" in page and WHY in page and "Udv" not in page
    assert audited(busy, "break_glass") == 0, "the first press opens nothing"
    status, page = glass(busy, client, "open")
    assert status == 200 and "Udv" in page
    assert audited(busy, "break_glass") == 1
    with busy.sessions() as session:
        (entry,) = session.scalars(select(History).where(History.what == "break_glass")).all()
        assert entry.detail == "" and entry.note_sealed is not None
    assert "Udv" not in client.get(f"/console/cases/{busy.case['dv']}").text
    assert "Udv" not in client.get(f"/console/cases/{busy.case['dv']}/danger").text
    assert [draft.purpose for draft in busy.outbox.drafts if draft.purpose == "glass"] == ["glass"]


def test_who_may_not_see_the_case_opens_nothing(busy: Town, browser: Browsers) -> None:
    for who in ("tanaka", "kato", "mori"):
        client = browser(who)
        absent = client.send_form("/console/cases/7/glass", reason=WHY, step="open")
        forbidden = client.send_form(f"/console/cases/{busy.case['dv']}/glass", reason=WHY, step="open")
        assert absent.status_code == forbidden.status_code == 404 and absent.content == forbidden.content
    client = browser("sato")
    forged = client.post(f"/console/cases/{busy.case['dv']}/glass", data={"reason": WHY, "step": "open"})
    assert forged.status_code == 403
    assert glass(busy, client, "open", name="water")[0] == 422, "only where it is 今すぐ"
    assert audited(busy, "break_glass") == 0


def test_managers_and_auditors_are_told_without_content(busy: Town, browser: Browsers) -> None:
    for who in ("kato", "mori"):
        assert "開いた記録" not in browser(who).get("/console/audit").text
    glass(busy, browser("sato"), "open")
    for who in ("kato", "mori"):
        page = browser(who).get("/console/audit").text
        assert "利用者番号を開いた記録" in page and "佐藤" in page and WHY not in page and "Udv" not in page


def test_an_open_call_stands_on_every_page_until_somebody_looks(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    ring(busy, "dv")
    for path in ("/console/", "/console/trouble", f"/console/cases/{busy.case['water']}"):
        page = client.get(path).text
        assert "呼び出し中（1 回目）" in page and "わたしが見ます" in page
    for who in ("tanaka", "kato", "mori"):
        assert "呼び出し中" not in browser(who).get("/console/trouble").text
    absent = browser("tanaka").send_form(f"/console/cases/{busy.case['dv']}/watch")
    assert absent.status_code == 404
    assert client.send_form(f"/console/cases/{busy.case['dv']}/watch").status_code == 303
    assert client.send_form(f"/console/cases/{busy.case['dv']}/watch").status_code == 303, "twice is harmless"
    assert "呼び出し中" not in client.get("/console/").text
    assert "呼び出しに気づいた人がいます" in client.get(f"/console/cases/{busy.case['dv']}").text
    with busy.sessions() as session:
        (call,) = session.scalars(select(Call)).all()
        assert (call.state, call.acked_by) == ("acked", busy.staff["sato"].id)


def test_a_town_that_can_call_nobody_says_so(town: Town, browser: Browsers) -> None:
    assert "呼び出す手段がありません" not in browser("sato").get("/console/").text
    lonely = replace(town.office, packs=PackShelf("mihon", town.office.pack, {}, ways=Ways()))
    for who in ("sato", "kato"):
        assert "呼び出す手段がありません" in browser(who, office=lonely).get("/console/trouble").text


def test_the_number_of_who_reported_is_never_opened_as_the_person_in_danger(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        session.get_one(Case, busy.case["dv"]).route = "lifeline"
    client = browser("sato")
    status, page = glass(busy, client, "open")
    assert status == 422 and "Udv" not in page and "ほかの人からの知らせ" in page
    assert audited(busy, "break_glass") == 0
