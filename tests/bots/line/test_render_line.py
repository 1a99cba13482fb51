"""Every bubble that the scripts can make is a message that LINE's own definitions accept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line_schema import errors

from bots.line.limits import LimitError, check_messages, cut, graphemes, utf16
from bots.line.render import ALT_TEXT, render
from intake.conversation.danger import lines_for
from intake.conversation.flow import QUESTIONS
from intake.conversation.say import PLACEHOLDERS
from intake.conversation.script import LANGUAGES, load
from intake.conversation.turn import Turn
from intake.conversation.values import Choice, FillError, Line, Options, Say, State

LINES = (
    Line("emergency", "警察(緊急)", "110", "tel:110"),
    Line("emergency", "消防・救急", "119", "tel:119"),
    Line("suicide", "よりそいホットライン", "0120-279-338", "tel:0120279338"),
    Line("violence", "DV相談ナビ", "#8008", "tel:%238008"),
)
FACTS = dict.fromkeys(PLACEHOLDERS, "11月24日（火）17:15 まで") | {
    "link": "https://door.example/a",
    "form": "https://door.example/renraku",
    "receipt": "7K3M-92Q5",
}
SENSITIVE = ("危", "あぶな", "相談", "通報", "死", "110", "119")


def every_bubble() -> list[Any]:
    params = []
    for language in LANGUAGES:
        options = Options("みほん市", language=language, neutral=("今週のごみの日です。",) * 7, lines=LINES)
        for key in load(language).say:
            turn = Turn(State(), options)
            turn.say(key, *(lines_for({"suicide"}, LINES) if "urgent" in key or key == "phones" else ()))
            params.append(pytest.param(turn.says, id=f"{language}-say-{key}"))
        for question in QUESTIONS:
            turn = Turn(State(), options)
            turn.ask(question)
            turn.remind("added_short")
            turn.remind("added_short")
            params.append(pytest.param(turn.says, id=f"{language}-ask-{question}"))
        turn = Turn(State(), options)
        turn.say_neutral()
        params.append(pytest.param(turn.says, id=f"{language}-neutral"))
    return params


@pytest.mark.parametrize("says", every_bubble())
def test_every_bubble_of_the_scripts_is_accepted_by_lines_definitions(says: list[Say]) -> None:
    messages = render(says, FACTS)
    assert errors(messages) == []
    assert json.loads(json.dumps(messages)) == messages


@pytest.mark.parametrize("says", every_bubble())
def test_no_button_is_lost(says: list[Say]) -> None:
    shown = json.dumps(render(says, FACTS), ensure_ascii=False)
    assert all(json.dumps(choice.label, ensure_ascii=False) in shown for say in says for choice in say.choices)


def test_what_must_stay_is_flex_with_a_neutral_preview() -> None:
    say = Say(
        "先に電話してください。",
        (Choice("110 警察", "tel", "tel:110"), Choice("電話できない", "press", "t1:menu:cannot_call:1")),
        True,
        "emergency",
    )
    (message,) = render([say], {})
    assert message["type"] == "flex" and message["altText"] == ALT_TEXT and "quickReply" not in message
    assert not any(word in ALT_TEXT for word in SENSITIVE)
    buttons = message["contents"]["footer"]["contents"]
    assert buttons[0]["action"] == {"type": "uri", "label": "110 警察", "uri": "tel:110"}
    assert buttons[1]["action"]["data"] == "t1:menu:cannot_call:1"


def test_quick_replies_stand_on_the_last_message_only() -> None:
    first = Say("a", (Choice("x", "press", "1"), Choice("場所", "location")))
    messages = render([first, Say("b"), Say("c", (Choice("x", "press", "1"), Choice("y", "voice", "2")))], {})
    assert [("quickReply" in message) for message in messages] == [False, False, True]
    actions = [item["action"] for item in messages[-1]["quickReply"]["items"]]
    assert [action["label"] for action in actions] == ["x", "場所", "y"]
    assert actions[2]["inputOption"] == "openVoice" and "displayText" not in actions[2]


def test_location_never_becomes_a_flex_button() -> None:
    (message,) = render([Say("a", (Choice("場所", "location"), Choice("写真", "camera")), lasting=True)], {})
    assert "footer" not in message["contents"]
    assert [item["action"]["type"] for item in message["quickReply"]["items"]] == ["location", "cameraRoll"]
    assert errors([message]) == []


def test_hiding_leaves_no_bubble_of_the_person() -> None:
    hide = Say("a", (Choice("画面をかくす", "press", "t1:menu:hide:1"), Choice("状況", "press", "t1:menu:status:1")))
    actions = [item["action"] for item in render([hide], {})[0]["quickReply"]["items"]]
    assert "displayText" not in actions[0] and actions[1]["displayText"] == "状況"


def test_more_than_five_are_joined_in_order() -> None:
    messages = render([Say(str(number)) for number in range(8)], {})
    assert len(messages) == 5
    assert "\n\n".join(message["text"] for message in messages).split("\n\n") == [str(number) for number in range(8)]
    with pytest.raises(LimitError):
        render([Say("x", lasting=True)] * 6, {})
    assert render([], {}) == []


def test_only_a_summary_is_cut() -> None:
    words = "長い話です。" * 2000
    (message,) = render([Say("{summary}", (Choice("a", "press", "b"),), True, "summary")], {"summary": words})
    assert errors([message]) == [] and "…" in json.dumps(message, ensure_ascii=False)
    with pytest.raises(LimitError):
        render([Say("{summary}")], {"summary": words})
    with pytest.raises(LimitError):
        render([Say("{status}")], {"status": "  "})
    with pytest.raises(FillError):
        render([Say("{status}")], {})


@pytest.mark.parametrize(
    "choice",
    [
        Choice("あ" * 21, "press", "x"),
        Choice("", "press", "x"),
        Choice("a", "press", ""),
        Choice("a", "press", "x" * 301),
        Choice("a", "uri", "javascript:1"),
        Choice("a", "tel", "110"),
        Choice("a", "copy", "x" * 1001),
        Choice("a", "uri", "https://" + "x" * 1000),
    ],
)
@pytest.mark.parametrize("lasting", [True, False])
def test_what_line_would_refuse_is_an_error_here(choice: Choice, lasting: bool) -> None:
    with pytest.raises(ValueError, match=r"length|scheme"):
        render([Say("a", (choice,), lasting)], {})


def test_a_huge_bubble_is_refused() -> None:
    with pytest.raises(LimitError, match="bubble"):
        render([Say("あ\n" * 4000, lasting=True)], {})


@pytest.mark.parametrize(
    ("text", "count"),
    [("ab", 2), ("が", 1), ("か\u3099", 1), ("👨‍👩‍👧", 1), ("👍🏽", 1), ("🇯🇵🇯🇵", 2), ("e\u0301", 1), ("☺️", 1), ("", 0)],
)
def test_graphemes(text: str, count: int) -> None:
    assert len(graphemes(text)) == count


@settings(deadline=None)
@given(st.text(), st.integers(1, 60))
def test_a_cut_keeps_within_the_limit_and_between_graphemes(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert utf16(short) <= max(limit, 1)
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=200).filter(str.strip), st.sampled_from(["plain", "summary"]))
def test_any_words_of_a_person_can_be_shown(words: str, tone: Any) -> None:
    assert errors(render([Say("内容：{summary}", tone=tone)], {"summary": words})) == []


def test_the_definitions_have_teeth() -> None:
    bad: list[dict[str, Any]] = [
        {"type": "text"},
        {"type": "text", "text": "x" * 5001},
        {"type": "hologram"},
        {"type": "text", "text": "a", "quickreply": {}},
        {
            "type": "flex",
            "altText": "a",
            "contents": {"type": "bubble", "body": {"type": "box", "layout": "diagonal", "contents": []}},
        },
        {
            "type": "flex",
            "altText": "a",
            "contents": {
                "type": "bubble",
                "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": 5}]},
            },
        },
    ]
    assert all(errors([message]) for message in bad)
    good = render([Say("a", (Choice("x", "press", "1"),))], {})
    assert errors(good) == []
    broken = [replace(Say("a"), text="x")]
    assert errors(render(broken * 5, {})) == [] and errors(render([Say("x")], {}) * 6)
    with pytest.raises(LimitError):
        check_messages([])
