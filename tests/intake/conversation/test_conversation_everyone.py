"""What those need who are easily left out: another language, no voice, a child's fear, a night, large letters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_kit import OPTIONS, Talk, labels

from intake.conversation.script import load, shipped
from intake.conversation.values import Answer, AppendText, FinishIntake, Page

STORY = "電気代が払えなくて困っています"


@pytest.mark.parametrize("language", shipped()[2:])
def test_who_chose_no_language_is_answered_in_the_one_they_write(language: str) -> None:
    heard = replace(OPTIONS, languages=shipped(), tongue=language)
    talk, script = Talk(heard), load(language)
    out = talk.do("…")
    assert talk.state.pending is None and script.say["small_greet"].text.split("\n")[1] in talk.words
    assert out.says[-1].choices[-1].label == script.menu["language"]
    talk = Talk(heard)
    talk.do("12345 x", alarm=("violence",))
    assert script.say["urgent"].text in talk.words and "職員" not in talk.words
    assert script.menu["cannot_call"] in labels(talk.out.says)
    talk.do(script.menu["cannot_call"])
    assert script.say["cannot_call"].text in talk.words


def test_japanese_takes_a_guess_back_and_a_choice_stands() -> None:
    talk = Talk(replace(OPTIONS, languages=shipped(), tongue="en"))
    talk.do("I lost my job")
    assert (talk.state.language, talk.state.guessed) == ("en", True)
    talk.options = replace(talk.options, tongue="ja")
    talk.do("仕事をなくしました")
    assert talk.state.language is None and "受けとりました" in talk.words
    talk.options = replace(talk.options, tongue=None)
    talk.do("2", "1")
    talk.options = replace(talk.options, tongue="en")
    talk.do("She said: go away")
    assert talk.state.language is None, "a quotation in the middle of a talk changes nothing"
    talk.do("ことば")
    talk.press("やさしい日本語")
    talk.do("my English words")
    assert talk.state.language == "ja-easy"


@pytest.mark.parametrize(
    ("words", "language"), [("Tiếng Việt", "vi"), ("english", "en"), ("中国語", "zh"), ("やさしい日本語", "ja-easy")]
)
def test_a_language_is_chosen_by_its_name(words: str, language: str) -> None:
    talk = Talk(replace(OPTIONS, languages=shipped()))
    talk.do(words)
    assert talk.state.language == language and talk.state.pending is None
    talk.do("ことば")
    assert talk.state.pending == "language"


def test_who_cannot_speak_may_type_it() -> None:
    talk = Talk()
    talk.do("殴られた", alarm=("violence",))
    out = talk.do("電話できない")
    assert out.effects[0] == AppendText("電話できない") and Page(("help",)) in out.effects
    assert "場所を送れますか" in talk.words
    talk.do("かくす")
    hidden = talk.do("電話できません")
    assert Page(("help",)) in hidden.effects and hidden.says == ()
    talk = Talk()
    talk.do(STORY, "2", "1", "1", "4")
    assert talk.state.pending == "contact"
    assert talk.do("電話できません").effects == (AppendText("電話できません"),), "only: reply in another way"


def test_a_second_cry_keeps_its_numbers_on_the_screen() -> None:
    talk = Talk()
    talk.do("死にたい", "死にたい", alarm=("suicide",))
    assert talk.out.says[-1].lasting and "tel:119" in [choice.value for choice in talk.out.says[-1].choices]


@pytest.mark.parametrize("language", shipped())
def test_at_night_the_receipt_leads_to_those_who_answer_now(language: str) -> None:
    talk = Talk(replace(OPTIONS, in_hours=False, someone_can_read_now=False, language=language))
    talk.do(STORY)
    assert talk.out.says[0].lasting and load(language).menu["night"] in labels(talk.out.says[:1])
    assert talk.press(load(language).menu["night"]).effects == ()
    assert "tel:0120279338" in [choice.value for choice in talk.out.says[0].choices]
    assert talk.state.pending == "safety"


@pytest.mark.parametrize("language", shipped())
def test_who_fears_that_others_hear_is_told_what_will_be_asked(language: str) -> None:
    said = load(language).say["quiet"].text
    talk = Talk(replace(OPTIONS, language=language))
    talk.do("学校には言わないで")
    assert said in talk.words and len(talk.out.says) == 3 and talk.state.pending == "safety"
    talk.do("親にばれたくない")
    assert said in talk.words and talk.state.pending == "safety"
    talk.do("家にいたくない")
    assert said not in talk.words
    talk.do("だれにも言わないで", alarm=("child",))
    assert said in talk.words and talk.out.says[-1].tone == "emergency"


def test_what_was_written_can_be_put_right_before_it_goes() -> None:
    talk = Talk()
    talk.do(STORY, "2", "1", "1", "4", "4", "1")
    assert talk.state.pending == "summary"
    talk.press("直す")
    talk.press("書いたこと")
    assert "前に書いた文も" in talk.words and talk.state.pending == "summary"
    assert talk.do("ほんとうは電気代です").effects == (AppendText("ほんとうは電気代です"),)
    assert talk.out.says[-1].tone == "summary" and talk.out.says[-1].lasting, "all of it is shown once more"
    talk.do("それだけです")
    assert [say.tone for say in talk.out.says] == ["plain"], "but not after each bubble"
    assert talk.do("1").effects == (FinishIntake(),)


@pytest.mark.parametrize("language", shipped())
def test_a_button_that_only_shows_something_may_be_typed(language: str) -> None:
    talk, script = Talk(replace(OPTIONS, language=language)), load(language)
    talk.do(STORY)
    assert talk.do(script.menu["clean"]).effects == () and talk.state.pending == "safety"
    assert script.say["clean"].text in talk.words
    talk.do(script.menu["night"])
    assert "tel:110" in [choice.value for choice in talk.out.says[0].choices]


@pytest.mark.parametrize(
    ("typed", "key"),
    [("うん", "now"), ("だいじょうぶ", "safe"), ("ううん", "safe"), ("特にない", "safe"), ("わかんない", "unsure")],
)
def test_a_childs_answer_to_the_first_question_is_one(typed: str, key: str) -> None:
    talk = Talk()
    talk.do(STORY, typed)
    assert dict(talk.state.answers)["safety"] == key


def test_with_large_letters_the_telephone_comes_first() -> None:
    talk = Talk()
    talk.do("大きい文字", STORY, "2", "1", "1", "4")
    assert labels(talk.out.says)[0] == "電話で"
    assert talk.do("1").effects == (Answer("contact", "phone"),)
    talk = Talk()
    talk.do(STORY, "2", "1", "1", "4")
    assert talk.do("電話してほしい").effects == (Answer("contact", "phone"),)
