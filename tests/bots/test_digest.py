"""The morning's digest: its figures, and that it is written once a day, late if need be, never on a holiday."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from play_town import TENANT, Town
from pydantic import SecretStr

from bots import digest as job
from bots import notify
from bots.parts import Parts
from bots.slack import limits
from bots.slack.digest import digest_blocks
from handoff import desk, digest, handing
from handoff.records import Ticket
from intake.records import Outgoing

TUESDAY = int(datetime(2026, 11, 23, 23, 30, tzinfo=UTC).timestamp() * 1000)
"""8:30 of the 24th in Tokyo, when the office opens; the 23rd was a holiday."""
pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def case(town: Town, **values: Any) -> int:
    number = next(town._serial)
    town.say("母の介護のことで", user=f"U-{number}")
    with town.work() as session:
        row = session.query(Ticket).order_by(Ticket.case_id.desc()).first()
        assert row is not None
        row.state, row.waiting_since, row.due_at = "received", TUESDAY - 7_200_000, TUESDAY + 3_600_000
        for name, value in values.items():
            setattr(row, name, value)
        return row.case_id


def due(town: Town, day: str = "2026-11-24", now: int = TUESDAY, desk: str = "marugoto") -> str:
    return job.digest_due(town.parts, TENANT, desk, day, now=now)


def test_the_figures_name_cases_by_label_and_leave_practice_out(town: Town) -> None:
    case(town)
    case(town, due_at=TUESDAY - 60_000, waiting_since=TUESDAY - 3 * 86_400_000)
    case(town, hold_until=TUESDAY + 3_600_000)
    case(town, practice=True)
    case(town, state="closed")
    with town.work() as session:
        found = digest.gather(town.office, session, "marugoto", TUESDAY)
    assert found.opened == 3
    assert (found.overdue, found.due_today, found.holds_end) == (("T-0002",), ("T-0001",), ("T-0003",))
    assert (found.unclaimed, found.longest) == (("T-0002", "T-0001"), "T-0002")
    said = "\n".join(digest.lines_ja(found))
    assert "期限をこえた：1件（T-0002）" in said
    assert "介護" not in said
    assert not limits.problems(digest_blocks(digest.title_ja(found), digest.lines_ja(found), "http://x"))


def test_a_desk_without_a_case_of_its_own_hears_of_what_waits_for_its_answer(town: Town) -> None:
    case_id, satou = case(town), town.staff()
    to = handing.Sending(("hokatsu",), "C8", "訪問をお願いします", "返事を続けます", decided_by=satou.id)
    with town.work() as session:
        desk.claim(town.office, session, case_id, satou, TUESDAY)
        handing.send(town.office, session, case_id, satou, to, TUESDAY)
    assert due(town, desk="hokatsu") == "written" and due(town, desk="kodomo") == "nothing"
    with town.work() as session:
        found = {one: digest.gather(town.office, session, one, TUESDAY) for one in ("hokatsu", "marugoto")}
        assert [found[one].arrived for one in found] == [1, 1]
        assert "届いたつなぎ：返事待ち 1件" in digest.lines_ja(found["hokatsu"])
        handing.take_back(town.office, session, case_id, satou, "まちがい", TUESDAY)
        assert digest.gather(town.office, session, "hokatsu", TUESDAY).empty


def test_it_is_written_once_a_day_and_late_while_the_desk_is_open(town: Town) -> None:
    assert due(town, now=TUESDAY - 3_600_000) == "later"
    assert due(town, now=TUESDAY + 3_600_000) == "written"
    assert due(town, now=TUESDAY + 7_200_000) == "written"
    assert len(town.slack("digest")) == 1
    assert due(town, now=TUESDAY + 12 * 3_600_000) == "over"
    assert due(town, day="2026-11-25") == "over", "the job of another day"
    holiday = TUESDAY - 86_400_000
    assert due(town, day="2026-11-23", now=holiday) == "closed"
    assert due(town, desk="hokatsu") == "nothing"
    case(town, owner_desk="hokatsu")
    assert due(town, desk="hokatsu") == "written"


def test_the_jobs_of_today_and_tomorrow_are_planned_once(town: Town) -> None:
    known: set[str] = set()
    job.plan(town.parts, known, TUESDAY - 60_000)
    job.plan(town.parts, known, TUESDAY)
    job.plan(town.parts, set(), TUESDAY)
    names = [name for kind, name in town.jobs() if kind == "digest"]
    assert len(names) == len(set(names)) == len(known)
    assert f"digest-{TENANT}-marugoto-2026-11-24" in names
    assert f"digest-{TENANT}-marugoto-2026-11-25" in names


def test_a_town_without_slack_gets_it_by_notice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = without_slack(town.parts)
    monkeypatch.setattr(parts.outbox, "_slack", {TENANT: False})
    monkeypatch.setattr(parts.outbox, "_notify", {TENANT: {"digest", "first"}})
    assert job.digest_due(parts, TENANT, "marugoto", "2026-11-24", now=TUESDAY) == "written"
    rows = town.all(Outgoing, purpose="digest")
    assert [row.channel for row in rows] == ["notify"]
    assert json.loads(town.body(rows[0]))["to"] == ["digest"]
    sent: list[str] = []
    notifier = notify.Notifier({"digest": ("json://localhost",)})
    monkeypatch.setattr(notify, "_sent", lambda _url, title, body: not sent.append(f"{title}\n{body}"))
    assert notify.deliver_notify(parts, notifier, rows[0]).state == "sent"
    assert "けさのまとめ" in sent[0]
    assert "/console/" in sent[0]


def without_slack(parts: Parts) -> Parts:
    tenant = parts.tenants[TENANT]
    bare = tenant.settings.model_copy(update={"slack": None, "notify": {"digest": (SecretStr("json://localhost"),)}})
    return replace(parts, tenants={TENANT: replace(tenant, settings=bare)})
