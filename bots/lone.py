"""One process of each role on SQLite (一つだけ): a lock of the operating system that dies with its process.

Two `serve` on one file would each take the other's jobs for its own of yesterday, run them again and say things twice.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from sqlalchemy import Engine

from bots import durable
from bots.settings import BadSettings

WAIT_SECONDS = 3.0
"""A process that was just told to end, or one that looks for the jobs of the dead, holds a lock a moment longer."""


class Lone:
    """The lock of one role beside the database file, held until `close` or the end of the process."""

    def __init__(self, engine: Engine, role: str, wait_seconds: float = WAIT_SECONDS) -> None:
        """Raises `BadSettings` when another process of this role works on the same file."""
        self._file = Path(engine.url.database or "toritsugi.db").absolute()
        self.name = role
        held = _taken(self._path(role), wait_seconds)
        if held is None:
            raise BadSettings(
                f"このデータでは、もう `{role}` が動いています ({self._file.parent})。"
                "SQLite では同じ役割を二つ動かせません。先に動いているものを止めてください。"
            )
        self._held = held

    def watch(self) -> None:
        """Put back what another role left when it died (`up` first, then `serve` and `work`, or the other way)."""
        for role in durable.pending_executors() - {self.name}:
            held = _taken(self._path(role), 0)
            if held is None:
                continue
            try:
                durable.recover(role)
            finally:
                os.close(held)

    def close(self) -> None:
        """Let the next process of this role begin. The file stays: another may wait for its lock already."""
        os.close(self._held)

    def _path(self, role: str) -> Path:
        return self._file.with_name(f"{self._file.name}.{role}.lock")


def _taken(path: Path, wait_seconds: float) -> int | None:
    """The descriptor that holds the lock (closed in children), None when another holds it."""
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(held)
                return None
            time.sleep(0.05)
        else:
            return held
