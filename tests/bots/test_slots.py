"""Slots on PostgreSQL: the living hold theirs, the dead one's jobs go back on their queues."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from bots import durable, slots
from bots.demo.scratch import scratch_database


@pytest.fixture
def engine(postgres_server: str) -> Iterator[Engine]:
    with scratch_database(postgres_server) as url:
        made = create_engine(url)
        yield made
        made.dispose()


def test_every_process_takes_a_slot_of_its_own_and_gives_it_back(engine: Engine) -> None:
    first, second = slots.Slot(engine, "work"), slots.Slot(engine, "work")
    other = slots.Slot(engine, "serve")
    assert [first.name, second.name, other.name] == ["work-0", "work-1", "serve-0"]
    first.close()
    third = slots.Slot(engine, "work")
    assert third.name == "work-0"
    for slot in (second, third, other):
        slot.close()


def test_only_the_dead_are_recovered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    recovered: list[str] = []
    monkeypatch.setattr(durable, "pending_executors", lambda: {"work-0", "work-1", "work-2"})
    monkeypatch.setattr(durable, "recover", lambda name: recovered.append(name) or 1)
    alive, own = slots.Slot(engine, "work"), slots.Slot(engine, "work")
    with engine.connect() as connection:
        assert slots.recover_dead(connection, own.name) == 1
        assert connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).scalar_one() == 2
    assert recovered == ["work-2"]
    alive.close()
    own.close()
