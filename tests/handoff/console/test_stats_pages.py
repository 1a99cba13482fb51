"""統計: who sees what, and that all CSV files of a year together give no small number away."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from console_browser import Browser
from console_town import TOWN, Town, add_case, copy_town, reading
from sqlalchemy import select
from statistics_year import attack, invent, keep_facts, publish_all

from handoff import facts, statistics
from handoff.clock import Sla
from handoff.console.charts import charts_of
from handoff.desk_records import CaseFact, PublishedFigures
from handoff.facts import Fact
from handoff.records import Audit, Ticket
from handoff.statistics import months_of_year, quarter_of
from handoff.statistics_shape import HIDDEN, Column, Row, Section
from handoff.statistics_tables import BY_ID, counted
from handoff.suppression import TOTAL, Key, Periods
from intake.records import Case
from triage.assessment import Domain

Browsers = Callable[..., Browser]
SECTIONS = ("domains", "route", "path", "waits", "complexity", "promise", "handed", "corrected", "urgency", "heat")
MONTHS = months_of_year("2025")


@pytest.fixture(scope="module")
def counted_folder(empty_folder: tuple[Town, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path]:
    """A small town's year: some months are large enough for a table, some are not."""
    folder = tmp_path_factory.mktemp("counted-town")
    town = copy_town(*empty_folder, folder)
    rng = random.Random(11)
    with town.sessions.begin() as session:
        for month in MONTHS:
            keep_facts(town.office, session, [invent(rng, month) for _ in range(rng.choice((4, 14, 30, 55, 55)))])
        assert publish_all(town.office, session, facts.closes_at("2026-03"))[-1] == "2025-FY"
    town.close()
    return town, folder


@pytest.fixture
def year(counted_folder: tuple[Town, Path], tmp_path: Path, town: Town) -> Town:
    town.close()
    for path in tmp_path.iterdir():
        path.unlink()
    fresh = copy_town(*counted_folder, tmp_path)
    town.office, town.sessions, town.keys = fresh.office, fresh.sessions, fresh.keys
    return town


def _file(client: Browser, section: str) -> dict[tuple[str, str], int]:
    """(row, column) → the number of a CSV file, hidden and percent cells left out."""
    answer = client.get(f"/console/stats/{section}.csv?year=2025")
    assert answer.status_code == 200 and answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    head = lines[0][1:]
    return {
        (line[0], column): int(cell.replace(",", ""))
        for line in lines[1:]
        if line
        for column, cell in zip(head, line[1:], strict=False)
        if cell.replace(",", "").isdigit()
    }


def _columns() -> dict[str, str]:
    """Head of a column in the files → period."""
    quarters = dict.fromkeys(map(quarter_of, MONTHS))
    return {
        **{f"{month[:4]}年{int(month[5:])}月": month for month in MONTHS},
        **{f"第{one[-1]}四半期": one for one in quarters},
        "年度": "2025-FY",
    }


def test_all_files_of_a_year_together_give_no_small_number_back(year: Town, browser: Browsers) -> None:
    client = browser("mori")
    files = {section: _file(client, section) for section in SECTIONS if section != "heat"}
    assert sum(map(len, files.values())) > 100, "there is something to attack"
    columns = _columns()
    totals = {columns[c]: n for (row, c), n in files["domains"].items() if row == "全体"}
    with year.sessions() as session:
        found = facts.of_months(year.office, session, MONTHS[0], MONTHS[-1])
    periods = Periods(
        {**{month: quarter_of(month) for month in MONTHS}, **{quarter_of(month): "2025-FY" for month in MONTHS}}
    )
    tables = [("route", "route"), ("path", "path"), ("complexity", "complexity")]
    tables += [("promise", "promise"), ("first", "waits")]
    tables += [(f"domain-{domain}", "domains") for domain in Domain] + [("urgency", "urgency")]
    tried = 0
    for table_id, section in tables:
        table = BY_ID[table_id]
        truth: dict[Key, int] = counted(table, found, {month: month for month in MONTHS})
        truth = {key: n for key, n in truth.items() if any(truth[key[0], month] for month in MONTHS)}
        names = {label: row for row, label in table.rows}
        known = {(names[row], columns[c]): n for (row, c), n in files[section].items() if row in names}
        known = {key: n for key, n in known.items() if (key[0], MONTHS[0]) in truth}
        assert all(n == 0 or n >= 10 for n in known.values())
        known |= {(TOTAL, period): n for period, n in totals.items()}
        tried += sum(0 < n < 10 for n in truth.values())
        assert attack(truth, known, periods, 10) == [], table_id
    assert tried > 50, "there was something small to find"


