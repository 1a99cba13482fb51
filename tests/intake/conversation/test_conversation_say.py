"""Filling bubbles: every placeholder known, every brace of a person's text safe."""

from __future__ import annotations

import pytest
from conversation_kit import OPTIONS, Talk
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.conversation.speech import MAX_QUOTE, notice, summarise
from intake.conversation.values import Choice, FillError, Say, State, StateError, fill, literal, wanted


@settings(deadline=None)
@given(st.text())
def test_facts_and_literals_come_out_as_they_went_in(text: str) -> None:
    assert fill(Say("a{summary}b"), {"summary": text}).text == f"a{text}b"
    assert fill(Say(literal(text)), {}).text == text


@pytest.mark.parametrize("text", ["{unknown}", "{due}", "{", "}", "{}", "{due.x}", "{0}", "{due!r}"])
def test_unknown_or_missing_facts_are_errors(text: str) -> None:
    with pytest.raises(FillError):
        fill(Say(text), {"unknown": "x", "receipt": "y"})


def test_only_links_and_copies_are_filled_in_buttons() -> None:
    say = Say("x", (Choice("a", "uri", "{link}"), Choice("b", "press", "{link}"), Choice("c", "copy", "{receipt}")))
    filled = fill(say, {"link": "https://x/", "receipt": "N"})
    assert [choice.value for choice in filled.choices] == ["https://x/", "{link}", "N"]
    assert wanted([say]) == {"link", "receipt"}


def test_the_summary_quotes_and_lists_answers() -> None:
    talk = Talk()
    talk.do("困っています", "2", "呼び名だけ", "さとう", "1", "1と3", "電話で", "0312345678")
    text = summarise(talk.state, OPTIONS, "困って\nいます {due}", {"phone": "0312345678", "nickname": "さとう"})
    assert text.split("\n") == [
        "書いたこと：困って います {due}",
        "いまの危険：危なくない",
        "受けつけ方：呼び名だけ（さとう）",
        "だれのこと：自分のこと",
        "いっしょに暮らす人：18さいまでの子、病気・障害の人",
        "返事：電話で（0312345678）",
    ]
    assert len(summarise(State(), OPTIONS, "あ" * 5000, {})) < MAX_QUOTE + 20


def test_the_summary_says_once_what_somebody_hopes_for() -> None:
    talk = Talk()
    talk.do("安心して暮らしたいけれど家賃が払えません", "2", "1", "1", "4", "窓口", "安心して暮らしたい")
    words = "安心して暮らしたいけれど家賃が払えません\n安心して暮らしたい\nお願いします"
    text = summarise(talk.state, OPTIONS, words, {"hope": "安心して暮らしたい"})
    assert text.startswith("書いたこと：安心して暮らしたいけれど家賃が払えません お願いします\n")
    assert text.endswith("どうなるとよいか：安心して暮らしたい")


def test_notices_are_neutral_and_never_reach_one_who_hides() -> None:
    for kind in ("read", "assigned", "waiting", "closed", "returned"):
        said = notice(kind, State(), OPTIONS)
        assert said is not None and said.text.startswith("お知らせがあります。")
        assert notice(kind, State(hidden=True), OPTIONS) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"v":2}',
        '{"v":1,"x":1}',
        '{"v":1,"case":1}',
        '{"v":1,"serial":true}',
        '{"v":1,"answers":[1]}',
        '{"v":1,"answers":[["a",1]]}',
        '{"v":1,"identity":"x"}',
        '{"v":1,"reporter":"x"}',
    ],
)
def test_a_state_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(StateError):
        State.from_json(text)


def test_an_older_state_with_fewer_fields_is_read() -> None:
    assert State.from_json('{"v":1,"case":true}') == State(case=True)


def test_the_state_holds_no_typed_word() -> None:
    talk = Talk()
    talk.do("電気代が払えない", "2", "呼び名だけ", "ないしょさん", "1", "4", "電話で", "0312345678", "ほかの話", "けす")
    stored = talk.state.to_json()
    assert not any(word in stored for word in ("電気代", "ないしょ", "0312345678", "ほかの話"))
