"""Lists of meetings: candidates with why and basis; nothing is chosen by machine; content only for who may see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from desk_kit import act, case_of, refused, steps, ticket_of, writes
from hypothesis import given
from hypothesis import strategies as st
from play_town import TENANT, Town, assessment
from sqlalchemy import update

from handoff import facts, login, meeting_acts, meetings, people, queue
from handoff.flow_records import Agenda, PlanState
from handoff.meeting_why import WHY_JA, Known, Signs, rooms, why
from handoff.office import NotFound, Office, StaffRef
from handoff.plan import Facts, Source, decide
from handoff.records import Audit, CaseLink, HandOver, Ticket
from intake.clock import now_ms, to_datetime
from intake.door_records import Consent
from intake.ids import new_id
from intake.records import Case
from triage.assessment import Assessment, Complexity, Domain, Reason

DAY_MS = 86_400_000
HOUSE = assessment(
    domains=frozenset({Domain.ELDERLY, Domain.POVERTY}), themes=frozenset({"care", "debt"}),
    complexity=Complexity.COMPLEX, complexity_reasons=frozenset({Reason.HOUSEHOLD}),
)  # fmt: skip


def _read(town: Town, case_id: int, found: Assessment) -> None:
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        now = to_datetime(now_ms())
        plan = decide(found, Facts(Source(case.route), "ja", 20), town.office.pack, now)
        queue.take_reading(town.office, session, case, row, found, plan, upto=1, now=now_ms())


def _case(town: Town, user: str, found: Assessment = HOUSE) -> int:
    case_id = case_of(town, user, "母の介護と借金で、どうしたらよいか分かりません")
    _read(town, case_id, found)
    return case_id


def _agree(
    town: Town, case_id: int, state: str = "given", of: tuple[str, str] = ("share", "juso"), **more: str
) -> None:
    with town.work() as session:
        session.add(
            Consent(
                id=new_id(), tenant=TENANT, case_id=case_id, what=of[0], desk=of[1], state=state, version="1",
                asked_at=now_ms(), **more,
            )
        )  # fmt: skip


def _list(town: Town, staff: StaffRef, meeting: str, *, office: Office | None = None, **more: Any) -> Any:
    month = more.get("month", facts.month_of(now_ms()))
    with town.work() as session:
        return meetings.agenda(office or town.office, session, staff, meeting, month, now_ms()).items


def test_a_household_without_consent_is_a_candidate_of_the_meeting_without_consent_alone(town: Town) -> None:
    staff, case_id = town.staff(), _case(town, "U1")
    _case(town, "U2", assessment(domains=frozenset({Domain.CHILD})))
    found = _list(town, staff, "shien")
    assert [(one.case_id, one.state, one.basis, "household" in one.why) for one in found] == [
        (case_id, "candidate", "C1", True)
    ]
    assert found[0].domains == ("高齢", "困窮") and found[0].decide == ""
    assert _list(town, staff, "juso") == ()
    assert town.all(Agenda) == [], "a candidate is nobody's choice"
    _agree(town, case_id)
    assert _list(town, staff, "shien") == (), "with consent it is no shortcut"
    assert [one.case_id for one in _list(town, staff, "juso")] == [case_id]
    _agree(town, case_id, "withdrawn")
    assert _list(town, staff, "juso") == () and len(_list(town, staff, "shien")) == 1
    looks = [(row.action, row.detail) for row in town.all(Audit) if row.action == "agenda_seen"]
    assert len(looks) == 6 and looks[0][1].endswith(" 1")


def test_what_was_agreed_to_for_a_desk_stands_for_no_meeting(town: Town) -> None:
    staff, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    for of in (("handoff", "takikan"), ("handoff", "hokatsu"), ("share", "takikan"), ("record", "")):
        for state in ("partial", "given"):
            _agree(town, case_id, state, of)
    assert _list(town, staff, "juso") == () and len(_list(town, staff, "shien")) == 1, "支援会議 keeps it"
    words = refused(town, "no_consent", meeting_acts.choose, staff, "juso", month, case_id, "プラン", now_ms())
    assert "窓口への同意では" in words
    (item,) = _list(town, staff, "shien")
    assert item.said.words == ("みほん市重層的支援会議の同意：まだ聞いていません",)


def test_the_list_says_what_was_agreed_and_bars_what_was_taken_back(town: Town) -> None:
    staff, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    _agree(town, case_id, "partial", by_whom="self", attend="wants")
    act(town, meeting_acts.choose, staff, "juso", month, case_id, "プランでよいか", now_ms())
    (item,) = _list(town, staff, "juso")
    assert (item.said.words_only, item.said.attend, item.barred) == (True, "出たい", False)
    assert item.said.words == ("みほん市重層的支援会議の同意：書いたことだけ（本人）",)
    writes(town, case_id, "family")
    (item,) = _list(town, staff, "juso")
    assert item.barred and not item.said.attend, "what a relative pressed is no consent of theirs"
    assert item.said.words == ("みほん市重層的支援会議の同意：書いたことだけ（本人ではない人）",)
    writes(town, case_id)
    assert not _list(town, staff, "juso")[0].barred
    _agree(town, case_id, "withdrawn")
    (item,) = _list(town, staff, "juso")
    assert item.barred and item.state == "chosen" and not item.said.attend


def test_what_a_relative_pressed_keeps_no_case_from_the_meeting_without_consent(town: Town) -> None:
    staff, case_id = town.staff(), _case(town, "U1")
    _agree(town, case_id, by_whom="self", way="button")
    assert len(_list(town, staff, "juso")) == 1 and not _list(town, staff, "shien")
    writes(town, case_id, "family")
    assert not _list(town, staff, "juso") and len(_list(town, staff, "shien")) == 1, "it stands on one list"


def test_why_is_found_in_links_handovers_and_plans(town: Town) -> None:
    staff = town.staff()
    plain = assessment(domains=frozenset({Domain.ELDERLY}))
    first, second, third = (_case(town, f"U{number}", plain) for number in range(3))
    with town.work() as session:
        low, high = sorted((first, second))
        session.add(
            CaseLink(id=new_id(), tenant=TENANT, low_case=low, high_case=high, reasons="address", state="confirmed",
                     at=now_ms())
        )  # fmt: skip
        row = session.get_one(Case, third)
        cell = meetings.cell(TENANT, "decide_sealed", 1)
        sealed = town.office.sealer.seal_text(row.key_id, cell, "x")
        session.add(
            HandOver(
                id=new_id(), tenant=TENANT, case_id=third, from_desk="marugoto", to_desk="hokatsu", basis="C3",
                ask_sealed=sealed, keep_sealed=sealed, by_staff=staff.id, state="returned", at=now_ms(),
            )
        )  # fmt: skip
    found = {one.case_id: one.why for one in _list(town, staff, "shien")}
    assert found == {first: ("linked",), second: ("linked",), third: ("stuck",)}
    _agree(town, first)
    with town.work() as session:
        session.add(
            PlanState(id=new_id(), tenant=TENANT, case_id=first, state="made", next_on="2020-01-01", by_staff=staff.id,
                      at=now_ms())
        )  # fmt: skip
    assert [one.why for one in _list(town, staff, "juso")] == [("review",)]


def test_people_choose_drop_discuss_and_take_back(town: Town) -> None:
    staff, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    where = ("shien", month, case_id)
    assert "書いて" in refused(town, "no_decide", meeting_acts.choose, staff, *where, " ", now_ms())
    act(town, meeting_acts.choose, staff, *where, "だれが訪ねるか", now_ms())
    chosen = _list(town, staff, "shien")[0]
    assert (chosen.state, chosen.decide, chosen.by) == ("chosen", "だれが訪ねるか", "佐藤")
    assert "だれが" not in str(town.one(Agenda).decide_sealed)
    refused(town, "wrong_state", meeting_acts.choose, staff, *where, "もう一度", now_ms())
    act(town, meeting_acts.back, staff, *where, now_ms())
    act(town, meeting_acts.drop, staff, *where, now_ms())
    assert _list(town, staff, "shien")[0].state == "dropped"
    refused(town, "wrong_state", meeting_acts.discuss, staff, *where, "決まった", now_ms())
    act(town, meeting_acts.choose, staff, *where, "やはり話す", now_ms())
    refused(town, "no_result", meeting_acts.discuss, staff, *where, "", now_ms())
    act(town, meeting_acts.discuss, staff, *where, "包括が訪ねる", now_ms())
    assert _list(town, staff, "shien")[0].result == "包括が訪ねる"
    assert [step for step in steps(town, case_id) if step.startswith("agenda")] == [
        "agenda_chosen", "agenda_back", "agenda_dropped", "agenda_chosen", "agenda_discussed",
    ]  # fmt: skip
    assert "agenda_read" in {row.action for row in town.all(Audit, case_id=case_id)}
    assert _list(town, staff, "shien", month=facts.next_month(month))[0].state == "candidate", "a month of its own"


def test_hurrying_raises_and_never_lowers(town: Town) -> None:
    staff, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    act(town, meeting_acts.hurry, staff, "shien", case_id, "今日、安全を確かめる", now_ms())
    found = _list(town, staff, "shien")[0]
    assert (found.urgent, found.state, ticket_of(town, case_id).urgency) == (True, "chosen", "high")
    with town.work() as session:
        session.execute(update(Ticket).values(urgency="emergency"))
    act(town, meeting_acts.hurry, staff, "shien", case_id, "", now_ms())
    assert ticket_of(town, case_id).urgency == "emergency"
    assert _list(town, staff, "shien", month=month)[0].decide == "今日、安全を確かめる"


def test_without_consent_nothing_comes_before_the_meeting_with_consent(town: Town) -> None:
    staff, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    words = refused(town, "no_consent", meeting_acts.choose, staff, "juso", month, case_id, "プラン", now_ms())
    assert "同意" in words and town.all(Agenda) == []


def test_only_who_brings_cases_together_sees_a_list_and_content_stays_where_it_belongs(town: Town) -> None:
    reception, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    act(town, meeting_acts.choose, reception, "shien", month, case_id, "だれが訪ねるか", now_ms())
    worker, manager = town.staff("田中", "worker", "kodomo"), town.staff("加藤", "manager")
    for stranger in (worker, manager, town.staff("森", "auditor")):
        with pytest.raises(NotFound):
            _list(town, stranger, "shien")
    with town.work() as session:
        people.entitle(town.office, session, manager, worker.id, ["coordinator"], now_ms())
    with town.work() as session:
        coordinator = login.staff_ref(session, TENANT, worker.id)
    assert coordinator is not None
    with town.work() as session:
        session.get_one(Case, case_id).route = "lifeline"
    assert _list(town, reception, "shien")[0].label.startswith("L-")
    item = _list(town, coordinator, "shien")[0]
    assert item.label.startswith("T-") and item.why and not item.opens and item.decide == ""
    with pytest.raises(NotFound):
        act(town, meeting_acts.drop, coordinator, "shien", month, case_id, now_ms())
    with pytest.raises(NotFound):
        _list(town, reception, "yotaikyo"), "要対協 has no list of ours"


def test_a_town_without_the_room_gets_the_anonymous_one(town: Town) -> None:
    pack = town.office.pack
    only = replace(town.office, packs=replace(pack, meetings=()))
    names = [(one.id, one.basis) for one in rooms(only.pack)]
    assert names == [("junshien", "C9")]
    own = replace(pack, meetings=tuple(one for one in pack.meetings if one.basis != "C1"))
    assert [one.id for one in rooms(own)] == ["junbi", "juso"]
    staff, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    found = _list(town, staff, "junshien", office=only)
    assert [(one.case_id, one.basis) for one in found] == [(case_id, "C9")]
    act(town, meeting_acts.choose, staff, "junshien", month, case_id, "どこがかかわるか", now_ms(), office=only)
    act(town, meeting_acts.back, staff, "junshien", month, case_id, now_ms(), office=only)
    words = refused(
        town, "names_somebody", meeting_acts.choose, staff, "junshien", month, case_id, "山田さんの家賃", now_ms(),
        office=only,
    )  # fmt: skip
    assert "山田さん" in words
    with pytest.raises(NotFound):
        _list(town, staff, "shien", office=only)


def test_nothing_of_it_is_left_after_it_was_erased(town: Town) -> None:
    staff, case_id, month = town.staff(), _case(town, "U1"), facts.month_of(now_ms())
    act(town, meeting_acts.choose, staff, "shien", month, case_id, "だれが訪ねるか", now_ms())
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        queue.erased(town.office, session, case, row, now_ms(), staff_id=staff.id)
        case.erased_at = now_ms()
    kept = town.one(Agenda)
    assert (kept.decide_sealed, kept.result_sealed, kept.why) == (None, None, "")
    assert _list(town, staff, "shien") == ()


def test_practice_closed_folded_and_erased_cases_are_no_candidates(town: Town) -> None:
    staff = town.staff()
    ids = [_case(town, f"U{number}") for number in range(4)]
    with town.work() as session:
        session.execute(update(Ticket).where(Ticket.case_id == ids[0]).values(practice=True))
        session.execute(update(Ticket).where(Ticket.case_id == ids[1]).values(state="closed", closed_at=now_ms()))
        session.execute(update(Ticket).where(Ticket.case_id == ids[2]).values(folded_into=ids[3]))
    assert [one.case_id for one in _list(town, staff, "shien")] == [ids[3]]


@given(
    st.builds(Known, consent=st.booleans(), desks=st.integers(1, 5), linked=st.integers(0, 3), stuck=st.booleans(),
              review=st.booleans(), suspended=st.booleans(),
              signs=st.builds(Signs, refused=st.booleans(), complex=st.booleans(), household=st.booleans(),
                              gap=st.booleans(), abuse=st.booleans(), third_party=st.booleans(),
                              breadth=st.integers(0, 5), rule=st.sampled_from(["", "S1", "S2"])))
)  # fmt: skip
def test_consent_decides_which_room(known: Known) -> None:
    """No case stands on both lists, every code has words, and no other basis makes a list."""
    with_it, without = why("C0", known), why("C1", known)
    assert not (with_it and without) and why("C9", known) == without
    assert bool(with_it) <= known.consent and bool(without) <= (not known.consent)
    assert {*with_it, *without} <= set(WHY_JA) and why("C5", known) == ()
