"""What the sweeper tries again and what it sets aside, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from play_town import STORY, FakeReader, Town
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from test_deliver_slack import FINE, Client, run

import bots.timers
from bots.read import read
from bots.sweep import AGAIN_MS, sweep
from bots.timers import remind
from handoff.records import SlackCard, Ticket
from intake.clock import now_ms
from intake.records import InboxEvent, Message, Outgoing

PUBLIC = {"ok": True, "channel": {"id": "C0MADOGUCHI", "is_private": False, "is_member": True}}


def rested(town: Town, **where: Any) -> None:
    """The held rows have rested long enough."""
    with town.work() as session:
        session.execute(update(Outgoing).where(Outgoing.state == "held").values(not_before=now_ms() - 1, **where))


def deliveries(town: Town) -> set[str]:
    return {job for name, job in town.jobs() if name == "deliver"}


def again(town: Town) -> int:
    """How many deliveries the sweeper asks for; the jobs are then as good as done."""
    before = deliveries(town)
    sweep(town.parts, [])
    return len(deliveries(town) - before)


def test_a_call_held_back_is_tried_again_until_the_channel_is_ours(town: Town) -> None:
    town.say("助けて")
    client = Client(info=PUBLIC)
    page, card = town.slack("page")[0], town.slack("card")[-1]
    run(town, client, max(page, card, key=lambda row: row.id))
    assert {row.state for row in [*town.slack("page"), *town.slack("card")]} == {"held"}
    assert again(town) == 0, "it rests for some minutes"
    rested(town)
    assert again(town) == 1, "one job a lane"
    assert {row.state for row in town.slack("page")} == {"held"}, "staff see it until it is really tried"
    last = max(row.id for row in town.slack("card") + town.slack("page"))
    run(town, client, town.one(Outgoing, id=last), 1)
    assert town.slack("page")[0].not_before > now_ms() + 200_000
    rested(town)
    client.info = dict(FINE)
    run(town, client, town.one(Outgoing, id=last), 2)
    assert town.slack("page")[0].state == "sent"
    assert len([1 for message in client.posted if "今すぐ：" in message["text"]]) == 1
    assert town.one(SlackCard).version == town.one(Ticket).version


def test_after_a_day_it_stays_held_where_staff_see_it_and_reminders_do_not_pile_up(town: Town) -> None:
    town.say("助けて")
    run(town, Client(info=PUBLIC), town.slack("page")[0])
    rested(town, created_at=now_ms() - 25 * 3_600_000)
    assert again(town) == 0
    rested(town, created_at=now_ms(), purpose="reminder")
    assert again(town) == 0
    assert "held" in {row.state for row in town.slack("reminder")}


def test_a_card_that_may_stand_there_is_looked_for_after_it_was_held(town: Town) -> None:
    town.open()
    client, row = Client(lose=True), town.slack("card")[-1]
    run(town, client, row)
    with town.work() as session:
        session.execute(update(Outgoing).values(not_before=0))
    client.info = PUBLIC
    assert run(town, client, row, 1).error == "maybe:not_private"
    rested(town)
    client.info = dict(FINE)
    assert run(town, client, row, 2).state == "sent"
    assert len(client.posted) == 1


def test_dead_jobs_are_set_aside_once_and_named_to_be_forgotten(town: Town) -> None:
    row_id = town.save(town.words(STORY))
    dead = [("answer", f"in-{row_id:019d}"), ("answer", f"in-{row_id:019d}-again-5"), ("read", "read-1")]
    assert sweep(town.parts, dead) == [job for name, job in dead if name == "answer"]
    handled = town.one(InboxEvent).handled_at
    sweep(town.parts, dead)
    assert (town.one(InboxEvent).note, town.one(InboxEvent).handled_at) == ("died_too_often", handled)


@pytest.mark.parametrize(("via", "state"), [("reply", "unknown"), ("push", "failed")])
def test_a_message_in_whose_sending_we_died_too_often_is_given_up_visibly(town: Town, via: str, state: str) -> None:
    town.open()
    town.say("つづきです。電気も止まりそうです")
    first, second = town.answers()
    with town.work() as session:
        session.execute(update(Outgoing).where(Outgoing.id == first.id).values(state="sending", via=via))
    sweep(town.parts, [("deliver", f"out-{second.id:019d}-0")])
    first, second = town.answers()
    assert (first.state, first.error, second.state) == (state, "died_too_often", "waiting")


def test_while_nobody_works_jobs_do_not_pile_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.save(town.words(STORY))
    with town.work() as session:
        session.execute(update(InboxEvent).values(received_at=now_ms() - 120_000))
    start = now_ms() // AGAIN_MS * AGAIN_MS + AGAIN_MS
    for seconds in range(0, 240, 30):
        monkeypatch.setattr("bots.sweep.now_ms", lambda at=start + seconds * 1000: at)
        sweep(town.parts, [])
    assert len([1 for name, _ in town.jobs() if name == "answer"]) == 2, "its own job and one more"


@pytest.mark.parametrize("error", [PoolTimeout(), OperationalError("x", {}, Exception("y"))])
def test_a_reminder_outlives_a_busy_database(town: Town, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    case_id, real, tries = town.open(), bots.timers._remind, []

    def busy(*args: Any) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise error
        return real(*args)

    monkeypatch.setattr(bots.timers, "_remind", busy)
    monkeypatch.setattr("bots.patience.time.sleep", lambda _seconds: None)
    assert remind(town.parts, case_id, "normal-1.0") in ("reminded", "later")  # by the hour of the test


def test_a_reading_that_breaks_goes_to_a_person(town: Town) -> None:
    case_id = town.open()

    class Broken(FakeReader):
        def read(self, words: str, timeout_s: float = 10.0):  # type: ignore[no-untyped-def]
            raise ValueError(words)

    assert read(town.parts, Broken(), case_id, town.all(Message)[0].id) == "read"
    assert town.one(Ticket).urgency == "high"


def test_sweeping_writes_nothing_when_all_is_well(town: Town) -> None:
    town.open()
    with town.parts.engine.connect() as connection:  # on SQLite it holds the one write lock
        connection.execute(text("SELECT 1"))
        sweep(town.parts, [])
