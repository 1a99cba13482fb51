"""One watcher of the queue's version for all open pages, so that many pages do not mean many queries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import anyio.to_thread

FRESH_SECONDS = 1.0


class Feed:
    """The queue's version, at most a second old. `read` asks the database; it runs off the event loop."""

    def __init__(self, read: Callable[[], int]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._value = 0
        self._read_at: float | None = None

    async def version(self) -> int:
        """The version, without leaving the event loop when it is fresh."""
        return self._value if self._fresh() else await anyio.to_thread.run_sync(self.version_now)

    def version_now(self) -> int:
        """The same for code that is off the event loop already."""
        with self._lock:
            if not self._fresh():
                self._value = self._read()
                self._read_at = time.monotonic()
            return self._value

    def _fresh(self) -> bool:
        return self._read_at is not None and time.monotonic() - self._read_at < FRESH_SECONDS
