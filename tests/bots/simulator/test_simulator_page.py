"""The practice page in a real browser: it sends, it shows words as words, it fits a telephone, it is accessible."""

from __future__ import annotations

import pytest
from browser_kit import chromium, needs_browser
from playwright.sync_api import expect
from simulator_line_cases import TEXT, bubble, chips

from bots.simulator.line_person import TINY_PNG

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


def test_nobodys_talk_stands_under_anothers_name(page, sim, product, complaints):
    page.click("[data-persona=junior]")
    page.wait_for_selector("#talk >> text=中2です")
    whose, held = page.inner_text("#phone-who"), []
    page.route("**/page/state?*", lambda route, _request: held.append(route))
    page.click("[data-screen=talk]")  # asks for this talk, and the answer is late
    with page.expect_response("**/control/line/act"):
        page.click("[data-persona=easy]")
    held[0].continue_()
    while len(held) < 2:
        page.wait_for_timeout(20)
    assert page.inner_text("#phone-who") == whose
    page.unroute("**/page/state?*")
    page.wait_for_selector("#talk >> text=にほんご すこし")
    assert not complaints


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


def test_the_telephone_sends_media_and_shows_its_screens(page, sim, product, line, complaints):
    page.click("[data-pick=image]")
    page.click("#ask button[type=submit]")
    page.wait_for_selector("#talk .mine img")
    page.click("[data-pick=location]")
    page.fill("#ask input[name=address]", "みほん市港町 3")
    page.click("#ask button[type=submit]")
    page.wait_for_selector("#talk >> text=みほん市港町 3")
    user = product.events()[-1]["source"]["userId"]
    tel = {"type": "button", "action": {"type": "uri", "label": "警察", "uri": "tel:110"}}
    copy = {"type": "clipboard", "label": "写す", "clipboardText": "7K3M-92Q5"}
    for message in (bubble(tel), chips(copy)):
        line.post("/v2/bot/message/push", json={"to": user, "messages": [message]})
    page.click("#talk >> text=警察")
    page.wait_for_selector("#toast >> text=発信：110")
    page.click("#chips >> text=写す")
    page.wait_for_selector("#toast >> text=7K3M-92Q5")
    page.check("#on-pc")
    page.wait_for_selector("#chips button", state="detached")
    page.click("[data-screen=lock]")
    expect(page.locator("#lock .notice")).to_have_count(2)
    assert not page.locator("#say").is_visible()
    page.click("[data-screen=group]")
    page.fill("#say", "みなさん、こんにちは")
    page.press("#say", "Enter")
    page.wait_for_selector("#talk >> text=みなさん")
    assert product.events()[-1]["source"]["type"] == "group"
    assert complaints == []


def test_the_menu_of_the_person_is_tapped_where_it_says(page, sim, product, line):
    page.click("[data-persona=meter]")
    page.wait_for_selector("#talk .mine")
    user = product.events()[-1]["source"]["userId"]
    menus = {name: menu(line, name) for name in ("consult", "calm")}
    line.post("/v2/bot/richmenu/alias", json={"richMenuAliasId": "calm", "richMenuId": menus["calm"]})
    line.post(f"/v2/bot/user/all/richmenu/{menus['calm']}")
    line.post(f"/v2/bot/user/{user}/richmenu/{menus['consult']}")
    page.wait_for_selector("#menu img")
    page.get_by_role("button", name="right of consult").click()
    page.wait_for_selector("#menu summary >> text=calm")
    assert product.events()[-1]["postback"]["params"] == {"newRichMenuAliasId": "calm", "status": "SUCCESS"}
    page.get_by_role("button", name="left of calm").click()
    page.wait_for_selector("#talk >> text=said on calm")


def menu(line, name):
    half = {"y": 0, "width": 1250, "height": 843}
    order = {
        "size": {"width": 2500, "height": 843},
        "selected": True,
        "name": name,
        "chatBarText": name,
        "areas": [
            {
                "bounds": {"x": 0, **half},
                "action": {"type": "message", "label": f"left of {name}", "text": f"said on {name}"},
            },
            {
                "bounds": {"x": 1250, **half},
                "action": {
                    "type": "richmenuswitch",
                    "label": f"right of {name}",
                    "richMenuAliasId": "calm",
                    "data": "s",
                },
            },
        ],
    }
    made = line.post("/v2/bot/richmenu", json=order).json()["richMenuId"]
    image = TINY_PNG
    line.post(f"/v2/bot/richmenu/{made}/content", content=image, headers={"Content-Type": "image/png"})
    return made


