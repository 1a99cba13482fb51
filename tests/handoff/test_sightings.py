"""Sightings of one home find each other and are linked by people; who sees one case learns nothing of the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from play_town import TENANT, Town
from sqlalchemy import update

from handoff import desk, linking, login, people, sightings, view
from handoff.office import NotFound, Refused, StaffRef
from handoff.records import Audit, CaseLink, History, Ticket
from intake import given
from intake.clock import now_ms
from intake.door_records import PlaceMark
from intake.records import Case, Contact

DAY_MS = int(timedelta(days=1).total_seconds() * 1000)


def _report(town: Town, place: str, *, days_ago: int = 0, once: str = "") -> int:
    staff = StaffRef(1, TENANT, "佐藤", "intake", "")
    now, words = now_ms() - days_ago * DAY_MS, "新聞がたまっています"
    once = once or f"{place}-{days_ago}"
    with town.work() as session:
        return desk.file_report(town.office, session, staff, words, "slack", now, once, place=place)


def _links(town: Town) -> list[tuple[str, str]]:
    return [(link.reasons, link.state) for link in town.all(CaseLink)]


def test_one_home_is_suggested_and_urges(town: Town) -> None:
    first = _report(town, "みほん市本町１丁目２番３号", days_ago=40)
    second = _report(town, "本町1-2-3")
    assert _links(town) == [("address", "suggested")]
    assert [town.one(Ticket, case_id=case).urgency for case in (first, second)] == ["high", "high"]
    with town.work() as session:
        assert sightings.suggested(session, first) == sightings.suggested(session, second) == 1
    clear = " ".join(f"{mark.kind} {mark.lookup}" for mark in town.all(PlaceMark))
    assert "本町" not in clear


def test_another_room_is_near_and_does_not_urge(town: Town) -> None:
    _report(town, "本町1-2-3 コーポみほん203")
    second = _report(town, "本町1-2-3 コーポみほん204")
    assert _links(town) == [("near", "suggested")]
    assert town.one(Ticket, case_id=second).urgency == "normal"
    _report(town, "本町9-9-9")
    assert len(town.all(CaseLink)) == 1


def test_near_counts_for_days_and_closed_cases_for_half_a_year(town: Town) -> None:
    old = _report(town, "本町1-2-3 コーポみほん203", days_ago=40)
    _report(town, "本町1-2-3 コーポみほん204")
    assert _links(town) == [], "the neighbour of six weeks ago"
    with town.work() as session:
        session.execute(
            update(Ticket).where(Ticket.case_id == old).values(state="closed", closed_at=now_ms() - 200 * DAY_MS)
        )
    _report(town, "本町1-2-3 コーポみほん203")
    assert all(old not in (link.low_case, link.high_case) for link in town.all(CaseLink))


def test_confirm_refuse_and_undo_are_in_both_histories(town: Town) -> None:
    first, second = _report(town, "本町1-2-3", days_ago=1), _report(town, "本町1-2-3")
    reception = town.staff("佐藤", "intake")

    def decided(move: str) -> str:
        with town.work() as session:
            link = linking.visible(town.office, session, first, reception)[0]
            linking.decide(town.office, session, link.id, reception, move, now_ms())
        return str(town.one(CaseLink).state)

    assert decided("confirm") == "confirmed"
    with pytest.raises(Refused) as refusal:
        decided("refuse")
    assert refusal.value.code == "link_moved"
    assert decided("undo") == "undone"
    assert decided("confirm") == "confirmed"
    assert decided("undo") == "undone"
    for case_id in (first, second):
        steps = [row.what for row in town.all(History, case_id=case_id) if row.what in linking.STEPS.values()]
        assert steps == ["linked", "link_undone", "linked", "link_undone"]
    assert {row.action for row in town.all(Audit)} >= {"linked", "link_undone"}
    third = _report(town, "本町1-2-3", once="again")
    assert len(town.all(CaseLink)) == 3
    with town.work() as session:
        link = next(one for one in linking.visible(town.office, session, third, reception) if one.other == first)
        linking.decide(town.office, session, link.id, reception, "refuse", now_ms())
    with town.work() as session:
        case, row = session.get(Case, third), session.get(Ticket, third)
        assert case is not None and row is not None
        sightings.place_words(town.office, session, case, row, "本町1-2-3", now_ms())
    assert town.one(CaseLink, id=link.id).state == "refused", "what a person decided stays decided"
    assert [town.one(Case, id=case).number for case in (first, second, third)] == [1, 2, 3], "nothing was merged"


def test_who_may_not_see_both_cases_sees_no_link_and_no_trace(town: Town) -> None:
    first, second = _report(town, "本町1-2-3", days_ago=1), _report(town, "本町1-2-3")
    reception = town.staff("佐藤", "intake")
    desks = [one.id for one in town.office.pack.desks if one.id != town.office.pack.fallback]
    worker = town.staff("田中", "worker", desks[0])
    with town.work() as session:
        link = linking.visible(town.office, session, first, reception)[0]
        linking.decide(town.office, session, link.id, reception, "confirm", now_ms())
        session.execute(update(Ticket).where(Ticket.case_id == first).values(owner_desk=desks[0]))
    with town.work() as session:
        assert linking.visible(town.office, session, first, worker) == ()
        shown = view.open_case(town.office, session, first, worker, now_ms(), "console")
        assert "linked" not in [step.what for step in shown.steps]
        seen = view.open_case(town.office, session, first, reception, now_ms(), "console")
        assert "linked" in [step.what for step in seen.steps]
    with pytest.raises(NotFound), town.work() as session:
        linking.decide(town.office, session, link.id, worker, "undo", now_ms())
    with town.work() as session:
        session.execute(update(Ticket).where(Ticket.case_id == second).values(owner_desk=desks[0]))
    with town.work() as session:
        assert [link.moves for link in linking.visible(town.office, session, first, worker)] == [()]
    with pytest.raises(NotFound), town.work() as session:
        linking.decide(town.office, session, link.id, worker, "undo", now_ms())


def test_what_nobody_decided_shows_to_a_coordinator_alone(town: Town) -> None:
    first, second = _report(town, "本町1-2-3", days_ago=1), _report(town, "本町1-2-3")
    desk_id = town.office.pack.fallback
    worker, manager = town.staff("田中", "worker", desk_id), town.staff("加藤", "manager")
    with town.work() as session:
        assert linking.visible(town.office, session, first, worker) == ()
        people.entitle(town.office, session, manager, worker.id, ["coordinator"], now_ms())
        known = login.staff_ref(session, TENANT, worker.id)
        assert known is not None
        shown = linking.visible(town.office, session, first, known)
        assert [(link.other, link.reasons[0], link.moves) for link in shown] == [
            (second, "同じ住所", ("confirm", "refuse"))
        ]
        linking.decide(town.office, session, shown[0].id, known, "confirm", now_ms())


def _own(town: Town, user: str, words: str, phone: str = "", **answers: str) -> int:
    """A resident's case with these words and their own number."""
    town.say(words, user=user)
    case_id = max(case.id for case in town.all(Case))
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        for name, said in {"phone": phone, **answers}.items():
            given.keep_answer(town.office.sealer, case, name, said, None)
        sightings.said(town.office, session, case, row, words, now_ms())
    return case_id


