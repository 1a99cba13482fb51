"""Reminders of a promise: whom, when, and when not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from play_town import TENANT, Town
from sqlalchemy import select

from handoff import desk, ledger, login, queue, reminders
from handoff.records import Ticket
from intake.records import Case, Outgoing

TUESDAY = int(datetime(2026, 11, 24, 1, 0, tzinfo=UTC).timestamp() * 1000)
"""10:00 in Tokyo, the office is open."""
NIGHT = TUESDAY + 12 * 3_600_000
pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def set_ticket(town: Town, case_id: int, **values: Any) -> None:
    with town.work() as session:
        row = session.get(Ticket, case_id)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)


def waiting(town: Town, **values: Any) -> tuple[int, str]:
    """A case that waits since an hour before Tuesday's ten o'clock, due in an hour; its id and its mark."""
    case_id = town.open()
    since, due = TUESDAY - 3_600_000, TUESDAY + 3_600_000
    set_ticket(town, case_id, **({"waiting_since": since, "due_at": due, "reminded_at": None} | values))
    return case_id, f"{since}.{due}"


def come(town: Town, case_id: int, kind: str, once: str, now: int) -> str:
    with town.work() as session:
        return reminders.come_due(town.office, session, case_id, kind, once, now)


def test_half_of_the_promise_calls_the_unclaimed_out_and_the_owner_alone_once_taken(town: Town) -> None:
    case_id, once = waiting(town)
    assert come(town, case_id, reminders.HALF, once, TUESDAY) == "reminded"
    assert len(town.slack("reminder")) == 1
    owner = town.staff()
    with town.work() as session:
        login.link_identity(session, TENANT, "slack", "T0MIHON:U0AO", owner.id)
        desk.claim(town.office, session, case_id, owner, TUESDAY)
    assert come(town, case_id, reminders.OVER, once, TUESDAY + 3_600_001) == "reminded"
    assert (len(town.slack("reminder")), len(town.slack("nudge"))) == (1, 1)
    assert any(f"notice-{case_id}-{reminders.AGAIN}-{once}+1" == job for _, job in town.jobs())
    with town.work() as session:
        found = ledger.case_and_ticket(session, TENANT, case_id)
        assert found is not None
        assert reminders.owner_in_slack(session, TENANT, found[1]) == "U0AO"
        assert "期限をこえました" in reminders.why_ja(found[1], TUESDAY + 3_700_000)


def test_a_case_that_somebody_answered_held_folded_or_closed_is_left_alone(town: Town) -> None:
    case_id, once = waiting(town)
    set_ticket(town, case_id, hold_until=TUESDAY + 600_000)
    assert come(town, case_id, reminders.HALF, once, TUESDAY) == "held"
    set_ticket(town, case_id, hold_until=None, folded_into=case_id)
    assert come(town, case_id, reminders.HALF, once, TUESDAY) == "aside"
    set_ticket(town, case_id, folded_into=None, replied_at=TUESDAY)
    assert come(town, case_id, reminders.HALF, once, TUESDAY) == "over"
    set_ticket(town, case_id, replied_at=None, state="closed")
    assert come(town, case_id, reminders.HALF, once, TUESDAY) == "over"
    set_ticket(town, case_id, state="received", due_at=TUESDAY + 7_200_000)
    assert come(town, case_id, reminders.HALF, once, TUESDAY) == "over", "another promise holds"
    assert town.slack("reminder") == []


def test_an_ordinary_case_wakes_nobody_at_night_and_an_urgent_one_does(town: Town) -> None:
    case_id, once = waiting(town)
    assert come(town, case_id, reminders.OVER, once, NIGHT) == "later"
    with town.work() as session:
        found = ledger.case_and_ticket(session, TENANT, case_id, lock=True)
        assert found is not None
        assert queue.remind(town.office, session, *found, "normal-1.0", NIGHT) == "later"
    assert town.slack("reminder") == []
    set_ticket(town, case_id, urgency="high")
    assert come(town, case_id, reminders.OVER, once, NIGHT) == "reminded"
    assert len(town.slack("reminder")) == 1


def test_a_new_case_is_watched_at_half_and_at_the_promise(town: Town) -> None:
    case_id = town.open()
    kinds = {name.split("-")[2] for job, name in town.jobs() if job == "notice" and f"-{case_id}-" in name}
    assert {reminders.HALF, reminders.OVER} <= kinds
    with town.work() as session:
        assert session.scalar(select(Case.id)) == case_id
        assert session.scalar(select(Outgoing.id).where(Outgoing.purpose == "nudge")) is None
