"""The paths R1–R6: one for every route that a case can have, written down where a route does not say it; secrecy."""

from __future__ import annotations

import pytest
from play_town import Town

from handoff import sources
from handoff.basis import BASES, may_share
from handoff.console.words import ROUTE_JA
from handoff.path_codes import OF_ROUTE, PATHS
from handoff.path_records import CaseSource
from handoff.plan_values import Source
from handoff.secrecy import SECRECIES
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
    danger = {"C2a", "C2b", "C2c", "C2d", "C3"}
    beyond = {code for code in BASES if sources.goes_beyond("C1", code)}
    assert beyond == set(BASES) - {"C0", "C1"} - danger
    assert {code for code in BASES if sources.stays_behind("C1", code)} == beyond | {"C0"}
    assert not any(sources.goes_beyond("", code) or sources.stays_behind("", code) for code in BASES)


def test_a_meeting_that_is_no_way_of_sharing_binds_and_opens_nothing() -> None:
    only = [rule for rule in SECRECIES.values() if not rule.sends]
    assert {rule.code for rule in SECRECIES.values() if rule.sends} < set(BASES)
    assert len(only) >= 3 and not {rule.code for rule in only} & set(BASES)
    for rule in only:
        assert len(rule.code) <= 8 and rule.law and rule.told_ja.count(rule.name_ja) == 1
        open_to = {code for code in BASES if not sources.stays_behind(rule.code, code)}
        assert open_to == {"C2a", "C2b", "C2c", "C2d", "C3"}
        assert may_share(rule.code, consent=True, decided_by="佐藤", rooms={rule.code}).code == "no_basis"


def test_only_where_a_meetings_words_stay_behind_on_consent_staff_read_that_they_do() -> None:
    for rule in SECRECIES.values():
        assert ("会議で聞いたことを除いて" in rule.told_ja) == sources.stays_behind(rule.code, "C0"), rule.code


def test_a_path_that_was_written_down_stands_before_the_route(town: Town) -> None:
    case_id = town.open()
    with town.work() as session:
        case = session.get_one(Case, case_id)
        assert (sources.source_of(session, case), sources.restriction(session, case)) == ("R4d", "")
        sources.remember(town.office, session, case, "R2", now_ms(), meeting="みほん支援会議", secrecy="C1")
        with pytest.raises(ValueError, match="path or secrecy"):
            sources.remember(town.office, session, case, "R9", now_ms())
    with reading(town.parts.sessions) as session:
        case = session.get_one(Case, case_id)
        found = sources.known(session, town.office.sealer, case)
        assert found is not None
        assert (found.path.code, found.meeting, sources.restriction(session, case)) == ("R2", "みほん支援会議", "C1")
        assert "支援会議" in found.secrecy_ja
        assert sources.paths_of(session, [case]) == {case_id: "R2"}
        assert "支援会議" not in str(session.get_one(CaseSource, case_id).meeting_sealed)
