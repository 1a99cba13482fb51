"""The desk's day in browsers: two at one case, the keyboard alone, Japanese being composed, a line that breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser_kit import needs_browser
from journey_kit import until
from journey_stage import PATIENCE_MS, Stage, a_stage
from playwright.sync_api import expect

from bots.demo import children
from bots.demo.town import start_product

pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage(undo_seconds=12) as made:
        yield made


@pytest.fixture
def enter(stage: Stage) -> Iterator[Callable[..., Any]]:
    """A browser of their own for one of the staff, come in with the account of their workplace."""
    contexts = []

    def come_in(who: str, width: int = 1440) -> Any:
        context = stage.page.context.browser.new_context(viewport={"width": width, "height": 900}, locale="ja-JP")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{stage.desk.home}/console/login")
        page.get_by_role("link", name="練習用のアカウントで入る").or_(
            page.get_by_role("button", name="練習用のアカウントで入る")
        ).click()
        page.get_by_role("button", name=who).click()
        page.wait_for_url("**/console/**")
        return page

    yield come_in
    for context in contexts:
        context.close()


def writes(stage: Stage, person: str, text: str) -> None:
    """Somebody writes to the desk and is answered by the bot."""
    stage.client.say(person, text)
    until(stage.client, lambda: stage.client.answers(person))


def card(page: Any, home: str, words: str, view: str = "") -> Any:
    """The card with these words, once it is in the list."""
    page.goto(f"{home}/console/{f'?view={view}' if view else ''}")
    found = page.locator(".card", has_text=words).first
    found.wait_for()
    return found


def open_case(page: Any, home: str, words: str) -> str:
    """Open the page of the case; its address."""
    href = card(page, home, words).locator("h2 a").get_attribute("href")
    page.goto(f"{home}{href}")
    return str(href)


def no_wider(page: Any) -> None:
    """Nothing scrolls sideways."""
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], (page.url, width)


def test_two_at_one_case_see_each_other_and_never_answer_both(stage, enter):
    home, words = stage.desk.home, "家賃を3か月ためてしまいました"
    writes(stage, "U" + "5" * 32, f"{words}。大家さんに出ていくように言われています。")
    ao, kiiro = enter("あお"), enter("きいろ")
    where = open_case(ao, home, words)
    kiiro.goto(f"{home}{where}")
    ao.get_by_text("きいろさんが閲覧中").first.wait_for()
    kiiro.fill("#reply-text", "きいろです。きょう お電話してもよいですか。")
    ao.get_by_text("きいろさんが返事を書いています").first.wait_for()
    ao.get_by_role("button", name="担当する").first.click()
    ao.locator(".owner.mine").first.wait_for()
    stage.shot("two-at-once", ao)
    kiiro.click("text=送る前に確かめる")
    kiiro.get_by_text("いまの担当はあおさんです。あなたの文は送っていません。").first.wait_for()
    assert "きょう お電話してもよいですか" in kiiro.content()
    assert not any("お電話" in text for text in stage.client.answers("U" + "5" * 32))
    ao.fill("#reply-text", "あおです。読みました。")
    ao.click("text=送る前に確かめる")
    ao.click("text=この文を送る")
    until(stage.client, lambda: "あおです。読みました。" in "".join(stage.client.answers("U" + "5" * 32)))


def test_an_answer_is_taken_back_before_it_leaves(stage, enter):
    home, words = stage.desk.home, "介護で夜ねむれません"
    writes(stage, "U" + "6" * 32, f"{words}。母の認知症がすすみました。")
    page = enter("あお")
    open_case(page, home, words)
    page.fill("#reply-text", "これは まちがいの文です。")
    page.click("text=送る前に確かめる")
    page.click("text=この文を送る")
    page.get_by_role("button", name="取り消す").first.click()
    page.get_by_text("送信を取り消しました").first.wait_for()
    page.fill("#reply-text", "読みました。きょう中にお返事します。")
    page.click("text=送る前に確かめる")
    page.click("text=この文を送る")
    person = "U" + "6" * 32
    until(stage.client, lambda: "きょう中に" in "".join(stage.client.answers(person)))
    said = "".join(stage.client.answers(person))
    assert "まちがいの文" not in said


def test_the_keyboard_alone_is_enough(stage, enter):
    home, words = stage.desk.home, "食べるものがありません"
    writes(stage, "U" + "7" * 32, f"{words}。年金の日まで あと十日あります。")
    page = enter("あお")
    card(page, home, words)
    for _ in range(30):
        page.keyboard.press("j")
        page.wait_for_selector(".card[aria-current]")
        if words in page.locator(".card[aria-current]").inner_text():
            break
    page.wait_for_selector(f"#pane :text('{words}')")
    page.keyboard.press("a")
    page.wait_for_selector("#pane .owner.mine")
    page.keyboard.press("r")
    page.wait_for_selector("#reply-text:focus")
    page.keyboard.type("kakunin shimashita")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open] input:focus")
    page.keyboard.type("自分の担当")
    page.wait_for_selector("#palette [role=option]:has-text('自分の担当')")
    page.keyboard.press("Enter")
    page.wait_for_url("**view=mine**")
    page.locator(".card", has_text=words).first.wait_for()
    page.keyboard.press("?")
    page.wait_for_selector("#help[open]")
    page.keyboard.press("Escape")


def test_keys_belong_to_the_input_method_until_the_word_is_done(stage, enter):
    page = enter("あお")
    page.goto(f"{stage.desk.home}/console/")
    page.focus("#q")
    hands = page.context.new_cdp_session(page)
    hands.send("Input.imeSetComposition", {"text": "たべ", "selectionStart": 2, "selectionEnd": 2})
    assert page.url.endswith("/console/")
    hands.send("Input.insertText", {"text": "食べる"})
    assert page.input_value("#q") == "食べる"
    page.keyboard.press("Enter")
    page.locator(".card", has_text="食べるものがありません").first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open] input:focus")
    hands.send("Input.imeSetComposition", {"text": "とう", "selectionStart": 2, "selectionEnd": 2})
    page.evaluate("""document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, isComposing: true, bubbles: true}))""")
    assert page.locator("#palette[open]").is_visible()
    hands.send("Input.insertText", {"text": "統計"})
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/stats**")


@pytest.mark.parametrize("width", [360, 640], ids=["phone", "zoom200"])
def test_a_small_screen_shows_everything(stage, enter, width):
    page = enter("あお", width)
    words = "食べるものがありません"
    for view in ("", "mine"):
        page.goto(f"{stage.desk.home}/console/{f'?view={view}' if view else ''}")
        no_wider(page)
    card(page, stage.desk.home, words, "mine").locator("h2 a").click()
    page.wait_for_url("**/console/cases/**")
    page.get_by_role("heading", name="できること").wait_for()
    no_wider(page)
    for where in ("/console/take-down", "/console/stats", "/console/danger", "/console/sessions"):
        page.goto(f"{stage.desk.home}{where}")
        page.get_by_role("heading", level=1).wait_for()
        no_wider(page)
    stage.shot(f"small-{width}", page)


def test_a_case_is_put_aside_folded_closed_and_opened_again(stage, enter):
    home, first, second = stage.desk.home, "電気を止めると言われました", "ガスも止まりそうです"
    writes(stage, "U" + "8" * 32, f"{first}。")
    writes(stage, "U" + "9" * 32, f"{second}。")
    page = enter("あお")
    open_case(page, home, first)
    page.get_by_role("button", name="担当する").first.click()
    page.locator(".owner.mine").first.wait_for()
    page.fill("#reply-text", "読みました。あした電話します。")
    page.click("text=送る前に確かめる")
    page.click("text=この文を送る")
    until(stage.client, lambda: "あした電話" in "".join(stage.client.answers("U" + "8" * 32)))
    page.reload()
    page.locator("summary", has_text="保留").first.click()
    page.locator("#hold").get_by_role("button").last.click()
    page.get_by_text("保留").first.wait_for()
    label = page.locator(".facts span", has_text="T-").first.inner_text()
    card(page, home, first, "held")
    stage.client.say("U" + "8" * 32, "やっぱり きょう止まりました。")
    until(
        stage.client,
        lambda: page.goto(f"{home}/console/?view=held") and not page.locator(".card", has_text=first).count(),
    )
    open_case(page, home, second)
    page.locator("summary", has_text="まとめる").first.click()
    page.locator("#fold").get_by_label("番号").fill(label)
    page.locator("#fold").get_by_role("button").last.click()
    page.get_by_text(label).first.wait_for()
    page.goto(f"{home}/console/")
    expect(page.locator(".card", has_text=second)).to_have_count(0)


def test_the_list_goes_on_after_the_line_broke(stage, enter):
    page = enter("きいろ")
    page.goto(f"{stage.desk.home}/console/")
    page.wait_for_selector("#live:not(.off)")
    product = stage.town.product[0]
    product.terminate()
    product.wait(60)
    page.get_by_text("つながっていません").first.wait_for()
    children.wait(f"{stage.desk.home}/readyz", start_product(stage.town, "up"), "toritsugi")
    writes(stage, "U" + "a" * 32, "夫の借金で ねむれません。どこに聞けばいいですか。")
    page.get_by_text("更新中").first.wait_for()
    until(stage.client, lambda: "ねむれません" in page.content() or "新しい相談" in page.content())


def test_every_message_was_in_order(stage):
    assert stage.client.warnings() == []
