"""The list of desks for residents: which desks of the day stand in it, and of which it is said that they are open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from handoff.clock import TOKYO
from handoff.pack import STALE_DAYS, Desk, OnCall, Pack, load
from handoff.service_list import does_ja, first_desks, listed
from triage.assessment import Domain

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)
MIHON = load("mihon")


def _ids(pack: Pack, area: str = "") -> list[str]:
    return [one.desk.id for group in listed(pack, NOW, area) for one in group.services]


def _kodomo(**changed: Any) -> Pack:
    desks = (replace(one, **changed) if one.id == "kodomo" else one for one in MIHON.desks)
    return replace(MIHON, desks=tuple(desks))


def test_every_desk_of_the_day_stands_there_once() -> None:
    assert sorted(_ids(MIHON)) == sorted(desk.id for desk in MIHON.desks)
    assert _ids(MIHON)[0] == MIHON.fallback
    for gone in (_kodomo(until=date(2026, 11, 23)), _kodomo(since=date(2026, 11, 25))):
        assert "kodomo" not in _ids(gone)
    assert "night" not in _ids(replace(MIHON, on_call=OnCall())), "who cannot be called is not offered"


@pytest.mark.parametrize(
    ("changed", "opened"),
    [
        ({}, True),
        ({"hours": None}, None),
        ({"unconfirmed": True}, None),
        ({"verified_on": None}, None),
        ({"verified_on": NOW.date() - timedelta(STALE_DAYS + 1)}, None),
        ({"verified_on": NOW.date() + timedelta(1)}, None),
    ],
)
def test_open_is_said_only_of_hours_that_somebody_knows(changed: dict[str, object], opened: bool | None) -> None:
    (found,) = [
        one for group in listed(_kodomo(**changed), NOW) for one in group.services if one.desk.id == "kodomo"
    ]  # fmt: skip
    assert found.opened is opened


def test_each_town_of_aomori_has_two_and_nobody_else_s() -> None:
    pack = load("aomori")
    towns = [group for group in listed(pack, NOW) if group.kind == "town"]
    assert [group.place for group in towns] == [area.name for area in pack.areas]
    assert all(len(group.services) == 2 for group in towns)
    assert {"east-center", "sotogahama", "ken-jiso"} <= set(_ids(pack, "外ヶ浜町"))
    assert not {"chunan-center", "hiranai"} & set(_ids(pack, "外ヶ浜町"))
    assert [one.desk.id for one in first_desks(pack, NOW)] == ["east-center", "chunan-center"]


def test_what_a_desk_does_is_said_in_plain_words_also_where_the_pack_says_nothing() -> None:
    assert does_ja(Desk("x", "どこか", domains=frozenset({Domain.CHILD}))) == "子ども・子育ての相談。"
    for name in ("mihon", "aomori", "chigasaki", "sumida"):
        assert all(does_ja(desk) for desk in load(name).desks)
