"""Where the person lives (市町村): asked only where the pack names places, of everybody, and always skippable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_kit import OPTIONS, Talk, labels

from intake.conversation.effects import Answer, AppendText
from intake.conversation.script import LANGUAGES
from intake.conversation.speech import summarise
from intake.conversation.values import Known, Location, Options, Press

AREAS = (
    ("023019", "平内町"), ("023035", "今別町"), ("023043", "蓬田村"), ("023078", "外ヶ浜町"), ("023434", "西目屋村"),
    ("023612", "藤崎町"), ("023621", "大鰐町"), ("023671", "田舎館村"), ("023817", "板柳町"),
)  # fmt: skip
NINE = replace(OPTIONS, areas=AREAS)


def _answers(talk: Talk) -> list[tuple[str, str]]:
    return [(one.field, one.value) for one in talk.out.effects if isinstance(one, Answer)]


def _asked(options: Options = NINE) -> Talk:
    talk = Talk(options)
    talk.do("息子が部屋から出てきません", "2", "1", "2")
    return talk


def test_a_pack_without_places_asks_nobody() -> None:
    assert _asked(OPTIONS).state.pending == "home"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buttons_fit_one_message_in_every_language(language: str) -> None:
    talk = Talk(NINE)
    talk.state = replace(talk.state, language=language)
    talk.do("0123456789 息子", "2", "1", "2")
    assert talk.state.pending == "town"
    shown = labels(talk.out.says)
    assert len(shown) == 11 and shown[:9] == [name for _, name in AREAS]
    assert all(len(label.encode("utf-16-le")) // 2 <= 20 for label in shown)


def test_a_place_is_stored_by_its_name_and_the_questions_go_on() -> None:
    talk = _asked()
    talk.press("外ヶ浜町")
    assert _answers(talk) == [("town", "外ヶ浜町")] and talk.state.pending == "home"
    assert "外ヶ浜町" not in talk.state.to_json(), "what the person told stands in the case, not in the state"
    said = summarise(talk.state, NINE, "息子のこと", {"town": "外ヶ浜町"})
    assert "住んでいるところ：外ヶ浜町" in said


@pytest.mark.parametrize(("typed", "kept"), [("4", "外ヶ浜町"), ("藤崎町", "藤崎町"), ("９", "板柳町")])
def test_it_may_be_typed(typed: str, kept: str) -> None:
    talk = _asked()
    talk.do(typed)
    assert _answers(talk) == [("town", kept)]


def test_it_may_be_left_out() -> None:
    talk = _asked()
    talk.press("答えたくない")
    assert _answers(talk) == [("town", "skip")] and talk.state.pending == "home"


def test_somewhere_else_is_received_and_named_where_it_is_known() -> None:
    talk = _asked()
    talk.press("ほかの市町村")
    assert talk.state.pending == "elsewhere" and "お話は聞きます" in talk.words
    talk.options = replace(NINE, known=Known(town=("022012", "青森市")))
    talk.do("青森市")
    assert _answers(talk) == [("elsewhere", "青森市")] and talk.state.pending == "home"


def test_another_municipality_typed_at_once_says_both() -> None:
    talk = _asked()
    talk.options = replace(NINE, known=Known(town=("022012", "青森市")))
    talk.do("青森市")
    assert _answers(talk) == [("town", "other"), ("elsewhere", "青森市")] and talk.state.pending == "home"


def test_any_other_words_are_the_story_and_never_a_place() -> None:
    talk = _asked()
    talk.do("じつは、お金もありません")
    assert AppendText("じつは、お金もありません") in talk.out.effects and not _answers(talk)


def test_a_button_of_a_place_that_the_pack_has_no_more_changes_nothing() -> None:
    talk = _asked()
    old = next(choice.value for say in talk.out.says for choice in say.choices if choice.label == "外ヶ浜町")
    talk.options = replace(NINE, areas=AREAS[:3])
    talk.do(Press(old))
    assert not talk.out.effects and talk.state.pending == "town"


def test_a_worker_and_a_profession_are_asked_where_the_person_lives() -> None:
    talk = Talk(replace(NINE, member="みほん水道", in_hours=True))
    talk.do(Press("t1:menu:worker:0"))
    talk.do("2", "新聞がたまっています")
    talk.do(*(["これで終わり"] if talk.state.pending == "l_sign" else []))
    assert talk.state.pending == "town"
    talk.press("今別町")
    assert talk.state.pending == "l_place"
    talk.do(Location(40.9, 140.7, "今別町"))
    assert talk.state.pending == "l_when"
    clinic = Talk(replace(NINE, member="みほん診療所", member_professional=True))
    clinic.do(Press("t1:menu:worker:0"), "2", "1")
    while clinic.state.pending in {"p_issue", "p_story", "p_person"}:
        clinic.do(
            Press(f"t1:p_issue:enough:{clinic.state.serial}") if clinic.state.pending == "p_issue" else "50代の方"
        )
    assert clinic.state.pending == "town"
    clinic.press("蓬田村")
    assert clinic.state.pending == "p_place"
