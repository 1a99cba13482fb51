"""The console in a real browser: axe, keys, live changes, no overflow, nothing that the CSP would block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser_kit import LIVE_MS, needs_browser
from console_reasons import EXPLAINED, explained
from console_screen import DESKTOP, PHONE, check
from console_town import Town

from handoff import desk, login
from handoff.records import Ticket

pytestmark = needs_browser


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (720, 500)], ids=["desktop", "phone", "zoom200"])
def test_every_page_is_accessible(visit: Callable[..., Any], site: str, busy: Town, size: tuple[int, int]) -> None:
    page = visit(size=size)
    for path in (f"?case={busy.case['water']}", "?view=foreign", f"cases/{busy.case['family']}", "trouble", "cases/5"):
        page.goto(f"{site}/console/{path}")
        check(page)
    page.goto(f"{site}/console/cases/{busy.case['family']}")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    check(page)
    for who, path in (("mori", "audit"), ("kato", "figures"), ("", "login/token"), ("", "login")):
        other = visit(who, size)
        other.goto(f"{site}/console/{path}")
        check(other)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_reasons_of_the_machine_are_accessible(
    visit: Callable[..., Any], site: str, busy: Town, size: tuple[int, int]
) -> None:
    explained(busy)
    page = visit(size=size)
    page.goto(f"{site}/console/cases/{busy.case['explained']}")
    check(page)
    # What is marked is said in letters too, and copying the person's words does not copy our notes.
    said = [told.strip("（）\n") for told in page.locator(".said .told").all_inner_texts()]
    assert said == ["高齢", "認知症", "困窮", "否定", "前のこと"]
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.said'))")
    assert page.evaluate("getSelection().toString()").replace("\n", "") == EXPLAINED
    page.goto(f"{site}/console/?case={busy.case['explained']}")
    check(page)


def test_keys_choose_open_and_claim(visit: Callable[..., Any], site: str, busy: Town) -> None:
    page = visit()
    page.goto(f"{site}/console/")
    page.keyboard.press("j")
    page.wait_for_selector(f"#pane [data-case='{busy.case['dv']}']")
    page.keyboard.press("j")
    page.wait_for_selector(f"#pane [data-case='{busy.case['water']}']")
    assert f"case={busy.case['water']}" in page.url
    check(page)
    page.keyboard.press("a")
    page.wait_for_selector("#pane .owner.mine")
    with busy.sessions() as session:
        assert session.get_one(Ticket, busy.case["water"]).owner_id == busy.staff["sato"].id
    page.keyboard.press("?")
    assert page.is_visible("#help")
    check(page)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("冷蔵庫 j")
    assert page.input_value("#q") == "冷蔵庫 j"
    page.fill("#q", "冷蔵庫")
    page.keyboard.press("Enter")
    page.wait_for_selector(".finding")
    assert page.locator(".card").count() == 1
    page.goto(f"{site}/console/?case={busy.case['water']}")
    page.keyboard.press("r")
    page.wait_for_url("**/cases/*#reply-text")
    page.wait_for_selector("#reply-text:focus")


def test_a_key_pressed_before_htmx_woke_the_link_still_opens_the_pane(
    visit: Callable[..., Any], site: str, busy: Town
) -> None:
    page = visit()
    page.goto(f"{site}/console/")
    page.evaluate("document.querySelectorAll('.card h2 a').forEach(a => a.replaceWith(a.cloneNode(true)))")
    page.keyboard.press("j")
    page.wait_for_selector(f"#pane [data-case='{busy.case['dv']}']")
    assert "/console/?" in page.url


def test_keys_belong_to_the_input_method_while_it_composes(visit: Callable[..., Any], site: str) -> None:
    page = visit()
    page.goto(f"{site}/console/")
    for init in ("{key: 'j', isComposing: true}", "{key: 'j', keyCode: 229}"):
        page.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{bubbles: true, ...{init}}}))")
    assert page.locator(".card[aria-current]").count() == 0


@pytest.mark.parametrize(("height", "scrolled"), [(1000, 120), (700, 600)])
def test_changes_of_others_arrive_without_stealing_focus(
    visit: Callable[..., Any], site: str, busy: Town, height: int, scrolled: int
) -> None:
    page = visit(size=(1440, height))
    page.goto(f"{site}/console/?case={busy.case['water']}")
    read = f"#case-{busy.case['gas']}"
    page.focus(f"{read} h2 a")
    page.evaluate(f"document.querySelector('.board-column').scrollTop = {scrolled}")
    assert page.evaluate("document.querySelector('.board-column').scrollTop") > 0
    top = f"document.querySelector('{read}').getBoundingClientRect().top"
    before = page.evaluate(top)
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, busy.case["dv"], busy.staff["suzuki"], busy.now)
        desk.note(busy.office, session, busy.case["water"], busy.staff["suzuki"], "見ました", busy.now)
    page.wait_for_selector(".alarm", state="detached", timeout=LIVE_MS)
    page.wait_for_selector("#stale:not([hidden])", timeout=LIVE_MS)
    assert page.evaluate("document.activeElement.closest('.card').id") == read.removeprefix("#")
    assert abs(page.evaluate(top) - before) <= 2, "what is read keeps its place on the screen"
    assert page.get_attribute(f"#case-{busy.case['water']}", "aria-current") == "true"
    page.click("#stale a")
    page.wait_for_selector("#stale", state="hidden", timeout=LIVE_MS)
    check(page)


def test_a_phone_opens_the_case_page(visit: Callable[..., Any], site: str, busy: Town) -> None:
    page = visit(size=PHONE)
    page.goto(f"{site}/console/")
    page.click(f"#case-{busy.case['gas']} h2 a")
    page.wait_for_url(f"**/console/cases/{busy.case['gas']}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_whole_way_from_the_link_to_a_sent_reply(
    visit: Callable[..., Any], site: str, busy: Town, scripts: bool
) -> None:
    with busy.sessions.begin() as session:
        link = login.make_link(session, "mihon", busy.staff["sato"].id, busy.now)
    page = visit("", scripts=scripts)
    page.goto(f"{site}/console/login/{link}")
    page.wait_for_selector("button:focus")  # the browser gives focus with its first frame, which may follow the load
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/")
    page.click(".alarm-button:has-text('担当する')")
    page.wait_for_url("**/console/?case=*")
    page.goto(f"{site}/console/cases/{busy.case['dv']}")
    page.fill("#reply-text", "読みました。いま安全なところにいますか。")
    page.click("text=送る前に確かめる")
    page.dblclick("text=この文を送る")
    page.wait_for_selector(".line-staff .bubble")
    assert page.locator(".line-staff .bubble").count() == 1
    sent = [d for d in busy.outbox.drafts if d.purpose == "reply"]
    assert len(sent) == 1
    page.click("text=出る")
    page.wait_for_url("**/console/login")
    page.goto(f"{site}/console/")
    assert page.url.endswith("/console/login")
