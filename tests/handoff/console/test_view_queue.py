"""The queue in a big town: what is opened and asked, pages of what is over, and the version behind late commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from console_browser import Browser
from console_town import Town, add_case, reading
from sqlalchemy import event, update

from handoff import desk, ledger, view_queue
from handoff.console import board, finding
from handoff.opened import Memory
from handoff.records import Ticket
from handoff.view_queue import Place
from intake.db import reading as reads
from intake.records import Case
from intake.seal import Sealer

Browsers = Callable[..., Browser]


@contextmanager
def counted(town: Town) -> Iterator[list[str]]:
    """The SQL statements that run while the block does."""
    said: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    engine = town.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def opened_seals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Table and column of every seal that is opened."""
    seals: list[str] = []
    inner = Sealer.open

    def open_(self: Sealer, cell: Any, envelope: bytes) -> bytes:
        seals.append(f"{cell.table}.{cell.column}")
        return inner(self, cell, envelope)

    monkeypatch.setattr(Sealer, "open", open_)
    return seals


def test_a_second_look_opens_no_seal_and_a_changed_case_alone_is_opened_again(
    busy: Town, browser: Browsers, opened_seals: list[str]
) -> None:
    client = browser("sato")
    client.get("/console/")
    first = len(opened_seals)
    opened_seals.clear()
    with counted(busy) as said:
        client.get("/console/")
        client.get("/console/?view=complex")
    assert first >= 6 and opened_seals == []
    assert len(said) < 40
    with busy.sessions.begin() as session:
        desk.note(busy.office, session, busy.case["gas"], busy.staff["suzuki"], "見ました", busy.now)
    opened_seals.clear()
    client.get("/console/")
    assert 0 < len(opened_seals) < 5 and opened_seals.count("tickets.reading_sealed") == 1


def test_the_number_of_statements_does_not_grow_with_the_cases(town: Town, browser: Browsers) -> None:
    def statements() -> int:
        client = browser("sato")
        client.get("/console/")
        with counted(town) as said:
            client.get("/console/")
        return len(said)

    add_case(town, "one", "家賃が払えません。", reading("家賃が払えません。", {"家賃": "housing"}))
    few = statements()
    for number in range(8):
        add_case(town, f"n{number}", "家賃が払えません。", reading("家賃が払えません。", {"家賃": "housing"}))
    assert statements() == few


def test_what_was_erased_leaves_the_memory(busy: Town) -> None:
    memory = Memory()
    gas = busy.case["gas"]

    def places() -> tuple[Place, ...]:
        with reads(busy.sessions) as session:
            return view_queue.load(busy.office, session, busy.staff["sato"], busy.now, memory).places

    before = places()
    assert "冷蔵庫" in memory.of(before)[gas].text
    with busy.sessions.begin() as session:
        row = session.get_one(Ticket, gas)
        row.state, row.reading_sealed = "erased", None
        session.get_one(Case, gas).erased_at = busy.now
        ledger.changed(session, busy.outbox, row, quiet=True)
        changed_at = row.changed_at
    with reads(busy.sessions) as session:
        memory.drop(view_queue.erased_since(session, "mihon", changed_at))
    assert gas not in memory.of(before) and len(memory) == len(before) - 1
    memory.clear()
    assert len(memory) == 0


def test_the_memory_is_bounded(busy: Town) -> None:
    memory = Memory(keep=2)
    with reads(busy.sessions) as session:
        live = view_queue.load(busy.office, session, busy.staff["sato"], busy.now, memory)
    assert len(live.places) > 2 and len(memory) == 2


def test_a_commit_that_comes_late_still_changes_the_version(busy: Town) -> None:
    def version() -> int:
        with busy.sessions() as session:
            return view_queue.version(session, "mihon")

    with busy.sessions.begin() as session:
        ledger.changed(session, busy.outbox, session.get_one(Ticket, busy.case["gas"]), quiet=True)
        newest = session.get_one(Ticket, busy.case["gas"]).changed_at
    first = version()
    with busy.sessions.begin() as session:
        late = {"version": Ticket.version + 1, "changed_at": newest - 5_000}
        session.execute(update(Ticket).where(Ticket.case_id == busy.case["dv"]).values(**late))
    assert version() > first
    assert version() == version()


def closed_town(town: Town, count: int) -> None:
    for number in range(count):
        case_id = add_case(town, f"over{number}", f"おわった話その{number}。", None)
        with town.sessions.begin() as session:
            values = {"state": "closed", "changed_at": 1_000 + number // 2}
            session.execute(update(Ticket).where(Ticket.case_id == case_id).values(**values))


def test_what_is_over_comes_in_pages_that_miss_and_repeat_nothing(
    town: Town, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "LIMIT", 3)
    closed_town(town, 8)
    client, seen, where = browser("sato"), [], "/console/?view=closed"
    while where:
        page = client.get(where.replace("&amp;", "&")).text
        labels = [part.split("</span>")[0] for part in page.split("<span>T-")[1:]]
        seen += labels
        where = "".join(part.split('"')[0] for part in page.split('class="button" href="')[1:] if "before=" in part)
    assert seen == [f"{number:04}" for number in range(8, 0, -1)]


def test_words_are_searched_in_the_newest_closed_only_and_numbers_everywhere(
    town: Town, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "CLOSED_SEARCHED", 2)
    closed_town(town, 4)
    client = browser("sato")
    page = client.send_form("/console/search", q="その3").text
    assert "<span>T-0004</span>" in page and "新しい 2 件のことばまでをさがしました" in page
    assert "<span>T-0001</span>" not in client.send_form("/console/search", q="その0").text
    assert "<span>T-0001</span>" in client.send_form("/console/search", q="t-1").text
    answer = client.send_form("/console/goto", q="Ｔ－０００１")
    assert answer.headers["location"] == f"/console/cases/{town.case['over0']}"
    assert "見つかりませんでした" in client.send_form("/console/goto", q="T-9999").text
    tanaka = browser("tanaka")
    assert "<span>T-0001</span>" not in tanaka.send_form("/console/search", q="1").text
    assert tanaka.send_form("/console/goto", q="1").status_code == 200


def test_a_big_backlog_is_opened_behind_the_page_that_says_so(
    busy: Town, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.opened.AT_ONCE", 2)
    memory = Memory(busy.sessions)
    with reads(busy.sessions) as session:
        live = view_queue.load(busy.office, session, busy.staff["sato"], busy.now, memory)
        assert not live.whole and live.count("child") is None and live.count("open") == 5
        memory.settle()
        live = view_queue.load(busy.office, session, busy.staff["sato"], busy.now, memory)
    assert live.whole and live.count("child") == 2


def test_held_and_practice_cases_say_so(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        held = {"hold_until": busy.now + 1_200_000, "version": Ticket.version + 1}
        session.execute(update(Ticket).where(Ticket.case_id == busy.case["gas"]).values(**held, practice=True))
    client = browser("sato")
    assert "<span>L-0003</span>" not in client.get("/console/").text
    page = client.get("/console/?view=held").text
    assert "<span>L-0003</span>" in page and "保留中（" in page and ">練習<" in page
    busy.now += 1_200_001
    assert "<span>L-0003</span>" in client.get("/console/").text


def test_the_palette_holds_the_pages_of_each_role(busy: Town, browser: Browsers) -> None:
    reader = browser("sato").get("/console/palette").text
    assert 'href="/console/?view=held"' in reader and 'action="/console/goto"' in reader
    manager = browser("kato").get("/console/palette").text
    assert "/console/settings" in manager and "view=held" not in manager and "goto" not in manager
