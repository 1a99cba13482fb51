"""The paths R1–R6: one for every route that a case can have, written down where a route does not say it; secrecy."""

from __future__ import annotations

import pytest
from play_town import Town

from handoff import sources
from handoff.basis import BASES
from handoff.console.words import ROUTE_JA
from handoff.path_codes import OF_ROUTE, PATHS
from handoff.path_records import CaseSource
from handoff.plan_values import Source
from handoff.statistics_tables import ROUTE_JA as COUNTED
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case


def test_every_route_has_its_path_and_every_path_its_words() -> None:
    assert {str(one) for one in Source} == set(OF_ROUTE) == set(ROUTE_JA)
    assert set(OF_ROUTE.values()) | {"R4a", "R4c"} == set(PATHS)
    assert set(OF_ROUTE) - {"advice"} <= set(COUNTED)
    assert sources.path_of("something new") == ""


def test_what_was_told_in_a_meeting_goes_no_further_than_its_basis() -> None:
    beyond = {code for code in BASES if sources.goes_beyond("C1", code)}
    assert beyond == set(BASES) - {"C1", "C2a", "C2b", "C2c", "C2d", "C3"}
    assert not any(sources.goes_beyond("", code) for code in BASES)


def test_a_path_that_was_written_down_stands_before_the_route(town: Town) -> None:
    case_id = town.open()
    with town.work() as session:
        case = session.get_one(Case, case_id)
        assert (sources.source_of(session, case), sources.restriction(session, case)) == ("R4d", "")
        sources.remember(town.office, session, case, "R2", now_ms(), meeting="みほん支援会議", secrecy="C1")
        with pytest.raises(ValueError, match="path or basis"):
            sources.remember(town.office, session, case, "R9", now_ms())
    with reading(town.parts.sessions) as session:
        case = session.get_one(Case, case_id)
        found = sources.known(session, town.office.sealer, case)
        assert found is not None
        assert (found.path.code, found.meeting, sources.restriction(session, case)) == ("R2", "みほん支援会議", "C1")
        assert "支援会議" in found.secrecy_ja
        assert sources.paths_of(session, [case]) == {case_id: "R2"}
        assert "支援会議" not in str(session.get_one(CaseSource, case_id).meeting_sealed)
