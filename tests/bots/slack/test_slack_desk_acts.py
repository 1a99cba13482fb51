"""Answers that can be taken back, two who answer at once, old buttons, 保留, まとめる, and words in a card's thread."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from slack_town import CHANNEL, TEAM, Town, click, submission
from slack_world import NOW, is_inert
from sqlalchemy import select

from bots.slack import names
from bots.slack.act import handle
from bots.slack.limits import problems
from bots.slack.notice import Notice, drawn
from bots.slack.parse import from_payload, seen_only
from bots.slack.shows import shown
from bots.slack.wish import faults
from handoff import desk, drafts, view
from handoff.office import StaffRef
from handoff.records import HandOver, SlackCard, Ticket
from intake.cases import add_message
from intake.records import Case


@pytest.fixture
def town(town: Town) -> Town:
    """The town, where answers wait for thirty seconds."""
    town.parts = replace(town.parts, office=replace(town.parts.office, undo_seconds=30))
    return town


def act(town: Town, payload: dict[str, Any], inbox_id: int = 1, now: int = NOW) -> list[Notice]:
    with town.sessions.begin() as session:
        told = handle(town.parts.act, session, json.loads(json.dumps(payload)), now, inbox_id)
    for notice in told:
        if notice.text:
            assert problems(drawn(notice)) == []
            assert is_inert(drawn(notice))
    return told


def ticket(town: Town, case_id: int) -> Ticket:
    with town.sessions() as session:
        return session.get_one(Ticket, case_id)


def draft(town: Town, case_id: int, staff: StaffRef) -> str:
    with town.sessions() as session:
        return drafts.load(town.office, session, case_id, staff)


def newest_case(town: Town, case_id: int) -> view.CaseView:
    with town.sessions.begin() as session:
        return view.open_case(town.office, session, case_id, town.satou, NOW, "slack")


def newest(town: Town, case_id: int) -> int:
    return newest_case(town, case_id).newest_id


def carried(case_id: int, **more: Any) -> str:
    return json.dumps({"c": str(case_id), "v": 99, "ch": CHANNEL} | more)


def menu(act_name: str, case_id: int, user: str = "U1") -> dict[str, Any]:
    """An option of a card's menu, as Slack sends it."""
    pressed = click(names.MORE_WORK, case_id, user=user)
    option = {
        "text": {"type": "plain_text", "text": "x"},
        "value": json.dumps({"c": str(case_id), "v": 1, "do": act_name}),
    }
    pressed["actions"] = [
        {
            "type": "overflow",
            "action_id": names.MORE_WORK,
            "block_id": "b",
            "action_ts": "1.1",
            "selected_option": option,
        }
    ]
    return pressed


def test_two_who_answer_at_once_conflict_clearly_and_no_word_is_lost(town: Town) -> None:
    case_id = town.case()
    seen = str(newest(town, case_id))
    first = submission(names.REPLY_SEND, {"preview": "あした伺います"}, carried(case_id, u=seen))
    act(town, first, 1)
    with town.sessions.begin() as session:
        desk.release(town.office, session, case_id, town.satou, NOW)
    second = submission(names.REPLY_SEND, {"preview": "きょう電話します"}, carried(case_id, u=seen), user="U2")
    (notice,) = act(town, second, 2)
    assert "さきに佐藤さんが返事をしました。あなたの文は送っていません" in notice.text
    assert "下書きに残しました" in notice.text
    assert draft(town, case_id, town.tanaka) == "きょう電話します"
    assert len(town.rows(purpose="reply")) == 1


def test_an_answer_into_a_case_of_another_keeps_its_words(town: Town) -> None:
    case_id = town.case()
    act(town, click(names.CLAIM, case_id))
    sent = submission(names.REPLY_SEND, {"preview": "伺います"}, carried(case_id), user="U2")
    (notice,) = act(town, sent, 2)
    assert "いまの担当は佐藤さんです" in notice.text
    assert draft(town, case_id, town.tanaka) == "伺います"


