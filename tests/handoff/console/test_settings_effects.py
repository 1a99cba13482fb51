"""Changes on screen in the database: who may, conflicts, what other processes see, closed desks and their cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from console_town import Town, add_case, reading
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from handoff import desk, overlay, overlay_desks, overlay_rows, overlay_store
from handoff.clock import TOKYO, due, moment_ja
from handoff.desk_records import SettingChange
from handoff.numbers import load_registry
from handoff.office import Conflict, Office, Refused
from handoff.overlay_shelf import LOOK_SECONDS, PackShelf, Ways
from handoff.overlay_store import Unusable, Wish, put
from handoff.pack import Pack
from handoff.records import Audit, HandOver, History, Staff, Ticket
from intake.clock import to_datetime, to_ms
from triage.assessment import Urgency

SHORT = '{"weekdays": ["10:00-12:00"]}'
FIRST = {"available": True, "label": "当番", "desk": "night", "rota": [["first"]], "every_minutes": 5}


class Ticks:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def process(town: Town, ticks: Ticks | None = None, ways: Ways | None = None) -> Office:
    """The office as another process has it."""
    shelf = PackShelf("mihon", town.office.pack, load_registry(), town.sessions, ways, ticks=ticks or Ticks())
    return replace(town.office, packs=shelf)


def change(town: Town, kind: str, key: str, value: str, *, who: str = "kato", office: Office | None = None) -> None:
    with town.sessions.begin() as session:
        seen = overlay_store.newest_id(overlay_rows.changes_of(session, "mihon"), kind, key)
        put(office or town.office, session, town.staff[who], Wish(kind, key, value, seen), town.now)


def rows(town: Town, session: Session) -> int:
    return len(session.scalars(select(SettingChange)).all())


def test_another_process_sees_a_change_within_seconds_and_promises_by_it(town: Town) -> None:
    ticks = Ticks()
    other = process(town, ticks)
    before, at = other.pack, datetime(2026, 11, 24, 11, 0, tzinfo=TOKYO)
    change(town, "hours", "marugoto", SHORT)
    assert other.pack is before, "nobody asks the database at every step"
    ticks.now += LOOK_SECONDS
    pack = other.pack
    assert (pack.hours != before.hours) and pack.desks[1:] == before.desks[1:]
    said = [due(Urgency.HIGH, at, one.sla, one.hours) for one in (before, pack)]
    assert [moment_ja(one.at, at) for one in said if one.at] == ["11月24日（火）17:15", "11月25日（水）12:00"]
    change(town, "hours", "marugoto", "")
    ticks.now += LOOK_SECONDS
    assert other.pack == before


def test_a_case_of_another_process_gets_the_new_promise(town: Town) -> None:
    change(town, "hours", "marugoto", SHORT)
    town.office = process(town)
    town.now = to_ms(datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO))
    case_id = add_case(town, "new", "話を聞いてください", reading("話を聞いてください", {}), ago=1)
    with town.sessions() as session:
        due_at = session.get_one(Ticket, case_id).due_at
    assert due_at and to_datetime(due_at).astimezone(TOKYO) == datetime(2026, 11, 25, 12, 0, tzinfo=TOKYO)


def test_when_the_database_is_away_the_last_good_pack_stays(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = Ticks()
    other = process(town, ticks)
    change(town, "text", "office", '"ふくし相談室"')
    assert other.pack.office == "ふくし相談室"

    def away(session: Session, tenant: str) -> int:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(overlay_rows, "counter", away)
    ticks.now += 60
    assert other.pack.office == "ふくし相談室" == other.last_pack.office


def test_a_change_that_no_longer_fits_the_file_is_left_out_and_the_others_stay(town: Town) -> None:
    change(town, "desk", "sumai", '{"retired_to": "jiritsu"}')
    change(town, "text", "office", '"ふくし相談室"')
    base = town.office.pack
    smaller: Pack = replace(base, desks=tuple(one for one in base.desks if one.id != "jiritsu"))
    shelf = PackShelf("mihon", smaller, load_registry(), town.sessions, ticks=Ticks())
    assert shelf.current().office == "ふくし相談室"
    assert "sumai" in {one.id for one in shelf.current().desks}


@pytest.mark.parametrize("who", ["sato", "tanaka", "mori"])
def test_only_managers_change_settings(town: Town, who: str) -> None:
    with pytest.raises(Refused, match="not_manager"):
        change(town, "hours", "marugoto", SHORT, who=who)
    with town.sessions() as session:
        assert rows(town, session) == 0 and overlay_rows.counter(session, "mihon") == 0


def test_who_did_not_see_the_newest_change_is_told(town: Town) -> None:
    change(town, "hours", "marugoto", SHORT)
    with pytest.raises(Conflict, match="changed_meanwhile"), town.sessions.begin() as session:
        put(town.office, session, town.staff["kato"], Wish("hours", "marugoto", '{"unknown": true}', 0), town.now)
    with town.sessions() as session:
        assert rows(town, session) == 1


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("hours", "kodomo", "{}"), "never_open"),
        (Wish("desk", "marugoto", '{"retired_to": "hokatsu"}'), "unusable"),
        (Wish("number", "fire", '{"on": false}'), "no_emergency_number"),
        (Wish("on_call", "all", overlay.to_json({**FIRST, "rota": [["nobody"]]})), "unknown_address"),
        (Wish("text", "danger", '"x"'), "unusable"),
    ],
)
def test_an_unusable_change_is_refused_and_changes_nothing(town: Town, wish: Wish, code: str) -> None:
    office = process(town, ways=Ways(False, frozenset({"first", "second"})))
    with pytest.raises(Unusable, match=code), town.sessions.begin() as session:
        put(office, session, town.staff["kato"], wish, town.now)
    with town.sessions() as session:
        assert rows(town, session) == 0
        assert not session.scalars(select(Audit).where(Audit.action == "setting_changed")).all()


def test_a_change_is_audited_by_its_kind_and_key_alone(town: Town) -> None:
    change(town, "text", "office", '"ふくし相談室"')
    with town.sessions() as session:
        entry = session.scalars(select(Audit).where(Audit.action == "setting_changed")).one()
        assert (entry.detail, entry.staff_id, entry.case_id) == ("text office", town.staff["kato"].id, None)


def test_a_rota_made_on_screen_is_promised_only_where_somebody_can_be_called(town: Town) -> None:
    base = replace(town.office.pack, on_call=replace(town.office.pack.on_call, rota=()))
    ways = Ways(False, frozenset({"first"}))
    ticks = Ticks()
    shelf = PackShelf("mihon", base, load_registry(), town.sessions, ways, ticks=ticks)
    office = replace(town.office, packs=shelf)
    assert not office.pack.on_call.available and not office.can_call
    change(town, "on_call", "all", overlay.to_json(FIRST), office=office)
    ticks.now += LOOK_SECONDS
    assert office.pack.on_call.available and office.can_call


def test_a_closed_desk_leaves_no_case_and_nobody_behind(town: Town) -> None:
    office = process(town)
    handed, waiting, done = (add_case(town, name, "住まいのこと", None) for name in ("a", "b", "c"))
    staff = town.staff["sato"]
    with town.sessions.begin() as session:
        for case_id in (handed, waiting, done):
            desk.claim(office, session, case_id, staff, town.now)
        desk.hand(office, session, handed, staff, "sumai", "C3", "おねがいします", "見守ります", town.now)
        for case_id in (waiting, done):
            session.get_one(Ticket, case_id).owner_desk = "sumai"
        desk.close(office, session, done, staff, "done", "", town.now)
        session.get_one(Staff, town.staff["tanaka"].id).desk = "sumai"
    change(town, "desk", "sumai", '{"retired_to": "jiritsu"}', office=office)
    change(town, "desk", "jiritsu", '{"retired_to": "kokoro"}', office=office)
    with town.sessions() as session:
        desks = {one.id for one in overlay_store.effective(office, session).pack.desks}
        tickets = session.scalars(select(Ticket)).all()
        assert {row.owner_desk for row in tickets} <= desks and session.get_one(Ticket, done).owner_desk == "kokoro"
        assert session.get_one(Staff, town.staff["tanaka"].id).desk == "kokoro"
        assert session.scalars(select(HandOver).where(HandOver.case_id == handed)).one().to_desk == "kokoro"
        moved = session.scalars(select(History).where(History.what == "desk_closed")).all()
        assert [(row.case_id, row.detail) for row in moved] == [(waiting, "jiritsu"), (waiting, "kokoro")]


def test_a_case_put_late_into_a_closed_desk_is_found_and_moved(town: Town) -> None:
    office = process(town)
    case_id = add_case(town, "late", "住まいのこと", None)
    change(town, "desk", "sumai", '{"retired_to": "jiritsu"}', office=office)
    with town.sessions.begin() as session:
        session.get_one(Ticket, case_id).owner_desk = "sumai"
        changes = overlay_rows.changes_of(session, "mihon")
        assert overlay_desks.left_behind(session, "mihon", overlay_desks.heirs(office.pack, changes))
        assert overlay_desks.move_left_behind(office, session, office.pack, town.now, None, changes) == 1
        assert session.get_one(Ticket, case_id).owner_desk == "jiritsu"
