"""The rota of a pack: read with clear errors, checked by `toritsugi pack check`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handoff import rota
from handoff.overlay_export import to_toml
from handoff.pack import Level, OnCall, Pack, PackError, check, load, parse
from handoff.pack_diff import differences
from handoff.packs.local import Area
from handoff.packs.reading import read_registry, resource
from handoff.packs.values import AreaRota

TODAY = date(2026, 11, 22)
PLACE = 'rota = [["first"], ["first", "second"]]'


def changed(rota: str = PLACE, every: str = "every_minutes = 5") -> str:
    text = resource("mihon")
    assert PLACE in text and "every_minutes = 5" in text
    return text.replace(PLACE, rota).replace("every_minutes = 5", every)


def test_mihon_has_a_rota() -> None:
    on_call = load("mihon").on_call
    assert (on_call.rota, on_call.every_minutes, on_call.office_rota) == ((("first",), ("first", "second")), 5, ())
    assert parse(changed('office_rota = [["desk"]]')).on_call.office_rota == (("desk",),)


@pytest.mark.parametrize(
    ("rota", "every", "words"),
    [
        ('rota = ["first"]', "every_minutes = 5", "rota は名前の並びの並び"),
        ("rota = [[1]]", "every_minutes = 5", "rota は名前の並びの並び"),
        (PLACE, "every_minutes = 0", "1〜60"),
        (PLACE, "every_minutes = 61", "1〜60"),
        (PLACE, 'every_minutes = "5"', "every_minutes の種類"),
        (PLACE, "every_minuets = 5", "知らない項目 every_minuets"),
    ],
)
def test_a_slip_in_the_rota_is_refused_with_its_place(rota: str, every: str, words: str) -> None:
    with pytest.raises(PackError, match=words) as refusal:
        parse(changed(rota, every))
    assert "on_call" in str(refusal.value)


@pytest.mark.parametrize(
    ("on_call", "code", "level"),
    [
        (OnCall(True, "当番", "night", ((),)), "empty_round", Level.ERROR),
        (OnCall(True, "当番", "night", (("First!",),)), "wrong_rota_name", Level.ERROR),
        (OnCall(True, "当番", "night", (("first",),), 90), "wrong_every_minutes", Level.ERROR),
        (OnCall(True, "当番", "night"), "no_rota", Level.INFO),
    ],
)
def test_a_rota_that_cannot_be_called_is_found(on_call: OnCall, code: str, level: Level) -> None:
    found = {problem.code: problem.level for problem in check(replace(load("mihon"), on_call=on_call), TODAY)}
    assert found.get(code) is level
    assert code not in {problem.code for problem in check(load("mihon"), TODAY)}


NORTH = """[on_call.areas."北町"]
rota = [["north"], ["north", "first"]]
[on_call.areas."西の村々"]
rota = [["west"]]
"""


def with_places() -> Pack:
    """みほん市 with three places, a rota for one of them and one for the group of two others."""
    text = resource("mihon").replace("[retention_days]", f"{NORTH}\n[retention_days]", 1)
    places = (Area("北町"), Area("西一村", group="西の村々"), Area("南町"))
    return replace(parse(text), areas=places)


def test_a_place_has_its_own_rota_else_its_groups_else_the_towns() -> None:
    pack = with_places()
    assert check(pack, TODAY) and not [one for one in check(pack, TODAY) if one.level is Level.ERROR]
    first = {area: rota.names_of(rota.of_area(pack, area), 0) for area in ("北町", "西一村", "南町", "", "青森市")}
    assert first == {
        "北町": ("north",), "西一村": ("west",), "南町": ("first",), "": ("first",), "青森市": ("first",)
    }  # fmt: skip
    day = replace(pack, on_call=replace(pack.on_call, office_rota=(("desk",),)))
    assert rota.names_of(rota.of_area(day, "北町"), 0, opened=True) == ("desk",)
    assert rota.names_of(rota.of_area(day, "北町"), 5) == ("north", "first"), "their last round repeats"
    assert rota.every_name(pack.on_call) == ("first", "second", "north", "west")


def test_a_rota_of_a_place_survives_the_export_and_shows_in_the_difference() -> None:
    pack = with_places()
    again = parse(to_toml(pack, read_registry(resource("numbers"))))
    assert (again.on_call, again.areas) == (pack.on_call, pack.areas)
    (line,) = [one for one in differences(load("mihon"), pack) if "場所ごと" in one]
    assert line.endswith("なし → 北町：1 回め north、2 回め north・first・西の村々：1 回め west")


@pytest.mark.parametrize(
    ("areas", "code"),
    [
        ((AreaRota("海町", (("first",),)),), "unknown_area"),
        ((AreaRota("北町", ()),), "empty_round"),
        ((AreaRota("北町", (("North!",),)),), "wrong_rota_name"),
    ],
)
def test_a_rota_of_a_place_that_cannot_be_called_is_found(areas: tuple[AreaRota, ...], code: str) -> None:
    pack = with_places()
    found = check(replace(pack, on_call=replace(pack.on_call, areas=areas)), TODAY)
    assert code in {problem.code for problem in found if problem.level is Level.ERROR}


def test_nobody_is_promised_a_reader_whom_their_rota_does_not_reach() -> None:
    on_call = with_places().on_call
    assert rota.reachable(on_call, slack=False, addresses=("north",))
    alone = rota.honest(on_call, slack=False, addresses=("north",))
    assert not alone.available, "of whom nobody knows where they live, nobody would read"
    other = rota.honest(on_call, slack=False, addresses=("first",))
    assert other.available and [one.area for one in other.areas] == ["北町"], "west reaches nobody: the town's rota"


def test_a_link_that_became_the_plan_shows_in_the_difference() -> None:
    pack = load("mihon")
    (plan,) = [one for one in pack.links if one.kind == "plan"]
    others = tuple(replace(one, kind="") for one in pack.links)
    (line,) = differences(replace(pack, links=others), pack)
    assert plan.name in line and line.endswith("関係機関 → 計画")
