"""A town without Slack loses nothing but Slack: each thing that goes there has its way by notice or on the console."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from play_town import TENANT, Town

import bots
import handoff
from bots import notify
from bots.parts import Parts
from handoff import desk, ledger, queue, reminders, view
from handoff.records import Ticket
from intake.records import Outgoing
from triage.assessment import Urgency

NOTIFIED = {"page", "reminder", "nudge", "digest", "health", "glass", "pass"}
"""Said by `apprise` as well, or instead."""
CONSOLE = {
    "card": "the queue, live",
    "taken": "the line of open calls",
    "notice": "the answer of the page on which one acts",
    "home": "the queue's own views",
}
"""Drawn by a page of the console."""
TUESDAY = 1_795_482_000_000
on_sqlite = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def purposes() -> set[str]:
    """Every purpose that our code writes for Slack."""
    found: set[str] = {"reminder", "nudge", "digest", "health"}  # named by variables
    for room in (bots, handoff):
        for path in Path(room.__path__[0]).rglob("*.py"):
            if "simulator" not in path.parts:
                text = path.read_text("utf-8")
                found |= set(re.findall(r'channel="slack",\s*purpose="([a-z_]+)"', text))
    return found


def test_every_purpose_for_slack_has_its_counterpart() -> None:
    assert purposes() <= NOTIFIED | set(CONSOLE)
    assert set(notify._TITLES) >= NOTIFIED


@on_sqlite
def test_calls_reminders_and_nudges_go_by_notice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = without_slack(town, monkeypatch)
    case_id = bare.open("水道が止まると言われました")
    now = TUESDAY
    with bare.work() as session:
        found = ledger.case_and_ticket(session, TENANT, case_id, lock=True)
        assert found is not None
        case, row = found
        row.waiting_since, row.due_at, row.reminded_at = now - 3_600_000, now + 3_600_000, None
        queue.remind(bare.office, session, case, row, "normal-1.0", now)
        queue.raise_urgency(bare.office, session, case, row, Urgency.EMERGENCY, now)
        queue.page(bare.office, session, row, now)
    owner = bare.staff()
    with bare.work() as session:
        desk.claim(bare.office, session, case_id, owner, now)
        row = session.get(Ticket, case_id)
        assert row is not None
        once = f"{row.waiting_since}.{row.due_at}"
        assert reminders.come_due(bare.office, session, case_id, reminders.OVER, once, now + 7_200_000) == "reminded"
    rows = bare.all(Outgoing)
    assert {row.channel for row in rows} == {"line", "notify"}
    assert {row.purpose for row in rows if row.channel == "notify"} == {"reminder", "page", "nudge"}
    said: list[str] = []
    monkeypatch.setattr(notify, "_sent", lambda _url, title, body: not said.append(f"{title}\n{body}"))
    monkeypatch.setattr(notify, "now_ms", lambda: now + 7_200_000)
    sender = notify.Notifier({"first": ("json://localhost",)})
    nudge = next(row for row in rows if row.purpose == "nudge")
    assert notify.deliver_notify(bare.parts, sender, nudge).state == "sent"
    assert "期限をこえました" in said[0]
    assert "T-0001" in said[0]
    assert "水道" not in said[0]
    with bare.work() as session:
        counts = view.counts(bare.office, session, owner, now)
        assert counts.mine == 1, "and the console shows the rest"


def without_slack(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town with one address and no Slack."""
    parts: Parts = town.parts
    tenant = parts.tenants[TENANT]
    bare = tenant.settings.model_copy(update={"slack": None})
    monkeypatch.setattr(parts.outbox, "_slack", {TENANT: False})
    monkeypatch.setattr(parts.outbox, "_notify", {TENANT: {"first"}})
    return Town(replace(parts, tenants={TENANT: replace(tenant, settings=bare)}))
