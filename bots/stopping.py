"""Stopping quietly (静かに止める): long answers end by themselves before the server would break them off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from handoff.console.feed import STOPPING

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


class QuietServer(uvicorn.Server):
    """A server that tells its application when it begins to stop, and only then waits for what is still answered.

    The lifespan's own end comes too late for that: uvicorn sends it when every answer is over.
    """

    def __init__(self, config: uvicorn.Config, stopping: threading.Event) -> None:
        """`stopping` is set when the server stops; `knowing` hands it to the application."""
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, after saying so."""
        self._stopping.set()
        await super().shutdown(sockets)


def knowing(app: App, stopping: threading.Event) -> App:
    """The application, whose requests find `stopping` in their scope."""

    async def known(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        scope[STOPPING] = stopping
        await app(scope, receive, send)

    return known
