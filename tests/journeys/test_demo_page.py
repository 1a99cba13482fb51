"""The demo page in a real browser: a person writes, staff see, claim and answer, the answer reaches the telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import chromium, needs_browser

from bots.demo.town import Town, town
from bots.simulator.client import SimulatorClient

PATIENCE_MS = 60_000
ANSWER = "お知らせをありがとうございます。明日の10時に、ここでお話をうかがえますか。"

pytestmark = needs_browser


@pytest.fixture(scope="module")
def demo() -> Iterator[Town]:
    with town() as running:
        yield running


@pytest.fixture
def page(demo):
    with chromium() as browser:
        opened = browser.new_page(viewport={"width": 1600, "height": 1000})
        opened.set_default_timeout(PATIENCE_MS)
        opened.goto(demo.page)
        opened.wait_for_selector("text=つながっています")
        yield opened


@pytest.fixture
def client(demo) -> Iterator[SimulatorClient]:
    with SimulatorClient(demo.page, timeout_s=60.0) as made:
        yield made


def test_from_the_first_word_to_the_answer_on_the_telephone(page, client):
    console = page.frame_locator("iframe")
    console.get_by_role("button", name="入る").click()
    console.get_by_role("heading", name="受付の一覧").wait_for()

    page.click("[data-persona=parent]")
    page.wait_for_selector("#talk >> text=受付番号")
    page.wait_for_selector("#posts >> text=T-0001")
    # Live: the console shows the case without a reload.
    console.get_by_text("T-0001").first.wait_for()

    page.locator("#posts").get_by_role("button", name="担当する").first.click()
    page.wait_for_selector("#posts >> text=担当：あお")
    page.locator("#posts").get_by_role("button", name="返信", exact=True).first.click()
    page.fill("#modal textarea", ANSWER)
    page.click("#modal button[type=submit]")
    page.wait_for_selector("#modal >> text=この文を送る")
    page.click("#modal button[type=submit]")
    page.wait_for_selector(f"#talk >> text={ANSWER}")
    assert client.answers("parent").count(ANSWER) == 1
    assert client.counters()["profile_calls"] == 0


def test_danger_is_answered_with_numbers_and_called_out(page, client):
    page.fill("#say", "夫に殴られました。いまも家にいます。助けてください")
    page.press("#say", "Enter")
    page.wait_for_selector("#talk >> text=110")
    page.wait_for_selector(r"#posts >> text=/今すぐ：T-\d+ の確認をお願いします/")


def test_the_page_with_everything_on_it_is_accessible(page, client):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    client.say("meter", "水道の検針です。郵便受けがいっぱいで、返事がありません。")
    page.wait_for_selector("#posts >> text=L-")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
