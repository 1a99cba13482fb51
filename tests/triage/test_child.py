from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from triage.assessment import Assessment, Kind, Reporter, Urgency
from triage.child import ReaderProcess


class Scripted:
    """A stand-in Reader: what it does is the text."""

    def read(self, text: str) -> Assessment:
        if text == "hang":
            time.sleep(60)
        if text == "die":
            os._exit(3)
        if text == "break":
            raise RuntimeError(text)
        return Assessment.from_json(
            Assessment.unread("").to_json() | {"kind": str(Kind.SMALLTALK), "urgency": "normal", "model_version": text}
        )


def broken() -> Scripted:
    raise OSError("no model")


@pytest.fixture
def process() -> Iterator[ReaderProcess]:
    running = ReaderProcess(Scripted)
    running.start()
    yield running
    running.close()


def test_reads_and_goes_on_after_a_hang_a_crash_and_a_fault(process: ReaderProcess) -> None:
    assert process.read("やあ\ud800").model_version == "やあ\ud800"
    hung = process.read("hang", timeout_s=0.2)
    assert (hung.unread_reason, hung.urgency, hung.reporter) == ("timeout", Urgency.HIGH, Reporter.UNKNOWN)
    assert process.read("again").model_version == "again"
    assert process.read("die").unread_reason == "model_error"
    assert process.read("break").unread_reason == "model_error"
    assert process.read("again").model_version == "again"


def test_a_model_that_does_not_load_is_unread() -> None:
    process = ReaderProcess(broken)
    assert process.read("やあ").unread_reason == "model_error"
    process.close()
    process.close()
