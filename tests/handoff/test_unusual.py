"""When the office is closed, and from when to when a case was no longer somebody's: pure."""

from __future__ import annotations

from datetime import datetime

from handoff.clock import TOKYO
from handoff.hours import Hours, Span
from handoff.unusual import closed_gaps, given_up
from intake.clock import to_ms

FOREVER = 1 << 62


def at(day: int, hour: int, minute: int = 0) -> int:
    return to_ms(datetime(2026, 11, day, hour, minute, tzinfo=TOKYO))


def test_a_closed_office_is_told_day_by_day_between_the_two_moments() -> None:
    workday = (Span.parse("8:30-12:00"), Span.parse("13:00-17:15"))
    office = Hours((workday, workday, workday, workday, workday, (), ()))
    gaps = closed_gaps(office, at(20, 10), at(21, 9))  # a Friday and a Saturday
    assert [(start, end) for _, start, end in gaps] == [
        (at(20, 12), at(20, 13)), (at(20, 17, 15), at(21, 0)), (at(21, 0), at(21, 9)),
    ]  # fmt: skip
    assert len({day for day, _, _ in gaps}) == 2
    always = Hours(((Span.parse("0:00-24:00"),),) * 7, closed_on_holidays=False, closed_yearly=())
    assert closed_gaps(always, at(20, 10), at(24, 9)) == []
    assert closed_gaps(None, at(20, 10), at(24, 9)) == []


def test_a_case_is_away_from_its_giver_until_they_have_it_again() -> None:
    assert given_up([(1, 7, 5, "claimed"), (2, 7, 5, "released")]) == {(7, 5): [(2, FOREVER)]}
    assert given_up([(1, 7, 5, "claimed"), (2, 7, 5, "claimed")]) == {}
    assert given_up([(1, 7, 5, "claimed"), (2, 8, 5, "passed_on"), (3, 7, 5, "accepted")]) == {
        (7, 5): [(2, 3)],
        (8, 5): [(3, FOREVER)],
    }
    assert given_up([(1, 7, 5, "released")]) == {}, "nobody knows whose it was"
