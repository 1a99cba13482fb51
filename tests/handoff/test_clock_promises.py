"""Office hours and promises on the days that go wrong: holidays, the new year, nth weekdays, unknown hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.clock import (
    TOKYO,
    DayRule,
    Due,
    DueKind,
    ExceptionDay,
    Hours,
    Sla,
    Span,
    add_business_days,
    due,
    due_ja,
    hours_ja,
    is_holiday,
    is_open,
    left_ja,
    next_open,
)
from triage.assessment import Urgency

DAY = (Span.parse("8:30-17:15"),)
OFFICE = Hours(week=(DAY,) * 5 + ((),) * 2)
LUNCH = Hours(week=((Span.parse("13:00-17:00"), Span.parse("9:00-12:00")),) * 5 + ((),) * 2)
ALWAYS = Hours(week=((Span.parse("0:00-24:00"),),) * 7, closed_on_holidays=False, closed_yearly=())
NEVER = Hours(week=((),) * 7)
SLA = Sla(emergency_minutes=30, high_minutes=120, normal_business_days=1)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    "day",
    ["2026-05-06", "2026-09-22", "2026-11-23", "2027-03-22", "2026-09-21", "2026-09-23", "2027-01-01", "2026-08-11"],
)
def test_holidays_with_substitutes_and_citizens_day(day: str) -> None:
    assert is_holiday(date.fromisoformat(day))
    assert OFFICE.spans_on(date.fromisoformat(day)) == ()


@pytest.mark.parametrize("day", ["2026-11-24", "2026-12-28", "2027-01-04", "2026-05-07", "2027-03-23", "2026-09-24"])
def test_ordinary_days(day: str) -> None:
    assert OFFICE.spans_on(date.fromisoformat(day)) == DAY


@pytest.mark.parametrize("day", ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"])
def test_closed_at_the_turn_of_the_year(day: str) -> None:
    assert OFFICE.spans_on(date.fromisoformat(day)) == ()


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-22T20:00", "2026-11-24T08:30"),  # Sunday evening, Monday is 勤労感謝の日
        ("2026-11-23T12:00", "2026-11-24T08:30"),
        ("2026-11-24T08:29:59", "2026-11-24T08:30"),
        ("2026-11-24T08:30", "2026-11-24T08:30"),
        ("2026-11-24T12:34:56", "2026-11-24T12:34:56"),
        ("2026-11-24T17:14:59", "2026-11-24T17:14:59"),
        ("2026-11-24T17:15", "2026-11-25T08:30"),
        ("2026-12-28T17:15", "2027-01-04T08:30"),
        ("2026-05-01T18:00", "2026-05-07T08:30"),
        ("2026-09-18T18:00", "2026-09-24T08:30"),
        ("2027-03-19T18:00", "2027-03-23T08:30"),
    ],
)
def test_next_open(at: str, opening: str) -> None:
    assert next_open(OFFICE, jst(at)) == jst(opening)
    assert next_open(OFFICE, jst(at).astimezone(UTC)) == jst(opening)


def test_answers_are_in_tokyo_time() -> None:
    opening = next_open(OFFICE, datetime(2026, 11, 22, 11, tzinfo=UTC))
    assert opening is not None
    assert opening.tzinfo is TOKYO


def test_lunchtime_is_closed_and_spans_are_sorted() -> None:
    assert is_open(LUNCH, jst("2026-11-24T11:59")) is True
    assert is_open(LUNCH, jst("2026-11-24T12:00")) is False
    assert is_open(LUNCH, jst("2026-11-24T13:00")) is True
    assert next_open(LUNCH, jst("2026-11-24T12:10")) == jst("2026-11-24T13:00")


def test_day_and_night_through_midnight_and_holidays() -> None:
    for at in ("2026-12-31T23:59", "2027-01-01T00:00", "2026-11-23T03:00"):
        assert is_open(ALWAYS, jst(at)) is True


def test_nth_weekday_closings() -> None:
    third_monday = replace(OFFICE, rules=(DayRule((), weekday=0, nth=3),))
    assert is_open(third_monday, jst("2026-11-16T10:00")) is False
    assert is_open(third_monday, jst("2026-11-09T10:00")) is True
    assert is_open(third_monday, jst("2026-11-17T10:00")) is True
    last_friday = replace(OFFICE, rules=(DayRule((Span.parse("18:00-19:00"),), weekday=4, nth=-1),))
    assert last_friday.spans_on(date(2026, 11, 27)) == (Span.parse("18:00-19:00"),)
    assert last_friday.spans_on(date(2026, 11, 20)) == DAY
    fifth_monday = replace(OFFICE, rules=(DayRule((), weekday=0, nth=5),))
    assert fifth_monday.spans_on(date(2026, 11, 30)) == ()


def test_day_of_the_month_runs_over_midnight() -> None:
    tenth = Hours(
        week=((Span.parse("16:00-21:00"),),) * 7,
        rules=(
            DayRule((Span.parse("8:00-24:00"),), month_day=10),
            DayRule((Span.parse("0:00-8:00"), Span.parse("16:00-21:00")), month_day=11),
        ),
        closed_on_holidays=False,
        closed_yearly=(),
    )
    assert is_open(tenth, jst("2026-12-10T23:59")) is True
    assert is_open(tenth, jst("2026-12-11T07:59")) is True
    assert is_open(tenth, jst("2026-12-11T08:00")) is False
    assert is_open(tenth, jst("2026-12-12T07:59")) is False


def test_exceptions_win_over_everything() -> None:
    extra = ExceptionDay(date(2026, 12, 30), (Span.parse("9:00-12:00"),), "年末の相談会")
    shut = ExceptionDay(date(2026, 11, 24), (), "庁舎の停電")
    hours = replace(OFFICE, exceptions=(extra, shut))
    assert is_open(hours, jst("2026-12-30T10:00")) is True
    assert next_open(hours, jst("2026-11-22T20:00")) == jst("2026-11-25T08:30")


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (OFFICE, "平日 8:30〜17:15（祝日・年末年始は休み）"),
        (LUNCH, "平日 9:00〜12:00・13:00〜17:00（祝日・年末年始は休み）"),
        (ALWAYS, "24時間"),
        (None, ""),
        (
            Hours(((Span(660, 960),), (), (Span(660, 960),), (), (), (), ()), (DayRule((), 0, 3),)),
            "月・水 11:00〜16:00（祝日・年末年始・第3月曜は休み）",
        ),
        (
            Hours(
                ((Span(960, 1260),),) * 7, (DayRule((Span(0, 1440),), month_day=10),),
                closed_on_holidays=False, closed_yearly=(),
            ),
            "毎日 16:00〜21:00（毎月10日は 0:00〜24:00）",
        ),
        (
            Hours((DAY,) * 5 + ((Span(540, 720),), ()), (DayRule((), 4, -1),), closed_yearly=(("08-13", "08-15"),)),
            "平日 8:30〜17:15、土 9:00〜12:00（祝日・8月13日〜8月15日・最後の金曜は休み）",
        ),
    ],
)  # fmt: skip
def test_hours_in_words(hours: Hours | None, text: str) -> None:
    assert hours_ja(hours) == text


def test_obon_closing_of_its_own() -> None:
    hours = replace(OFFICE, closed_yearly=(("08-13", "08-15"), ("12-29", "01-03")))
    assert hours.spans_on(date(2026, 8, 14)) == ()
    assert hours.spans_on(date(2026, 8, 17)) == DAY
    one_day = replace(OFFICE, closed_yearly=(("08-13", "08-13"),))
    assert [one_day.spans_on(date(2026, 8, day)) for day in (12, 13, 14)] == [DAY, (), DAY]


def test_unknown_hours_say_unknown_everywhere() -> None:
    at = jst("2026-11-24T10:00")
    assert is_open(None, at) is None
    assert next_open(None, at) is None
    assert add_business_days(None, at.date(), 1) is None
    for urgency in (Urgency.NORMAL, Urgency.HIGH):
        promise = due(urgency, at, SLA, None)
        assert promise == Due(None, DueKind.UNKNOWN)
        assert "分かりません" in due_ja(promise, at)
        assert left_ja(promise, at) == "期限なし"


def test_a_desk_that_never_opens_promises_nothing() -> None:
    at = jst("2026-11-24T10:00")
    assert next_open(NEVER, at) is None
    assert due(Urgency.NORMAL, at, SLA, NEVER).kind is DueKind.UNKNOWN
    assert due(Urgency.HIGH, at, SLA, NEVER).kind is DueKind.UNKNOWN


def test_naive_times_are_refused() -> None:
    naive = datetime(2026, 11, 24, 10)
    for call in (is_open, next_open):
        with pytest.raises(ValueError, match="time zone"):
            call(OFFICE, naive)
        with pytest.raises(ValueError, match="time zone"):
            call(None, naive)
    with pytest.raises(ValueError, match="time zone"):
        due(Urgency.NORMAL, naive, SLA, OFFICE)


@pytest.mark.parametrize(
    "text", ["", "8:30", "17:15-8:30", "8:30-8:30", "24:00-25:00", "8:60-9:00", "8.30-9.00", "８:30-9:00"]
)
def test_impossible_spans_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Span.parse(text)


@pytest.mark.parametrize(
    ("received", "count", "day"),
    [("2026-11-22", 1, "2026-11-24"), ("2026-11-20", 2, "2026-11-25"), ("2026-12-28", 1, "2027-01-04")],
)
def test_business_days(received: str, count: int, day: str) -> None:
    assert add_business_days(OFFICE, date.fromisoformat(received), count) == date.fromisoformat(day)


def test_business_days_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        add_business_days(OFFICE, date(2026, 11, 24), 0)


@pytest.mark.parametrize(
    ("received", "at", "text"),
    [
        ("2026-11-22T20:00", "2026-11-24T17:15", "11月24日（火）17:15 まで"),
        ("2026-11-24T10:00", "2026-11-25T17:15", "11月25日（水）17:15 まで"),
        ("2026-11-24T03:00", "2026-11-25T17:15", "11月25日（水）17:15 まで"),
        ("2026-11-20T16:00", "2026-11-24T17:15", "11月24日（火）17:15 まで"),
        ("2026-12-28T09:00", "2027-01-04T17:15", "2027年1月4日（月）17:15 まで"),
    ],
)
def test_normal_is_the_end_of_the_next_business_day(received: str, at: str, text: str) -> None:
    promise = due(Urgency.NORMAL, jst(received), SLA, OFFICE)
    assert (promise.at, promise.kind) == (jst(at), DueKind.BY)
    assert due_ja(promise, jst(received)) == text


@pytest.mark.parametrize(
    ("received", "at"),
    [
        ("2026-11-24T08:30", "2026-11-24T17:15"),
        ("2026-11-24T15:15", "2026-11-24T17:15"),
        ("2026-11-24T15:16", "2026-11-25T10:30"),  # too little of the day is left to promise it
        ("2026-11-24T17:14", "2026-11-25T10:30"),
        ("2026-11-24T20:00", "2026-11-25T10:30"),
        ("2026-11-24T07:00", "2026-11-24T10:30"),
        ("2026-11-22T20:00", "2026-11-24T10:30"),
        ("2026-12-28T18:00", "2027-01-04T10:30"),
    ],
)
def test_high_is_within_the_business_day(received: str, at: str) -> None:
    promise = due(Urgency.HIGH, jst(received), SLA, OFFICE)
    assert (promise.at, promise.kind) == (jst(at), DueKind.BY)


def test_emergency_is_now_while_somebody_reads() -> None:
    open_day, evening = jst("2026-11-24T10:00"), jst("2026-11-22T20:00")
    for at, on_call in ((open_day, False), (open_day, True), (evening, True)):
        promise = due(Urgency.EMERGENCY, at, SLA, OFFICE, on_call=on_call)
        assert (promise.at, promise.kind) == (at + timedelta(minutes=30), DueKind.NOW)
        assert due_ja(promise, at) == "いますぐ"
    assert due(Urgency.EMERGENCY, evening, SLA, None, on_call=True).kind is DueKind.NOW


def test_emergency_is_honest_when_nobody_reads() -> None:
    evening = jst("2026-11-22T20:00")
    promise = due(Urgency.EMERGENCY, evening, SLA, OFFICE)
    assert promise == Due(jst("2026-11-24T09:00"), DueKind.UNREADABLE, jst("2026-11-24T08:30"))
    assert due_ja(promise, evening) == "いまは読めません（次に読めるのは 11月24日（火）8:30）"
    unknown = due(Urgency.EMERGENCY, evening, SLA, None)
    assert unknown == Due(None, DueKind.UNREADABLE)
    assert due_ja(unknown, evening) == "いまは読めません"


def test_out_of_hours_tells_when_reading_begins() -> None:
    assert due(Urgency.NORMAL, jst("2026-11-22T20:00"), SLA, OFFICE).reads_from == jst("2026-11-24T08:30")
    assert due(Urgency.NORMAL, jst("2026-11-24T10:00"), SLA, OFFICE).reads_from is None


def test_time_left_for_staff() -> None:
    promise = Due(jst("2026-11-24T14:23"), DueKind.BY)
    assert left_ja(promise, jst("2026-11-24T14:05")) == "あと 18分"
    assert left_ja(promise, jst("2026-11-24T12:23")) == "あと 2時間00分"
    assert left_ja(promise, jst("2026-11-20T11:13")) == "あと 4日3時間"
    assert left_ja(promise, jst("2026-11-24T14:31")) == "期限を 8分 こえました"


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
CALENDARS = st.sampled_from([OFFICE, LUNCH, ALWAYS, replace(OFFICE, rules=(DayRule((), weekday=0, nth=3),))])


@given(CALENDARS, MOMENTS, st.sampled_from([Urgency.NORMAL, Urgency.HIGH]), st.timedeltas(timedelta(0), timedelta(20)))
def test_a_promise_is_kept_in_open_hours_and_never_moves_back(
    hours: Hours, at: datetime, urgency: Urgency, later: timedelta
) -> None:
    promise, next_promise = due(urgency, at, SLA, hours), due(urgency, at + later, SLA, hours)
    assert promise.at is not None
    assert next_promise.at is not None
    assert at < promise.at <= next_promise.at
    day = hours.spans_on(promise.at.date())
    minute = promise.at.hour * 60 + promise.at.minute
    assert any(span.opens <= minute <= span.closes for span in day) or minute == 0


@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(hours: Hours, at: datetime) -> None:
    opening = next_open(hours, at)
    assert opening is not None
    assert opening >= at
    assert is_open(hours, opening)
    if opening > at:
        assert not is_open(hours, at)
        assert not is_open(hours, opening - timedelta(minutes=1)) or opening - timedelta(minutes=1) < at


@given(MOMENTS)
def test_high_is_never_promised_later_than_normal(at: datetime) -> None:
    high, normal = due(Urgency.HIGH, at, SLA, OFFICE).at, due(Urgency.NORMAL, at, SLA, OFFICE).at
    assert high is not None
    assert normal is not None
    assert high <= normal