def test_a_trouble_button_and_the_clock(page, sim, product):
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.click("[data-fault=line_duplicate]")
    page.wait_for_selector("#fault-waiting >> text=同じ知らせが2回とどく")
    page.fill("#say", "二度とどく文")
    page.press("#say", "Enter")
    sim.wait_for(lambda: len(product.events()) == 2)
    page.click("[data-clock='86400']")
    page.wait_for_selector("#clock-now >> text=1日先")
    page.wait_for_selector("#live >> text=1日先")


@pytest.mark.parametrize("width", [360, 900])
def test_it_fits(page, width):
    page.click("[data-persona=vietnamese]")
    page.wait_for_selector("#talk .mine")
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("screen", ["talk", "lock", "group"])
def test_it_is_accessible(page, sim, line, screen):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.click("[data-persona=meter]")
    page.wait_for_selector("#talk .mine")
    user = "U00000000000000000000000000000805"
    line.post("/v2/bot/message/push", json={"to": user, "messages": [TEXT]})
    sim.act(user, "audio", sample="voice")
    sim.act(user, "group_say", text="グループです")
    page.click(f"[data-screen={screen}]")
    page.wait_for_selector(
        {"talk": "#talk audio", "lock": "#lock .notice", "group": "#talk >> text=グループです"}[screen]
    )
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []


def test_the_policy_allows_nothing_from_elsewhere(callers, settings, sim):
    policy = callers[0].get(f"{settings.base_url}/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert callers[0].get(f"{settings.base_url}/page/file/..%2Fsettings.py").status_code == 404


def _card(label):
    plain = {"type": "plain_text", "text": label}
    menu = {"type": "overflow", "action_id": "more", "options": [
        {"text": {"type": "plain_text", "text": "閉じる"}, "value": "close"},
        {"text": {"type": "plain_text", "text": "保留する"}, "value": "hold"},
    ]}  # fmt: skip
    return [
        {"type": "section", "text": plain, "accessory": menu},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "see", "text": plain | {"text": "内容を見る"}}],
        },
    ]


def _pressed(product):
    return [one.body["actions"][0] for one in product.of("/slack/") if one.body.get("type") == "block_actions"]


def test_a_press_is_not_lost_while_its_card_is_drawn_anew(page, sim, slack, product, complaints):
    posted = slack.post(
        "/chat.postMessage", json={"channel": "C0MADOGUCHI", "text": "a", "blocks": _card("まえ")}
    ).json()
    page.wait_for_selector("#posts >> text=まえ")
    button = page.get_by_role("button", name="内容を見る")
    button.hover()
    page.mouse.down()
    again = {"channel": "C0MADOGUCHI", "ts": posted["ts"], "text": "a", "blocks": _card("あと")}
    assert slack.post("/chat.update", json=again).json()["ok"]
    page.wait_for_timeout(700)  # the stream has told the page by now
    page.mouse.up()
    page.wait_for_selector("#posts >> text=あと")
    sim.wait_for(lambda: [one["action_id"] for one in _pressed(product)] == ["see"])
    assert complaints == []


def test_a_menu_stays_open_while_its_card_is_drawn_anew_and_focus_stays(page, sim, slack, product, complaints):
    posted = slack.post(
        "/chat.postMessage", json={"channel": "C0MADOGUCHI", "text": "a", "blocks": _card("まえ")}
    ).json()
    page.locator("#posts summary").focus()
    page.keyboard.press("Enter")
    again = {"channel": "C0MADOGUCHI", "ts": posted["ts"], "text": "a", "blocks": _card("あと")}
    slack.post("/chat.update", json=again)
    page.wait_for_timeout(700)
    page.get_by_role("button", name="保留する").click()
    page.wait_for_selector("#posts >> text=あと")
    sim.wait_for(lambda: [one["selected_option"]["value"] for one in _pressed(product)] == ["hold"])
    page.get_by_role("button", name="内容を見る").focus()
    slack.post("/chat.update", json=again | {"blocks": _card("もう一度")})
    page.wait_for_selector("#posts >> text=もう一度")
    assert page.evaluate("document.activeElement.textContent") == "内容を見る"
    assert complaints == []


def test_the_home_is_shown_and_used(page, sim, slack, product, complaints):
    page.get_by_role("button", name="ホーム").click()
    sim.wait_for(lambda: product.of("/slack/"))
    home = {"type": "home", "blocks": _card("わたしの相談")}
    assert slack.post("/views.publish", json={"user_id": "U0UKETSUKE", "view": home}).json()["ok"]
    page.wait_for_selector("#posts >> text=わたしの相談")
    page.get_by_role("button", name="内容を見る").click()
    sim.wait_for(lambda: [one["action_id"] for one in _pressed(product)] == ["see"])
    (clicked,) = [one.body for one in product.of("/slack/") if one.body.get("type") == "block_actions"]
    assert clicked["view"]["type"] == "home"
    assert "channel" not in clicked
    assert complaints == []
