"""Who is looking: beats of open pages, what others see of them, and that nobody learns of cases they may not see."""

from __future__ import annotations

from collections.abc import Callable

from console_browser import Browser
from console_town import Town

from handoff import presence

Browsers = Callable[..., Browser]


def test_a_beat_shows_for_45_seconds_and_writing_is_said(busy: Town, browser: Browsers) -> None:
    sato, suzuki = browser("sato"), browser("suzuki")
    water = busy.case["water"]
    assert sato.send_form(f"/console/cases/{water}/look").status_code == 204
    assert suzuki.get("/console/looking").json() == {str(water): "佐藤さんが閲覧中"}
    assert sato.get("/console/looking").json() == {}
    assert "佐藤さんが閲覧中" in suzuki.get("/console/").text and "佐藤さんが閲覧中" not in sato.get("/console/").text
    sato.send_form(f"/console/cases/{water}/look", writing="1")
    assert suzuki.get("/console/looking").json() == {str(water): "佐藤さんが返事を書いています"}
    busy.now += presence.FRESH_MS
    assert suzuki.get("/console/looking").json() == {}
    sato.send_form(f"/console/cases/{water}/look")
    assert sato.send_form(f"/console/cases/{water}/leave").status_code == 204
    assert suzuki.get("/console/looking").json() == {}


def test_a_page_without_scripts_counts_by_itself(busy: Town, browser: Browsers) -> None:
    browser("sato").get(f"/console/cases/{busy.case['gas']}")
    browser("suzuki").get(f"/console/?case={busy.case['gas']}")
    assert browser("sato").get("/console/looking").json() == {str(busy.case["gas"]): "鈴木さんが閲覧中"}
    assert browser("suzuki").get("/console/looking").json() == {str(busy.case["gas"]): "佐藤さんが閲覧中"}


def test_nobody_learns_of_cases_that_they_may_not_see(busy: Town, browser: Browsers) -> None:
    dv = busy.case["dv"]
    browser("sato").send_form(f"/console/cases/{dv}/look")
    tanaka = browser("tanaka")
    assert tanaka.get("/console/looking").json() == {}
    absent = tanaka.send_form("/console/cases/5/look")
    assert tanaka.send_form(f"/console/cases/{dv}/look").content == absent.content
    assert absent.status_code == 404
    with busy.sessions() as session:
        assert presence.looking(session, "mihon", [dv], busy.now, 0)[dv] == (presence.Looking("佐藤", False),)
    for who in ("kato", "mori"):
        assert browser(who).get("/console/looking").status_code == 404


def test_the_pulse_of_pages_follows_who_looks_but_not_each_beat(busy: Town) -> None:
    def seen() -> int:
        with busy.sessions() as session:
            return presence.signature(session, "mihon", busy.now)

    def look(writing: bool) -> None:
        with busy.sessions.begin() as session:
            presence.look(session, "mihon", busy.case["dv"], busy.staff["sato"], writing, busy.now)

    nobody = seen()
    look(False)
    one = seen()
    busy.now += 15_000
    look(False)
    again = seen()
    look(True)
    writes = seen()
    busy.now += presence.FRESH_MS
    assert nobody == seen() and one == again and len({nobody, one, writes}) == 3


def test_several_people_are_said_in_one_line() -> None:
    who = (presence.Looking("田中", True), presence.Looking("佐藤", False), presence.Looking("鈴木", False))
    assert presence.words_ja(who) == "田中さんが返事を書いています、佐藤さん・鈴木さんが閲覧中"
    assert presence.words_ja(()) == ""
