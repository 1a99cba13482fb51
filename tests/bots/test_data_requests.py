"""What a person asks of their own data in the talk: by button and by word, told in plain words, taken back."""

from __future__ import annotations

import pytest
from play_town import Town

from handoff import requests
from handoff.desk_records import DataRequest
from handoff.records import History
from handoff.request_rows import DAYS
from intake.conversation.script import LANGUAGES, load
from intake.conversation.words import control

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
DAY_MS = 86_400_000


def asked(town: Town) -> list[tuple[str, str, str]]:
    return [(row.kind, row.way, row.state) for row in sorted(town.all(DataRequest), key=lambda row: row.id)]


def test_by_button_from_my_record_and_taken_back(town: Town) -> None:
    town.open()
    town.say("わたしの記録")
    assert "自分の情報のお願い" in town.said()
    town.press("t1:menu:data:1")
    assert "見たい" in town.said() and "直してほしい" in town.said() and "使わないでほしい" in town.said()
    town.press("t1:data:see:1")
    assert "三十日以内" in town.said() and "ご本人かどうか" in town.said() and "お願いをやめる" in town.said()
    row = town.one(DataRequest)
    assert asked(town) == [("disclosure", "line", "new")]
    assert (row.due_at - row.at, row.identity_checked, row.by_staff) == (DAYS * DAY_MS, False, None)
    town.press("t1:data:see:1")
    town.press("t1:data:correct:1")
    assert [kind for kind, _, _ in asked(town)] == ["disclosure", "correction"], "asked twice is one request"
    town.say("わたしの記録")
    assert "自分の情報のお願い：見たい" in town.said() and "自分の情報のお願い：直してほしい" in town.said()
    town.press("t1:menu:data_cancel:1")
    assert "ぜんぶやめました" in town.said()
    assert {state for _, _, state in asked(town)} == {"withdrawn"}
    with town.work() as session:
        assert requests.waiting(session, "mihon") == 0
        assert {one.state for one in requests.listed(town.office, session)} <= set(requests.STATE_JA)
    steps = [row.what for row in town.all(History)]
    assert steps.count("data_asked") == 3 and steps.count("data_withdrawn") == 1


def test_by_word_in_the_middle_of_a_question_which_stays_open(town: Town) -> None:
    town.open()
    before = town.messages()
    for said in ("利用停止", "使わないで"):
        town.say(said)
    assert asked(town) == [("stop", "line", "new")]
    assert town.messages() == before, "a request is no part of the story"
    town.say("訂正")
    town.say("なにもしない")
    assert "そのままにします" in town.said() and len(asked(town)) == 1
    town.say("お願いをやめる")
    assert asked(town) == [("stop", "line", "withdrawn")]
    town.say("お願いをやめる")
    assert "ぜんぶやめました" in town.said()


def test_what_came_at_the_counter_is_not_taken_back_by_a_button(town: Town) -> None:
    town.open()
    staff = town.staff()
    label = f"T-{town.case()[0].number:04d}"
    with town.work() as session:
        requests.enter(town.office, session, staff, label, "disclosure", "counter", "免許証", "", 1)
    town.say("お願いをやめる")
    assert asked(town) == [("disclosure", "counter", "new")]


def test_without_a_case_nothing_is_asked(town: Town) -> None:
    town.say("開示")
    town.press("t1:data:see:0")
    assert asked(town) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_word_and_the_three_buttons(town: Town, language: str) -> None:
    script = load(language)
    assert control(script.menu["data"]) == "data" or language == "ja-easy"
    assert control(script.menu["data_cancel"]) == "data_cancel" or language == "ja-easy"
    assert f"〔{script.menu['data_cancel']}〕" in script.say["data_asked"].text
    assert set(script.ask["data"].choices) == {"see", "correct", "stop", "no"}
