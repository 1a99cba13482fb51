"""One watcher of the queue for all open pages, so that many pages do not mean many queries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import anyio.to_thread
from fastapi import Request

FRESH_SECONDS = 1.0
STOPPING = "toritsugi.stopping"
"""Where a server that stops quietly puts its `threading.Event` in the scope of each request."""


class Pulse(NamedTuple):
    """What open pages compare: the queue's version, and a number that changes with who looks at what."""

    version: int
    looks: int


class Feed:
    """The pulse of the queue, at most a second old. `read` asks the database; it runs off the event loop."""

    def __init__(self, read: Callable[[], Pulse]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._value = Pulse(0, 0)
        self._read_at: float | None = None

    async def pulse(self) -> Pulse:
        """The pulse, without leaving the event loop when it is fresh."""
        return self._value if self._fresh() else await anyio.to_thread.run_sync(self.pulse_now)

    def pulse_now(self) -> Pulse:
        """The same for code that is off the event loop already."""
        with self._lock:
            if not self._fresh():
                self._value = self._read()
                self._read_at = time.monotonic()
            return self._value

    def _fresh(self) -> bool:
        return self._read_at is not None and time.monotonic() - self._read_at < FRESH_SECONDS


def stops(request: Request) -> Callable[[], bool]:
    """Asks whether the server that took this request is stopping; never, where it does not say."""
    said = request.scope.get(STOPPING)
    return said.is_set if isinstance(said, threading.Event) else lambda: False
