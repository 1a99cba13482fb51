"""The person's municipality decides (住んでいるところ): both desks are shown, another town's people are received."""

from __future__ import annotations

import math

import pytest
from play_town import FakeReader, Town, assessment

from bots import read
from handoff import areas, plan_store, residence
from handoff.office import Refused
from handoff.pack import load
from handoff.records import Ticket
from intake import given
from intake.clock import now_ms
from intake.records import Case
from triage.assessment import Domain

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
AOMORI = load("aomori")


@pytest.fixture
def nine(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town with the pack of Aomori's nine towns, spoken to in LINE itself."""
    from dataclasses import replace

    from handoff.packs.values import LineMode

    shelf = town.office.shelf
    monkeypatch.setattr(shelf, "_pack", replace(AOMORI, line_mode=LineMode.TALK))
    monkeypatch.setattr(shelf, "_look_at", math.inf)
    return town


def _tell(town: Town, *answers: str) -> tuple[Case, Ticket]:
    town.say("父の介護で眠れません。お金もありません")
    town.say("2")
    town.say("1")
    town.say("2")
    assert "住んでいるところは、どこですか" in town.said()
    for answer in answers:
        town.say(answer)
    return town.case()


def _desks(town: Town, case: Case, row: Ticket) -> list[str]:
    plan = plan_store.plan_of(town.office.sealer, row)
    assert plan is not None
    return [desk.desk_id for desk in plan.desks]


def _read(town: Town, case: Case) -> None:
    reader = FakeReader(assessment(domains=frozenset({Domain.ELDERLY}), themes=frozenset({"care"})))
    assert read.read(town.parts, reader, case.id, 1) == "read"


def test_the_town_of_the_person_brings_both_desks(nine: Town) -> None:
    case, row = _tell(nine, "外ヶ浜町")
    assert (row.area, row.owner_desk) == ("外ヶ浜町", "east-center")
    _read(nine, case)
    found = _desks(nine, *nine.case())
    assert found[:2] == ["east-center", "sotogahama"] and "hokatsu" in found
    assert not set(found) & {"chunan-center", "hiranai"}


def test_the_other_region_takes_an_untouched_case(nine: Town) -> None:
    _, row = _tell(nine, "6")
    assert (row.area, row.owner_desk) == ("藤崎町", "chunan-center")


def test_an_answer_after_the_reading_plans_anew(nine: Town) -> None:
    nine.say("父の介護で眠れません。お金もありません")
    case, _ = nine.case()
    _read(nine, case)
    assert "sotogahama" not in _desks(nine, *nine.case())
    for said in ("2", "1", "2", "外ヶ浜町"):
        nine.say(said)
    assert _desks(nine, *nine.case())[:2] == ["east-center", "sotogahama"]


def test_somebody_of_another_municipality_is_received_all_the_same(nine: Town) -> None:
    case, row = _tell(nine, "ほかの市町村", "あおもりし")
    assert row.area == "青森市" and residence.mark_ja(AOMORI, row.area) == "ほかの市町村の方（青森市）"
    assert row.owner_desk == "east-center" and row.state == "draft"
    _read(nine, case)
    assert _desks(nine, *nine.case()) == ["east-center"]


def test_nobody_has_to_say_it(nine: Town) -> None:
    _, row = _tell(nine, "答えたくない")
    assert row.area == "" and residence.where_ja(AOMORI, row.area) == "未確認"


def test_what_is_taken_back_is_forgotten(nine: Town) -> None:
    _tell(nine, "ほかの市町村")
    nine.say("弘前市", "m-town")
    assert nine.case()[1].area == "弘前市"
    nine.unsend("m-town")
    case, row = nine.case()
    assert row.area == residence.ELSEWHERE and "elsewhere" not in given.answers_of(nine.office.sealer, case)


def test_staff_correct_it(nine: Town) -> None:
    case, _ = _tell(nine, "外ヶ浜町")
    staff = nine.staff()
    with nine.work() as session:
        areas.correct(nine.office, session, case.id, staff, "板柳町", now_ms())
    assert (nine.case()[1].area, nine.case()[1].owner_desk) == ("板柳町", "chunan-center")
    with nine.work() as session, pytest.raises(Refused, match="no_such_town"):
        areas.correct(nine.office, session, case.id, staff, "どこかの町", now_ms())
    with nine.work() as session:
        areas.correct(nine.office, session, case.id, staff, "", now_ms())
    assert nine.case()[1].area == ""
