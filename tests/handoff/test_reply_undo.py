"""An answer waits before it leaves: it can be taken back, is looked at once more, and is sent again when it failed."""

from __future__ import annotations

import pytest
from desk_kit import (
    PushLine,
    act,
    refused,
    row_of,
    send,
    steps,
    ticket_of,
    time_passes,
    waiting,
)
from play_town import STORY, Town
from sqlalchemy import update

from bots.line.send import Refused as LineRefused
from bots.line.send import Unclear
from bots.sweep import sweep
from handoff import answers, desk, view
from handoff.desk import NotFound
from handoff.office import StaffRef
from handoff.records import Ticket
from intake import cases
from intake.clock import now_ms
from intake.records import Message, Outgoing

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def write(town: Town, case_id: int, staff: StaffRef, text: str = "お電話します", once: str = "a", **more: int) -> int:
    row_id = act(town, desk.reply, case_id, staff, text, now_ms(), once, office=waiting(town), **more)
    assert isinstance(row_id, int)
    return row_id


def figures(row: Ticket) -> tuple[object, ...]:
    return row.replied_at, row.first_reply_at, row.due_at, row.speaker, row.waiting_since


def test_an_answer_stands_still_for_its_time_and_then_leaves_once(town: Town) -> None:
    case_id, satou, line = town.open(), town.staff(), PushLine()
    row_id = write(town, case_id, satou)
    left = row_of(town, row_id).not_before - now_ms()
    assert 25_000 < left <= 30_000
    assert send(town, line, row_id) == "waiting"
    assert line.said == []
    with town.work() as session:
        shown = view.open_case(town.office, session, case_id, satou, now_ms(), "console")
    assert [one.outgoing_id for one in shown.undoable] == [row_id]
    assert shown.newest_id == town.all(Message)[-1].id
    time_passes(town)
    for _ in range(2):
        assert send(town, line, row_id) == "done"
    assert line.said == ["お電話します"]
    refused(town, "gone", desk.undo_reply, case_id, satou, row_id, now_ms())
    assert row_of(town, row_id).state == "sent"


def test_what_the_bot_says_meanwhile_does_not_wait_for_it(town: Town) -> None:
    case_id, line = town.open(), PushLine()
    row_id = write(town, case_id, town.staff())
    town.say("しにたいです")
    danger = town.answers()[-1]
    assert danger.id > row_id
    send(town, line, danger.id)
    assert town.one(Outgoing, id=danger.id).state == "sent"
    assert (row_of(town, row_id).state, row_of(town, row_id).attempts) == ("waiting", 0)


def test_taken_back_it_never_leaves_and_everything_stands_as_before(town: Town) -> None:
    case_id, satou, line = town.open(), town.staff(), PushLine()
    act(town, desk.claim, case_id, satou, now_ms())
    before = figures(ticket_of(town, case_id))
    row_id = write(town, case_id, satou)
    assert ticket_of(town, case_id).speaker == "human"
    refused(town, "not_yours", desk.undo_reply, case_id, town.staff("田中"), row_id, now_ms())
    for _ in range(2):
        act(town, desk.undo_reply, case_id, satou, row_id, now_ms())
    assert figures(ticket_of(town, case_id)) == before
    row = row_of(town, row_id)
    assert (row.state, row.error, row.body_sealed) == ("dropped", "undone", None)
    said = town.all(Message)[-1]
    assert said.body_sealed is None
    assert said.unsent_at is not None
    time_passes(town)
    send(town, line, row_id)
    sweep(town.parts, [])
    assert "お電話します" not in line.said
    assert steps(town, case_id).count("reply_undone") == 1
    with pytest.raises(NotFound):
        act(town, desk.undo_reply, case_id, satou, 12345, now_ms())


