"""Calls until somebody acknowledges: rounds, ways, links, ends; on both databases, through real HTTP."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from calls_kit import Hooks, call, listening, notices, send
from fastapi import FastAPI
from play_town import Town, wipe
from settings_kit import DATABASES, practice_settings
from sqlalchemy import update
from starlette.testclient import TestClient

from bots import call_page, call_ways, timers
from bots.demo.scratch import scratch_database
from bots.line.facts import options_for
from bots.notify import CALL_TITLE
from bots.parts import Parts, build
from bots.settings import BadSettings, given
from bots.sweep import sweep
from handoff import areas, break_glass, calls, clock, desk, ledger, rota
from handoff.calls import link_token
from handoff.office import NotFound, Refused
from handoff.pack import OnCall, load
from handoff.packs.local import Area
from handoff.packs.values import AreaRota
from handoff.records import Audit, Call, History, Ticket
from intake import secrets as keys
from intake.clock import now_ms, to_datetime, to_ms
from intake.records import Outgoing
from triage.assessment import Urgency

CANARY = "きんいろカナリア7713"


@pytest.fixture(scope="module")
def hooks() -> Iterator[Hooks]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module", params=DATABASES)
def lonely_parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, hooks: Hooks) -> Any:
    """A town without Slack, with the two addresses of the pack's rota."""
    from bots.durable import prepare

    folder = tmp_path_factory.mktemp("lonely")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'data' / 'toritsugi.db'}"
        if request.param != "sqlite":
            url = stack.enter_context(scratch_database(request.getfixturevalue("postgres_server")))
        notify = {name: (hooks.address(name),) for name in ("first", "second")}
        made = practice_settings(folder, url, tenants={"mihon": {"notify": notify}})
        keys.create(made.keys_dir, data_exists=False)
        made.data_dir.mkdir(parents=True, exist_ok=True)
        built = build(made)
        stack.callback(built.close)
        prepare(built.job_engine)
        yield built


@pytest.fixture
def lonely(lonely_parts: Parts, hooks: Hooks) -> Town:
    wipe(lonely_parts)
    hooks.arrived.clear()
    hooks.failing.clear()
    return Town(lonely_parts)


@pytest.fixture
def web(lonely: Town) -> TestClient:
    app = FastAPI()
    app.include_router(call_page.make_router(lonely.parts))
    return TestClient(app)


def link(town: Town, made: Call) -> str:
    return f"/call/{link_token(town.office.audit_key, made.id)}"


def steps(town: Town, *what: str) -> list[str]:
    return [row.detail for row in town.all(History) if row.what in what]


def test_without_slack_the_rota_is_called_round_by_round_until_somebody_looks(lonely: Town, hooks: Hooks) -> None:
    case_id = lonely.open(f"{CANARY}。もう死にたいです")
    made = lonely.one(Call)
    assert (made.state, made.step, made.case_id) == ("open", 1, case_id), "words of danger call by themselves"
    assert send(lonely) == ["sent"]
    assert hooks.names == ["first"]
    said = hooks.arrived[0][1]
    assert said["title"] == CALL_TITLE
    for words in ("T-0001", "今すぐ", "待っている時間：0 分", link(lonely, made), f"/console/cases/{case_id}"):
        assert words in said["message"]
    assert CANARY not in str(hooks.arrived)
    assert timers.call(lonely.parts, made.id, 1) == "called"
    send(lonely)
    assert sorted(hooks.names[1:]) == ["first", "second"]
    assert timers.call(lonely.parts, made.id, 2) == "called"
    send(lonely)
    assert sorted(hooks.names[3:]) == ["first", "second"], "the last round is said again and again"
    assert steps(lonely, "called") == ["1 1", "2 2", "3 2"]
    assert {job for name, job in lonely.jobs() if name == "call"} == {f"call-{made.id:019d}-{n}" for n in (1, 2, 3)}
    satou = lonely.staff()
    with lonely.work() as session:
        desk.claim(lonely.office, session, case_id, satou, now_ms())
    assert timers.call(lonely.parts, made.id, 3) == "over"
    assert (lonely.one(Call).state, lonely.one(Call).acked_by) == ("acked", satou.id)
    assert [row.staff_id for row in lonely.all(Audit, action="call_acked")] == [satou.id]
    assert steps(lonely, "call_acked") == ["staff"]


