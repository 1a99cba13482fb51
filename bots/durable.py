"""The durable engine behind one narrow door: all that the product knows of DBOS Transact stands in this file.

Jobs carry ids and enumerations, never text. `shared/engine.md` lists the containments; why each stands here:
own WAL engine and pools (2, 3), JSON instead of pickle (4), pinned version (7), slots (1, in `bots.slots`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos._serialization import Serializer
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from intake.db import is_sqlite, parse_url

APPLICATION = "toritsugi"
VERSION = "1"
"""Pinned: DBOS would otherwise hash our code and strand the jobs of yesterday's release."""

ANSWER, DELIVER, READ, TIMERS, MEDIA = "answer", "deliver", "read", "timers", "media"
MAX_DEATHS = 50
"""How often a job may die with its process before it is set aside (it is then recorded, never dropped)."""


class JobError(Exception):
    """A stored failure of a job: class and code only, for a message could quote a person."""


class JsonSerializer(Serializer):
    """Job inputs and step results as JSON: ids, enumerations, times. Exceptions keep their class and code only."""

    def serialize(self, data: Any) -> str:
        """JSON of `data`. Raises `TypeError` for anything but plain values, times and exceptions."""
        return json.dumps(data, default=_plain, separators=(",", ":"))

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805 (DBOS spells it so)
        """The inverse; a stored exception comes back as `JobError`."""
        return json.loads(serialized_data, object_hook=_revive)

    def name(self) -> str:
        """Stored beside each value, so that a reader knows how it was written."""
        return "toritsugi_json"


def _plain(value: Any) -> Any:
    if isinstance(value, BaseException):
        return {"__error__": type(value).__name__, "code": str(getattr(value, "code", ""))[:40]}
    if isinstance(value, datetime):
        return {"__time__": value.isoformat()}
    raise TypeError(f"{type(value).__name__} may not enter a job")


def _revive(data: dict[str, Any]) -> Any:
    if "__error__" in data:
        return JobError(f"{data['__error__']} {data.get('code', '')}".strip())
    if "__time__" in data:
        return datetime.fromisoformat(data["__time__"])
    return data


@dataclass(frozen=True, slots=True)
class Job:
    """One durable job. `id` makes a second enqueue harmless; jobs of one `lane` run one after another."""

    queue: str
    name: str
    id: str
    lane: str
    args: tuple[int | str, ...]
    delay_seconds: float = 0.0


