"""The three ways to run the product: `serve` (web and answers), `work` (reading and timers), `up` (both)."""

from __future__ import annotations

import signal
import threading

import uvicorn

from bots.app import create_app, quiet_logs
from bots.parts import Parts, build
from bots.settings import Settings
from bots.work import Worker

GRACE_SECONDS = 5


def run_web(settings: Settings, role: str) -> None:
    """Serve webhooks and the console until SIGTERM or SIGINT. `role` is `serve` or `up`."""
    quiet_logs()
    parts = build(settings)
    try:
        uvicorn.run(
            create_app(parts, Worker(parts, role)),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    finally:
        parts.close()


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
