"""返事待ち stops the clock: nothing is due while we wait for the person; their next word begins a promise."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import pytest
from play_town import Town

from handoff import queue
from handoff.clock import TOKYO
from handoff.promise import due_of
from handoff.records import Ticket
from intake.clock import to_ms
from intake.records import Case
from triage.assessment import Urgency

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=TOKYO))


def _written_again(town: Town, monkeypatch: pytest.MonkeyPatch, after_wait: str, again: str) -> int | None:
    """Due after: written Tue 9:00, answered Wed 15:15 (two hours of the promise left), written again at `again`."""
    shelf = town.office.shelf
    pack = town.office.pack
    monkeypatch.setattr(shelf, "_pack", replace(pack, sla=replace(pack.sla, after_wait=after_wait)))
    monkeypatch.setattr(shelf, "_look_at", math.inf)
    case_id = town.open()
    with town.work() as session:
        row = session.get(Ticket, case_id)
        case = session.get(Case, case_id)
        assert row is not None and case is not None
        row.urgency, row.waiting_since = str(Urgency.NORMAL), ms("2026-12-01T09:00")
        assert due_of(town.office, Urgency.NORMAL, row.waiting_since) == ms("2026-12-02T17:15")
        row.replied_at, row.due_at = ms("2026-12-02T15:15"), None
        queue.person_wrote(town.office, session, case, row, ms(again))
        assert row.waiting_since == ms(again)
        return row.due_at


@pytest.mark.parametrize(
    ("after_wait", "again", "until"),
    [
        ("anew", "2026-12-10T10:00", "2026-12-11T17:15"),
        ("rest", "2026-12-10T10:00", "2026-12-10T12:00"),
        ("rest", "2026-12-12T20:00", "2026-12-14T10:30"),  # a Saturday night: counted from Monday's opening
        ("rest", "2026-12-28T16:15", "2027-01-04T09:30"),  # one hour this year, one after 年末年始
    ],
)
def test_the_clock_stands_still_while_we_wait(
    town: Town, monkeypatch: pytest.MonkeyPatch, after_wait: str, again: str, until: str
) -> None:
    assert _written_again(town, monkeypatch, after_wait, again) == ms(until)