def engine_for_jobs(url: str, pool_size: int = 8) -> Engine:
    """DBOS's own engine. On SQLite: WAL, and a lock only before the first write (its many reads must not queue)."""
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, hide_parameters=True, pool_size=pool_size, max_overflow=4, pool_pre_ping=True)
    engine = create_engine(
        parsed,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=4,
        connect_args={"timeout": 30, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def prepare(engine: Engine) -> None:
    """Create or migrate the job tables without running anything (bench, tests, out-of-band migration)."""
    url = engine.url if is_sqlite(engine) else engine.url.set(drivername="postgresql")
    DBOS.migrate(url.render_as_string(hide_password=False))


class Jobs:
    """Enqueues jobs inside the caller's transaction, so that a row and its job exist together or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(
            system_database_engine=engine,
            serializer=JsonSerializer(),
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )

    def put(self, session: Session, job: Job) -> None:
        """Write the job with `session`'s commit. The same `job.id` again is a no-op."""
        self._client.enqueue_in_transaction(session, _options(job), *job.args)

    def put_now(self, job: Job) -> None:
        """Write the job in a transaction of its own."""
        self._client.enqueue(_options(job), *job.args)


def _options(job: Job) -> EnqueueOptions:
    options: EnqueueOptions = {
        "queue_name": job.queue,
        "workflow_name": job.name,
        "workflow_id": job.id,
        "app_version": VERSION,
        "queue_partition_key": job.lane,
    }
    if job.delay_seconds > 0:
        options["delay_seconds"] = job.delay_seconds
    return options


@dataclass(slots=True)
class Runner:
    """Runs jobs in this process. One a process, because DBOS keeps a global instance."""

    engine: Engine
    executor_id: str
    queues: Sequence[str]
    slots: int
    """How many jobs of a queue run at once here: 2 on SQLite (one writer), more on PostgreSQL."""
    poll_seconds: float = 0.1
    handlers: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def register(self, name: str, handler: Callable[..., Any]) -> None:
        """Name a job's handler. Must be called before `launch`."""
        self.handlers[name] = handler

    def launch(self) -> None:
        """Create DBOS's tables where missing, recover this executor's own jobs, and begin to work."""
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": self.engine,
            "application_version": VERSION,
            "executor_id": self.executor_id,
            "serializer": JsonSerializer(),
            "log_level": "ERROR",
            "console_log_level": "CRITICAL",
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": 1.0,
            "scheduler_polling_interval_sec": 30.0,
            "use_listen_notify": False,
        }
        DBOS(config=config)
        # Its log quotes exceptions whole, and an exception may quote a person; our handlers log classes themselves.
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        for name, handler in self.handlers.items():
            DBOS.workflow(name=name, max_recovery_attempts=MAX_DEATHS)(_renamed(handler, name))
        DBOS.listen_queues(list(self.queues))
        DBOS.launch()
        for queue in (ANSWER, DELIVER, READ, TIMERS, MEDIA):
            DBOS.register_queue(
                queue,
                partition_concurrency=1,
                worker_concurrency=min(self.slots, 2) if queue == MEDIA else self.slots,
                # Looking costs a query each time, and a timer may be a second late.
                polling_interval_sec=max(self.poll_seconds, 1.0) if queue in (TIMERS, MEDIA) else self.poll_seconds,
                on_conflict="always_update",
            )

    def stop(self, grace_seconds: int = 5) -> None:
        """Let running jobs finish for `grace_seconds`, then stop; what did not finish is recovered later."""
        DBOS.destroy(workflow_completion_timeout_sec=grace_seconds)


def pending_executors() -> set[str]:
    """The executors that have jobs in hand now, dead or alive."""
    running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    return {workflow.executor_id for workflow in running if workflow.executor_id}


def recover(executor_id: str) -> int:
    """Put the jobs of a dead executor back on their queues; returns how many.

    The one private call: the public `resume_workflows` zeroes the attempt counter, and a poisonous job would never end.
    """
    return len(DBOS._recover_pending_workflows([executor_id]))


def dead_jobs() -> list[tuple[str, str]]:
    """(workflow name, id) of jobs that died too often and were set aside."""
    found = DBOS.list_workflows(status="MAX_RECOVERY_ATTEMPTS_EXCEEDED", load_input=False, load_output=False)
    return [(workflow.name, workflow.workflow_id) for workflow in found]


def forget(job_ids: Sequence[str]) -> None:
    """Delete the records of dead jobs whose rows were set aside, so that they are not found again."""
    if job_ids:
        DBOS.delete_workflows(list(job_ids))


def purge(completed_before_iso: str, limit: int) -> int:
    """Delete at most `limit` jobs that ended before an ISO time; returns how many. Rows of the product itself stay."""
    finished = DBOS.list_workflows(
        status=["SUCCESS", "ERROR", "CANCELLED"],
        completed_before=completed_before_iso,
        limit=limit,
        load_input=False,
        load_output=False,
    )
    if finished:
        DBOS.delete_workflows([workflow.workflow_id for workflow in finished])
    return len(finished)


def slots_for(engine: Engine) -> int:
    """How many jobs of one queue may run at once in one process."""
    return 2 if is_sqlite(engine) else 8


def _renamed(handler: Callable[..., Any], name: str) -> Callable[..., Any]:
    def job(*args: Any) -> Any:
        return handler(*args)

    job.__name__ = job.__qualname__ = f"job_{name}"
    return job
