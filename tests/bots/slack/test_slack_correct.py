"""分野を直す in Slack: the modal, what comes back from it, and what card and case say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from slack_world import CASE_ID, NOW, assessment, case, every_item, is_inert, item, plan, walk

from bots.slack import names
from bots.slack.card import card
from bots.slack.case_view import case_view
from bots.slack.correct_form import block_of, correct_form, posted
from bots.slack.limits import problems
from bots.slack.parse import from_payload
from bots.slack.wish import Correct, faults, wish_of
from handoff.judged import Standing
from triage.assessment import THEMES, Complexity, Domain, Reason

READ = assessment("水道", domains=frozenset({Domain.CHILD}), complexity_reasons=frozenset(), refuses_support=False)
READ = replace(READ, complexity=Complexity.SINGLE, themes=frozenset({"school"}))
UNTOUCHED: dict[str, Any] = {
    "kind-consultation": "consultation", "domains-child": ["child"], "complexity-single": "single", "reasons-": [],
    "refuses-": [], "note-17": "",
}  # fmt: skip


def submitted(values: dict[str, Any]) -> Any:
    def element(value: Any) -> dict[str, Any]:
        if isinstance(value, list):
            return {"selected_options": [{"value": one} for one in value]}
        return {"selected_option": {"value": value}} if value.isascii() and value else {"value": value or None}

    return from_payload(
        {
            "type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"},
            "view": {
                "id": "V1", "hash": "h", "callback_id": names.CORRECT_SEND,
                "private_metadata": json.dumps({"c": str(CASE_ID), "v": 7, "ch": "C1"}),
                "state": {"values": {block: {"choice": element(value)} for block, value in values.items()}},
            },
        }
    )  # fmt: skip


def test_the_modal_fits_in_every_state_and_carries_ids_only() -> None:
    for number, one in enumerate(every_item()):
        if number % 5 == 0:
            view = correct_form(case(item=one), "C1")
            assert problems(view) == []
            assert is_inert(view)
            assert set(json.loads(view["private_metadata"] or "{}")) <= {"c", "v", "ch"}


def test_it_ticks_what_counts_now() -> None:
    view = correct_form(case(item=item(assessment=READ, read_upto=17)), "C1")
    assert [block["block_id"] for block in view["blocks"] if "block_id" in block] == list(UNTOUCHED)
    boxes = next(found for found in walk(view) if found.get("type") == "checkboxes")
    assert [one["value"] for one in boxes["initial_options"]] == ["child"]


def test_a_wish_comes_back_from_it() -> None:
    arrival = submitted(
        UNTOUCHED
        | {"domains-child": ["poverty", "elderly"], "complexity-single": "complex", "reasons-": ["gap"]}
        | {"refuses-": ["yes"], "note-17": "電話で聞いた"}
    )
    assert faults(arrival) == {}
    wish = wish_of(arrival)
    assert isinstance(wish, Correct)
    assert (wish.case_id, wish.note, wish.upto) == (CASE_ID, "電話で聞いた", 17)
    assert wish.shown.domains == {Domain.CHILD}
    assert wish.wanted.domains == {Domain.POVERTY, Domain.ELDERLY}
    assert (wish.wanted.complexity, wish.wanted.complexity_reasons) == (Complexity.COMPLEX, {Reason.GAP})
    assert wish.wanted.refuses_support
    assert "電話" not in repr(wish)


def test_what_must_be_mended() -> None:
    assert list(faults(submitted(UNTOUCHED))) == ["domains-child"]
    assert list(faults(submitted(UNTOUCHED | {"complexity-single": "complex"}))) == ["reasons-"]
    assert faults(submitted(UNTOUCHED | {"kind-consultation": "other"})) == {}


@pytest.mark.parametrize(
    "values", [{}, {"kind-x": "x"}, UNTOUCHED | {"domains-child": ["x"]}, {"kind-": "", "domains": "", "note-0": ""}]
)
def test_what_no_modal_of_ours_sends_is_no_wish(values: dict[str, Any]) -> None:
    assert wish_of(submitted(values)) is None
    assert faults(submitted(values)) == {}
    assert posted({}) is None
    assert block_of({}, "kind") == ""


def test_card_and_case_say_what_staff_set() -> None:
    set_ = item(judged=Standing({"kind": "consultation"}, {"child": False, "poverty": True}, 1), urgency_by="staff")
    for drawn in (card(set_, plan(), NOW).blocks, case_view(case(item=set_), NOW)["blocks"]):
        text = json.dumps(drawn, ensure_ascii=False)
        assert "職員が直しました：種類：相談、分野：子どもではない、分野：困窮、緊急度：高い" in text
    most = item(judged=Standing({"kind": "other"}, dict.fromkeys((*THEMES, *Domain, *Reason), False), 1))
    assert problems(card(most, plan(), NOW).blocks) == []
    assert problems(case_view(case(item=most), NOW)) == []
    assert "職員が直しました" not in json.dumps(card(item(), plan(), NOW).blocks, ensure_ascii=False)