def test_a_telephone_and_a_relatives_home_suggest_and_a_name_does_not(town: Town) -> None:
    mother = _own(town, "U1", "山田です。足が痛くて買い物に行けません", "09012345678")
    _own(town, "U2", "山田です。仕事がなくて困っています", "08011112222")
    assert _links(town) == [], "the same surname says nothing"
    son = _own(town, "U3", "母の電話は090-1234-5678です。さいきん出ません", "07033334444")
    assert _links(town) == [("kin", "suggested")]
    daughter = _own(town, "U4", "眠れません", "07033334444")
    assert _links(town)[1:] == [("phone", "suggested")]
    assert {town.one(Ticket, case_id=case).urgency for case in (mother, son, daughter)} == {"normal"}
    home = _report(town, "本町1-2-3")
    _own(town, "U5", "祖母の家は本町1丁目2番3号です。心配です")
    assert [link.reasons for link in town.all(CaseLink) if home in (link.low_case, link.high_case)] == ["kin"]
    clear = " ".join(mark.lookup for mark in town.all(PlaceMark))
    assert "09012345678" not in clear and "本町" not in clear


def test_a_neighbours_own_number_and_everybodys_number_meet_nobody(town: Town) -> None:
    _own(town, "U1", "となりの人が心配です", "09012345678", who="neighbor")
    _own(town, "U2", "眠れません", "09012345678")
    assert _links(town) == [], "who reports stays out of it"
    for number in range(8):
        _own(town, f"U-home{number}", "夜に眠れません", "0123456789")
    assert len([link for link in town.all(CaseLink) if link.reasons == "phone"]) == 10, (
        "five give it, the sixth says no more"
    )


def _seen_again(town: Town, case_id: int) -> None:
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        sightings.place_words(town.office, session, case, row, "本町1-2-3", now_ms())


def test_two_reporters_urge_one_alone_does_not_and_nothing_falls(town: Town) -> None:
    town.say("こんにちは")
    one = town.one(Contact).id
    first, again = _report(town, "本町1-2-3"), _report(town, "", once="again")
    with town.work() as session:
        session.execute(update(Case).where(Case.id.in_((first, again))).values(contact_id=one))
    _seen_again(town, again)
    assert [town.one(Ticket, case_id=case).urgency for case in (first, again)] == ["normal", "normal"], "one reporter"
    with town.work() as session:
        session.execute(update(Ticket).where(Ticket.case_id == first).values(urgency="emergency"))
    other = _report(town, "本町1-2-3", once="other")
    found = [town.one(Ticket, case_id=case).urgency for case in (first, again, other)]
    assert found == ["emergency", "high", "high"]
    with town.work() as session:
        session.execute(update(CaseLink).values(state="refused"))
    assert town.one(Ticket, case_id=other).urgency == "high", "a link that is refused lowers nothing"


def test_one_resident_twice_is_no_second_sighting(town: Town) -> None:
    staff = town.staff()
    cases = [_report(town, "本町1-2-3", days_ago=1), _report(town, "", once="x")]
    with town.work() as session:
        session.execute(update(Case).values(route="resident"))
    with town.work() as session:
        case, row = session.get(Case, cases[1]), session.get(Ticket, cases[1])
        assert case is not None and row is not None and staff
        assert sightings.place_words(town.office, session, case, row, "本町1-2-3", now_ms()) == 1
    assert town.one(Ticket, case_id=cases[1]).urgency == "normal"
