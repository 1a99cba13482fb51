"""Executor slots on PostgreSQL: a living process holds its slot by an advisory lock, so that the others see who died.

DBOS's free core does not recover the jobs of a dead machine, and such jobs would block their conversations for ever.
Every process therefore looks for jobs in hand whose slot nobody holds, and puts them back on their queues.
"""

from __future__ import annotations

import os
import threading
import zlib

import structlog
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bots import durable

_NAMESPACE = 7_021_107
_MOST = 64
LOOK_SECONDS = 2.0
_log = structlog.get_logger()


class NoSlot(RuntimeError):
    """All slots of this role are taken."""


class Slot:
    """One held slot: a connection of its own with an advisory lock that dies with the process."""

    def __init__(self, engine: Engine, role: str) -> None:
        self._engine = create_engine(engine.url, poolclass=NullPool, hide_parameters=True)
        self._connection: Connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self.name = self._take(role)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="slots", daemon=True)

    def watch(self) -> None:
        """Begin to look for dead slots (call after the runner has launched)."""
        self._thread.start()

    def close(self) -> None:
        """Give the slot back."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(LOOK_SECONDS + 1)
        self._connection.close()
        self._engine.dispose()

    def _take(self, role: str) -> str:
        for number in range(_MOST):
            name = f"{role}-{number}"
            if _try(self._connection, name):
                return name
        raise NoSlot(f"all {_MOST} slots of {role} are taken")

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError as error:
                # Without its lock this process counts as dead, and its jobs may already run elsewhere.
                _log.critical("slot_lost", error=type(error).__name__)
                os._exit(70)
            try:
                recover_dead(self._connection, self.name)
            except Exception as error:  # noqa: BLE001 (the engine's own connections may be busy; the next look is due)
                _log.warning("slots_not_seen", error=type(error).__name__)


def recover_dead(connection: Connection, own: str) -> int:
    """Put back the jobs of every slot that nobody holds; returns how many jobs."""
    count = 0
    for name in durable.pending_executors() - {own}:
        if not _try(connection, name):
            continue
        try:
            count += durable.recover(name)
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:space, :key)"), _key(name))
    return count


def _try(connection: Connection, name: str) -> bool:
    return bool(connection.execute(text("SELECT pg_try_advisory_lock(:space, :key)"), _key(name)).scalar_one())


def _key(name: str) -> dict[str, int]:
    return {"space": _NAMESPACE, "key": zlib.crc32(name.encode()) & 0x7FFFFFFF}
