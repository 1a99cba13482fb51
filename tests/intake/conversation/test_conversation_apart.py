"""What stays off the channel: a case's content at the door, and pictures that workers send where none are wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_kit import OPTIONS, Talk

from intake.conversation.effects import AnswerConsent, AppendMedia, AppendText
from intake.conversation.events import Media, Press
from intake.conversation.say import wanted
from intake.conversation.script import LANGUAGES, load

STORY = "家賃が払えません。どうしたらいいですか"
DOOR = replace(OPTIONS, mode="door")
ASKED = ((7, "handoff", "ひみつの窓口", "asked"),)
GIVEN = ((7, "handoff", "ひみつの窓口", "given"),)


def at_the_summary() -> Talk:
    """A talk that stands at its summary on our own page."""
    talk = Talk()
    talk.do(STORY, "2", "1", "1", "4", "1", "1", "1")
    assert talk.state.pending == "summary"
    talk.options = replace(DOOR, consents=GIVEN)
    return talk


@pytest.mark.parametrize("said", ["わたしの記録", "いまの状況", "1", "直す", "こまっています", "相談", "合い言葉"])
def test_at_the_door_nothing_of_the_case_is_said_on_the_channel(said: str) -> None:
    talk = at_the_summary()
    talk.do(said)
    assert not wanted(talk.out.says) & {"summary", "record", "status"}
    assert "ひみつの窓口" not in str(talk.out.says)


@pytest.mark.parametrize("said", ["わたしの記録", "いまの状況"])
def test_at_the_door_the_page_is_offered_for_it(said: str) -> None:
    talk = at_the_summary()
    assert talk.do(said).says[0].text == load("ja").say["door_invite"].text
    assert talk.out.says[0].choices[0].kind == "uri"
    talk.options = OPTIONS
    assert wanted(talk.do(said).says)


def test_at_the_door_words_are_added_without_asking_there_again() -> None:
    talk = at_the_summary()
    out = talk.do("ほかにもあります")
    assert out.effects == (AppendText("ほかにもあります"),)
    assert (out.says[0].text, talk.state.pending) == (load("ja").say["door_added"].text, "summary")


@pytest.mark.parametrize(("member", "question"), [("", "safety"), ("みほん水道", "l_danger")])
def test_words_typed_at_the_door_are_asked_about_danger_on_our_page(member: str, question: str) -> None:
    talk = Talk(replace(DOOR, member=member))
    talk.do("新聞がたまっている家があります")
    for said in ("相談", "1", "ほかにもあります"):
        assert talk.state.pending is None and load("ja").ask[question].text not in str(talk.do(said).says)
    talk.options = replace(talk.options, mode="talk")
    talk.do(Press(f"t1:menu:resume:{talk.state.serial}"))
    assert talk.state.pending == question and load("ja").ask[question].text in talk.words


def test_at_the_door_a_number_answers_no_consent_that_was_never_shown_there() -> None:
    talk = Talk()
    talk.do(STORY, "2", "1", "1", "4", "1", "1", "1", "1")
    assert talk.state.pending is None
    talk.options = replace(DOOR, consents=ASKED)
    assert not [one for one in talk.do("1").effects if isinstance(one, AnswerConsent)]
    talk.options = replace(OPTIONS, consents=ASKED)
    assert [one for one in talk.do("1").effects if isinstance(one, AnswerConsent)]


WORKER = replace(OPTIONS, member="みほん水道")


@pytest.mark.parametrize("kind", ["image", "video", "file"])
def test_a_workers_picture_stays_outside_and_the_question_stays_open(kind: str) -> None:
    talk = Talk(WORKER)
    talk.do("仕事で気づいた")
    before = talk.state.pending
    out = talk.do(Media(kind, "9"))  # type: ignore[arg-type]
    assert out.effects == ()
    assert out.says[0].text.startswith(load("ja").say["no_photos"].text)
    assert talk.state.pending == before
    talk.do("いいえ")
    assert talk.do(Media(kind, "9")).effects == ()  # type: ignore[arg-type]


def test_pictures_are_taken_where_the_pack_wants_them_and_always_from_residents_and_professionals() -> None:
    for options in (OPTIONS, replace(WORKER, photos=True), replace(WORKER, member_professional=True)):
        talk = Talk(options)
        assert AppendMedia("image", "9") in talk.do(Media("image", "9")).effects
    talk = Talk(WORKER)
    assert AppendMedia("audio", "9") in talk.do(Media("audio", "9")).effects
    talk = Talk(WORKER)
    talk.do("相談")
    assert AppendMedia("image", "9") in talk.do(Media("image", "9")).effects, "a worker's own trouble"


def test_danger_is_heard_beside_a_picture() -> None:
    talk = Talk(WORKER)
    talk.do("仕事で気づいた", Media("image", "9"))
    talk.do("人が倒れています", alarm=("help",))
    assert talk.state.danger


def test_every_language_says_that_pictures_are_not_taken() -> None:
    assert all(load(name).say["no_photos"].text for name in LANGUAGES)
