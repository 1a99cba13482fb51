"""Every modal in every state: within Slack's limits, inert, and with nothing but ids in its metadata."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_world import (
    CASE_ID,
    NOW,
    assessment,
    case,
    every_item,
    every_turn,
    explained,
    is_inert,
    item,
    plan,
    walk,
    widest_plan,
)

from bots.slack import names
from bots.slack.attempt_form import attempt_form
from bots.slack.case_view import case_view, notice_view
from bots.slack.forms import bases, close_form, fold_form, hand_form, hold_form, reopen_form, urgency_form
from bots.slack.limits import problems
from bots.slack.parse import from_payload
from bots.slack.reply_form import begun, filled, reply_form, reply_preview
from bots.slack.report import WISH_JA, answers_of, report_form, route_of
from bots.slack.wish import Close, Hand, Reply, Report, SetUrgency, faults, wish_of
from handoff.clock import moment_ja
from handoff.desk import StaffRef
from handoff.enclosed import Enclosed
from handoff.pack import load
from handoff.templates import reply_templates
from handoff.ticket import CloseReason, State
from handoff.view import CaseView, Line, Step
from intake.clock import to_datetime
from intake.conversation.speech import answers_ja
from triage.assessment import FIELDS, THEMES, Domain, Evidence, Mention, Reason, SetAside, SetAsideBecause

PACK = load("mihon")
WORDS = st.text(max_size=300) | st.sampled_from(["あ" * 5000, "😀" * 2500, "\x00", "", "<!channel>", "\u202e", "  "])


def modals(one: CaseView) -> list[dict[str, Any]]:
    return [
        case_view(one, NOW),
        reply_form(one, "C1"),
        begun(one, "C1", reply_templates(PACK, one), one.item.text),
        filled(one, "C1", reply_templates(PACK, one), one.item.text[:1500], "ack", 3),
        hand_form(one, PACK, "C1"),
        hold_form(one, "C1"),
        attempt_form(one, "この方は LINE をブロックしています。", "C1"),
        fold_form(
            one,
            ((CASE_ID + 1, "T-0400", "同じ方かもしれません"), (CASE_ID + 2, "T-0401", "同じ家かもしれません")),
            "C1",
        ),
        fold_form(one, (), "C1"),
        reopen_form(one, "C1"),
        close_form(one, "C1"),
        urgency_form(one, "C1"),
    ]


def check(view: dict[str, Any]) -> None:
    assert problems(view) == []
    assert is_inert(view)
    carried = json.loads(view["private_metadata"] or "{}")
    assert set(carried) <= {"c", "v", "ch", "u"}


def test_every_state() -> None:
    for number, one in enumerate((*every_item(), *every_turn())):
        if number % 5 == 0:
            for view in modals(case(item=one)):
                check(view)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.integers(0, 120), st.booleans())
def test_whatever_was_written_and_however_much(words: str, lines: int, reachable: bool) -> None:
    one = case(words, lines, reachable=reachable, plan=widest_plan(words), answers=(("だれのこと", words),) * 20)
    for view in modals(one):
        check(view)


@settings(max_examples=60, deadline=None)
@given(WORDS)
def test_reports_and_previews(words: str) -> None:
    check(report_form(first=words, channel="C1", danger=len(words) % 2 == 0))
    check(reply_preview(words[:1500], '{"c":"1","v":1,"ch":"C1"}'))
    check(notice_view("開けません", words))


def test_the_case_shows_words_in_rich_text_and_marks_what_was_taken_back() -> None:
    lines = (
        Line(1, NOW - 9000, "person", "", "text", "<!channel> 水道が止まる", False, ""),
        Line(2, NOW - 8000, "person", "", "text", "", True, ""),
        Line(3, NOW - 7000, "staff", "佐藤", "text", "伺います", False, "unknown"),
        Line(4, NOW - 6000, "person", "", "image", "", False, ""),
    )
    view = case_view(replace(case(), lines=lines), NOW)
    text = json.dumps(view, ensure_ascii=False)
    for words in (
        "<!channel> 水道が止まる",
        "送信を取り消しました",
        "佐藤（送信不明）",
        "〔写真〕",
        "そう判断した言葉",
        "経過",
    ):
        assert words in text
    rich = [found for found in walk(view) if found.get("type") == "rich_text"]
    assert "水道が止まる" in json.dumps(rich, ensure_ascii=False)


@pytest.mark.parametrize(
    ("speaker", "said"),
    [("bot", "自動の返事"), ("human", "職員"), ("returned", "自動の返事（職員が戻しました）")],
)
def test_the_case_says_who_speaks_with_the_person(speaker: str, said: str) -> None:
    view = json.dumps(case_view(case(item=item(speaker=speaker)), NOW), ensure_ascii=False)
    assert f"話しているのは：{said}" in view


def test_the_language_that_the_person_chose_is_said() -> None:
    chosen = json.dumps(case_view(case(language="vi"), NOW), ensure_ascii=False)
    assert "ことば：ベトナム語 Tiếng Việt（本人がえらびました）" in chosen
    assert "本人がえらびました" not in json.dumps(case_view(case(), NOW), ensure_ascii=False)


def test_the_date_stands_once_a_day() -> None:
    day = 24 * 3_600_000
    lines = tuple(
        Line(n, at, "person", "", "text", f"ことば{n}", False, "")
        for n, at in enumerate((NOW - day, NOW - day + 60_000, NOW - 120_000, NOW - 60_000))
    )
    text = json.dumps(
        case_view(replace(case(item=item(due_at=None)), lines=lines, steps=()), NOW)["blocks"], ensure_ascii=False
    )
    heads = [full.partition("）") for full in (moment_ja(to_datetime(line.at), to_datetime(NOW)) for line in lines)]
    for (today, _, _), times in ((heads[0], heads[:2]), (heads[2], heads[2:])):
        assert text.count(f"{today}）") == 1
        for _, _, time in times:
            assert f"{time}　本人" in text


def test_a_photo_is_named_and_never_shown() -> None:
    photo = Enclosed(7, "image", 1, "kept", 900, 0, "")
    paper = Enclosed(8, "file", 1, "unsafe", 0, 0, "山田の診断書.pdf")
    lines = (
        Line(1, NOW, "person", "", "image", "", False, "", photo),
        Line(2, NOW, "person", "", "file", "", False, "", paper),
    )
    view = case_view(replace(case(), lines=lines), NOW, "https://town.example")
    assert problems(view) == []  # one link, ours: `check` allows none
    text = json.dumps(view, ensure_ascii=False)
    assert "〔写真 1〕" in text
    assert "〔ファイル 1〕安全に開けない形" in text
    assert "写真 1 は Slack には出しません。" in text
    assert f'"url": "https://town.example/console/cases/{case().item.case_id}"' in text
    assert "山田" not in text
    assert "attachments" not in text


def test_the_case_says_why_and_what_was_not_counted() -> None:
    text = json.dumps(
        case_view(case(item=item("水道が止まる", assessment=explained("水道が止まる"))), NOW), ensure_ascii=False
    )
    for words in (
        "『水道が止まる』→ 困窮（ライフライン停止）", "『水道が止まる』は否定されています（児童虐待に数えていません）",
        "母（80代）のこと", "機械は自信がありません：分野・緊急度",
        "推定（言葉は特定できません）：子ども・不登校・学校",
    ):  # fmt: skip
        assert words in text


def test_everything_that_triage_can_say_fits() -> None:
    for words in ("あ" * 5000, "😀" * 2500):
        most = assessment(
            words, domains=frozenset(Domain), themes=frozenset(THEMES), complexity_reasons=frozenset(Reason),
            evidence=tuple(Evidence(n, n + 9, label, words, "r") for label in (*THEMES, *Domain) for n in range(9)),
            set_aside=tuple(
                SetAside(n, n + 9, label, words, because)
                for because in SetAsideBecause for label in THEMES for n in range(9)
            ),
            mentions=tuple(Mention(n, n + 1, f"{n}歳の娘", "child", "any", n) for n in range(90)),
            unsure=frozenset(FIELDS),
        )  # fmt: skip
        check(case_view(case(words, 9, item=item(words, assessment=most), plan=widest_plan(words)), NOW))
        assert "ほかに" in json.dumps(case_view(case(item=item(words, assessment=most)), NOW), ensure_ascii=False)


def test_name_and_receipt_stay_out_of_slack() -> None:
    one = replace(case("ことば"), name="山田花子", receipt="7K3M-92Q5")
    for view in modals(one):
        text = json.dumps(view, ensure_ascii=False)
        assert "山田花子" not in text
        assert "7K3M" not in text


def test_what_does_not_fit_is_said() -> None:
    assert "これより前の" in json.dumps(case_view(case("あ" * 3000, 9), NOW), ensure_ascii=False)


def test_history_without_a_known_code_still_shows() -> None:
    view = case_view(replace(case(), steps=(Step(NOW, "machine", "", "new_code", "", ""),)), NOW)
    assert "記録" in json.dumps(view, ensure_ascii=False)


def test_only_allowed_reasons_to_close() -> None:
    def reasons(state: State) -> set[str]:
        view = close_form(case(item=item(state=str(state))), "C1")
        return {option["value"] for found in walk(view) for option in found.get("options", [])}

    assert reasons(State.DRAFT) == {CloseReason.PRANK, CloseReason.DUPLICATE}
    assert reasons(State.CLAIMED) == set(CloseReason)
    assert reasons(State.HANDED) == {CloseReason.TAKEN_OVER}
    assert reasons(State.CLOSED) == set()


def test_bases_are_those_that_may_be_used_here() -> None:
    codes = [option["value"] for option in bases(PACK)]
    assert "C2a" in codes
    assert "C9" not in codes
    assert {"C4", "C5", "C6", "C7"} & set(codes) <= PACK.room_codes


def test_hand_form_offers_the_proposed_desks_first() -> None:
    desks = PACK.desks[-1]
    proposal = plan(desks=(plan().desks[0].__class__(desks.id, desks.name, "理由"),))
    view = hand_form(case(plan=proposal), PACK, "C1")
    first = next(found for found in walk(view) if found.get("type") == "static_select")
    assert first["options"][0]["value"] == desks.id == first["initial_option"]["value"]
    assert "marugoto" not in [option["value"] for option in first["options"]]


def test_consent_heard_by_voice_has_a_field_that_may_stay_empty() -> None:
    (field,) = (found for found in walk(hand_form(case(), PACK, "C1")) if found.get("block_id") == "heard")
    assert field["optional"] is True
    assert field["label"]["text"] == "口頭で同意を得たとき：いつ・だれが聞いたか"


def submitted(callback_id: str, values: dict[str, str], metadata: str = "") -> Any:
    """A view_submission as Slack sends it; choices and texts look different."""
    state = {
        block: {"x": {"selected_option": {"value": value}} if value.isascii() and value else {"value": value or None}}
        for block, value in values.items()
    }
    return from_payload(
        {
            "type": "view_submission",
            "team": {"id": "T1"},
            "user": {"id": "U1", "team_id": "T1"},
            "view": {
                "id": "V1",
                "hash": "h",
                "callback_id": callback_id,
                "private_metadata": metadata or json.dumps({"c": str(CASE_ID), "v": 7, "ch": "C1"}),
                "state": {"values": state},
            },
        }
    )


def test_wishes_come_back_from_the_modals() -> None:
    assert wish_of(submitted(names.REPLY_SEND, {"preview": "伺います"})) == Reply(CASE_ID, "伺います")
    hand = submitted(
        names.HAND_SEND, {"desk": "jiritsu", "basis": "C3", "ask": "訪問を", "keep": "連絡を", "decided": "me"}
    )
    said = {"desk": "jiritsu", "basis": "C0", "ask": "訪問を", "keep": "連絡を"}
    heard = wish_of(submitted(names.HAND_SEND, {**said, "heard": "電話で", "by_whom": "guardian"}))
    assert heard == Hand(CASE_ID, "jiritsu", "C0", "訪問を", "連絡を", "電話で", "guardian")
    assert wish_of(hand) == Hand(CASE_ID, "jiritsu", "C3", "訪問を", "連絡を", decided=True)
    assert wish_of(submitted(names.CLOSE_SEND, {"reason": "done", "note": ""})) == Close(CASE_ID, "done", "")
    lowered = submitted(names.URGENCY_SEND, {"urgency-high": "normal", "reason": "落ちついた"})
    assert wish_of(lowered) == SetUrgency(CASE_ID, "normal", "落ちついた", True)
    report = submitted(
        names.REPORT_SEND, {"what": "郵便が", "when": "now", "danger": "no", "wish": "unmet"}, '{"ch":"C1"}'
    )
    assert wish_of(report) == Report("郵便が", "", "now", "no", "unmet")


@pytest.mark.parametrize(
    ("callback_id", "values", "block"),
    [
        (names.REPLY_DRAFT, {"reply": ""}, "reply"),
        (names.REPLY_DRAFT, {"reply": "\u3000\n"}, "reply"),
        (names.REPLY_DRAFT, {"reply": "😀" * 1501}, "reply"),
        (names.REPLY_SEND, {"preview": "\u3000"}, "preview"),
        (names.REPLY_SEND, {"preview": "あ" * 5001}, "preview"),
        (names.HAND_SEND, {"desk": "a", "basis": "C0", "ask": "", "keep": "続ける"}, "ask"),
        (names.HAND_SEND, {"desk": "a", "basis": "C3", "ask": "訪問を", "keep": "続ける"}, "decided"),
        (names.CLOSE_SEND, {"reason": "other", "note": ""}, "note"),
        (names.URGENCY_SEND, {"urgency-high": "normal", "reason": ""}, "reason"),
        (names.SEND_BACK_SEND, {"reason": " "}, "reason"),
        (names.REPORT_SEND, {"what": "\u3000"}, "what"),
    ],
)
def test_what_must_be_mended(callback_id: str, values: dict[str, str], block: str) -> None:
    assert list(faults(submitted(callback_id, values))) == [block]


@pytest.mark.parametrize(
    ("callback_id", "values"),
    [
        (names.REPLY_DRAFT, {"reply": "あ" * 3000}),
        (names.REPLY_SEND, {"preview": "あ" * 5000}),
        (names.CLOSE_SEND, {"reason": "done", "note": ""}),
        (names.URGENCY_SEND, {"urgency-normal": "high", "reason": ""}),
    ],
)
def test_what_may_go(callback_id: str, values: dict[str, str]) -> None:
    assert faults(submitted(callback_id, values)) == {}


def test_what_a_report_answers_stands_beside_its_words() -> None:
    full = answers_of(Report("郵便がたまっている。", "本町1 ", "today", "yes", "refuses", "post.nothing.silent"))
    assert full == {
        "l_danger": "yes", "l_sign": "post,silent", "l_place": "本町1", "l_when": "today", "l_consent": "refuses",
    }  # fmt: skip
    assert answers_of(Report("郵便", "", "", "", "")) == {}
    assert answers_of(Report("郵便", "", "before", "unknown", "unmet")) == {
        "l_danger": "unsure", "l_when": "それより前", "l_spoke": "absent",
    }  # fmt: skip
    for wish in WISH_JA:
        assert all(label for _, label in answers_ja(answers_of(Report("郵便", "", "now", "no", wish))))
    assert route_of(StaffRef(1, "t", "佐藤", "worker", "d")) == "professional"
    assert route_of(StaffRef(1, "t", "佐藤", "intake", "")) == "slack"


def test_danger_says_110_and_119_first() -> None:
    text = json.dumps(report_form(danger=True)["blocks"][:2], ensure_ascii=False)
    assert "110" in text
    assert "119" in text


def test_a_report_names_whose_words_it_shows() -> None:
    one = replace(case(), whose="知らせた人")
    drawn = json.dumps(case_view(one, NOW), ensure_ascii=False)
    said = json.dumps(reply_form(one, "C1"), ensure_ascii=False)
    assert "知らせた人" in drawn and '　本人"' not in drawn
    assert "知らせた人のさいごの言葉" in said
