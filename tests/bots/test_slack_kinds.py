"""Reminders, nudges and digests as Slack gets them, and that nothing is posted where a stranger reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from play_town import TENANT, Town
from test_deliver_slack import Client, Said, ready, refuse, run

from bots import digest as job
from bots.slack import limits, names, roster
from handoff import desk, ledger, login, queue, reminders
from handoff.office import StaffRef
from handoff.records import SlackCard, Ticket
from intake.clock import now_ms
from intake.records import Outgoing

TUESDAY = 1_795_482_000_000
pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


@dataclass
class Channel(Client):
    """A client that also knows who is in the channel."""

    base_url: str = "http://slack.test/"
    members: list[str] = field(default_factory=lambda: ["U1", "UBOT"])
    asked: list[str] = field(default_factory=list)

    def conversations_members(self, **_how: Any) -> Said:
        return Said({"ok": True, "members": self.members})

    def users_info(self, *, user: str) -> Said:
        self.asked.append(user)
        return Said({"ok": True, "user": {"id": user, "is_bot": user == "UBOT"}})


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    roster.MEMORY.forget()


def link(town: Town, staff_id: int, user: str = "U1") -> None:
    team = town.parts.tenants[TENANT].settings.slack
    assert team is not None
    with town.work() as session:
        login.link_identity(session, TENANT, "slack", f"{team.team_id}:{user}", staff_id)


def text_of(message: dict[str, Any]) -> str:
    assert not limits.problems(message["blocks"])
    return json.dumps(message, ensure_ascii=False)


def test_a_reminder_says_why_and_till_when_with_its_buttons(town: Town) -> None:
    case_id, client = town.open("水道が止まると言われました"), Channel()
    with town.work() as session:
        found = ledger.case_and_ticket(session, TENANT, case_id, lock=True)
        assert found is not None
        queue.remind(town.office, session, *found, "normal-1.0", TUESDAY)
        session.add(SlackCard(case_id=case_id, channel="C0MADOGUCHI", tenant=TENANT, ts="7.0", version=1))
    assert run(town, client, town.slack("reminder")[0]).state == "sent"
    (posted,) = client.posted
    said = text_of(posted)
    assert posted["thread_ts"] == "7.0"
    assert "未対応" in said
    assert "期限：" in said
    assert names.CLAIM in said
    assert names.OPEN in said
    assert "水道" not in said


def test_the_owner_alone_is_nudged_and_not_once_it_is_answered(town: Town) -> None:
    case_id, owner, client = town.open(), town.staff(), Channel()
    link(town, owner.id)
    with town.work() as session:
        desk.claim(town.office, session, case_id, owner, TUESDAY)
        row = session.get(Ticket, case_id)
        assert row is not None
        row.due_at = now_ms() - 60_000
        once = f"{row.waiting_since}.{row.due_at}"
        assert reminders.come_due(town.office, session, case_id, reminders.OVER, once, TUESDAY) == "reminded"
    assert run(town, client, town.slack("nudge")[0]).state == "sent"
    (posted,) = [message for message in client.posted if message["channel"] == "U1"]
    assert "期限をこえました" in text_of(posted)
    assert names.CLAIM not in text_of(posted)
    with town.work() as session:
        row = session.get(Ticket, case_id)
        assert row is not None
        row.replied_at = row.waiting_since + 1
        once = town.slack("nudge")[0]
        stale = session.get(Outgoing, once.id)
        assert stale is not None
        stale.state = "waiting"
    assert run(town, client, town.slack("nudge")[0], 1).state == "dropped"


def test_the_digest_is_posted_with_figures_and_a_link(town: Town) -> None:
    town.open("水道が止まると言われました")
    assert job.digest_due(town.parts, TENANT, "marugoto", "2026-11-24", now=TUESDAY) == "written"
    client = Channel()
    assert run(town, client, town.slack("digest")[0]).state == "sent"
    said = text_of(client.posted[0])
    assert "けさのまとめ" in said
    assert "開いている相談：1件" in said
    assert "/console/" in said
    assert "水道" not in said


def test_nothing_is_posted_where_a_stranger_reads_and_staff_hear_of_it_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.parts.outbox, "_notify", {TENANT: {"first"}})
    town.open()
    row, client = town.slack("card")[-1], Channel(members=["U1", "UBOT", "U9"])
    assert run(town, client, row).state == "sent", "nobody is linked yet: there is no roster to hold it against"
    staff = town.staff()
    link(town, staff.id)
    with town.work() as session:
        desk.claim(town.office, session, row.case_id or 0, staff, TUESDAY)
    newer = town.slack("card")[-1]
    after = run(town, client, newer)
    assert (after.state, after.error) == ("held", roster.STRANGER)
    assert len(town.all(Outgoing, purpose="stranger", channel="notify")) == 1
    assert len(client.posted) == 1
    assert "U9" in client.asked
    client.members.remove("U9")
    roster.MEMORY.forget()
    ready(town, newer)
    assert run(town, client, newer, 1).state == "sent"


def called(town: Town) -> tuple[int, Outgoing, StaffRef]:
    """A case in which somebody is in danger, and its call to Slack."""
    case_id, staff = town.open(), town.staff()
    link(town, staff.id)
    link(town, town.staff("管理", "manager").id, "U2")
    with town.work() as session:
        desk.page(town.office, session, case_id, staff, TUESDAY)
    return case_id, town.slack("page")[-1], staff


@pytest.mark.parametrize("why", ["a stranger reads", "it is shared"])
def test_a_call_that_the_channel_must_not_carry_rings_at_once_at_everybody_who_may_see_the_case(
    town: Town, why: str
) -> None:
    _, call, _ = called(town)
    client = Channel(members=["U1", "UBOT", "U9"] if why == "a stranger reads" else ["U1"])
    if why == "it is shared":
        client.info = {"ok": True, "channel": {"id": "C0MADOGUCHI", "is_private": True, "is_ext_shared": True}}
    after = run(town, client, call)
    assert (after.state, after.via) == ("sent", "direct")
    assert after.error == (roster.STRANGER if why == "a stranger reads" else "ext_shared")
    assert [message["channel"] for message in client.posted] == ["U1"], "to nobody who may not see the case"
    said = text_of(client.posted[0])
    assert "今すぐ：T-0001" in said and "ひとりずつ" in said and names.WATCH in said
    assert ("登録のない人" in said) == (why == "a stranger reads")
    assert "介護" not in said


def test_such_a_call_reaches_every_address_of_the_rota_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town.parts.outbox, "_notify", {TENANT: {"first", "second"}})
    on_call = replace(town.office.pack.on_call, rota=((), ("first",), ("second",)), office_rota=())
    tenant = town.parts.tenants[TENANT]
    office = replace(tenant.office, packs=replace(town.office.pack, on_call=on_call))
    monkeypatch.setitem(town.parts.tenants, TENANT, replace(tenant, office=office))
    _, call, _ = called(town)
    assert town.all(Outgoing, channel="notify", purpose="page") == [], "its first round is Slack's alone"
    assert run(town, Channel(members=["U1", "U9"]), call).state == "sent"
    assert len(town.all(Outgoing, channel="notify", purpose="page")) == 2


def test_without_any_other_way_it_waits_for_the_channel(town: Town) -> None:
    _, call, _ = called(town)
    client = Channel(members=["U1", "U9"], fail=[refuse("user_not_found"), refuse("user_not_found")])
    after = run(town, client, call)
    assert (after.state, after.error) == ("held", roster.STRANGER)


def test_a_call_that_somebody_took_rings_nowhere(town: Town) -> None:
    case_id, call, staff = called(town)
    with town.work() as session:
        desk.watch(town.office, session, case_id, staff, TUESDAY)
    client = Channel(members=["U1", "U9"])
    assert run(town, client, call).state == "dropped"
    assert client.posted == []
