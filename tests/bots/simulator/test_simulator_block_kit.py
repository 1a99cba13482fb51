"""The walker against every case of the slackblocks specification, and the rules that stand in no list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from simulator_block_kit_cases import CASES
from simulator_block_kit_shapes import VALID, plain

from bots.simulator.block_kit import problems

MANIFEST = json.loads((Path(__file__).parent / "fixtures" / "invalid-manifest.json").read_text("utf-8"))
SLACK_SAMPLE_VIEW = {
    "type": "modal",
    "title": plain("My App"),
    "submit": plain("Submit"),
    "blocks": [{"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "action_id": "a"}}],
}


def test_every_case_of_the_manifest_is_built():
    assert {case["id"] for case in MANIFEST["cases"]} == set(CASES)


@pytest.mark.parametrize("case", [case["id"] for case in MANIFEST["cases"]])
def test_what_must_be_rejected_is_rejected(case):
    assert problems(CASES[case]) != []


@pytest.mark.parametrize("name", VALID)
def test_what_is_fine_passes(name):
    assert problems(VALID[name]) == []


def test_the_invalid_cases_differ_from_valid_ones_in_one_thing_only():
    """Each refused payload has few complaints: it is refused for its own reason, not because it is malformed."""
    assert {case: problems(CASES[case]) for case in CASES if len(problems(CASES[case])) > 2} == {}


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([{"type": "divider"}] * 51, "above 50"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}], "must be plain_text"),
        ([{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}], "given twice"),
        ([{"type": "hologram"}], "unknown block"),
        ([{"type": "section", "text": {"type": "plain_text", "text": ""}}], "below 1"),
        ([{"type": "section", "text": {"type": "plain_text", "text": "a", "verbatim": True}}], "unknown field"),
        ([{"type": "section", "text": plain("a"), "colour": "red"}], "unknown field"),
        ([{"type": "actions", "elements": [{"type": "plain_text_input", "action_id": "a"}]}], "not allowed here"),
        ([{"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": plain("a")}] * 2}], "twice"),
        ([{"type": "actions", "elements": [{"type": "button", "text": plain("a"), "style": "loud"}]}], "primary"),
        ([{"type": "section", "text": plain("a" * 2700)}] * 5, "too long"),
        ("text", "must be a list"),
        ([None], "unknown block"),
        ({**SLACK_SAMPLE_VIEW, "type": "popup"}, "modal or home"),
        ({key: value for key, value in SLACK_SAMPLE_VIEW.items() if key != "submit"}, "view.submit"),
        ({key: value for key, value in SLACK_SAMPLE_VIEW.items() if key != "title"}, "view.title"),
    ],
)
def test_more_rules(blocks, complaint):
    assert any(complaint in problem for problem in problems(blocks)), problems(blocks)
