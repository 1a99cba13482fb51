"""The rich menus against LINE's own definitions and documented limits, and against the conversation's buttons."""

from __future__ import annotations

import io
from itertools import combinations

import pytest
from line_schema import menu_errors
from PIL import Image

from bots.line.menu_icons import NAMES
from bots.line.menu_image import NoFont, draw, find_font
from bots.line.menus import HIDDEN, MAIN, MAX_IMAGE_BYTES, WORKER, Menu, image_of, load_menus, menus_for
from handoff.pack import LineMode
from intake.conversation.script import load
from intake.conversation.turn import read_data

MENUS = load_menus()
each = pytest.mark.parametrize("menu", MENUS, ids=lambda menu: menu.name)


@each
def test_every_menu_is_what_line_takes(menu: Menu) -> None:
    order = menu.order(image_of(menu))
    assert menu_errors(order) == []
    width, height = menu.size
    assert 800 <= width <= 2500
    assert height >= 250
    assert width / height >= 1.45
    assert 1 <= len(order["areas"]) <= 20
    boxes = [area["bounds"] for area in order["areas"]]
    for box in boxes:
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    assert sum(box["width"] * box["height"] for box in boxes) == width * height, "no dead place to tap"
    for one, other in combinations(boxes, 2):
        apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert apart or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def test_the_check_itself_sees_a_wrong_menu() -> None:
    order = MENUS[0].order(b"")
    assert menu_errors({**order, "chatBarText": "あ" * 15})
    assert menu_errors({**order, "areas": [{"bounds": {"x": 0, "y": 0, "width": 1}, "action": {"type": "postback"}}]})
    assert menu_errors({key: value for key, value in order.items() if key != "size"})


@each
def test_every_button_is_one_the_conversation_knows_and_leaves_no_words(menu: Menu) -> None:
    for area in menu.areas:
        action = area.order()["action"]
        question, key, serial = read_data(action["data"]) or ("", "", -1)
        assert (question, key, serial) == ("menu", area.key, 0)
        assert not {"displayText", "text"} & set(action)
        assert 1 <= len(action["label"]) <= 20


@each
def test_words_and_pictogram_stand_on_each_button_and_red_only_once(menu: Menu) -> None:
    assert all(1 <= len(area.words) <= 2 and area.icon in NAMES for area in menu.areas)
    assert sum(area.tone == "red" for area in menu.areas) <= 1
    assert [area.key for area in menu.areas if area.tone == "red"] in ([], ["help"])


def test_the_innocent_menu_says_nothing_of_consulting() -> None:
    hidden = next(menu for menu in MENUS if menu.name == "hidden")
    words = (
        hidden.chat_bar + "".join(area.label for area in hidden.areas) + str([area.order() for area in hidden.areas])
    )
    assert not [word for word in ("相談", "助け", "福祉", "かく", "hide", "consult", "help") if word in words]
    assert not any(area.tone for area in hidden.areas)
    assert load("ja").menu["neutral_trash"] == "ごみの日"


@each
def test_the_shipped_picture_fits_its_menu(menu: Menu) -> None:
    data = image_of(menu)
    assert len(data) <= MAX_IMAGE_BYTES
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", menu.size)


def test_the_pictures_were_drawn_from_this_table() -> None:
    try:
        font = find_font()
    except NoFont:
        pytest.skip("no Japanese font here (.ci/run installs fonts-noto-cjk)")
    hidden = next(menu for menu in MENUS if menu.name == "hidden")
    with Image.open(io.BytesIO(draw(hidden, font))) as new, Image.open(io.BytesIO(image_of(hidden))) as shipped:
        small = [picture.convert("L").resize((100, 34)) for picture in (new, shipped)]
    differences = [abs(a - b) for a, b in zip(*(picture.tobytes() for picture in small), strict=True)]
    assert sum(differences) / len(differences) < 4, "run: toritsugi line menus --out bots/line/menu_images"


def test_a_change_of_words_or_picture_makes_another_menu() -> None:
    menu = MENUS[0]
    assert menu.order(b"a")["name"] == menu.order(b"a")["name"] != menu.order(b"b")["name"]


@pytest.mark.parametrize("mode", [mode.value for mode in LineMode])
def test_each_mode_has_one_menu_for_everybody_and_those_for_one_person(mode: str) -> None:
    assert [menu.alias for menu in menus_for(mode)] == [MAIN, HIDDEN, WORKER]