def test_an_earlier_answer_counts_again_and_who_wrote_meanwhile_has_waited_since_then(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    act(town, desk.reply, case_id, satou, "はじめまして", now_ms(), "first")
    first = ticket_of(town, case_id).replied_at
    town.say("ありがとうございます")
    asked = ticket_of(town, case_id).waiting_since
    row_id = write(town, case_id, satou)
    town.say("もしもし")
    assert ticket_of(town, case_id).waiting_since > asked
    act(town, desk.undo_reply, case_id, satou, row_id, now_ms())
    row = ticket_of(town, case_id)
    assert (row.replied_at, row.first_reply_at, row.speaker) == (first, first, "human")
    assert abs(row.waiting_since - asked) < 2_000
    assert row.due_at is not None


def test_in_danger_ten_seconds_are_the_longest_wait(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    act(town, desk.set_urgency, case_id, satou, "emergency", "", now_ms())
    left = row_of(town, write(town, case_id, satou)).not_before - now_ms()
    assert 5_000 < left <= answers.EMERGENCY_SECONDS * 1000


def test_an_answer_whose_case_somebody_else_has_by_then_is_held_and_said_so(town: Town) -> None:
    case_id, satou, tanaka, line = town.open(), town.staff("佐藤"), town.staff("田中"), PushLine()
    before = figures(ticket_of(town, case_id))
    row_id = write(town, case_id, satou)
    act(town, desk.release, case_id, satou, now_ms())
    act(town, desk.claim, case_id, tanaka, now_ms())
    time_passes(town)
    send(town, line, row_id)
    assert line.said == []
    row = row_of(town, row_id)
    assert (row.state, row.error) == ("held", "owner_changed")
    assert figures(ticket_of(town, case_id)) == before, "the person still waits"
    assert steps(town, case_id)[-1] == "reply_held"
    refused(town, "already_claimed", desk.retry, case_id, satou, row_id, now_ms())
    again = act(town, desk.retry, case_id, tanaka, row_id, now_ms())
    send(town, line, again)
    assert line.said == ["お電話します"]
    assert ticket_of(town, case_id).replied_at is not None


def test_released_and_taken_by_nobody_it_still_goes_and_erased_it_does_not(town: Town) -> None:
    case_id, satou, line = town.open(), town.staff(), PushLine()
    row_id = write(town, case_id, satou)
    act(town, desk.release, case_id, satou, now_ms())
    time_passes(town)
    send(town, line, row_id)
    assert line.said == ["お電話します"]
    second = write(town, case_id, satou, "あとで消える返事", "b")
    with town.work() as session:
        from intake.records import Case

        cases.erase_case(session, session.get_one(Case, case_id), now_ms())
    time_passes(town)
    send(town, line, second)
    assert (row_of(town, second).state, row_of(town, second).error) == ("dropped", "erased")
    assert line.said == ["お電話します"]


def test_of_two_who_answer_the_later_one_reads_the_first_before_anything_is_sent(town: Town) -> None:
    case_id, satou, tanaka = town.open(), town.staff("佐藤"), town.staff("田中")
    seen = town.all(Message)[-1].id
    write(town, case_id, satou, "はじめまして", "a", seen_upto=seen)
    said = refused(town, "answered_meanwhile", desk.reply, case_id, tanaka, "二重の返事", now_ms(), "b", seen_upto=seen)
    assert "佐藤" in said
    assert town.messages() == [STORY, "はじめまして"]
    write(town, case_id, satou, "つづき", "c", seen_upto=seen)  # one's own answer is no surprise


@pytest.mark.parametrize(("fate", "entry"), [("failed", "reply_again"), ("unknown", "reply_twice")])
def test_what_did_not_arrive_is_sent_again_under_a_key_of_its_own(town: Town, fate: str, entry: str) -> None:
    case_id, satou = town.open(), town.staff()
    line = PushLine([LineRefused("400") if fate == "failed" else Unclear("500")])
    first = write(town, case_id, satou)
    refused(town, "not_failed", desk.retry, case_id, satou, first, now_ms())
    time_passes(town)
    send(town, line, first)
    if fate == "unknown":
        with town.work() as session:
            session.execute(update(Outgoing).where(Outgoing.id == first).values(state="unknown"))
    again = act(town, desk.retry, case_id, satou, first, now_ms())
    send(town, line, again)
    assert line.said == ["お電話します"] * 2
    assert len(set(line.keys)) == 2
    assert steps(town, case_id)[-1] == entry
    assert [said.source for said in town.all(Message)][-1] == f"out:{again}"
    assert town.messages() == [STORY, "お電話します"], "one answer, however often it was tried"
    refused(town, "not_found", desk.retry, case_id, satou, first, now_ms())
    assert row_of(town, first).state == "dropped", "it needs nobody's eyes any more"


def test_while_staff_speak_the_bot_asks_nothing_until_it_is_given_back(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    refused(town, "bot_speaks", desk.give_back, case_id, satou, now_ms())
    town.say("きのうも電話がありました")
    assert "t1:safety:" in town.said(), "the bot's own question stands open"
    act(town, desk.reply, case_id, satou, "お電話します", now_ms(), "a")
    for words in ("夜がいいです", "はい"):
        town.say(words)
        assert "t1:safety:" not in town.said()
    assert town.messages()[-2:] == ["夜がいいです", "はい"], "words are words, and no answers to a question of the bot"
    refused(town, "already_claimed", desk.give_back, case_id, town.staff("田中"), now_ms())
    act(town, desk.give_back, case_id, satou, now_ms())
    assert ticket_of(town, case_id).speaker == "returned"
    heard = town.body(town.all(Outgoing, purpose="notice")[-1])
    assert "また自動の返事です" in heard, "who was told that a person answers hears that it is the bot again"
    town.say("それと、家賃のことも")
    assert "t1:safety:" in town.said()
