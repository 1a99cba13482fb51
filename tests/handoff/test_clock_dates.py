"""The clock on many dates: any calendar against a plain reckoning by days, the next reading, the duty at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handoff import rota
from handoff.clock import (
    TOKYO,
    YEAR_END,
    DayRule,
    DueKind,
    ExceptionDay,
    Hours,
    Sla,
    Span,
    due,
    due_ja,
    is_holiday,
    is_open,
    next_open,
)
from handoff.clock_words import due_words
from handoff.open_time import after_open, open_between
from handoff.pack import PackError, load, parse
from handoff.packs.reading import resource
from triage.assessment import Urgency

MIHON = load("mihon")
OFFICE = MIHON.hours
assert OFFICE is not None
OBON = replace(OFFICE, closed_yearly=(YEAR_END, ("08-13", "08-16")))


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-22T19:40", "2026-11-24T08:30"),  # Sunday evening; Monday is 勤労感謝の日
        ("2026-11-20T17:15", "2026-11-24T08:30"),
        ("2026-11-23T08:30", "2026-11-24T08:30"),
        ("2026-11-24T08:29", "2026-11-24T08:30"),
        ("2026-12-28T17:14", "2026-12-28T17:14"),
        ("2026-12-28T17:15", "2027-01-04T08:30"),
        ("2027-01-01T00:00", "2027-01-04T08:30"),
        ("2027-01-15T18:00", "2027-01-16T09:00"),  # 休日相談会 on a Saturday
        ("2027-02-10T18:00", "2027-02-15T08:30"),  # 建国記念の日, then 庁舎の電気点検, then the weekend
        ("2027-04-28T20:00", "2027-04-30T08:30"),
        ("2027-04-30T18:00", "2027-05-06T08:30"),
        ("2026-09-18T18:00", "2026-09-24T08:30"),  # 国民の休日 between two holidays
        ("2026-05-01T18:00", "2026-05-07T08:30"),  # 振替休日 on 05-06
        ("2027-03-19T18:00", "2027-03-23T08:30"),
        ("2028-02-28T18:00", "2028-02-29T08:30"),
    ],
)  # fmt: skip
def test_when_somebody_reads_next(now: str, opens: str) -> None:
    assert next_open(OFFICE, jst(now)) == jst(opens)


def test_a_sunday_evening_is_promised_tuesday_morning_in_words() -> None:
    night = replace(MIHON.on_call, available=False)
    promise = due(Urgency.EMERGENCY, jst("2026-11-22T19:40"), MIHON.sla, OFFICE, on_call=night.available)
    assert promise.kind is DueKind.UNREADABLE and promise.reads_from == jst("2026-11-24T08:30")
    assert "11月24日（火）8:30" in due_ja(promise, jst("2026-11-22T19:40"))
    plain = due(Urgency.NORMAL, jst("2026-11-22T19:40"), MIHON.sla, OFFICE)
    assert plain.reads_from == jst("2026-11-24T08:30") and plain.at == jst("2026-11-24T17:15")


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en", "zh", "ko", "vi", "pt", "ne", "fil", "id"])
def test_unknown_hours_are_said_to_be_unknown_in_every_language(language: str) -> None:
    now = jst("2026-11-22T19:40")
    promise = due(Urgency.NORMAL, now, load("aomori").sla, load("aomori").hours)
    assert (promise.kind, promise.at, promise.reads_from) == (DueKind.UNKNOWN, None, None)
    said = due_words(promise, now, language)
    assert said and not any(letter.isdigit() for letter in said)


@pytest.mark.parametrize(
    ("desk", "now", "opened"),
    [
        ("shogai", "2026-11-24T12:00", False), ("shogai", "2026-11-24T13:00", True),
        ("shogai", "2026-11-24T11:59", True), ("chiiki", "2026-11-16T12:00", False),
        ("chiiki", "2026-11-09T12:00", True), ("chiiki", "2026-11-10T12:00", False),
        ("ken-jiso", "2027-01-01T03:00", True), ("marugoto", "2027-01-16T11:59", True),
        ("marugoto", "2027-01-16T12:00", False), ("marugoto", "2027-02-12T10:00", False),
        ("shohi", "2026-11-24T10:00", None),
    ],
)  # fmt: skip
def test_every_desk_keeps_its_own_hours(desk: str, now: str, opened: bool | None) -> None:
    found = next(one for one in MIHON.desks if one.id == desk)
    assert is_open(found.hours, jst(now)) is opened


def test_obon_is_a_closing_of_its_own() -> None:
    assert next_open(OBON, jst("2026-08-12T18:00")) == jst("2026-08-17T08:30")
    assert next_open(OFFICE, jst("2026-08-12T18:00")) == jst("2026-08-13T08:30")


spans = st.lists(
    st.tuples(st.integers(0, 1430), st.integers(5, 600)).map(lambda p: Span(p[0], min(p[0] + p[1], 1440))),
    max_size=3,
).map(tuple)
rules = st.lists(
    st.one_of(
        st.builds(DayRule, spans, weekday=st.integers(0, 6), nth=st.sampled_from([1, 2, 3, 4, 5, -1])),
        st.builds(DayRule, spans, month_day=st.integers(1, 31)),
    ),
    max_size=3,
).map(tuple)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
exceptions = st.lists(st.builds(ExceptionDay, days, spans), max_size=3).map(tuple)
yearly = st.sampled_from([(), (YEAR_END,), (YEAR_END, ("08-13", "08-16")), (("02-28", "03-01"),)])
CALENDARS = st.builds(
    Hours, st.lists(spans, min_size=7, max_size=7).map(tuple), rules, exceptions, st.booleans(), yearly
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


def _reckoned(hours: Hours, day: date) -> tuple[Span, ...]:
    """The same by a plain reading of the rules, in the order in which they win."""
    for exception in hours.exceptions:
        if exception.day == day:
            return exception.spans
    for first, last in hours.closed_yearly:
        mark = (day.month, day.day)
        low, high = (tuple(map(int, text.split("-"))) for text in (first, last))
        if (low <= mark <= high) if low <= high else (mark >= low or mark <= high):
            return ()
    if hours.closed_on_holidays and is_holiday(day):
        return ()
    for rule in hours.rules:
        if rule.month_day is not None:
            if rule.month_day == day.day:
                return rule.spans
            continue
        same = [n for n in range(1, 32) if _day(day, n) and _day(day, n).weekday() == rule.weekday]  # type: ignore[union-attr]
        wanted = same[-1] if rule.nth == -1 else same[(rule.nth or 1) - 1] if len(same) >= (rule.nth or 1) else 0
        if day.day == wanted:
            return rule.spans
    return hours.week[day.weekday()]


def _day(day: date, number: int) -> date | None:
    try:
        return day.replace(day=number)
    except ValueError:
        return None


@settings(deadline=None)
@given(CALENDARS, MOMENTS)
def test_any_calendar_is_open_when_a_plain_reckoning_says_so(hours: Hours, at: datetime) -> None:
    local = at.astimezone(TOKYO)
    minute = local.hour * 60 + local.minute
    assert is_open(hours, at) is any(one.opens <= minute < one.closes for one in _reckoned(hours, local.date()))


@settings(deadline=None)
@given(CALENDARS, MOMENTS)
def test_the_next_reading_is_the_first_open_minute(hours: Hours, at: datetime) -> None:
    found = next_open(hours, at)
    assume(found is not None and found - at < timedelta(days=40))
    assert found is not None and is_open(hours, found) and found >= at
    for offset in range((found.date() - at.astimezone(TOKYO).date()).days + 1):
        day = at.astimezone(TOKYO).date() + timedelta(days=offset)
        for one in _reckoned(hours, day):
            opens = datetime.combine(day, time(), TOKYO) + timedelta(minutes=one.opens)
            closes = datetime.combine(day, time(), TOKYO) + timedelta(minutes=one.closes)
            assert closes <= at or max(opens, at) >= found


def _single(hours: Hours) -> Hours:
    """Without spans that lie over one another: then open time is plain."""
    return replace(hours, week=tuple(found[:1] for found in hours.week), rules=(), exceptions=())


@settings(deadline=None)
@given(CALENDARS.map(_single), MOMENTS, st.integers(1, 3_000))
def test_so_much_open_time_later_is_so_much_open_time_between(hours: Hours, at: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    end = after_open(hours, at, amount)
    assume(end is not None)
    assert end is not None and open_between(hours, at, end) == amount
    assert open_between(hours, at, at) == open_between(hours, end, at) == timedelta()


def test_the_duty_is_called_by_night_and_the_office_by_day() -> None:
    duty = replace(MIHON.on_call, office_rota=(("desk",),))
    assert rota.names_of(duty, 0, opened=bool(is_open(OFFICE, jst("2026-11-24T10:00")))) == ("desk",)
    for night in ("2026-11-22T19:40", "2026-11-23T10:00", "2027-01-01T12:00"):
        assert rota.names_of(duty, 1, opened=bool(is_open(OFFICE, jst(night)))) == ("first", "second")
    silent = rota.honest(duty, slack=False, addresses=())
    promise = due(Urgency.EMERGENCY, jst("2026-11-23T10:00"), MIHON.sla, OFFICE, on_call=silent.available)
    assert promise.kind is DueKind.UNREADABLE and promise.reads_from == jst("2026-11-24T08:30")


def test_what_a_word_after_our_answer_does_is_a_value_of_the_pack() -> None:
    text = resource("mihon").replace("normal_business_days = 1", 'normal_business_days = 1\nafter_wait = "rest"')
    assert parse(text).sla == replace(MIHON.sla, after_wait="rest") and Sla().after_wait == "anew"
    with pytest.raises(PackError, match="anew"):
        parse(text.replace('"rest"', '"never"'))
