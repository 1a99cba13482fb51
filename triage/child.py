"""A Reader in a child process that can be killed at its time limit. Texts pass by pipe only and are never logged."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final, Protocol

from triage.assessment import Assessment

_START_S: Final = 60.0
_STOP_S: Final = 2.0
_READY: Final = "ready"


class Reads(Protocol):
    """What the child runs: a Reader, or a stand-in in tests."""

    def read(self, text: str) -> Assessment:
        """The assessment of one text."""
        ...


class ReaderProcess:
    """Reads one text at a time in a child process.

    `read` never raises for a text: a text that takes too long gives `unread("timeout")`, a broken model or a died child
    `unread("model_error")`; in both cases the child is replaced. Not for use by two threads at once.
    """

    def __init__(self, load: Callable[[], Reads] | None = None) -> None:
        self._load = load or _load_reader
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._ready = False

    def start(self) -> None:
        """Start the child unless it runs; returns at once, the model loads meanwhile (about 4 s)."""
        if self._process is not None and self._process.is_alive():
            return
        self.close()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._load), name="toritsugi-reader", daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe, self._ready = process, ours, False

    def read(self, text: str, timeout_s: float = 10.0) -> Assessment:
        """The assessment of `text`, within `timeout_s` seconds once the child has loaded (loading: at most 60 s)."""
        try:
            self.start()
            if not self._loaded():
                return self._replaced("model_error")
            pipe = self._opened()
            pipe.send_bytes(text.encode("utf-8", "surrogatepass"))
            if not pipe.poll(timeout_s):
                return self._replaced("timeout")
            answer = pipe.recv()
        except (EOFError, OSError):
            return self._replaced("model_error")
        return Assessment.from_json(answer) if isinstance(answer, dict) else Assessment.unread("model_error")

    def close(self) -> None:
        """End the child, by force if it does not end in 2 s. May be called again."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        self._ready = False
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.terminate()
            process.join(_STOP_S)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def _loaded(self) -> bool:
        if not self._ready:
            pipe = self._opened()
            self._ready = pipe.poll(_START_S) and pipe.recv() == _READY
        return self._ready

    def _opened(self) -> Connection:
        if self._pipe is None:
            raise OSError("the reader process is closed")
        return self._pipe

    def _replaced(self, reason: str) -> Assessment:
        self.close()
        self.start()
        return Assessment.unread(reason)


def _load_reader() -> Reads:
    """Imported here, so that the parent never carries the model's libraries."""
    from triage.reader import Reader

    return Reader.load()


def _serve(pipe: Connection, load: Callable[[], Reads]) -> None:
    """The child: load, say so, then answer until the pipe closes. An answer is the JSON mapping or an error class."""
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        reader = load()
        pipe.send(_READY)
        while True:
            pipe.send(_answer(reader, pipe.recv_bytes()))


def _answer(reader: Reads, message: bytes) -> dict[str, Any] | str:
    try:
        return reader.read(message.decode("utf-8", "surrogatepass")).to_json()
    except Exception as wrong:  # noqa: BLE001 - any failure of a model must reach a person as unread, by class only
        return type(wrong).__name__
