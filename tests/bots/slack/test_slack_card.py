"""A card in every state: within Slack's limits, inert, and without a word of the person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_world import CANARY, CASE_ID, NOW, every_item, every_turn, explained, is_inert, item, plan, walk, widest_plan

from bots.slack import names
from bots.slack.card import card, metadata, moved_card
from bots.slack.limits import problems, units
from handoff.handing_brief import Brief
from handoff.handover import Purpose, State
from handoff.judged import Standing

TEXTS = st.text(min_size=1, max_size=400) | st.sampled_from(
    ["<!channel>", "<https://x.example|市役所>", "\u202e逆", ":smile:" * 900, "\x00", " ", "あ" * 6000, "😀" * 3000]
)


def drawn(found: object) -> str:
    return json.dumps(found, ensure_ascii=False)


def test_no_word_of_the_person_on_any_card() -> None:
    for one in (*every_item(), *every_turn()):
        for proposal in (None, plan(), widest_plan()):
            made = card(one, proposal, NOW)
            assert CANARY not in made.text
            assert CANARY not in drawn(made.blocks)


def test_every_card_is_within_the_limits_and_inert() -> None:
    for one in (*every_item(), *every_turn()):
        for proposal in (None, plan(), widest_plan()):
            made = card(one, proposal, NOW, excerpt=True)
            assert problems(made.blocks) == []
            assert is_inert(made.blocks)
            assert 0 < units(made.text) <= 100


def test_where_a_case_was_handed_stands_in_desk_names_and_words_of_ours() -> None:
    told = [
        Brief("家計改善支援" * 40, state, Purpose.CONSULT, True, state in (State.SENT, State.RECEIVED), due, True)
        for state in State
        for due in (None, NOW + 9_000_000)
    ]
    made = card(item(state="handed"), plan(), NOW, overs=told)
    assert problems(made.blocks) == []
    assert is_inert(made.blocks)
    assert "受け取り済・返事待ち" in drawn(made.blocks)
    assert "ほかに 2 か所" in drawn(made.blocks)
    assert "つなぎ先\\n" not in drawn(card(item(state="closed"), plan(), NOW, overs=told).blocks)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_whatever_was_written_cannot_reach_or_break_a_card(words: str) -> None:
    quiet, quoting = card(item(words), plan(words), NOW), card(item(words), plan(words), NOW, excerpt=True)
    assert quiet == card(item("別の言葉"), plan("別の言葉"), NOW)
    assert quiet.text == quoting.text
    assert problems(quoting.blocks) == []
    assert is_inert(quoting.blocks)


def test_an_excerpt_only_when_the_pack_says_so_and_short() -> None:
    made = card(item("水道が止まると言われました。" * 40), plan(), NOW, excerpt=True)
    quoted = [found["text"] for found in walk(made.blocks) if str(found.get("text", "")).startswith("本文のはじめ")]
    assert len(quoted) == 1
    assert units(quoted[0]) < 140


ANSWERS = {names.RECEIVE, names.ACCEPT, names.SEND_BACK}
ROW = {names.OPEN, names.REPLY, names.PAGE}
WORK = {names.HOLD, names.FOLD, names.CLOSE}
READ = {names.RAISE_NOW, names.URGENCY, names.CORRECT}


@pytest.mark.parametrize(
    ("changes", "row", "menus"),
    [
        ({"state": "draft"}, ROW | {names.CLAIM}, WORK | READ),
        ({"state": "received"}, ROW | {names.CLAIM, names.HAND}, WORK | READ),
        ({"state": "received", "urgency": "normal"}, ROW | {names.CLAIM, names.HAND},
         WORK | {names.RAISE_NOW, names.RAISE_HIGH, names.CORRECT}),
        ({"state": "received", "urgency": "emergency"}, ROW | {names.CLAIM, names.HAND},
         WORK - {names.HOLD} | {names.URGENCY, names.CORRECT}),
        ({"state": "claimed", "speaker": "human", "silence": ""}, ROW | {names.HAND},
         WORK | READ | {names.RELEASE, names.GIVE_BACK}),
        ({"state": "claimed", "speaker": "human", "silence": "report"}, ROW | {names.HAND},
         WORK | READ | {names.RELEASE}),
        ({"state": "claimed", "hold_until": NOW + 1}, ROW | {names.HAND},
         WORK - {names.HOLD} | READ | {names.RELEASE, names.UNHOLD}),
        ({"state": "claimed", "hold_until": NOW}, ROW | {names.HAND}, WORK | READ | {names.RELEASE}),
        ({"state": "handed"}, ROW - {names.REPLY} | ANSWERS, WORK - {names.HOLD} | READ | {names.REPLY}),
        ({"state": "closed"}, {names.OPEN, names.REOPEN}, set()),
        ({"state": "received", "folded_into": 9}, {names.OPEN, names.UNFOLD}, set()),
        ({"state": "erased"}, set(), set()),
    ],
)  # fmt: skip
def test_buttons_fit_the_state_and_carry_ids_only(changes: dict[str, Any], row: set[str], menus: set[str]) -> None:
    made = card(item(**changes), plan(), NOW)
    pressed = [found for found in walk(made.blocks) if found.get("type") == "button"]
    assert {found["action_id"] for found in pressed} == row
    assert len(pressed) <= 5
    assert all(json.loads(found["value"]) == {"c": str(CASE_ID), "v": 7} for found in pressed)
    options = [json.loads(one["value"]) for found in walk(made.blocks) for one in found.get("options", [])]
    assert {one.pop("do") for one in options} == menus
    assert all(one == {"c": str(CASE_ID), "v": 7} for one in options)


def test_a_single_choice_is_a_button_that_says_what_it_does() -> None:
    made = card(item(urgency="emergency", assessment=None), None, NOW)
    assert names.URGENCY in {found.get("action_id") for found in walk(made.blocks)}


def test_the_card_says_until_when_into_which_and_who_speaks() -> None:
    held = drawn(card(item(hold_until=NOW + 3_600_000, state="claimed", owner_name="佐藤"), plan(), NOW).blocks)
    assert "保留（" in held
    assert "まで）" in held
    folded = card(item(folded_into=9, folded_label="T-0400"), plan(), NOW)
    assert "T-0412｜T-0400 にまとめました" in drawn(folded.blocks)
    assert "次の一手" not in drawn(folded.blocks)
    assert "話しているのは：職員" in drawn(card(item(speaker="human"), plan(), NOW).blocks)
    assert "話しているのは：自動の返事（職員が戻しました）" in drawn(card(item(speaker="returned"), plan(), NOW).blocks)
    assert "話しているのは" not in drawn(card(item(silence="report"), plan(), NOW).blocks)
    practice = card(item(practice=True), plan(), NOW)
    assert "練習の相談です" in drawn(practice.blocks)
    assert practice.text.startswith("【練習】")


def test_the_municipality_stands_on_an_open_card_and_no_district() -> None:
    place = "住んでいるところ："
    assert f"{place}外ヶ浜町" in drawn(card(item(town="外ヶ浜町", lives="外ヶ浜町（東地域）"), plan(), NOW).blocks)
    assert place not in drawn(card(item(lives="本町地区"), plan(), NOW).blocks)
    assert place not in drawn(card(item(town="外ヶ浜町", state="closed"), plan(), NOW).blocks)


def test_a_card_that_moved_on_is_one_line() -> None:
    made = moved_card("T-0412")
    assert made.text == "T-0412 はほかの窓口に移りました"
    assert problems(made.blocks) == []
    assert len(made.blocks) == 1


def test_what_a_card_says() -> None:
    text = drawn(card(item(), plan(), NOW).blocks)
    for words in (
        "◆ 緊急度 高い｜受付済・担当を待っています", "T-0412", "検針・配達などの見守り",
        "分野：子ども・困窮", "複合（① 世帯に",
        "テーマ：不登校・学校・ライフライン停止", "困窮 1か所", "次の一手の案：多機関協働", "自立相談支援機関",
        "本人の同意：まだありません（第三者の通報）", "あと 18分", "の時点", "注意：",
    ):  # fmt: skip
        assert words in text
    claimed = drawn(card(item(state="claimed", owner_name="佐藤"), plan(), NOW).blocks)
    assert "担当：佐藤" in claimed


def test_a_card_says_what_is_a_guess_and_what_is_unsure_without_quoting() -> None:
    text = drawn(card(item(assessment=explained("水道が止まる")), plan(), NOW).blocks)
    assert "推定（言葉は特定できません）：子ども・不登校・学校・複合① 世帯に困りごとのある人が複数・緊急度 高い" in text
    assert "機械は自信がありません：分野・緊急度" in text
    assert "水道" not in text and "80代" not in text
    by_staff = drawn(card(item(judged=Standing(marked={"child": True})), plan(), NOW).blocks)
    assert "特定できません）：不登校・学校" in by_staff


def test_a_broken_promise_is_said_in_words() -> None:
    late = card(item(due_at=NOW - 480_000), plan(), NOW)
    assert "▲ 期限をこえました｜◆ 緊急度 高い" in drawn(late.blocks)
    assert "期限を 8分 こえました" in drawn(late.blocks)
    assert "期限をこえました" in late.text
    closed = card(item(due_at=NOW - 480_000, state="closed"), plan(), NOW)
    assert "こえました" not in drawn(closed.blocks)


def test_an_unread_case_is_never_shown_as_read() -> None:
    assert "まだ読んでいません" in drawn(card(item(assessment=None), None, NOW).blocks)


def test_metadata_holds_ids_only() -> None:
    assert metadata(CASE_ID, 7) == {
        "event_type": "toritsugi_case",
        "event_payload": {"case": str(CASE_ID), "version": 7},
    }