def test_a_job_that_runs_twice_or_dies_calls_nobody_twice(lonely: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = call(lonely, lonely.open())
    with monkeypatch.context() as patched:
        patched.setattr(type(lonely.parts.outbox), "call_later", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            timers.call(lonely.parts, made.id, 1)
    assert (lonely.one(Call).step, len(notices(lonely))) == (1, 1), "a round is whole or not at all"
    assert [timers.call(lonely.parts, made.id, 1) for _ in range(3)] == ["called", "done", "done"]
    assert len(notices(lonely)) == 3
    assert call(lonely, made.case_id).id == made.id, "a second alarm joins the open call"
    assert len(notices(lonely)) == 3


def test_an_address_that_fails_holds_up_nobody_and_is_tried_again(lonely: Town, hooks: Hooks) -> None:
    made = call(lonely, lonely.open())
    timers.call(lonely.parts, made.id, 1)
    old, *new = notices(lonely)
    hooks.failing.add("first")
    assert sorted(send(lonely, *new)) == ["sent", "waiting"]
    assert hooks.names == ["second"]
    assert send(lonely, old) == ["waiting"]
    failed = lonely.one(Outgoing, state="waiting", id=old.id)
    assert (failed.error, failed.not_before > now_ms()) == ("not_taken", True)
    hooks.failing.clear()
    assert send(lonely, failed) == ["dropped"], "a later round calls this name by itself"
    assert send(lonely) == ["sent"]
    assert hooks.names == ["second", "first"]


def test_opening_the_link_does_nothing_and_the_button_stops_the_call(lonely: Town, web: TestClient) -> None:
    made = call(lonely, lonely.open(f"{CANARY}。助けて"))
    address = link(lonely, made)
    for _ in range(2):
        page = web.get(address)
        assert (page.status_code, lonely.one(Call).state) == (200, "open")
    assert "T-0001" in page.text and "今すぐ" in page.text and CANARY not in page.text
    assert page.headers["cache-control"] == "no-store" and page.headers["referrer-policy"] == "no-referrer"
    for _ in range(2):
        page = web.post(address)
        assert page.status_code == 200 and "止めました" in page.text
    after = lonely.one(Call)
    assert (after.state, after.acked_by) == ("acked", None)
    assert steps(lonely, "call_acked") == ["link"]
    assert timers.call(lonely.parts, made.id, 1) == "over"
    assert "止めました" in web.get(address).text
    token = address.removeprefix("/call/")
    assert token.encode() not in after.ack_hash.encode()


def test_wrong_old_and_ended_links_look_alike(lonely: Town, web: TestClient) -> None:
    made = call(lonely, lonely.open())
    address = link(lonely, made)
    forged = link_token(b"another key", made.id)
    wrong = [web.get(f"/call/{bad}").content for bad in (forged, "x", "あ", "A" * 44, "%00", "=" * 44)]
    web.post(address)
    with lonely.work() as session:
        session.execute(update(Call).values(acked_at=now_ms() - 25 * 3_600_000))
    old = web.get(address)
    with lonely.work() as session:
        session.execute(update(Call).values(state="ended"))
    ended = web.post(address)
    assert {old.status_code, ended.status_code} == {404}
    assert len({*wrong, old.content, ended.content}) == 1


@pytest.mark.parametrize("how", ["closed", "erased"])
def test_a_case_that_is_over_calls_nobody(lonely: Town, how: str) -> None:
    made = call(lonely, lonely.open())
    if how == "closed":
        with lonely.work() as session:
            desk.close(lonely.office, session, made.case_id, lonely.staff(), "prank", "", now_ms())
    else:
        lonely.say("けす")
        lonely.say("けす")
    assert lonely.one(Call).state == "ended"
    assert timers.call(lonely.parts, made.id, 1) == "over"
    assert send(lonely) == ["dropped"]


def test_a_lost_round_is_found_by_the_sweeper(lonely: Town) -> None:
    made = call(lonely, lonely.open())
    sweep(lonely.parts, [])
    assert len([1 for name, _ in lonely.jobs() if name == "call"]) == 1, "not late yet"
    with lonely.work() as session:
        session.execute(update(History).values(at=now_ms() - 30 * 60_000))
    sweep(lonely.parts, [])
    sweep(lonely.parts, [])
    again = [job for name, job in lonely.jobs() if name == "call" and "again" in job]
    assert len(again) == 1 and again[0].startswith(f"call-{made.id:019d}-1-again-")


def test_nobody_reads_is_said_by_the_second_way_too(lonely: Town, hooks: Hooks) -> None:
    lonely.open()
    with lonely.work() as session:
        session.execute(update(Ticket).values(waiting_since=now_ms() - 120_000))
    sweep(lonely.parts, [])
    sweep(lonely.parts, [])
    (row,) = notices(lonely, "health")
    assert send(lonely, row) == ["sent"]
    assert hooks.names == ["first"]


def test_the_address_is_never_logged(
    lonely: Town, hooks: Hooks, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    hooks.failing |= {"first", "second"}
    call(lonely, lonely.open())
    send(lonely)
    said = capfd.readouterr()
    everything = caplog.text + said.out + said.err
    assert "hunter2" not in everything and str(hooks.port) not in everything


def test_with_slack_the_channel_is_called_each_round_and_its_button_acknowledges(town: Town) -> None:
    made = call(town, town.open())
    timers.call(town.parts, made.id, 1)
    assert len(town.slack("page")) == 2 and notices(town) == []
    tanaka = town.staff("田中", "worker", "kodomo")
    with pytest.raises(NotFound), town.work() as session:
        desk.watch(town.office, session, made.case_id, tanaka, now_ms())
    satou = town.staff()
    with town.work() as session:
        assert desk.watch(town.office, session, made.case_id, satou, now_ms())
        assert not desk.watch(town.office, session, made.case_id, satou, now_ms())
    assert (town.one(Call).acked_by, town.one(Ticket).owner_id) == (satou.id, None)
    assert call(town, made.case_id).id == made.id, "what follows at once is theirs, too"
    with town.work() as session:
        session.execute(update(Call).values(acked_at=now_ms() - 11 * 60_000))
    assert call(town, made.case_id).id != made.id, "new danger later calls anew"


OPEN_AT, NIGHT = 1_795_145_400_000, 1_795_185_000_000
"""Friday 2026-11-20, 12:30 and 23:30 in Tokyo."""


@pytest.mark.parametrize("slack", [True, False])
@pytest.mark.parametrize("addresses", [(), ("other",), ("second",)])
@pytest.mark.parametrize("available", [True, False])
def test_somebody_can_read_now_only_if_somebody_can_be_called(
    standing_parts: Parts, slack: bool, addresses: tuple[str, ...], available: bool
) -> None:
    pack = load("mihon")
    base = replace(pack.on_call, available=available)
    honest = replace(pack, on_call=rota.honest(base, slack=slack, addresses=addresses))
    tenant = standing_parts.tenants["mihon"]
    tenant = replace(tenant, office=replace(tenant.office, packs=honest))
    can = available and (slack or "second" in addresses)
    assert options_for(tenant, NIGHT).someone_can_read_now is can
    assert options_for(tenant, OPEN_AT).someone_can_read_now
    promise = clock.due(
        Urgency.EMERGENCY, to_datetime(NIGHT), honest.sla, honest.hours, on_call=honest.on_call.available
    )
    assert promise.kind is (clock.DueKind.NOW if can else clock.DueKind.UNREADABLE)


def test_the_towns_own_parts_are_honest(standing_parts: Parts) -> None:
    """The composition uses the same rule: with Slack available, without any way not."""
    assert standing_parts.tenants["mihon"].pack.on_call.available
    bare = given(tenants={"mihon": {}}).tenants["mihon"]
    pack, can_call = call_ways.settled("mihon", bare, load("mihon"))
    assert (pack.on_call.available, can_call) == (False, False)


@pytest.mark.parametrize(
    ("notify", "words"),
    [
        ({"first": ("json://127.0.0.1:9/x",)}, "second"),
        ({"first": (), "second": ("json://127.0.0.1:9/x",)}, "first"),
        ({"First!": ("json://127.0.0.1:9/x",)}, "英小文字"),
    ],
)
def test_addresses_that_do_not_fit_the_rota_are_refused(notify: dict[str, Any], words: str) -> None:
    settings = given(tenants={"mihon": {"notify": notify}}).tenants["mihon"]
    with pytest.raises(BadSettings, match=words) as refusal:
        call_ways.settled("mihon", settings, load("mihon"))
    assert "json" not in str(refusal.value)


def test_the_number_of_a_person_is_opened_with_a_reason_and_told(lonely: Town, hooks: Hooks) -> None:
    case_id, satou = lonely.open(f"{CANARY}。もう死にたいです"), lonely.staff()
    for who, reason, refusal in (
        (lonely.staff("加藤", "manager"), "警察に場所を調べてもらうため", NotFound),
        (lonely.staff("田中", "worker", "kodomo"), "警察に場所を調べてもらうため", NotFound),
        (satou, "警察 に 伝 え る", Refused),
    ):
        with pytest.raises(refusal), lonely.work() as session:
            break_glass.open_number(lonely.office, session, case_id, who, reason, now_ms())
    assert lonely.all(Audit, action="break_glass") == []
    with lonely.work() as session:
        opened = break_glass.open_number(
            lonely.office, session, case_id, satou, f"{CANARY}と書いたので警察に伝えるため", now_ms()
        )
    assert (opened.channel, opened.address) == ("line", lonely.user)
    assert [(row.staff_id, row.case_id, row.detail) for row in lonely.all(Audit, action="break_glass")] == [
        (satou.id, case_id, "")
    ]
    (entry,) = lonely.all(History, what="break_glass")
    assert entry.note_sealed is not None and CANARY.encode() not in entry.note_sealed
    (row,) = notices(lonely, "glass")
    assert send(lonely, row) == ["sent"]
    assert lonely.user not in str(hooks.arrived) and CANARY not in str(hooks.arrived)
    with lonely.work() as session:
        assert [(found.who, found.case) for found in break_glass.lately(session, "mihon")] == [("佐藤", "T-0001")]
        assert ledger.verify_audit(session, lonely.office.audit_key, "mihon") is None


def test_the_number_of_a_calm_case_stays_closed(lonely: Town) -> None:
    case_id = lonely.open()
    with pytest.raises(Refused) as refusal, lonely.work() as session:
        break_glass.open_number(lonely.office, session, case_id, lonely.staff(), "あとで電話をかけたいので", now_ms())
    assert refusal.value.code == "not_emergency"


def test_the_rota_waits_longer_after_its_last_round() -> None:
    three = OnCall(True, "当番", "", (("a",), ("b",), ("c", "d")), 4)
    assert [rota.names_of(three, step) for step in (0, 1, 2, 9)] == [("a",), ("b",), ("c", "d"), ("c", "d")]
    assert [rota.wait_seconds(three, step) / 60 for step in (0, 1, 2, 3, 4, 50)] == [4, 4, 4, 8, 15, 15]
    assert rota.wait_seconds(replace(three, every_minutes=30), 50) == 30 * 60, "never sooner than the pack says"
    assert rota.names_of(OnCall(), 3) == () and rota.wait_seconds(OnCall(), 0) == 300
    office = replace(three, office_rota=(("desk",),))
    assert rota.names_of(office, 5, opened=True) == ("desk",) and rota.names_of(office, 0) == ("a",)


def test_people_of_a_place_are_called_for_by_its_own_rota_also_when_it_becomes_known_later(lonely: Town) -> None:
    base, satou = lonely.office.pack, lonely.staff()
    on_call = replace(base.on_call, areas=(AreaRota("北町", (("second",), ("first", "second"))),))
    office = replace(lonely.office, packs=replace(base, areas=(Area("北町"), Area("南町")), on_call=on_call))
    here, later = lonely.open(), lonely.say("たすけて", user="U-later").case_id
    with lonely.work() as session:
        for case_id, area in ((here, "北町"), (later, "南町")):
            case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or pytest.fail("no case")
            row.area = area
            calls.begin(office, session, case, row, now_ms())

    def names(case_id: int) -> list[str]:
        return [row.dedupe.rpartition("-")[2] for row in notices(lonely) if row.case_id == case_id]

    assert (names(here), names(later)) == (["second"], ["first"])
    with lonely.work() as session:
        areas.correct(office, session, later, satou, "北町", now_ms())
    assert names(later) == ["first", "second"], "who is first for that place hears of it at once"
    with lonely.work() as session:
        areas.correct(office, session, later, satou, "南町", now_ms())
        areas.correct(office, session, later, satou, "北町", now_ms())
    assert names(later) == ["first", "second", "first"], "and nobody twice by the same way"


def test_who_is_called_at_night_sleeps_while_the_office_has_people_for_its_hours(lonely: Town) -> None:
    base, case_id = lonely.office.pack, lonely.open()
    on_call = replace(base.on_call, office_rota=(("first",),), areas=(AreaRota("北町", (("second",),)),))
    office = replace(lonely.office, packs=replace(base, areas=(Area("北町"),), on_call=on_call))
    opens = clock.next_open(base.hours, to_datetime(now_ms()))
    assert opens is not None
    by_day = to_ms(opens) + 60_000
    with lonely.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or pytest.fail("no case")
        calls.begin(office, session, case, row, by_day)
    with lonely.work() as session:
        areas.correct(office, session, case_id, lonely.staff(), "北町", by_day)
    assert [row.dedupe.rpartition("-")[2] for row in notices(lonely)] == ["first"]
