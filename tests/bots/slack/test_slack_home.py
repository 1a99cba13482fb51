"""The App Home in every state: within Slack's limits, inert, and numbers instead of words."""

from __future__ import annotations

import json
from itertools import product

import pytest
from slack_town import Town
from slack_world import CASE_ID, NOW, is_inert, walk

from bots.slack import names
from bots.slack.blocks import modal, section
from bots.slack.home import home_view, stranger_view
from bots.slack.home_read import MOST, Home, Row, home_of
from bots.slack.limits import problems
from handoff import desk
from handoff.ticket import State
from triage.assessment import Urgency


def row(number: int = 1, **changes: object) -> Row:
    values: dict[str, object] = {
        "case_id": CASE_ID + number, "version": 7, "label": f"T-{number:04d}", "state": "claimed", "urgency": "high",
        "due_at": NOW + 60_000, "waiting_since": NOW, "hold_until": None, "practice": False,
    }  # fmt: skip
    return Row(**(values | changes))  # type: ignore[arg-type]


def test_every_row_in_every_state() -> None:
    turns = product(State, Urgency, (None, NOW - 1, NOW + 60_000), (None, NOW - 1, NOW + 1), (False, True))
    for state, urgency, due, hold, practice in turns:
        one = row(state=str(state), urgency=str(urgency), due_at=due, hold_until=hold, practice=practice)
        view = home_view(Home("佐藤", True, (one,), 1, (one,), 1, 1), NOW, "https://town.example")
        assert problems(view) == []


@pytest.mark.parametrize("many", [0, 1, MOST])
@pytest.mark.parametrize("sees", [True, False])
@pytest.mark.parametrize("url", ["", "https://town.example"])
def test_however_much_there_is(many: int, sees: bool, url: str) -> None:
    rows = tuple(row(number) for number in range(many))
    view = home_view(Home("佐" * 64, sees, rows, 1234, rows, 56789, 3), NOW, url)
    assert problems(view) == []
    assert is_inert(view) is not bool(url)  # the one link is ours
    pressed = {found["action_id"] for found in walk(view) if found.get("type") == "button"}
    assert {names.MENU_REPORT, names.MENU_FIND, names.MENU_ADVICE} <= pressed
    assert bool({names.CLAIM, names.OPEN, names.REPLY} & pressed) is (sees and many > 0)
    for found in walk(view):
        if found.get("action_id") in (names.CLAIM, names.OPEN, names.REPLY):
            assert set(json.loads(found["value"])) == {"c", "v"}
    if sees and many:
        assert "ぜんぶで 56789件" in json.dumps(view, ensure_ascii=False)


def test_late_held_and_practice_are_said_in_words() -> None:
    late = json.dumps(home_view(Home("佐藤", True, (row(due_at=NOW - 480_000),), 1), NOW), ensure_ascii=False)
    assert "▲ 期限：" in late
    assert "こえました" in late
    held = home_view(Home("佐藤", True, (row(hold_until=NOW + 3_600_000),), 1), NOW)
    assert "保留（" in json.dumps(held, ensure_ascii=False)
    assert "練習｜" in json.dumps(home_view(Home("佐藤", True, (row(practice=True),), 1), NOW), ensure_ascii=False)


def test_who_is_not_linked() -> None:
    view = stranger_view("U012ABC")
    assert problems(view) == []
    assert "U012ABC" in json.dumps(view, ensure_ascii=False)


def test_the_walker_knows_homes_from_modals() -> None:
    home = {"type": "home", "blocks": [section("はい")]}
    assert problems(home) == []
    assert problems(home | {"title": {"type": "plain_text", "text": "x", "emoji": False}}) != []
    assert problems({"type": "home", "blocks": []}) != []
    assert problems({"type": "home", "blocks": [section("はい")] * 101}) != []
    field = {"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "plain_text_input"}}
    assert problems({"type": "home", "blocks": [field]}) != []
    assert problems(modal("x", "題", [section("はい")], "")) == []


def test_who_has_many_cases_finds_them_in_their_home(town: Town) -> None:
    for _ in range(24):
        case_id = town.case()
        with town.sessions.begin() as session:
            desk.claim(town.office, session, case_id, town.satou, NOW)
    with town.sessions() as session:
        home = home_of(town.office, session, town.satou, NOW)
    assert (len(home.mine), home.mine_count) == (24, 24)
