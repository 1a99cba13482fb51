"""The durable engine's containments (shared/engine.md), on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bots import durable
from bots.durable import ANSWER, Job, JobError, JsonSerializer, Runner, slots_for
from bots.housekeeping import tidy
from bots.parts import Parts
from bots.sweep import sweep
from intake.clock import now_ms
from intake.db import is_sqlite


@pytest.fixture
def runner(parts: Parts) -> Iterator[Runner]:
    made = Runner(parts.job_engine, "test", [ANSWER], slots_for(parts.engine), poll_seconds=0.02)
    yield made
    made.stop()


def test_serializer_keeps_times_and_only_the_class_of_an_exception() -> None:
    serializer = JsonSerializer()
    moment = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert serializer.deserialize(serializer.serialize({"args": [1, "a"], "at": moment})) == {
        "args": [1, "a"],
        "at": moment,
    }
    stored = serializer.serialize(ValueError("夫に殴られました"))
    assert "殴" not in stored
    assert isinstance(serializer.deserialize(stored), JobError)
    assert "ValueError" in str(serializer.deserialize(stored))


def test_serializer_refuses_what_is_not_plain() -> None:
    with pytest.raises(TypeError, match="object may not enter a job"):
        JsonSerializer().serialize(object())


def test_job_exists_only_with_its_commit(parts: Parts) -> None:
    with pytest.raises(LookupError), parts.sessions.begin() as session:
        parts.jobs.put(session, Job(ANSWER, "answer", "in-1", "a", (1,)))
        raise LookupError
    assert _jobs(parts) == []
    with parts.sessions.begin() as session:
        parts.jobs.put(session, Job(ANSWER, "answer", "in-1", "a", (1,)))
        parts.jobs.put(session, Job(ANSWER, "answer", "in-1", "a", (1,)))
    assert _jobs(parts) == ["in-1"]


def test_jobs_of_one_lane_run_in_their_order_and_one_at_a_time(parts: Parts, runner: Runner) -> None:
    seen: list[int] = []
    busy: dict[int, int] = {}
    lock = threading.Lock()

    def handle(number: int) -> None:
        lane = number % 3
        with lock:
            busy[lane] = busy.get(lane, 0) + 1
            assert busy[lane] == 1
        time.sleep(0.002)
        with lock:
            busy[lane] -= 1
            seen.append(number)

    runner.register("answer", handle)
    with parts.sessions.begin() as session:
        for number in range(30):
            parts.jobs.put(session, Job(ANSWER, "answer", f"in-{number:019d}", f"lane-{number % 3}", (number,)))
    runner.launch()
    _until(lambda: len(seen) == 30)
    for lane in range(3):
        assert [number for number in seen if number % 3 == lane] == list(range(lane, 30, 3))


def test_job_that_fails_stores_and_logs_no_message(
    parts: Parts, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_number: int) -> None:
        raise ValueError("夫に殴られました")

    runner.register("answer", fail)
    parts.jobs.put_now(Job(ANSWER, "answer", "in-9", "a", (9,)))
    runner.launch()
    _until(lambda: _status(parts, "in-9") == "ERROR")
    with parts.job_engine.connect() as connection:
        table = _table(parts).replace("status", "output")
        stored = connection.execute(text(f"SELECT error FROM {table} WHERE workflow_uuid = 'in-9'")).scalar_one()
    assert "ValueError" in stored
    assert "殴" not in stored
    assert "殴" not in caplog.text


def test_finished_jobs_can_be_purged_and_the_version_is_pinned(parts: Parts, runner: Runner) -> None:
    runner.register("answer", lambda _number: "done")
    parts.jobs.put_now(Job(ANSWER, "answer", "in-5", "a", (5,)))
    runner.launch()
    _until(lambda: _status(parts, "in-5") == "SUCCESS")
    with parts.job_engine.connect() as connection:
        query = text(f"SELECT application_version, executor_id FROM {_table(parts)} WHERE workflow_uuid = 'in-5'")
        assert tuple(connection.execute(query).one()) == (durable.VERSION, "test")
    assert durable.purge("2126-01-01T00:00:00.123000+00:00", 500) == 1
    assert _jobs(parts) == []


def test_rounds_run_on_the_real_engine(parts: Parts, runner: Runner) -> None:
    runner.register("answer", lambda _number: "done")
    parts.jobs.put_now(Job(ANSWER, "answer", "in-7", "a", (7,)))
    runner.launch()
    _until(lambda: _status(parts, "in-7") == "SUCCESS")
    assert sweep(parts, durable.dead_jobs()) == []
    assert not tidy(parts, now_ms())
    assert _jobs(parts) == ["in-7"], "it ended just now"
    assert not tidy(parts, now_ms() + 8 * 24 * 3_600_000)
    assert _jobs(parts) == []
    parts.jobs.put_now(Job(ANSWER, "answer", f"in-{8:019d}", "b", (8,), 3_600.0))
    change = f"UPDATE {_table(parts).split()[0]} SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'"
    with parts.job_engine.begin() as connection:
        connection.execute(text(change))
    durable.forget(sweep(parts, durable.dead_jobs()))
    assert _jobs(parts) == []


def test_pools_are_separate_and_sqlite_writes_ahead(parts: Parts) -> None:
    pools = {id(parts.engine.pool), id(parts.job_engine.pool), id(parts.vault.keys._engine.pool)}
    assert len(pools) == 3
    if is_sqlite(parts.engine):
        for engine in (parts.engine, parts.job_engine):
            with engine.connect() as connection:
                assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
                assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_slots_are_two_on_sqlite(parts: Parts) -> None:
    assert slots_for(parts.engine) == (2 if is_sqlite(parts.engine) else 8)


def test_database_errors_hide_what_was_written(parts: Parts) -> None:
    with pytest.raises(DBAPIError) as caught, parts.sessions.begin() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "夫に殴られました"})
    assert "殴" not in str(caught.value)


def _table(parts: Parts) -> str:
    return "workflow_status" if is_sqlite(parts.engine) else "dbos.workflow_status"


def _jobs(parts: Parts) -> list[str]:
    with parts.job_engine.connect() as connection:
        return list(connection.execute(text(f"SELECT workflow_uuid FROM {_table(parts)}")).scalars())


def _status(parts: Parts, job_id: str) -> str:
    with parts.job_engine.connect() as connection:
        query = text(f"SELECT status FROM {_table(parts)} WHERE workflow_uuid = :id")
        return str(connection.execute(query, {"id": job_id}).scalar_one())


def _until(happened: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.02)
