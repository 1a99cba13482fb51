"""Looking up desks in a pack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff import desks
from handoff.pack import Pack, Project, load
from triage.assessment import Domain


@pytest.fixture(scope="module")
def mihon() -> Pack:
    return load("mihon")


def test_by_id_project_domain_and_theme(mihon: Pack) -> None:
    found = desks.desk(mihon, "kodomo")
    assert found is not None
    assert found.name == "こども家庭センター"
    assert desks.desk(mihon, "gone") is None
    assert [desk.id for desk in desks.for_project(mihon, Project.OUTREACH)] == ["outreach"]
    assert [desk.id for desk in desks.for_domain(mihon, Domain.DISABILITY)] == ["shogai", "kokoro"]
    assert [desk.id for desk in desks.for_theme(mihon, "dv")] == ["ken-haibo"]


def test_the_fallback(mihon: Pack) -> None:
    assert desks.fallback(mihon).id == "marugoto"
    with pytest.raises(LookupError):
        desks.fallback(replace(mihon, fallback="gone"))


def test_routes_and_meetings(mihon: Pack) -> None:
    assert [route.code for route in desks.routes_for(mihon, frozenset(), frozenset({"dv", "abuse_child"}))] == [
        "K1",
        "K2",
    ]
    assert desks.routes_for(mihon, frozenset(Domain), frozenset({"care"})) == ()
    meeting = desks.meeting_for(mihon, "C1")
    assert meeting is not None
    assert meeting.desk == "takikan"
    assert desks.meeting_for(mihon, "C7") is None


def test_area_narrows_only_desks_that_have_one(mihon: Pack) -> None:
    local = replace(mihon.desks[1], id="east", area=("東地区",))
    pack = replace(mihon, desks=(*mihon.desks, local))
    assert [desk.id for desk in desks.for_domain(pack, Domain.ELDERLY, "西地区")] == ["hokatsu"]
    assert [desk.id for desk in desks.for_domain(pack, Domain.ELDERLY, "東地区")] == ["hokatsu", "east"]
    assert [desk.id for desk in desks.for_domain(pack, Domain.ELDERLY)] == ["hokatsu", "east"]
