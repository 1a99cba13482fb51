"""`toritsugi demo`: one address to open, about twenty fictional cases, and nothing left behind."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from bots.demo.check import check_town
from bots.demo.town import DidNotStart, town
from bots.simulator.client import SimulatorClient, SimulatorRefusedError

UNDO_SECONDS = 10
"""Long enough to see that an answer can be taken back, short enough not to wait for."""


def run_demo(database: str, port: int) -> int:
    """Open the town and wait for Ctrl-C. Returns the exit code."""
    stop = threading.Event()
    _on_signals(stop)
    console = Console()
    try:
        with console.status("練習用の町を準備しています（初めは1分ほどかかります）…"):
            opening = town(database, port, undo_seconds=UNDO_SECONDS)
            running = opening.__enter__()
        try:
            _seed(running.page, stop)
            console.print("練習用の町が開きました。LINE・Slack の本物には、何も送られません。")
            console.print(f"ブラウザで開いてください: {running.page}", soft_wrap=True)
            console.print("終わるときは Ctrl-C を押してください。データは残りません。")
            while not stop.wait(1.0):
                if any(child.poll() is not None for child in running.product):
                    raise DidNotStart("toritsugi ended")
        finally:
            opening.__exit__(None, None, None)
    except DidNotStart as fault:
        console.print(f"開けませんでした: {fault}")
        return 1
    return 0


def run_check(database: str) -> int:
    """The whole line once, without a screen; prints one JSON line. 0 only if all arrived exactly once."""
    try:
        with _cleaning(), town(database) as running:
            result = check_town(running)
    except DidNotStart as fault:
        result = {"ok": False, "error": str(fault)}
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 0 if result["ok"] else 1


def _seed(page: str, stop: threading.Event) -> None:
    """Everybody who has no button of their own writes once, so that the queue is not empty."""
    with SimulatorClient(page) as client:
        for persona in client.personas():
            if stop.is_set():
                return
            if not persona["featured"]:
                try:
                    client.say(persona["key"], persona["text"])
                except SimulatorRefusedError:
                    continue


@contextmanager
def _cleaning() -> Iterator[None]:
    """While the block runs, SIGTERM ends it as an exception does, so that no child and no folder stays behind."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _on_signals(stop: threading.Event) -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, leave)
