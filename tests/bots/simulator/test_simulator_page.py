"""The practice page in a real browser: it sends, it shows words as words, it fits a telephone, it is accessible."""

from __future__ import annotations

import pytest
from browser_kit import chromium, needs_browser

EVIL = "<img src=x onerror=alert(1)><b>太字</b>"

pytestmark = needs_browser


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def complaints():
    return []


@pytest.fixture
def page(browser, sim, settings, complaints):
    opened = browser.new_page(viewport={"width": 1440, "height": 1000})
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(settings.base_url)
    opened.wait_for_selector("text=つながっています")
    yield opened
    opened.close()


def test_becoming_someone_sends_their_first_message_once(page, sim, product, complaints):
    page.click("[data-persona=junior]")
    page.wait_for_selector("#talk .mine")
    page.click("[data-persona=easy]")
    page.wait_for_selector("#talk >> text=にほんご すこし")
    page.click("[data-persona=junior]")
    page.wait_for_selector("#talk >> text=中2です")
    assert len(product.events()) == 2
    assert complaints == []


def test_words_are_shown_as_words_and_a_modal_can_be_sent(page, sim, slack, product, complaints):
    page.fill("#say", EVIL)
    page.press("#say", "Enter")
    page.wait_for_selector("#talk .mine")
    assert page.inner_text("#talk .mine .bubble") == EVIL
    plain = {"type": "plain_text", "text": "<!channel> 直す"}
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*強い* {EVIL} <!channel>"}},
        {"type": "actions", "elements": [{"type": "button", "action_id": "fix", "text": plain}]},
    ]
    slack.post("/chat.postMessage", json={"channel": "C0MADOGUCHI", "text": "a", "blocks": blocks})
    page.wait_for_selector("#posts .b-button")
    assert page.locator("#posts img").count() == 0
    assert page.inner_text("#posts .everyone") == "@channel"
    page.click("#posts .b-button")
    page.wait_for_function("() => document.querySelector('#posts .b-button')")
    sim.wait_for(lambda: product.of("/slack/"))
    text = {"type": "plain_text", "text": "わけ"}
    element = {"type": "plain_text_input", "action_id": "t"}
    view = {
        "type": "modal",
        "title": text,
        "submit": text,
        "blocks": [{"type": "input", "block_id": "b", "label": text, "element": element}],
    }
    slack.post("/views.open", json={"trigger_id": product.of("/slack/")[0].body["trigger_id"], "view": view})
    page.fill("#modal input", "直しました")
    product.slack += [{"response_action": "errors", "errors": {"b": "もう一度"}}]
    page.click("#modal button[type=submit]")
    page.wait_for_selector("#modal >> text=もう一度")
    assert page.input_value("#modal input") == "直しました"
    page.click("#modal button[type=submit]")
    page.wait_for_selector("#modal", state="hidden")
    assert product.of("/slack/")[-1].body["view"]["state"]["values"]["b"]["t"]["value"] == "直しました"
    assert complaints == []


def test_it_fits_a_telephone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_it_is_accessible(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.click("[data-persona=meter]")
    page.wait_for_selector("#talk .mine")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []


def test_the_policy_allows_nothing_from_elsewhere(callers, settings, sim):
    policy = callers[0].get(f"{settings.base_url}/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert callers[0].get(f"{settings.base_url}/page/file/..%2Fsettings.py").status_code == 404
