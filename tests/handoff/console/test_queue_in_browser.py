"""The queue in a real browser: palette, who is looking, a list that stands still, saved views, reconnecting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from browser_kit import LIVE_MS, needs_browser
from console_screen import DESKTOP, check
from console_town import Town, add_case, reading

from handoff import desk
from triage.assessment import Urgency

pytestmark = needs_browser
Visit = Callable[..., Any]


@pytest.mark.parametrize("size", [DESKTOP, (360, 740), (720, 500)], ids=["desktop", "phone", "zoom200"])
def test_filters_and_own_views_are_accessible(visit: Visit, site: str, busy: Town, size: tuple[int, int]) -> None:
    page = visit(size=size)
    page.goto(f"{site}/console/?view=custom&domain=child")
    page.click("#filter summary")
    check(page)
    page.fill("#keep-name", "子ども")
    page.click("text=見方として保存")
    page.wait_for_url("**/console/?view=s*")
    assert page.locator(".views [aria-current]").inner_text().split() == ["子ども", "2", "件"]
    page.goto(f"{site}/console/views")
    page.click("text=名前を変える")
    check(page)
    page.goto(f"{site}/console/")
    for _ in range(2):  # the second time the address stays the same
        page.click("a[href='#glossary']")
        page.wait_for_selector("#glossary[open]")
        page.click("#glossary > summary")
    page.click("#glossary > summary")
    check(page)


def test_the_palette_is_worked_by_keys_alone(visit: Visit, site: str, busy: Town) -> None:
    page = visit()
    page.goto(f"{site}/console/?case={busy.case['water']}")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette [role=option]:has-text('自己点検')")
    check(page)
    page.keyboard.type("保留中")
    page.dispatch_event("#palette input", "keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert page.is_visible("#palette")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/?view=held")
    page.keyboard.press("Control+k")
    page.keyboard.type("T-1")
    page.wait_for_selector("#palette [aria-selected=true]:has-text('T-1 の相談をひらく')")
    page.wait_for_selector(".palette-goto", state="attached")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/cases/{busy.case['dv']}")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    assert not page.is_visible("#palette")
    page.keyboard.press("Control+k")
    page.keyboard.type("担当する")
    page.keyboard.press("Enter")
    page.wait_for_selector(".owner.mine")


def test_enter_waits_for_the_palettes_entries(visit: Visit, site: str, busy: Town) -> None:
    page = visit()
    page.goto(f"{site}/console/")
    held: list[Any] = []
    page.route("**/console/palette", lambda route, _request: held.append(route))
    page.keyboard.press("Control+k")
    page.keyboard.type("自己点検")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.is_visible("#palette")
    held[0].continue_()
    page.wait_for_url("**/console/selfcheck")


def test_keys_hold_a_case_and_take_the_last_answer_back(visit: Visit, site: str, busy: Town) -> None:
    page = visit()
    case_id, office = busy.case["family"], replace(busy.office, undo_seconds=600)
    with busy.sessions.begin() as session:
        for text in ("ひとつめ", "ふたつめ"):
            desk.reply(office, session, case_id, busy.staff["sato"], text, busy.now, f"{case_id}-{text}")
    page.goto(f"{site}/console/cases/{case_id}")
    page.keyboard.press("h")
    page.wait_for_selector("#hold[open]")
    page.keyboard.press("u")
    page.wait_for_selector(".taken-back")
    assert page.locator(".line-staff .bubble", has_text="ひとつめ").count() == 1
    assert page.locator(".line-staff .bubble", has_text="ふたつめ").count() == 0


def test_two_people_see_each_other_come_write_and_go(visit: Visit, site: str, busy: Town) -> None:
    sato, suzuki = visit("sato"), visit("suzuki")
    sato.goto(f"{site}/console/?view=mine")  # what somebody has taken is not among what is open
    suzuki.goto(f"{site}/console/cases/{busy.case['family']}")
    sato.wait_for_selector(
        f".card [data-looking='{busy.case['family']}']:has-text('鈴木さんが閲覧中')", timeout=LIVE_MS
    )
    sato.goto(f"{site}/console/cases/{busy.case['family']}")
    suzuki.wait_for_selector(".looking:has-text('佐藤さんが閲覧中')", timeout=LIVE_MS)
    sato.fill("#reply-text", "お返事を")
    suzuki.wait_for_selector(".looking:has-text('佐藤さんが返事を書いています')", timeout=LIVE_MS)
    check(suzuki)
    sato.goto(f"{site}/console/?view=closed")
    suzuki.wait_for_selector(".case-main .looking:empty", state="attached", timeout=LIVE_MS)


def test_what_is_under_the_mouse_stays_there_and_new_ones_are_announced(visit: Visit, site: str, busy: Town) -> None:
    page = visit(size=(1280, 620))
    page.goto(f"{site}/console/")
    target = page.locator(f"#case-{busy.case['unread']}")
    target.scroll_into_view_if_needed()
    target.hover()
    before = target.bounding_box()
    text = "いま外にいます。寒いです。"
    add_case(busy, "fresh", text, reading(text, {"寒い": "housing"}, Urgency.HIGH), ago=200)
    page.wait_for_selector(f"#case-{busy.case['fresh']}", timeout=LIVE_MS)
    after = target.bounding_box()
    assert abs(before["y"] - after["y"]) < 2
    assert page.inner_text("#fresh-said") == "新しい相談が 1 件あります"
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, busy.case["dv"], busy.staff["suzuki"], busy.now)
    page.wait_for_selector(".alarm", state="detached", timeout=LIVE_MS)
    assert abs(before["y"] - target.bounding_box()["y"]) < 2
    if page.is_visible("#fresh-bar"):
        page.click("#fresh-bar")
        assert page.evaluate("document.activeElement.closest('.card').id") == f"case-{busy.case['fresh']}"


def test_a_line_that_broke_says_so_and_catches_up(visit: Visit, site: str, busy: Town) -> None:
    page = visit()
    page.goto(f"{site}/console/")
    page.wait_for_selector(".alarm")
    page.wait_for_selector("#live:not(.off)", timeout=LIVE_MS)
    page.context.set_offline(True)
    page.evaluate("document.querySelector('#live')._htmx.sse.reader.cancel()")
    page.wait_for_selector("#live.off", timeout=LIVE_MS)
    assert page.inner_text("#live-word") == "つながっていません"
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, busy.case["dv"], busy.staff["suzuki"], busy.now)
    page.context.set_offline(False)
    page.wait_for_selector("#live:not(.off)", timeout=20_000)
    page.wait_for_selector(".alarm", state="detached", timeout=LIVE_MS)
    assert page.inner_text("#live-word") == "更新中"


def test_a_slow_script_does_not_cost_the_live_line(visit: Visit, site: str, busy: Town) -> None:
    page = visit()
    held: list[Any] = []
    page.route("**/htmx-sse-*", lambda route, _request: held.append(route))
    page.goto(f"{site}/console/", wait_until="commit")
    page.wait_for_selector("#live.off:has-text('つないでいます')", timeout=LIVE_MS)
    page.wait_for_timeout(200)  # a deferred htmx would wake the page now, without its extension
    held[0].continue_()
    page.wait_for_selector("#live:not(.off):has-text('更新中')", timeout=LIVE_MS)


def test_whatever_comes_back_the_list_is_there_and_loaded_anew(visit: Visit, site: str, busy: Town) -> None:
    page = visit()
    loads: list[int] = []
    page.on("response", lambda answer: loads.append(answer.status) if answer.url.endswith("/console/board") else None)
    page.goto(f"{site}/console/")
    page.wait_for_selector("#live:not(.off)", timeout=LIVE_MS)
    page.route("**/console/board", lambda route: route.fulfill(status=503, body="<p>あとで</p>"), times=1)
    # Nothing changed meanwhile: only the break itself asks for the list.
    with page.expect_response(
        lambda answer: answer.url.endswith("/console/board") and answer.status == 200, timeout=LIVE_MS
    ):
        page.evaluate("document.querySelector('#live')._htmx.sse.reader.cancel()")
    assert loads == [503, 200]
    assert page.is_visible("#board .card")


def test_forced_colours_and_a_queue_without_scripts(visit: Visit, site: str, busy: Town) -> None:
    page = visit(scripts=False)
    page.emulate_media(forced_colors="active")
    page.goto(f"{site}/console/")
    page.click("#filter summary")
    page.check("input[name=urgency][value=high]")
    page.click("text=この条件で見る")
    assert page.locator(".card").count() == 3
    page.fill("#keep-name", "高い")
    page.click("text=見方として保存")
    page.click("text=見方をととのえる >> nth=0")
    page.click("text=消す")
    page.click("text=見方を消す")
    assert page.is_visible("text=まだありません")
