"""The reader becomes ready by itself, also where loading took longer than one read waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bots import work
from triage.assessment import Assessment

UNREAD = Assessment.unread("model_error")


class Slow:
    """A reader process whose first two reads end before its model is there."""

    reads = 0

    def start(self) -> None:
        """Begins to load."""

    def read(self, text: str, timeout_s: float) -> Assessment:
        """Unread twice, then read."""
        self.reads += 1
        return UNREAD if self.reads <= 2 else replace(UNREAD, unread_reason="")

    def close(self) -> None:
        """Ends."""


def test_a_reader_that_loads_slowly_is_ready_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Slow()
    monkeypatch.setattr(work, "ReaderProcess", lambda: made)
    monkeypatch.setattr(work, "WARM_AGAIN_S", 0.0)
    reader = work.SharedReader()
    reader._warm_up()
    assert reader.warm and made.reads == 3


def test_a_closed_reader_tries_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Slow()
    monkeypatch.setattr(work, "ReaderProcess", lambda: made)
    reader = work.SharedReader()
    reader.close()
    reader._warm_up()
    assert made.reads == 0
