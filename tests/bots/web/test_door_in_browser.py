"""Our own page in a real browser, with scripts and without, on a small telephone and on a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser_kit import DESKTOP, PHONE, chromium, needs_browser, new_page
from door_site import serving

from handoff import desk
from intake.clock import now_ms
from intake.door_records import DoorVisit
from intake.records import Case

STORY = "家賃が払えません。どうしたらいいですか"
STEPS = ("危なくない", "名前を言わない", "自分のこと", "いない", "この画面で", "まだ分からない")
pytestmark = [needs_browser, pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(chrome: Any, town: Any) -> Iterator[Callable[..., Any]]:
    pages: list[Any] = []
    with serving(town.parts) as site:

        def make(size: tuple[int, int] = PHONE, *, scripts: bool = True) -> Any:
            page = new_page(chrome, size, scripts=scripts)
            pages.append(page)
            # The innocent page is another house's: nothing is fetched from it here.
            page.context.route(
                "https://**", lambda route: route.fulfill(body="<title>weather</title>", content_type="text/html")
            )
            page.site = site
            return page

        yield make
        for page in pages:
            page.context.close()


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


HALF, TINY = (640, 450), (180, 370)
"""What remains of 1280 and of 360 px at 200 %."""


@pytest.mark.parametrize("size", [HALF, TINY])
def test_at_twice_the_size_nothing_scrolls_sideways(visit, town, size):
    page = visit(size)
    for path in ("/soudan", "/back", "/tsuho", "/renraku", "/talk"):
        if path == "/talk":
            begin(page)
        else:
            page.goto(page.site + path)
        wide = page.evaluate(
            """() => [document.documentElement.scrollWidth - innerWidth, [...document.querySelectorAll('body *')]
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.hush, .skip'))
                .map((e) => e.tagName + '.' + e.className).slice(0, 8)]"""
        )
        assert (path, wide) == (path, [0, []])


@pytest.mark.parametrize("scripts", [True, False])
def test_a_photo_is_sent_from_the_page(visit, town, scripts, tmp_path):
    from media_kit import photo

    from intake.door_records import Attachment

    picture = tmp_path / "IMG_1.jpg"
    picture.write_bytes(photo())
    page = visit(scripts=scripts)
    begin(page)
    page.get_by_label("写真や声をおくる").set_input_files(str(picture))
    page.fill("#text", "この手紙です")
    page.get_by_role("button", name="おくる", exact=True).click()
    page.locator(".mine >> text=写真：受けとりました。").wait_for()
    assert town.one(Attachment).state == "kept" and town.messages().count("この手紙です") == 1
    assert page.evaluate("document.querySelector('#file').files.length") == 0 if scripts else True
    assert page.troubles == []
