"""Notices to the person: seldom, true when they leave, in the hours that are wanted, and never after hiding."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from play_town import Town

from handoff import desk, notices, view
from handoff.clock import TOKYO
from handoff.office import Refused, StaffRef
from handoff.reach import seconds_until
from handoff.records import History, Ticket
from intake import cases
from intake.clock import now_ms, to_datetime, to_ms
from intake.conversation import values as talk
from intake.records import Contact, Outgoing

MINUTE = 60_000


def act(town: Town, effect: Callable[..., Any], *args: Any) -> Any:
    with town.work() as session:
        return effect(town.office, session, *args)


def told(town: Town) -> list[str]:
    return [row.dedupe.split("-")[1] for row in town.all(Outgoing, purpose="notice")]


def at_hour(hour: int) -> int:
    """Tomorrow at this hour in Japan."""
    local = to_datetime(now_ms()).astimezone(TOKYO) + timedelta(days=1)
    return to_ms(local.replace(hour=hour, minute=30, second=0, microsecond=0))


def wants(town: Town, **changes: Any) -> None:
    """Change the stored state of the conversation, as an answer would."""
    with town.work() as session:
        contact = session.get(Contact, town.one(Contact).id)
        assert contact is not None
        state = talk.State.from_json(cases.talk_of(town.parts.vault, contact) or talk.State().to_json())
        cases.keep_talk(town.parts.vault, contact, replace(state, **changes).to_json())


def look(town: Town, case_id: int, staff: StaffRef, now: int | None = None) -> None:
    act(town, view.open_case, case_id, staff, now or now_ms(), "console")


def waiting(town: Town, case_id: int, now: int) -> Any:
    row = town.one(Ticket, case_id=case_id)
    return act(town, notices.come_due, case_id, "waiting", f"{row.waiting_since}.{row.due_at}", now)


@pytest.fixture
def begun(town: Town) -> tuple[int, StaffRef]:
    case_id = town.open()
    town.say("人と話す")
    return case_id, town.staff()


def test_a_half_waited_promise_is_said_once(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, _ = begun
    kinds = Counter(job.split("-")[2] for name, job in town.jobs() if name == "notice")
    assert kinds == {"waiting": 1, "promise_half": 1, "promise_over": 1}
    assert waiting(town, case_id, at_hour(10)) == "told"
    assert waiting(town, case_id, at_hour(11)) == "no"
    assert told(town) == ["waiting"]
    body = json.loads(town.body(town.all(Outgoing, purpose="notice")[0]))
    assert body["says"][0]["text"].startswith("お知らせがあります。")
    assert town.all(History, what="told_waiting")


def test_nobody_is_told_to_wait_whose_words_somebody_opened(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, staff = begun
    look(town, case_id, staff)
    assert waiting(town, case_id, at_hour(10)) == "no"


def test_an_old_period_tells_nothing(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, staff = begun
    assert act(town, notices.come_due, case_id, "waiting", "1.2", at_hour(10)) == "over"
    act(town, desk.reply, case_id, staff, "読みました", now_ms(), "r1")
    assert waiting(town, case_id, at_hour(10)) == "no"
    assert told(town) == []


@pytest.mark.parametrize(
    ("hour", "urgency", "window", "expected"),
    [
        (3, "normal", "", "later"), (21, "high", "", "later"), (3, "emergency", "", "told"),
        (10, "normal", "evening", "later"), (18, "normal", "evening", "told"), (18, "emergency", "day", "later"),
        (10, "normal", "never", "never"), (10, "emergency", "never", "never"),
    ],
)  # fmt: skip
def test_it_rings_only_when_it_may(
    town: Town, begun: tuple[int, StaffRef], hour: int, urgency: str, window: str, expected: str
) -> None:
    case_id, _ = begun
    wants(town, window=window)
    with town.work() as session:
        row = session.get(Ticket, case_id)
        assert row is not None
        row.urgency = urgency
    assert waiting(town, case_id, at_hour(hour)) == expected
    assert told(town) == (["waiting"] if expected == "told" else [])


def test_what_is_left_for_later_is_looked_at_anew(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, staff = begun
    assert waiting(town, case_id, at_hour(3)) == "later"
    left = next(job for name, job in town.jobs() if name == "notice" and "+" in job)
    once = left.split("-waiting-")[1]
    look(town, case_id, staff)
    assert act(town, notices.come_due, case_id, "waiting", once, at_hour(8)) == "no"


def test_reading_and_taking_make_one_push(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, staff = begun
    look(town, case_id, staff)
    act(town, desk.claim, case_id, staff, now_ms())
    look(town, case_id, staff)
    assert told(town) == ["read"]
    assert town.one(Ticket, case_id=case_id).opened_at is not None


def test_the_message_is_marked_as_read_when_a_person_opens_it(town: Town) -> None:
    read_token = "read-me-0001"
    message = {"type": "text", "id": "m-read", "text": "電気代が払えません", "markAsReadToken": read_token}
    town.take(town.event("message", message=message))
    case_id, staff = town.case()[0].id, town.staff()
    stored = town.one(Contact).unread_sealed
    assert stored is not None and read_token.encode() not in stored
    look(town, case_id, staff)
    seen = town.one(Outgoing, purpose="seen")
    assert json.loads(town.body(seen)) == {"token": read_token}
    assert town.one(Contact).unread_sealed is None
    look(town, case_id, staff)
    assert len(town.all(Outgoing, purpose="seen")) == 1


def test_the_end_asks_how_it_went_but_not_after_a_prank(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, staff = begun
    act(town, desk.claim, case_id, staff, now_ms())
    act(town, desk.close, case_id, staff, "done", "", at_hour(10))
    assert told(town) == ["assigned", "closed"]
    body = json.loads(town.body(town.all(Outgoing, purpose="notice")[-1]))
    assert len(body["says"][0]["choices"]) == 3
    town.say("ありがとう、もう一つあります", user="U-second")
    other = next(row for row in town.all(Ticket) if row.case_id != case_id)
    act(town, desk.claim, other.case_id, staff, now_ms())
    act(town, desk.close, other.case_id, staff, "prank", "", at_hour(10))
    assert told(town).count("closed") == 1


@pytest.mark.parametrize("lowered", [False, True])
def test_after_danger_nobody_is_asked_how_it_went(town: Town, lowered: bool) -> None:
    town.say("夫に殴られました。助けてください")
    case_id, staff = town.case()[0].id, town.staff()
    act(town, desk.claim, case_id, staff, now_ms())
    if lowered:
        act(town, desk.set_urgency, case_id, staff, "normal", "おちついた", now_ms())
    act(town, desk.close, case_id, staff, "done", "", at_hour(10))
    say = json.loads(town.body(town.all(Outgoing, purpose="notice")[-1]))["says"][0]
    assert "ひと区切り" in say["text"] and "軽く" not in say["text"] and not say["choices"]


def test_how_it_went_is_kept_and_again_waits_for_staff(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, staff = begun
    act(town, desk.claim, case_id, staff, now_ms())
    act(town, desk.close, case_id, staff, "done", "", now_ms())
    serial = talk.State.from_json(cases.talk_of(town.parts.vault, town.one(Contact)) or "").serial
    town.press(f"t1:menu:same:{serial}")
    assert town.all(History, what="feedback")[0].detail == "same"
    assert town.one(Ticket, case_id=case_id).state == "closed"
    town.press(f"t1:menu:again_talk:{serial}")
    row = town.one(Ticket, case_id=case_id)
    assert row.state == "received" and row.owner_id is None and row.last_owner_id == staff.id


@pytest.mark.parametrize("seed", range(5))
def test_in_no_order_is_anything_pushed_after_hiding(town: Town, seed: int) -> None:
    """Whatever staff and clocks do while the person hides, no row is written for them and none is left to leave."""
    random, staff = Random(seed), town.staff()
    case_id = town.open()
    town.take(town.event("message", message={"type": "text", "id": "m-x", "text": "続き", "markAsReadToken": "tok"}))

    def quietly(effect: Callable[..., Any], *args: Any) -> None:
        with suppress(Refused):
            act(town, effect, *args)

    steps: list[Callable[[], Any]] = [
        lambda: look(town, case_id, staff),
        lambda: quietly(desk.claim, case_id, staff, now_ms()),
        lambda: quietly(desk.release, case_id, staff, now_ms()),
        lambda: quietly(desk.close, case_id, staff, "done", "", at_hour(12)),
        lambda: waiting(town, case_id, at_hour(12)),
        lambda: quietly(desk.reply, case_id, staff, "はい", now_ms(), f"r{random.random()}"),
        lambda: town.say("かくす"),
        lambda: town.say("相談"),
    ]
    town.say("かくす")
    for _ in range(16):
        hidden = town.one(Contact).hidden
        before = {row.id for row in town.all(Outgoing, channel="line") if row.purpose not in ("answer", "menu")}
        chosen = random.choice(steps)
        chosen()
        after = [row for row in town.all(Outgoing, channel="line") if row.purpose not in ("answer", "menu")]
        if hidden and town.one(Contact).hidden:
            assert {row.id for row in after} <= before
        if town.one(Contact).hidden:
            assert not [row.purpose for row in after if row.state == "waiting"]


def test_the_hours_wanted_are_counted_in_japan() -> None:
    noon = to_datetime(at_hour(12))
    assert seconds_until("", noon, daytime=True) == 0
    assert seconds_until("never", noon, daytime=False) is None
    assert seconds_until("evening", noon, daytime=True) == 4.5 * 3600
    assert seconds_until("day", to_datetime(at_hour(18)), daytime=True) == 14.5 * 3600
    assert seconds_until("", to_datetime(at_hour(3)), daytime=True) == 4.5 * 3600
