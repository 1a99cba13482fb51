"""Promises and hours in every language: the same moment, the same honesty."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from handoff.clock import TOKYO, DayRule, Due, DueKind, Hours, Span, due_ja, hours_ja
from handoff.clock_words import due_words, hours_words, languages, no_receipt_words, step_words
from intake.conversation.script import LANGUAGES

DAY = (Span.parse("8:30-17:15"),)
OFFICE = Hours(week=(DAY,) * 5 + ((),) * 2)
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=TOKYO)
AT = datetime(2026, 11, 24, 17, 15, tzinfo=TOKYO)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ]")


def test_every_language_but_japanese_has_its_words() -> None:
    assert languages() == tuple(name for name in LANGUAGES if name != "ja")


@pytest.mark.parametrize("language", languages())
def test_a_promise_names_its_day_and_time(language: str) -> None:
    said = due_words(Due(AT, DueKind.BY), NOW, language)
    assert "17:15" in said and "24" in said and "2026" not in said
    later = due_words(Due(AT.replace(year=2027, month=1), DueKind.BY), NOW, language)
    assert "2027" in later and later != said
    assert "{" not in said + later


@pytest.mark.parametrize("language", languages())
def test_what_is_unknown_stays_unknown(language: str) -> None:
    now, unknown = due_words(Due(AT, DueKind.NOW), NOW, language), due_words(Due(None, DueKind.UNKNOWN), NOW, language)
    unread = due_words(Due(AT, DueKind.UNREADABLE), NOW, language)
    following = due_words(Due(AT, DueKind.UNREADABLE, AT.replace(hour=8, minute=30)), NOW, language)
    assert len({now, unknown, unread, following}) == 4
    assert not re.search(r"\d", now + unknown + unread) and "8:30" in following and "17:15" not in following
    assert hours_words(None, language) and not re.search(r"\d", hours_words(None, language))


@pytest.mark.parametrize("language", languages())
def test_hours(language: str) -> None:
    said = hours_words(OFFICE, language)
    assert "8:30–17:15" in said and "{" not in said
    assert language == "ja-easy" or not JAPANESE.search(said)
    odd = replace(
        OFFICE,
        week=((DAY[0], Span.parse("18:00-20:00")),) + (DAY,) * 3 + ((),) * 3,
        rules=(DayRule((), weekday=0, nth=3), DayRule((), weekday=1, nth=-1), DayRule(DAY, month_day=10)),
        closed_yearly=(("08-13", "08-15"),),
    )
    told = hours_words(odd, language)
    assert all(part in told for part in ("18:00–20:00", "3", "8/13–8/15", "10")) and "{" not in told
    always = Hours(week=((Span(0, 1440),),) * 7, closed_on_holidays=False, closed_yearly=())
    assert "24" in hours_words(always, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_differ(language: str) -> None:
    assert len(set(step_words(language))) == 6 and no_receipt_words(language)


def test_japanese_is_said_as_before() -> None:
    assert due_words(Due(AT, DueKind.BY), NOW, "ja") == due_ja(Due(AT, DueKind.BY), NOW)
    assert hours_words(OFFICE, "xx") == hours_ja(OFFICE)
    assert due_words(Due(AT, DueKind.BY), NOW, "en") == "by 17:15 on Tue, Nov 24"
