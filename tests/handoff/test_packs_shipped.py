"""Every pack that is shipped: usable as it is, nothing made up, and where its people are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files

import pytest
from play_town import assessment

from handoff import desks, residence
from handoff.clock import TOKYO, hours_ja, is_open, next_open
from handoff.numbers import load_registry
from handoff.overlay_export import to_toml
from handoff.pack import Desk, Level, Meeting, Pack, Project, check, load, parse
from handoff.packs.codes import code_holds, find_named, municipalities, name_of_code
from handoff.packs.values import Area, Form
from handoff.plan import Facts, NextStep, Source, decide
from triage.assessment import THEMES, Complexity, Domain, Reason, Reporter

TODAY = date(2026, 11, 22)
SHIPPED = tuple(
    sorted(
        one.name.removesuffix(".toml")
        for one in files("handoff.packs").iterdir()
        if one.name.endswith(".toml") and one.name != "numbers.toml"
    )
)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=TOKYO)
AOMORI, CHIGASAKI, SUMIDA = load("aomori"), load("chigasaki"), load("sumida")


def _codes(pack: Pack, level: Level) -> set[str]:
    return {problem.code for problem in check(pack, TODAY) if problem.level is level}


def _plan(pack: Pack, area: str = "", route: Source = Source.RESIDENT, **read: object) -> list[str]:
    plan = decide(assessment(**read), Facts(route, "ja", 40, area=area), pack, NOON)
    return [desk.desk_id for desk in plan.desks]


def test_there_are_four() -> None:
    assert SHIPPED == ("aomori", "chigasaki", "mihon", "sumida")


@pytest.mark.parametrize("name", SHIPPED)
def test_it_has_no_error_and_reads_back_the_same_when_it_is_exported(name: str) -> None:
    pack = load(name)
    assert _codes(pack, Level.ERROR) == set()
    assert parse(to_toml(pack, load_registry())) == pack


@pytest.mark.parametrize("name", SHIPPED)
def test_a_number_that_nobody_gave_is_said_to_be_unconfirmed(name: str) -> None:
    pack = load(name)
    for desk in pack.desks:
        assert desk.unconfirmed or desk.phone or desk.fax or desk.email
        assert (desk.reach_ja == "連絡先は未確認") is not bool(desk.phone or desk.fax or desk.email)
    silent = replace(pack, desks=(*pack.desks, Desk("x", "どこか", frozenset({Project.COMMUNITY}))))
    assert "unreachable" in _codes(silent, Level.ERROR)


def test_every_code_of_the_list_holds() -> None:
    assert [one for one in municipalities() if not code_holds(one.code6)] == []
    assert not code_holds("023079") and not code_holds("23078") and not code_holds("０２３０７８")
    known = name_of_code("023078")
    assert known is not None and (known.name, known.city) == ("外ヶ浜町", "東津軽郡外ヶ浜町")
    assert find_named("そとがはままち") == (known,) == find_named("外ケ浜町")
    assert len(find_named("府中市")) == 2 and find_named("府中市", "東京都")[0].code6 == "132063"
    assert find_named("横浜市")[0].code6 == "141003"
    assert find_named("お金がない") == ()


def test_aomori_as_the_seed_has_it() -> None:
    assert AOMORI.form is Form.PREPARING and {one.basis for one in AOMORI.meetings} == {"C9"}
    assert len(AOMORI.areas) == 9 and {one.group for one in AOMORI.areas} == {"東地域", "中南地域"}
    assert all(name_of_code(one.code6) for one in AOMORI.areas)
    assert all(desk.hours is None and not hours_ja(desk.hours) for desk in AOMORI.desks), "the seed gives no hours"
    east = desks.desk(AOMORI, "east-center")
    assert east is not None and east.phone == east.fax == "017-752-1888"
    assert len(AOMORI.members) == 23 and len(AOMORI.referrers) == 8
    assert {one.name for one in AOMORI.links} >= {"法テラス青森"} and all(not one.url for one in AOMORI.links)
    statutory = replace(AOMORI, meetings=(*AOMORI.meetings, Meeting("s", "支援会議", "C1", "east-center")))
    assert "meeting_without_form" in _codes(statutory, Level.ERROR)


@pytest.mark.parametrize("area", AOMORI.areas, ids=lambda area: area.code6)
def test_every_town_of_aomori_shows_its_own_desk_and_its_centre(area: Area) -> None:
    found = _plan(AOMORI, area.name, domains=frozenset({Domain.ELDERLY}), themes=frozenset({"care"}))
    centre = "east-center" if area.group == "東地域" else "chunan-center"
    own = next(desk.id for desk in AOMORI.desks if desk.area == (area.name,))
    assert {centre, own} <= set(found) and found[0] == centre
    other = {"east-center", "chunan-center"} - {centre}
    assert not other & set(found)


@pytest.mark.parametrize("name", SHIPPED)
def test_dv_and_a_child_with_medical_care_go_to_the_prefecture_too(name: str) -> None:
    pack = load(name)
    dv = _plan(pack, themes=frozenset({"dv"}))
    layer = {desk.id: desk.layer for desk in pack.desks}
    assert layer[dv[0]] == "city" and any(one.endswith("haibo") for one in dv)
    child = _plan(pack, domains=frozenset({Domain.CHILD}), themes=frozenset({"medical"}))
    assert any(one.endswith("iryoteki") for one in child)
    grown = _plan(pack, domains=frozenset({Domain.ELDERLY}), themes=frozenset({"medical"}))
    assert not any(one.endswith("iryoteki") for one in grown)


@pytest.mark.parametrize(("pack", "lead"), [(CHIGASAKI, "c-sogo"), (SUMIDA, "s-takikan")])
def test_entangled_troubles_are_led_by_the_pack_s_lead(pack: Pack, lead: str) -> None:
    found = _plan(
        pack,
        domains=frozenset({Domain.ELDERLY, Domain.POVERTY}),
        themes=frozenset({"p8050", "debt"}),
        complexity=Complexity.COMPLEX,
        complexity_reasons=frozenset({Reason.HOUSEHOLD}),
    )
    assert found[0] == lead and pack.lead == lead
    broken = replace(pack, lead=next(one.id for one in pack.desks if Project.COORDINATION not in one.projects))
    assert "wrong_lead" in _codes(broken, Level.ERROR)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_theme_has_a_desk_that_names_it(name: str) -> None:
    """A14: nothing that triage reads is left to the fallback alone."""
    pack = load(name)
    assert [theme for theme in THEMES if not desks.for_theme(pack, theme)] == []


@pytest.mark.parametrize(
    ("theme", "desk"), [("income", "ken-fukushi"), ("abuse_child", "ken-jiso"), ("suicide", "ken-hokenjo")]
)
def test_for_towns_the_prefecture_pays_protects_and_treats(theme: str, desk: str) -> None:
    """G10: 福祉事務所, 児童相談所 and 保健所 of the prefecture, beside the town's own and its centre."""
    found = _plan(AOMORI, "外ヶ浜町", themes=frozenset({theme}))
    assert desk in found and {"east-center", "sotogahama"} <= set(found)
    known = desks.desk(AOMORI, desk)
    assert known is not None and known.layer == "prefecture" and known.bound