def test_an_answer_is_taken_back_and_its_words_are_a_draft_again(town: Town) -> None:
    case_id = town.case()
    told, fate = act(town, submission(names.REPLY_SEND, {"preview": "あした伺います"}, carried(case_id)), 1)
    (row,) = town.rows(purpose="reply")
    assert "30秒たつと送られます" in told.text
    assert "伺います" not in told.text
    (key,) = told.keys
    assert json.loads(key.value) == {"c": str(case_id), "v": 0, "o": str(row.id)}
    assert (fate.fate_of, fate.delay_seconds, fate.once) == (row.id, 30, f"fate-{row.id}")

    undo = click(names.UNDO, case_id)
    undo["actions"][0]["value"] = key.value
    (other,) = act(town, undo | {"user": {"id": "U2", "team_id": TEAM}}, 2)
    assert "書いた人だけが取り消せます" in other.text
    (notice,) = act(town, undo, 3)
    assert "取り消しました。本人には届いていません" in notice.text
    assert draft(town, case_id, town.satou) == "あした伺います"
    assert town.rows(purpose="reply")[0].state == "dropped"


def test_too_late_to_take_back_is_said(town: Town) -> None:
    case_id = town.case()
    act(town, submission(names.REPLY_SEND, {"preview": "あした伺います"}, carried(case_id)), 1)
    (row,) = town.rows(purpose="reply")
    undo = click(names.UNDO, case_id)
    undo["actions"][0]["value"] = json.dumps({"c": str(case_id), "v": 0, "o": str(row.id)})
    assert "もう送りました。取り消せません" in act(town, undo, 2, NOW + 31_000)[0].text
    undo["actions"][0]["value"] = json.dumps({"c": str(case_id), "v": 0, "o": "12345"})
    assert len(act(town, undo, 3)) == 1


def test_an_old_button_is_told_what_is_true_now(town: Town) -> None:
    case_id = town.case()
    act(town, click(names.CLAIM, case_id))
    (notice,) = act(town, click(names.CLAIM, case_id, user="U2"), 2)
    assert "さきに佐藤さんが担当になりました" in notice.text
    assert "T-0001 は、いま：担当あり・担当 佐藤・緊急度 ふつう。" in notice.text
    act(town, menu(names.RAISE_NOW, case_id), 3)
    assert ticket(town, case_id).urgency == "emergency"
    assert act(town, menu(names.RAISE_HIGH, case_id), 4)[0].text == "緊急度は、もう「今すぐ」です。"
    assert ticket(town, case_id).urgency == "emergency"


def test_menus_do_what_their_option_says(town: Town) -> None:
    case_id = town.case()
    act(town, click(names.CLAIM, case_id))
    arrival = from_payload(menu(names.RELEASE, case_id))
    assert (arrival.name, arrival.partition) == (names.RELEASE, f"slack-case-{case_id}")
    assert act(town, menu(names.RELEASE, case_id), 2) == []
    assert ticket(town, case_id).owner_id is None
    assert act(town, menu("case_delete", case_id), 3) == []


def test_hold_and_unhold(town: Town) -> None:
    case_id = town.case()
    form = {"until": "=1h", "why": ""}
    (refused,) = act(town, submission(names.HOLD_SEND, {"until": "", "why": ""}, carried(case_id)), 1)
    assert "いつまで" in refused.text
    assert act(town, submission(names.HOLD_SEND, form, carried(case_id)), 2) == []
    assert ticket(town, case_id).hold_until == NOW + 3_600_000
    assert act(town, menu(names.UNHOLD, case_id), 3) == []
    assert ticket(town, case_id).hold_until is None
    act(town, menu(names.RAISE_NOW, case_id), 4)
    assert "保留できません" in act(town, submission(names.HOLD_SEND, form, carried(case_id)), 5)[0].text


