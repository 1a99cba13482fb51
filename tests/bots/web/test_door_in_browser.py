"""Our own page in a real browser, with scripts and without, on a small telephone and on a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser_kit import chromium, needs_browser
from door_site import DESKTOP, PHONE, serving

from handoff import desk
from intake.clock import now_ms
from intake.door_records import DoorVisit
from intake.records import Case

STORY = "家賃が払えません。どうしたらいいですか"
STEPS = ("危なくない", "名前を言わない", "自分のこと", "いない", "この画面で")
pytestmark = [needs_browser, pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(chrome: Any, town: Any) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []
    with serving(town.parts) as site:

        def make(size: tuple[int, int] = PHONE, *, scripts: bool = True) -> Any:
            context = chrome.new_context(
                viewport={"width": size[0], "height": size[1]}, locale="ja-JP", java_script_enabled=scripts
            )
            contexts.append(context)
            # The innocent page is another house's: nothing is fetched from it here.
            context.route(
                "https://**", lambda route: route.fulfill(body="<title>weather</title>", content_type="text/html")
            )
            page = context.new_page()
            page.set_default_timeout(8_000)
            page.site = site
            page.troubles = []
            page.on("pageerror", lambda error: page.troubles.append(str(error)))
            page.on(
                "console", lambda said: page.troubles.append(said.text) if "Content Security" in said.text else None
            )
            return page

        yield make
        for context in contexts:
            context.close()


def begin(page: Any) -> None:
    page.goto(f"{page.site}/soudan")
    page.get_by_label("書く").fill(STORY)
    page.get_by_role("button", name="おくる", exact=True).click()
    page.wait_for_url("**/talk")
    page.get_by_text("受付番号").first.wait_for()


def answer_all(page: Any) -> None:
    for label in STEPS:
        page.get_by_role("button", name=label, exact=True).click()
        page.get_by_role("button", name=label, exact=True).wait_for(state="detached")
    page.get_by_role("button", name="これでいい").click()
    page.get_by_text("受けつけました").wait_for()


def staff_say(town: Any, text: str) -> None:
    with town.work() as session:
        desk.reply(town.office, session, town.one(Case).id, town.staff(), text, now_ms(), "r1")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_first_words_to_the_answer_of_staff(visit, town, scripts):
    page = visit(scripts=scripts)
    begin(page)
    answer_all(page)
    staff_say(town, "明日の10時にお話しできますか")
    if scripts:
        page.evaluate("document.querySelector('#text').focus(); document.querySelector('#text').value = '書きかけ'")
        page.evaluate("document.querySelector('#poll').dispatchEvent(new Event('every'))")  # what ten seconds do
        page.locator("#later >> text=明日の10時に").wait_for()
        assert page.evaluate("document.activeElement.id") == "text"
        assert page.input_value("#text") == "書きかけ"
    else:
        page.reload()
        page.locator("#later >> text=明日の10時に").wait_for()
    page.fill("#text", "はい、おねがいします")
    page.get_by_role("button", name="おくる", exact=True).click()
    page.locator(".mine >> text=はい、おねがいします").wait_for()
    assert town.messages().count("はい、おねがいします") == 1
    assert page.troubles == []


def test_a_double_click_and_a_reload_post_once(visit, town):
    page = visit()
    begin(page)
    page.reload()
    page.fill("#text", "お金もありません")
    page.get_by_role("button", name="おくる", exact=True).dblclick()
    page.locator(".mine >> text=お金もありません").wait_for()
    page.reload()
    assert town.messages() == [STORY, "お金もありません"]


@pytest.mark.parametrize("way", ["button", "escape", "no script"])
def test_leaving_leaves_no_cookie_and_nothing_behind_back(visit, town, way):
    page = visit(scripts=way != "no script")
    begin(page)
    if way == "escape":
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="この画面をとじる").click()
    page.wait_for_url("https://www.jma.go.jp/**")
    assert page.context.cookies() == []
    assert town.one(DoorVisit).ended_at
    page.go_back()
    page.wait_for_load_state()
    assert "家賃" not in page.content() and page.title() == "くらしの案内"
    page.goto(f"{page.site}/talk")
    assert "家賃" not in page.content() and page.get_by_role("heading", name="この画面は終わりました").is_visible()


def test_large_letters_stay_and_everything_still_fits(visit, town):
    page = visit()
    begin(page)
    page.fill("#text", "書きかけ")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="文字を大きく").click()
    assert page.input_value("#text") == "書きかけ"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before >= 16
    page.get_by_role("button", name="文字をもどす").wait_for()
    page.reload()
    assert page.evaluate("document.documentElement.classList.contains('big')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_innocent_page_comes_when_the_talk_is_hidden(visit, town):
    page = visit()
    begin(page)
    page.fill("#text", "かくす")
    page.get_by_role("button", name="おくる", exact=True).click()
    page.get_by_text("今週のごみの日です").wait_for()
    page.go_back()
    page.wait_for_load_state()
    assert "家賃" not in page.content()


def violations(page: Any) -> list[Any]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


def fits(page: Any) -> bool:
    """Nothing scrolls sideways, no letter is smaller than 15 px, and whatever is pressed is 44 px high."""
    return bool(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth
            && [...document.querySelectorAll('button, .call, .choice, select, input, textarea')]
                .filter((e) => e.offsetParent && !e.classList.contains('hush')).every((e) => e.offsetHeight >= 44)
            && [...document.querySelectorAll('p, li, label, button, a')]
                .every((e) => parseFloat(getComputedStyle(e).fontSize) >= 15)"""
        )
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_every_page_is_accessible(visit, town, size):
    page = visit(size)
    for path in ("/soudan", "/back", "/d/unknown", "/guide", "/talk"):
        page.goto(page.site + path)
        assert (path, violations(page), fits(page)) == (path, [], True)
    begin(page)
    assert (violations(page), fits(page)) == ([], True)
    answer_all(page)
    staff_say(town, "明日の10時にお話しできますか")
    page.reload()
    page.fill("#text", " ")
    page.get_by_role("button", name="おくる", exact=True).click()
    page.locator("#wrong").wait_for()
    assert (violations(page), fits(page)) == ([], True)
    page.fill("#text", "夫に殴られました。助けてください")
    page.get_by_role("button", name="おくる", exact=True).click()
    page.get_by_role("link", name="110").wait_for()
    page.get_by_role("button", name="電話できない").click()
    page.get_by_label("いまいる場所").wait_for()
    assert (violations(page), fits(page)) == ([], True)