@pytest.mark.parametrize(
    ("domain", "theme", "desk"),
    [
        (Domain.DISABILITY, "suicide", "ku-hokenjo"), (Domain.ELDERLY, "abuse_elder", "ku-korei"),
        (Domain.DISABILITY, "abuse_disability", "ku-shogai"), (Domain.ELDERLY, "care", "ku-korei"),
        (Domain.POVERTY, "income", "ku-seikatsu"), (Domain.CHILD, "abuse_child", "ku-kodomo"),
    ],
)  # fmt: skip
def test_sumida_has_a_desk_for_each_field_beside_the_council(domain: Domain, theme: str, desk: str) -> None:
    assert desk in _plan(SUMIDA, domains=frozenset({domain}), themes=frozenset({theme}))
    known = desks.desk(SUMIDA, desk)
    assert known is not None and known.unconfirmed and known.hours is None and not known.phone


def test_members_of_the_meeting_are_there_to_be_chosen_and_proposed_to_nobody() -> None:
    """G4: who only people hand over to."""
    chosen = {one.id for one in AOMORI.desks if one.referral}
    assert chosen == {"aomori-shi", "gan-soudan", "tsukushigaoka", "saposute", "hellowork", "kakei"}
    for theme in THEMES:
        assert not chosen & set(_plan(AOMORI, "平内町", domains=frozenset(Domain), themes=frozenset({theme})))
    led = tuple(replace(one, themes=frozenset({"work"})) if one.id == "hellowork" else one for one in AOMORI.desks)
    assert "referral_led_to" in _codes(replace(AOMORI, desks=led), Level.ERROR)
    lost = tuple(replace(one, referral=False) for one in AOMORI.desks)
    assert "no_way_to_desk" in _codes(replace(AOMORI, desks=lost), Level.ERROR)


