"""A town without Slack loses nothing but Slack: each thing that goes there has its way by notice or on the console."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_kit import PushLine, send
from play_town import TENANT, Town

import bots
import handoff
from bots import notify
from bots.parts import Parts
from handoff import (
    advice,
    consents,
    desk,
    handing,
    handing_answers,
    ledger,
    plan_states,
    queue,
    reminders,
    staff_notes,
    view,
)
from handoff.clock import next_open
from handoff.overlay_shelf import Ways
from handoff.packet import store
from handoff.records import Ticket
from intake.clock import to_datetime, to_ms
from intake.records import Case, Outgoing
from triage.assessment import Urgency

NOTIFIED = {"page", "reminder", "nudge", "digest", "health", "glass", "pass"}
"""Said by `apprise` as well, or instead."""
AS_HANDING = {"hand_one", "hand_desk"}
"""Said by `apprise` as `handing`."""
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
    found: set[str] = {"reminder", "nudge", "digest", "health", *staff_notes.PURPOSES}  # named by variables
    for room in (bots, handoff):
        for path in Path(room.__path__[0]).rglob("*.py"):
            if "simulator" not in path.parts:
                text = path.read_text("utf-8")
                found |= set(re.findall(r'channel="slack",\s*purpose="([a-z_]+)"', text))
    return found


def test_every_purpose_for_slack_has_its_counterpart() -> None:
    assert purposes() <= NOTIFIED | AS_HANDING | set(CONSOLE)
    assert set(notify._TITLES) >= NOTIFIED | {"handing"}


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


@on_sqlite
def test_a_handing_its_answers_and_a_word_after_a_suspension_go_by_notice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, now = without_slack(town, monkeypatch, {"first", "digest-hokatsu"}), TUESDAY
    satou, suzuki = bare.staff("佐藤"), bare.staff("鈴木", "worker", "hokatsu")
    case_id = bare.open("水道が止まると言われました")
    to = handing.Sending(("hokatsu",), "C8", "訪問をお願いします", "返事を続けます", decided_by=satou.id)
    act(bare, desk.claim, case_id, satou, now)
    act(bare, handing.send, case_id, satou, to, now)
    assert told(bare) == [("arrived", "digest-hokatsu")]
    act(bare, handing_answers.give_back, case_id, suzuki, "地区がちがいます", now)
    assert told(bare)[1:] == [("back", "first")], "the first desk has no address of its own"
    act(bare, handing.send, case_id, satou, to, now)
    act(bare, handing_answers.accept, case_id, suzuki, now)
    assert told(bare)[2:] == [("arrived", "digest-hokatsu"), ("answered", "first")]
    gone = plan_states.Result("suspended", "12", note="手紙も電話も届きません")
    act(bare, plan_states.record, case_id, suzuki, gone, now)
    bare.say("お久しぶりです")
    assert told(bare)[4:] == [("woken", "digest-hokatsu")]
    act(bare, desk.claim, case_id, suzuki, now)
    act(bare, plan_states.record, case_id, suzuki, plan_states.Result("returned", note="はじめの窓口で"), now)
    assert told(bare)[5:] == [("meeting_back", "first")]
    said: list[str] = []
    monkeypatch.setattr(notify, "_sent", lambda _url, title, body: not said.append(f"{title}\n{body}"))
    sender = notify.Notifier({"first": ("json://localhost",), "digest-hokatsu": ("json://localhost",)})
    for row in bare.all(Outgoing, purpose="handing"):
        assert notify.deliver_notify(bare.parts, sender, row).state == "sent"
    assert "/console/incoming" in said[0] and f"/cases/{case_id}" not in said[0], "who is asked has not the case yet"
    assert "中断していた相談に、本人から言葉が届きました。" in said[4] and "あて先：鈴木さん" in said[4]
    assert not any("水道" in one or "お久しぶり" in one for one in said)


@on_sqlite
def test_who_made_the_sheet_of_a_meeting_hears_by_notice_that_its_consent_is_gone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, now = without_slack(town, monkeypatch, {"first", "digest-takikan"}), TUESDAY
    satou, case_id = bare.staff("佐藤"), bare.open("水道が止まると言われました")
    act(bare, desk.claim, case_id, satou, now)
    for state in ("given", "refused"):
        heard = consents.Heard("juso", state, "self", "窓口で", what="share")
        act(bare, consents.record_by_staff, case_id, satou, heard, now)
        if state == "given":
            with bare.work() as session:
                case, row = ledger.case_and_ticket(session, TENANT, case_id, lock=True) or pytest.fail("no case")
                store.make(
                    bare.office, session, case, row, satou, kind="meeting", basis="C0", recipients=("juso",),
                    ask="役割を決めたい", keep="電話を続けます", now=now,
                )  # fmt: skip
    assert told(bare) == [("stopped_room", "digest-takikan"), ("stopped_room", "first")]


@on_sqlite
def test_a_word_to_staff_in_the_night_waits_for_the_opening(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bare, night = without_slack(town, monkeypatch), TUESDAY + 12 * 3_600_000
    satou, case_id = bare.staff(), bare.open("水道が止まると言われました")
    with bare.work() as session:
        case = session.get_one(Case, case_id)
        staff_notes.tell_one(bare.office, session, case, satou.id, "woken", "1", night)
    opens = next_open(bare.office.pack.hours, to_datetime(night))
    assert opens is not None
    row = bare.one(Outgoing, purpose="handing")
    assert row.not_before - row.created_at == to_ms(opens) - night


@on_sqlite
def test_an_answer_to_who_asked_for_advice_goes_by_notice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = without_slack(town, monkeypatch, {"first", "digest-hokatsu"})
    asker, helper = bare.staff("鈴木", "worker", "hokatsu"), bare.staff()
    with bare.work() as session:
        case_id = advice.ask(bare.office, session, asker, advice.Asked("迷っています"), TUESDAY, "a", channel="staff")
        row_id = desk.reply(bare.office, session, case_id, helper, "家計から始めてください", TUESDAY, "b")
    assert row_id is not None and send(bare, PushLine(), row_id) == "done"
    assert told(bare) == [("advised", "digest-hokatsu")]
    said: list[str] = []
    monkeypatch.setattr(notify, "_sent", lambda _url, title, body: not said.append(f"{title}\n{body}"))
    sender = notify.Notifier({"digest-hokatsu": ("json://localhost",)})
    assert notify.deliver_notify(bare.parts, sender, bare.one(Outgoing, purpose="handing")).state == "sent"
    assert "あて先：鈴木さん" in said[0] and said[0].endswith("/console/asked")
    assert "迷って" not in said[0] and "家計" not in said[0]


def act(town: Town, what: Any, *args: Any) -> None:
    with town.work() as session:
        what(town.office, session, *args)


def told(town: Town) -> list[tuple[str, str]]:
    """(what, to whom) of each word to staff that went by notice."""
    rows = [json.loads(town.body(row)) for row in town.all(Outgoing, channel="notify", purpose="handing")]
    return [(row["kind"], *row["to"]) for row in rows]


def without_slack(town: Town, monkeypatch: pytest.MonkeyPatch, addresses: Collection[str] = ("first",)) -> Town:
    """The town with these addresses and no Slack."""
    parts: Parts = town.parts
    tenant = parts.tenants[TENANT]
    bare = tenant.settings.model_copy(update={"slack": None})
    monkeypatch.setattr(parts.outbox, "_slack", {TENANT: False})
    monkeypatch.setattr(parts.outbox, "_notify", {TENANT: set(addresses)})
    monkeypatch.setattr(tenant.office.packs, "ways", Ways(False, frozenset(addresses)))
    return Town(replace(parts, tenants={TENANT: replace(tenant, settings=bare)}))
