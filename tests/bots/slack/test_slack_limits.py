"""The walker knows the published figures and catches what Slack's own models let pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bots.slack import blocks, limits
from bots.slack.limits import problems

SPEC = json.loads((Path(__file__).parents[2] / "fixtures/slack/slackblocks-spec/limits.json").read_text())


def test_figures_are_those_of_the_specification() -> None:
    assert SPEC["text"]["max_length"] == limits.TEXT
    assert SPEC["header"]["text"]["max_length"] == limits.HEADER
    assert tuple(SPEC["button"][name]["max_length"] for name in ("text", "value")) == (
        limits.BUTTON_TEXT,
        limits.BUTTON_VALUE,
    )
    assert tuple(SPEC["option"][name]["max_length"] for name in ("text", "value")) == (
        limits.OPTION_TEXT,
        limits.OPTION_VALUE,
    )
    assert SPEC["plain_text_input"]["max_length"]["max"] == limits.INPUT_LENGTH
    assert (
        SPEC["view"]["blocks"]["max_items"],
        SPEC["view"]["private_metadata"]["max_length"],
        SPEC["view"]["title"]["max_length"],
    ) == (limits.VIEW_BLOCKS, limits.METADATA, limits.TITLE)
    assert SPEC["input"]["label"]["max_length"] == limits.LABEL
    assert SPEC["select"]["placeholder"]["max_length"] == limits.PLACEHOLDER


def view(*drawn: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return blocks.modal("x", "題", drawn, "{}", submit="送る") | changes


def raw(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


FINE = blocks.section("本文")


@pytest.mark.parametrize(
    "bad",
    [
        [],
        [FINE] * 51,
        [{"type": "section", "text": raw("")}],
        [{"type": "section", "text": raw("   ")}],
        [{"type": "section", "text": raw("あ" * 3001)}],
        [{"type": "section", "text": raw("😀" * 1501)}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "section"}],
        [{"type": "section", "fields": [raw("x")] * 11}],
        [{"type": "section", "fields": [raw("x" * 2001)]}],
        [{"type": "header", "text": raw("x" * 151)}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "context", "elements": []}],
        [{"type": "context", "elements": [raw("x")] * 11}],
        [{"type": "actions", "elements": []}],
        [{"type": "actions", "elements": [blocks.button("same", "x", "y")] * 2}],
        [{"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": raw("x" * 76)}]}],
        [{"type": "actions", "elements": [blocks.button("a", "x", "v" * 2001)]}],
        [{"type": "actions", "elements": [blocks.button("a", "x", "v") | {"style": "blue"}]}],
        [{"type": "actions", "elements": [{"type": "users_select", "action_id": "a"}]}],
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
        [{"type": "divider", "block_id": "a" * 256}],
        [{"type": "video"}],
        [blocks.field("a", "x", blocks.typed("t"))],
        [{"type": "rich_text", "elements": []}],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        [blocks.section("あ" * 3000)] * 5,
    ],
)
def test_bad_messages(bad: list[dict[str, Any]]) -> None:
    assert problems(bad)


@pytest.mark.parametrize(
    "bad",
    [
        view(),
        view(*[FINE] * 101),
        view(FINE, title=raw("x" * 25)),
        view(FINE, title=None),
        view(FINE, type="home"),
        view(FINE, submit=raw("x" * 25)),
        view(FINE, private_metadata="x" * 3001),
        {key: value for key, value in view(blocks.field("a", "x", blocks.typed("t"))).items() if key != "submit"},
        view(blocks.field("a", "x", blocks.typed("t", most=3001))),
        view(blocks.field("a", "x", blocks.typed("t", most=3, initial="xxxx"))),
        view(blocks.field("a", "x", blocks.radio("r", [blocks.option(str(n), "x") for n in range(11)]))),
        view(blocks.field("a", "x", blocks.select("s", []))),
        view(blocks.field("a", "x", blocks.select("s", [blocks.option("v" * 151, "x")]))),
        view(blocks.field("a", "x", blocks.select("s", [blocks.option("v", "x")] * 2))),
        view(blocks.field("a", "x", {"type": "file_input", "action_id": "f"})),
    ],
)
def test_bad_views(bad: dict[str, Any]) -> None:
    assert problems(bad)


def test_fine_ones() -> None:
    assert problems([FINE]) == []
    assert problems(view(FINE, blocks.field("a", "x", blocks.radio("r", [blocks.option("v", "x")], "v")))) == []


def test_texts_are_cut_by_utf16_units_never_inside_a_character() -> None:
    assert blocks.cut("😀😀", 4) == "😀😀"
    assert blocks.cut("😀😀😀", 4) == "😀…"
    assert blocks.plain("", 10)["text"] == "（なし）"
    assert blocks.plain(" \u3000", 10)["text"] == "（なし）"


def test_hidden_characters_are_made_visible() -> None:
    assert blocks.shown("a\u202eb\u200b\x00\r\nc") == "a⟦U+202E⟧b⟦U+200B⟧⟦U+0000⟧\nc"
    assert blocks.shown("👨\u200d👩") == "👨\u200d👩"


def test_long_words_lose_nothing() -> None:
    words = "あ😀" * 3000
    drawn = blocks.spoken("本人", words)
    said = "".join(
        text["text"]
        for block in drawn
        for part in block["elements"]
        for text in part["elements"]
        if "style" not in text
    )
    assert said == words
