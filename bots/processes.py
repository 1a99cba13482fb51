"""The three ways to run the product: `serve` (web and answers), `work` (reading and timers), `up` (both)."""

from __future__ import annotations

import errno
import gc
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from bots.app import create_app, quiet_logs
from bots.parts import Parts, build
from bots.settings import BadSettings, Settings
from bots.stopping import QuietServer, knowing
from bots.work import Worker

GRACE_SECONDS = 5
_YOUNG_OBJECTS = 50_000
"""So many more objects made than freed start a round of the collector."""

_Message = MutableMapping[str, Any]
_App = Callable[[_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]]


def run_web(settings: Settings, role: str) -> None:
    """Serve webhooks and the console until SIGTERM or SIGINT. `role` is `serve` or `up`.

    Raises `BadSettings` when the address is taken or not ours, before anything is loaded.
    """
    quiet_logs()
    with bound(settings.host, settings.port) as listener:
        parts = build(settings)
        faults: list[BadSettings] = []
        try:
            stopping = threading.Event()
            server = QuietServer(
                uvicorn.Config(
                    knowing(telling(create_app(parts, Worker(parts, role)), faults), stopping),
                    log_level="warning",
                    access_log=False,
                    server_header=False,
                    forwarded_allow_ips=list(settings.trusted_proxies),
                    timeout_graceful_shutdown=GRACE_SECONDS,
                ),
                stopping,
            )
            keep_what_stands()
            server.run(sockets=[listener])
        finally:
            parts.close()
        if faults:
            raise faults[0]
        if not server.started:
            raise SystemExit(3)


def keep_what_stands() -> None:
    """Take what was loaded at the start out of the collector's rounds, and make them rare.

    It stays until the end; to go through it again stopped the whole process for 0.3 s, in the midst of answers.
    Python's own thresholds are for small programs: a page of the queue made many rounds and freed next to nothing by
    them, which was a third of its slowest answers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 20)


def bound(host: str, port: int) -> socket.socket:
    """A socket bound to the address, which nobody can reach before the server listens. Raises `BadSettings`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError):
        raise BadSettings("この宛先では待ち受けられません (TORITSUGI_HOST)。") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as fault:
        listener.close()
        why = "使われています" if fault.errno == errno.EADDRINUSE else "使えません"
        raise BadSettings(f"{host} の {port} 番は{why} (TORITSUGI_HOST・TORITSUGI_PORT)。") from None
    return listener


def telling(app: _App, faults: list[BadSettings]) -> _App:
    """The application; a `BadSettings` of its start goes to `faults` instead of a traceback in the log."""

    async def told(
        scope: _Message, receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        failed: list[_Message] = []

        async def held(message: _Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                failed.append(message)
            else:
                await send(message)

        try:
            await app(scope, receive, held)
        except BadSettings as fault:
            faults.append(fault)
            await send({"type": "lifespan.startup.failed", "message": ""})
        except Exception:
            for message in failed:
                await send(message)
            raise

    return told


def run_work(settings: Settings) -> None:
    """Read, hand over and remind until SIGTERM or SIGINT."""
    quiet_logs()
    parts = build(settings)
    _until_signalled(parts)


def _until_signalled(parts: Parts) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: stop.set())
    worker = Worker(parts, "work")
    worker.start()
    try:
        stop.wait()
    finally:
        worker.stop()
        parts.close()