def test_the_page_shows_what_is_published_to_every_role(year: Town, browser: Browsers) -> None:
    for who in ("sato", "tanaka", "kato", "mori"):
        page = browser(who).get("/console/stats").text
        assert "統計　2025年度" in page and "<svg" in page and 'id="heat"' in page and "＊" in page
        assert " style=" not in page and "<style" not in page
    assert browser("kato").get("/console/stats?year=1999").status_code == 200, "a year without figures says so"
    assert browser("kato").get("/console/stats/nothing.csv?year=2025").status_code == 404
    assert browser("kato").get("/console/stats/route.csv?year=1999").status_code == 404
    assert browser().get("/console/stats").status_code == 303
    _file(browser("tanaka"), "route")
    with year.sessions() as session:
        assert session.scalars(select(Audit.detail).where(Audit.action == "stats_exported")).all() == ["2025 route"]


def test_a_fact_holds_no_word_and_stands_still_once_published(town: Town) -> None:
    text = "柿崎鮎美です。母の介護と借金で困っています"
    read = reading(text, {"介護": "elderly", "借金": "poverty"})
    case_id, practice = add_case(town, "one", text, read), add_case(town, "two", text, read)
    with town.sessions.begin() as session:
        session.get_one(Ticket, practice).practice = True
        assert facts.refresh(town.office, session) == 1 and facts.refresh(town.office, session) == 0
        body = session.get_one(CaseFact, case_id)
        (fact,) = facts.of_months(town.office, session, "2026-11", "2026-11")
        assert "柿崎" not in fact.to_json() and "母" not in fact.to_json()
        assert fact.domains == ("elderly", "poverty") and (fact.route, fact.weekday, fact.hour) == ("resident", 4, 13)
        assert b"elderly" not in body.facts_sealed
        assert statistics.due(town.office, session, town.now) == (), "the month is not over"
        later = facts.closes_at("2026-11")
        made = statistics.due(town.office, session, later)
        assert [one.period for one in made] == ["2026-11"] and made[0].totals == {"handed": 0}
        statistics.keep(session, TOWN, made, later)
        session.get_one(Ticket, case_id).changed_at += 1
        session.flush()
        assert facts.refresh(town.office, session) == 0, "what happens later does not count any more"
        facts.leave(town.office, session, case_id)
        session.flush()
        assert facts.refresh(town.office, session) == 0 and session.get(CaseFact, case_id) is None
        assert facts.of_months(town.office, session, "2026-11", "2026-11") == [fact], "cut loose, and still counted"
        assert session.get_one(Case, case_id).erased_at is None
        assert session.scalars(select(PublishedFigures.period)).all() == ["2026-11"]


def test_who_waits_past_the_promise_counts_as_late() -> None:
    promise = BY_ID["promise"]
    waiting = Fact("2026-10", opened_at=facts.month_start("2026-10"), due_at=facts.month_start("2026-10") + 1)
    assert list(promise.of(waiting)) == ["late"]
    assert list(BY_ID["first"].of(waiting)) == ["none"]
    assert list(promise.of(Fact("2026-10", erased=True))) == ["erased"]


def test_a_hidden_month_breaks_the_line_of_waits_and_stands_as_a_star() -> None:
    months = tuple(Column(f"2025-0{n}", f"{n}月", "month", there=n < 6) for n in range(4, 7))
    texts = ("2時間", HIDDEN, "")
    row = Row("中央値", (7_200_000, None, None), texts)
    (chart,) = charts_of(Section("waits", "初動時間", "", (row, row), "waits"), months, Sla())
    (line, _) = chart.series
    assert [mark.text for mark in line.hidden] == [HIDDEN] and [mark.label for mark in line.hidden] == ["5月"]
    whole = Row("中央値", (7_200_000, None, 3_600_000), ("2時間", HIDDEN, "1時間"))
    there = tuple(replace(one, there=True) for one in months)
    (chart,) = charts_of(Section("waits", "初動時間", "", (whole, whole), "waits"), there, Sla())
    assert chart.series[0].paths == (), "no line is drawn over what is hidden"