def test_chigasaki_s_plan_is_over_and_says_so() -> None:
    assert "plan_over" in _codes(CHIGASAKI, Level.WARNING) and "never_verified" in _codes(CHIGASAKI, Level.WARNING)
    city = [one for one in CHIGASAKI.desks if one.layer == "city"]
    assert sum(Project.COMPREHENSIVE in one.projects for one in city) == 10
    assert [one.id for one in city if Project.COMMUNITY in one.projects] == [
        "c-shakyo", "c-kosodate", "c-kaigoyobo", "c-seikatsushien", "c-chikatsu"
    ], "地域づくり is five (G5), 地域子育て支援拠点 among them (A18)"  # fmt: skip
    assert {one.basis: one.desk for one in CHIGASAKI.meetings} == {
        "C0": "c-sogo", "C1": "c-sogo", "C5": "c-katei", "C9": "c-sogo"
    }  # fmt: skip


def test_a_section_that_changed_keeps_its_old_name_in_old_papers() -> None:
    desk = desks.desk(SUMIDA, "s-takikan")
    assert desk is not None
    assert desk.name_on(date(2022, 3, 31)).startswith("生活福祉課") and desk.owner_on(date(2022, 3, 31)) == "生活福祉課"
    assert desk.name_on(date(2022, 4, 1)).startswith("厚生課") and desk.owner_on(date(2022, 4, 1)) == "厚生課"


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        ("2026-11-02", True), ("2026-11-09", True), ("2026-11-16", False), ("2026-11-23", False), ("2026-11-24", False),
        ("2026-11-25", True), ("2026-12-28", True), ("2026-12-30", False), ("2027-01-04", True), ("2027-01-18", False),
    ],
)  # fmt: skip
def test_honjo_opens_on_mondays_and_wednesdays_but_the_third_monday(day: str, opened: bool) -> None:
    desk = desks.desk(SUMIDA, "s-honjo")
    assert desk is not None
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=TOKYO)
    assert is_open(desk.hours, noon) is opened
    assert opened or next_open(desk.hours, noon) != noon


def test_a_desk_that_is_no_more_is_proposed_to_nobody() -> None:
    gone = tuple(
        replace(desk, until=date(2026, 3, 31)) if desk.id == "c-jiritsu" else desk for desk in CHIGASAKI.desks
    )  # fmt: skip
    pack = replace(CHIGASAKI, desks=gone)
    assert "desk_over" in _codes(pack, Level.WARNING)
    assert "c-jiritsu" not in _plan(pack, domains=frozenset({Domain.POVERTY}), themes=frozenset({"debt"}))


@pytest.mark.parametrize("name", SHIPPED)
def test_outreach_waits_for_neither_plan_nor_consent(name: str) -> None:
    pack = load(name)
    plan = decide(
        assessment(themes=frozenset({"self_neglect"}), reporter=Reporter.NEIGHBOR),
        Facts(Source.LIFELINE, "ja", 40),
        pack,
        NOON,
    )
    assert plan.next_step is NextStep.OUTREACH
    assert any(Project.OUTREACH in d.projects for d in pack.desks if d.id in {one.desk_id for one in plan.desks})


def test_people_of_elsewhere_are_marked_and_taken_in() -> None:
    assert residence.mark_ja(AOMORI, "青森市") == "ほかの市町村の方（青森市）"
    assert residence.mark_ja(AOMORI, residence.ELSEWHERE) == "ほかの市町村の方"
    assert residence.where_ja(AOMORI, "外ヶ浜町") == "外ヶ浜町（東地域）" and residence.where_ja(AOMORI, "") == "未確認"
    assert residence.town_named(AOMORI, "墨田区") == ("131075", "東京都墨田区")
    assert residence.area_of(AOMORI, {"town": "other", "elsewhere": "母のところ 090-0000-0000"}) == residence.ELSEWHERE
    assert residence.area_of(AOMORI, {"town": "other", "elsewhere": "平内町"}) == "平内町"
    assert _plan(AOMORI, "青森市", themes=frozenset({"debt"})) == ["east-center"]


def test_a_meeting_knows_its_day() -> None:
    second = next(one for one in load("mihon").meetings if one.id == "shien")
    assert second.day_in(2026, 12) == date(2026, 12, 10) and second.day_in(2027, 4) == date(2027, 4, 8)
    assert replace(second, nth=-1).day_in(2027, 4) == date(2027, 4, 29)
    assert replace(second, nth=5).day_in(2027, 2) is None and replace(second, nth=None).day_in(2027, 2) is None