def test_where_no_answer_goes_the_button_asks_how_they_were_told(town: Town) -> None:
    case_id = town.case(route="phone")
    with town.sessions.begin() as session:
        session.get_one(Case, case_id).contact_id = None
    view = shown(town.parts, from_payload(click(names.REPLY, case_id)))
    assert view["callback_id"] == names.ATTEMPT_SEND and problems(view) == []
    form = {"way": "=phone", "result": "=met", "said": "", "look": "=7"}
    empty = from_payload(submission(names.ATTEMPT_SEND, form, carried(case_id)))
    assert list(faults(empty)) == ["said"]
    assert list(faults(from_payload(submission(names.ATTEMPT_SEND, form | {"way": "=letter"}, carried(case_id))))) == [
        "result"
    ]
    form |= {"said": "水曜に窓口へ来るとのこと"}
    assert act(town, submission(names.ATTEMPT_SEND, form, carried(case_id)), 1) == []
    row = ticket(town, case_id)
    assert (row.owner_id, row.replied_at, row.due_at) == (town.satou.id, NOW, None)
    assert row.look_at is not None and 6 < (row.look_at - NOW) / 86_400_000 < 9
    assert shown(town.parts, from_payload(click(names.REPLY, case_id, user="U2")))["callback_id"] == names.ATTEMPT_SEND


def test_fold_by_number_and_back(town: Town) -> None:
    first, second = town.case(), town.case()
    act(town, click(names.CLAIM, first))
    act(town, click(names.CLAIM, second), 2)
    with town.sessions() as session:
        number = session.get_one(Case, first).number
    (missing,) = act(town, submission(names.FOLD_SEND, {"number": "T-9999"}, carried(second)), 3)
    assert "見つかりません" in missing.text
    assert act(town, submission(names.FOLD_SEND, {"number": f"Ｔ－{number}"}, carried(second)), 4) == []
    assert ticket(town, second).folded_into == first
    assert act(town, click(names.UNFOLD, second), 5) == []
    assert ticket(town, second).folded_into is None
    assert act(town, submission(names.FOLD_SEND, {"into": f"={first}", "number": ""}, carried(second)), 6) == []
    assert ticket(town, second).folded_into == first


def test_give_back_accept_and_reopen(town: Town) -> None:
    case_id = town.case()
    act(town, submission(names.REPLY_SEND, {"preview": "伺います"}, carried(case_id)), 1)
    assert ticket(town, case_id).speaker == "human"
    assert act(town, menu(names.GIVE_BACK, case_id), 2) == []
    assert ticket(town, case_id).speaker == "returned"
    to_desk = next(one.id for one in town.office.pack.desks if one.id != town.office.pack.fallback)
    values = {"desk": f"={to_desk}", "basis": "=C3", "ask": "訪問を", "keep": "LINEで", "decided": "=me"}
    act(town, submission(names.HAND_SEND, values, carried(case_id)), 3)
    assert act(town, click(names.ACCEPT, case_id, user="U2"), 4) == []
    assert ticket(town, case_id).owner_id == town.tanaka.id
    act(town, submission(names.CLOSE_SEND, {"reason": "=done", "note": ""}, carried(case_id), user="U2"), 5)
    assert act(town, submission(names.REOPEN_SEND, {"reason": "また連絡がありました"}, carried(case_id)), 6) == []
    assert ticket(town, case_id).state == "received"


