"""Group commit, the sweeper and the timers, with real rows on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from play_town import STORY, FakeReader, Town
from sqlalchemy import update
from sqlalchemy.exc import DataError, OperationalError

import bots.accept
from bots.accept import Acceptor, Arrival
from bots.read import read
from bots.sweep import sweep
from bots.timers import remind, silent
from handoff import desk
from handoff.records import Ticket
from intake.clock import now_ms
from intake.records import Contact, InboxEvent, Message, Outgoing
from intake.seal import KeyDestroyed


def arrival(key: str, at: int = 1_700_000_000_000) -> Arrival:
    return Arrival("mihon", "line", key, "U1", at, b"{}")


def accept(town: Town, *batches: list[Arrival]) -> list[Any]:
    """Several requests at the same moment."""

    async def together() -> list[Any]:
        acceptor = Acceptor(town.parts)
        return await asyncio.gather(*(acceptor.accept(batch) for batch in batches), return_exceptions=True)

    return asyncio.run(together())


def test_requests_share_commits_and_are_told_how_many_were_new(town: Town) -> None:
    found = accept(town, [arrival("a"), arrival("b")], [arrival("b"), arrival("c")], [], [arrival("a")])
    assert sum(found) == 3
    assert sorted(row.event_key for row in town.all(InboxEvent)) == ["a", "b", "c"]
    assert len([1 for name, _ in town.jobs() if name == "answer"]) == 3


@pytest.mark.parametrize("error", [DataError("x", {}, Exception("y")), ValueError("strange")])
def test_one_bad_request_does_not_refuse_its_neighbours(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real = bots.accept.record

    def record(parts: Any, session: Any, one: Arrival) -> int | None:
        if one.event_key == "bad":
            raise error
        return real(parts, session, one)

    monkeypatch.setattr(bots.accept, "record", record)
    found = accept(town, [arrival("a")], [arrival("b"), arrival("bad")], [arrival("c")])
    assert [found[0], found[2]] == [1, 1]
    assert found[1] is error
    assert sorted(row.event_key for row in town.all(InboxEvent)) == ["a", "c"], "a request is saved whole or not at all"


def test_with_the_database_away_nobody_is_told_that_it_is_saved(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def record(*_args: Any) -> int | None:
        raise OperationalError("x", {}, Exception("y"))

    with monkeypatch.context() as patched:
        patched.setattr(bots.accept, "record", record)
        found = accept(town, [arrival("a")], [arrival("b")])
    assert all(isinstance(one, OperationalError) for one in found)
    assert accept(town, [arrival("a")]) == [1], "the acceptor goes on after it"


@pytest.mark.parametrize("at", [-5, 0, 2**62])
def test_times_that_cannot_be_true_become_ours(town: Town, at: int) -> None:
    before = now_ms()
    accept(town, [arrival("a", at)])
    row = town.one(InboxEvent)
    assert before <= row.event_at <= now_ms()
    assert row.event_at <= row.received_at


def sweep_says(town: Town) -> bool:
    sweep(town.parts, [])
    return town.slack("health") != []


def age(town: Town, **values: Any) -> None:
    with town.work() as session:
        session.execute(update(Ticket).values(waiting_since=now_ms() - 120_000, **values))


def test_an_unread_case_is_called_out_and_a_read_one_not(town: Town) -> None:
    case_id = town.open()
    assert not sweep_says(town)
    age(town)
    assert sweep_says(town)
    sweep(town.parts, [])
    assert len(town.slack("health")) == 1, "once in ten minutes"
    with town.work() as session:
        session.query(Outgoing).delete()
    read(town.parts, FakeReader(), case_id, town.all(Message)[0].id)
    age(town)
    assert not sweep_says(town)


def test_what_no_machine_reads_is_no_false_alarm(town: Town) -> None:
    town.take(town.event("message", message={"type": "image", "id": "i1", "contentProvider": {"type": "line"}}))
    age(town)
    assert not sweep_says(town)
    town.say(STORY)
    age(town, state="closed")
    assert not sweep_says(town)
    age(town, state="received")
    assert sweep_says(town)


def test_a_row_left_behind_gets_a_new_job_and_a_dead_one_is_set_aside(town: Town) -> None:
    row_id = town.save(town.words(STORY))
    with town.work() as session:
        session.execute(update(InboxEvent).values(received_at=now_ms() - 120_000))
    before = len(town.jobs())
    sweep(town.parts, [])
    assert len(town.jobs()) > before
    assert town.slack("health") != []
    sweep(town.parts, [("answer", f"in-{row_id:019d}-again-5"), ("read", "read-1")])
    assert (town.one(InboxEvent).state, town.one(InboxEvent).note) == ("quarantined", "died_too_often")


def test_a_delivery_left_behind_gets_a_new_job(town: Town) -> None:
    town.open()
    before = {job for name, job in town.jobs() if name == "deliver"}
    with town.work() as session:
        session.execute(update(Outgoing).values(state="sending", created_at=now_ms() - 600_000))
    sweep(town.parts, [])
    assert {job for name, job in town.jobs() if name == "deliver"} > before


def test_silence_finishes_a_draft_and_words_put_it_off(town: Town) -> None:
    case_id = town.open()
    assert silent(town.parts, case_id, 0) == "later"
    assert ("silent", f"silent-{case_id}-1") in town.jobs()
    with town.work() as session:
        session.execute(update(Contact).values(last_event_at=now_ms() - 31 * 60_000))
    assert silent(town.parts, case_id, 1) == "finished"
    assert town.one(Ticket).state == "received"
    answers = len(town.answers())
    assert silent(town.parts, case_id, 1) == "done"
    assert len(town.answers()) == answers, "silence is answered with silence"


def test_silence_after_a_claim_keeps_the_owner(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    with town.work() as session:
        desk.claim(town.office, session, case_id, satou, now_ms())
        session.execute(update(Contact).values(last_event_at=1))
    assert silent(town.parts, case_id, 0) == "finished"
    assert (town.one(Ticket).state, town.one(Ticket).owner_id) == ("claimed", satou.id)


def test_timers_of_what_is_gone_do_nothing(town: Town) -> None:
    assert silent(town.parts, 1, 0) == "done"
    assert remind(town.parts, 1, "normal-1.0") == "gone"
    case_id = town.open()
    town.say("けす")
    town.say("けす")
    assert silent(town.parts, case_id, 0) == "done"
    assert remind(town.parts, case_id, "normal-1.0") == "taken"
    assert read(town.parts, FakeReader(), case_id, 1) == "gone"


def test_a_key_that_a_crash_left_behind_is_destroyed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.open()
    key_id = town.case()[0].key_id
    town.say("けす")
    with monkeypatch.context() as patched:
        patched.setattr(type(town.parts.vault.keys), "destroy", lambda _self, _key_id: None)
        town.say("けす")
    assert len(town.parts.vault.keys.get(key_id)) == 32
    sweep(town.parts, [])
    with pytest.raises(KeyDestroyed):
        town.parts.vault.keys.get(key_id)
