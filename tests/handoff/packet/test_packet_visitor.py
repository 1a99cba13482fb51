"""Who came for somebody: named with consent alone, where they said so; never with abuse, never who reported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from desk_kit import act, refused
from play_town import Town, assessment

from handoff import consents, correct, desk, queue, reporters
from handoff.acting import seen_by
from handoff.judged import Labels
from handoff.office import StaffRef
from handoff.packet import sheet as sheets
from handoff.packet.as_json import field_of
from handoff.packet.pdf import paper
from handoff.packet.store import body_of_row, make
from handoff.packet.values import Entry
from handoff.plan import Facts, Source, decide
from handoff.records import Ticket
from intake import cases, given
from intake.clock import now_ms, to_datetime
from intake.records import Case, Contact
from triage.assessment import Reporter

NOW = 1_795_330_800_000
TICK = {"visitor_ok": Entry("yes"), "visitor_ok_heard": Entry("佐藤が、きのう電話で")}
pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def daughter(town: Town, staff: StaffRef, themes: tuple[str, ...] = (), route: str = "resident") -> int:
    """A case in which family speaks of the mother, and gave a number; read, and the mother agreed."""
    case_id = town.open("母がごはんを食べなくなりました。どうしたらいいですか")
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        case.route = route
        for name, said in (("who", "family"), ("phone", "000-3333-4444")):
            given.keep_answer(town.office.sealer, case, name, said, None)
        if route != "resident":
            about = reporters.About(organisation="みどり病院", name="青木", phone="000-5555-6666", channel=route)
            reporters.keep(session, town.office.vault, case, about, NOW)
        found = assessment(themes=frozenset(themes))
        plan = decide(found, Facts(Source(route), "ja", 20), town.office.pack, to_datetime(now_ms()))
        queue.take_reading(town.office, session, case, row, found, plan, upto=1, now=now_ms())
    act(town, desk.claim, case_id, staff, NOW)
    heard = consents.Heard("hokatsu", "given", "self", "訪問で")
    act(town, consents.record_by_staff, case_id, staff, heard, NOW)
    return case_id


def made(town: Town, case_id: int, staff: StaffRef, **wish: Any) -> dict[str, Any]:
    values = {"kind": "application", "basis": "C0", "recipients": ["hokatsu"], "ask": "訪問を", "keep": "", **wish}
    with town.work() as session:
        case, row = seen_by(town.office, session, case_id, staff, lock=True)
        body: dict[str, Any] = body_of_row(town.office, make(town.office, session, case, row, staff, now=NOW, **values))
        session.rollback()
    return body


def shown(body: dict[str, Any]) -> str:
    return json.dumps([body, paper(body)], ensure_ascii=False)


def said(body: dict[str, Any], name: str = "visitor_relation") -> tuple[str, str]:
    one = field_of(body, name)
    assert one is not None
    return one["state"], one["text"]


def test_a_daughter_is_named_on_consent_once_she_said_so(town: Town) -> None:
    staff = town.staff()
    case_id = daughter(town, staff)
    before = made(town, case_id, staff)
    assert said(before) == ("known", "家族") and "3333" not in shown(before)  # her own choice, and nothing more
    refused(town, "how_needed", sheets.save, case_id, staff, {"visitor_ok": Entry("yes")}, (), 0, NOW)
    act(town, sheets.save, case_id, staff, TICK, (), 0, NOW)
    body = made(town, case_id, staff)
    assert "000-3333-4444" in shown(body) and "知らせた人のことは、この書面に載せません" not in shown(body)
    assert "きのう電話で" not in shown(body)
    for basis in ("C1", "C3", "C8"):
        body = made(town, case_id, staff, basis=basis, decided_by=staff.id)
        assert said(body)[0] == "withheld" and "3333" not in shown(body)
    assert "3333" not in shown(made(town, case_id, staff, scope="text"))


def test_never_where_abuse_may_be_the_matter(town: Town) -> None:
    staff = town.staff()
    case_id = daughter(town, staff, ("abuse_elder",))
    act(town, sheets.save, case_id, staff, TICK, (), 0, NOW)
    body = made(town, case_id, staff)
    assert said(body) == said(body, "visitor_phone") == ("withheld", "") and "3333" not in shown(body)


@pytest.mark.parametrize("mark", [{"a23": Entry("yes")}, {"issues": Entry(("K14",))}])
def test_never_where_staff_wrote_that_it_is(town: Town, mark: dict[str, Entry]) -> None:
    staff = town.staff()
    case_id = daughter(town, staff)
    act(town, sheets.save, case_id, staff, {**TICK, **mark}, (), 0, NOW)
    assert "3333" not in shown(made(town, case_id, staff))


def test_never_again_once_it_was_notified(town: Town) -> None:
    staff = town.staff()
    case_id = daughter(town, staff)
    act(town, sheets.save, case_id, staff, TICK, (), 0, NOW)
    with town.work() as session:
        case, row = seen_by(town.office, session, case_id, staff, lock=True)
        to = {"recipients": ["hokatsu"], "ask": "安全を", "keep": "", "now": NOW}
        made_one = make(town.office, session, case, row, staff, kind="referral", basis="C2b", **to)
        assert "3333" not in json.dumps(body_of_row(town.office, made_one), ensure_ascii=False)
    assert "3333" not in shown(made(town, case_id, staff))


@pytest.mark.parametrize(("route", "named"), [("professional", True), ("phone", True), ("lifeline", False)])
def test_the_vault_opens_for_who_came_openly_and_never_for_a_partner_s_worker(
    town: Town, route: str, named: bool
) -> None:
    staff = town.staff()
    case_id = daughter(town, staff, route=route)
    kind = "referral" if route == "professional" else "application"
    assert "5555" not in shown(made(town, case_id, staff, kind=kind))
    act(town, sheets.save, case_id, staff, TICK, (), 0, NOW)
    whole = shown(made(town, case_id, staff, kind=kind))
    assert ("000-5555-6666" in whole, "みどり病院" in whole) == (named, named)
    assert ("青木" in whole) == (route == "phone")


@pytest.mark.parametrize(("who", "route"), [("skip", "resident"), ("self", "resident"), ("", "phone")])
def test_whom_staff_know_for_a_neighbour_is_on_no_sheet_as_the_person(town: Town, who: str, route: str) -> None:
    staff = town.staff()
    case_id = town.open("子どもの泣き声が毎晩します。たたく音もします")
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        case.route, case.identity = route, "name"
        cases.keep_name(town.office.vault, session.get_one(Contact, case.contact_id), "近江ふみ")
        answers = {"なまえ": "近江ふみ", "p_place": "青葉台9-8"} if route == "phone" else {"who": who}
        for name, words in {**answers, "phone": "000-3333-4444"}.items():
            given.keep_answer(town.office.sealer, case, name, words, None)
        found = assessment()
        plan = decide(found, Facts(Source.RESIDENT, "ja", 20), town.office.pack, to_datetime(now_ms()))
        queue.take_reading(town.office, session, case, row, found, plan, upto=1, now=now_ms())
    act(town, desk.claim, case_id, staff, NOW)
    notice = {"kind": "application", "basis": "C2a"}
    assert "近江ふみ" in shown(made(town, case_id, staff, **notice))  # nobody knows yet
    act(town, correct.correct, case_id, staff, Labels.of(assessment(reporter=Reporter.NEIGHBOR)), "", now_ms())
    for basis in ("C2a", "C1", "C8"):
        body = made(town, case_id, staff, kind="application", basis=basis, decided_by=staff.id)
        assert not [one for one in ("近江", "3333", "青葉台") if one in shown(body)]
        assert said(body, "story")[0] == "unknown" and not body["own_words"] and "泣き声" in shown(body)
