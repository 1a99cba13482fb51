"""Lessons are about nobody: names, numbers and places are refused or asked about; small counts are not told."""

from __future__ import annotations

import pytest
from desk_kit import act, refused
from hypothesis import given
from hypothesis import strategies as st
from play_town import Town

from handoff import facts, lessons, needs
from handoff.csv_text import csv_file
from handoff.facts import Fact
from handoff.flow_records import Lesson
from handoff.lesson_check import check
from handoff.office import NotFound
from handoff.records import Audit
from intake import cases
from intake.clock import now_ms
from intake.records import Contact

FINE = "夜に送っていける人がいなくて、通いの場に行けなかった。送迎のボランティアがあればよかった。"
MONTH = facts.month_of(now_ms())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("090-1234-5678 に電話すればよかった", "phone"), ("０３−１２３４−５６７８", "phone"),
        ("a.b@example.jp に送った", "mail"), ("T-0412 のこと", "label"), ("受付番号 7K3M-92Q5", "receipt"),
        ("本町1丁目の家", "lot"), ("本町1-2-3 の家", "lot"), ("番号 12345678", "number"),
        ("昭和20年3月4日生まれの人", "birth"),
    ],
)  # fmt: skip
def test_what_is_plainly_somebodys_is_refused(text: str, code: str) -> None:
    found = check(text)
    assert (found[0].code, found[0].refused) == (code, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [("田中さんが困っていた", "name"), ("82歳の人", "age"), ("11月3日に来た", "day"), ("みどり小学校の子", "place")],
)
def test_what_may_be_somebodys_is_asked_about(text: str, code: str) -> None:
    assert [(one.code, one.refused) for one in check(text)] == [(code, False)]


@pytest.mark.parametrize(
    "text",
    [
        FINE,
        "お母さんも息子さんも来られなかった",
        "民生委員さんと相談員さんの間で止まった",
        "80代の人。11月。3か所に断られた",
    ],
)
def test_a_text_about_nobody_passes(text: str) -> None:
    assert check(text) == ()


@given(st.text(max_size=80), st.from_regex(r"0[789]0-[0-9]{4}-[0-9]{4}", fullmatch=True), st.text(max_size=80))
def test_a_telephone_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    text = f"{before} {number} {after}"
    assert any(one.refused for one in check(text))


def test_it_is_written_read_counted_and_removed(town: Town) -> None:
    staff = town.staff()
    made = act(town, lessons.write, staff, "lack", MONTH, "isolation", FINE, now_ms())
    row = town.one(Lesson)
    assert row.case_id is None and "送迎" not in str(row.text_sealed)
    with town.work() as session:
        assert [one.text for one in lessons.of_month(town.office, session, "lack", MONTH)] == [FINE]
        assert lessons.of_month(town.office, session, "near", MONTH) == ()
        counted = lessons.counts(session, "mihon", lessons.fiscal_year(MONTH))
    assert counted == {("lack", MONTH, "isolation"): 1}
    stranger = town.staff("田中", "worker", "kodomo")
    with pytest.raises(NotFound):
        act(town, lessons.remove, stranger, made, now_ms())
    assert act(town, lessons.remove, staff, made, now_ms()) == row.key_id
    assert town.all(Lesson) == [] and "lesson_removed" in {one.action for one in town.all(Audit)}


def test_doubts_are_asked_once_and_names_that_are_known_never_pass(town: Town) -> None:
    staff = town.staff("佐藤花子")
    where = (staff, "near", MONTH, "care")
    refused(town, "doubtful", lessons.write, *where, "山田さんが来られなかった", now_ms())
    act(town, lessons.write, *where, "ひだまりさんが閉まっていた", now_ms(), sure=True)
    refused(town, "names_somebody", lessons.write, *where, "佐藤 花子が電話した", now_ms(), sure=True)
    town.say("困っています")
    with town.work() as session:
        contact = session.get_one(Contact, town.one(Contact).id)
        cases.keep_name(town.office.vault, contact, "見本太郎")
    case_id = town.case()[0].id
    refused(
        town, "names_somebody", lessons.write, *where, "見本太郎が来なかった", now_ms(), sure=True, case_id=case_id
    )  # fmt: skip
    for wrong, code in (
        (("far", MONTH, "care", FINE), "bad_kind"), (("near", "2199-01", "care", FINE), "bad_month"),
        (("near", "x", "care", FINE), "bad_month"), (("near", MONTH, "nothing", FINE), "bad_theme"),
        (("near", MONTH, "care", " "), "empty"), (("near", MONTH, "care", "あ" * 601), "too_long"),
    ):  # fmt: skip
        refused(town, code, lessons.write, staff, *wrong, now_ms())
    refused(town, "no_right", lessons.write, town.staff("森", "auditor"), *where[1:], FINE, now_ms())


def test_a_file_carries_no_formula_and_no_writer(town: Town) -> None:
    staff = town.staff("鈴木一郎")
    act(town, lessons.write, staff, "lack", MONTH, "", "=HYPERLINK(1) が足りなかった", now_ms())
    with town.work() as session:
        body = csv_file(lessons.lines(town.office, session, staff, "lack", MONTH, now_ms())).decode("utf-8-sig")
    assert "'=HYPERLINK" in body and ",=HYPERLINK" not in body and "鈴木" not in body


@given(st.integers(0, 60), st.integers(0, 60), st.integers(5, 20))
def test_a_small_number_is_never_told_and_never_left_over(count: int, rest: int, least: int) -> None:
    told = needs.shown(count, count + rest, least)
    if told is not None:
        assert told == count >= least and rest >= least


def test_needs_are_those_of_a_published_month_alone(town: Town) -> None:
    with town.work() as session:
        assert needs.months(session, "mihon") == () and needs.by_theme(town.office, session, MONTH) == ()
    assert Fact("2026-01").themes == ()