def test_the_desk_that_was_asked_receives_and_gives_back(town: Town) -> None:
    case_id = town.case()
    act(town, click(names.CLAIM, case_id))
    receiver = town.ask_desk(case_id, "U8")

    def over() -> HandOver:
        with town.sessions() as session:
            return session.scalars(select(HandOver).where(HandOver.case_id == case_id)).one()

    def stands() -> tuple[str, int | None, str]:
        row = ticket(town, case_id)
        return row.state, row.owner_id, over().state

    assert stands() == ("handed", town.satou.id, "sent")
    assert act(town, click(names.RECEIVE, case_id, user="U8"), 2) == []
    assert stands() == ("handed", town.satou.id, "received")
    assert (over().received_by, over().settled_by) == (receiver.id, None)
    assert act(town, click(names.RECEIVE, case_id, user="U8"), 3) == [], "pressed twice"
    (refused,) = act(town, submission(names.SEND_BACK_SEND, {"reason": " "}, carried(case_id), user="U8"), 4)
    assert "理由を書いてください" in refused.text and stands()[2] == "received"
    back = submission(names.SEND_BACK_SEND, {"reason": "訪問できる人がいません"}, carried(case_id), user="U8")
    assert act(town, back, 5) == []
    assert stands() == ("claimed", town.satou.id, "returned")
    assert (over().received_by, over().settled_by) == (receiver.id, receiver.id)
    (line,) = (step for step in newest_case(town, case_id).steps if step.what == "returned")
    assert line.note == "訪問できる人がいません", "who sent it reads why"
    assert "返事を待っているつなぎはありません" in act(town, click(names.ACCEPT, case_id, user="U8"), 6)[0].text
    assert stands() == ("claimed", town.satou.id, "returned")


def thread(town: Town, **changes: Any) -> dict[str, Any]:
    """A message under the card 1.1, as it is stored: without its words."""
    event = {
        "type": "message", "channel": CHANNEL, "user": "U1", "text": "本人に伝えて", "ts": "2.2", "thread_ts": "1.1",
    } | changes  # fmt: skip
    payload = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev9", "event": event}
    kept = seen_only(from_payload(payload)).payload
    assert "伝えて" not in json.dumps(kept, ensure_ascii=False)
    return kept


def test_whoever_writes_under_a_card_is_told_once_that_it_goes_nowhere(town: Town) -> None:
    case_id = town.case()
    assert act(town, thread(town)) == []  # no card of ours stands there
    with town.sessions.begin() as session:
        session.add(SlackCard(case_id=case_id, channel=CHANNEL, tenant="mihon", ts="1.1", version=1))
    (first,) = act(town, thread(town), 2)
    (again,) = act(town, thread(town, ts="2.3"), 3)
    assert "本人には届きません" in first.text
    assert first.once == again.once != ""
    assert act(town, thread(town, user="U2"), 4)[0].once != first.once
    for changes in (
        {"bot_id": "B1"}, {"thread_ts": "9.9"}, {"channel": "C9"}, {"thread_ts": ""}, {"subtype": "message_changed"},
        {"user_team": "T2"},
    ):  # fmt: skip
        assert act(town, thread(town, **changes), 5) == []
    assert town.rows(channel="line") == []


def test_an_answer_after_the_persons_next_words_still_goes(town: Town) -> None:
    case_id = town.case()
    seen = str(newest(town, case_id))
    with town.sessions.begin() as session:
        add_message(
            session, town.office.sealer, session.get_one(Case, case_id), source="in:2", author="person", kind="text",
            text="もしもし", at=NOW + 1,
        )  # fmt: skip
    act(town, submission(names.REPLY_SEND, {"preview": "伺います"}, carried(case_id, u=seen)), 1)
    assert len(town.rows(purpose="reply")) == 1


def test_a_case_is_not_closed_over_words_that_came_while_the_form_was_open(town: Town) -> None:
    case_id = town.case()
    seen = newest(town, case_id)
    with town.sessions.begin() as session:
        found = session.get_one(Case, case_id)
        add_message(
            session, town.office.sealer, found, source="in:2", author="person", kind="text", text="まだです", at=NOW
        )  # fmt: skip
    form = {"reason": "=done", "note": ""}
    (told,) = act(town, submission(names.CLOSE_SEND, form, carried(case_id, u=str(seen))))
    assert "読み直してください" in told.text and ticket(town, case_id).state == "received"
    act(town, submission(names.CLOSE_SEND, form, carried(case_id, u=str(newest(town, case_id)))), inbox_id=2)
    assert ticket(town, case_id).state == "closed"
