"""まとめる: a case stands under another, its words wake that one, and no danger is lost on the way."""

from __future__ import annotations

import pytest
from desk_kit import PushLine, act, case_of, refused, send, steps, ticket_of, time_passes, waiting
from play_town import Town, assessment
from sqlalchemy import update

from handoff import calls, consents, desk, folding, hold, ledger, queue, view
from handoff import plan as planning
from handoff.desk_records import Fold
from handoff.office import NotFound, StaffRef
from handoff.records import Audit, Call, CaseLink, Ticket
from intake.clock import now_ms, to_datetime
from intake.ids import new_id
from intake.records import Contact, Outgoing
from triage.assessment import Urgency

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


@pytest.fixture
def pair(town: Town) -> tuple[int, int, StaffRef]:
    """Two cases of two people, the first (the main one) with 佐藤."""
    main, other = case_of(town, "U-a", "祖母の薬代が払えません"), case_of(town, "U-b", "となりのおばあさんが心配です")
    satou = town.staff()
    act(town, desk.claim, main, satou, now_ms())
    return main, other, satou


def fold(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, satou = pair
    act(town, folding.fold, other, main, satou, now_ms())


def everywhere(town: Town, staff: StaffRef) -> set[int]:
    with town.work() as session:
        return {
            item.case_id
            for name in view.VIEWS
            if name != "closed"
            for item in view.queue(town.office, session, staff, name, now_ms())
        }


def read_as(town: Town, case_id: int, urgency: Urgency) -> None:
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None
        assert row is not None
        found = assessment(urgency=urgency)
        facts = planning.Facts(planning.Source("resident"), "ja", 20, received_at=to_datetime(now_ms()))
        plan = planning.decide(found, facts, town.office.pack, to_datetime(now_ms()))
        queue.take_reading(town.office, session, case, row, found, plan, upto=new_id(), now=now_ms())


def test_it_leaves_the_queue_and_its_words_stand_and_wake_there(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, satou = pair
    fold(town, pair)
    assert everywhere(town, satou) == {main}
    act(town, desk.reply, main, satou, "はい", now_ms(), "a")
    act(town, hold.hold, main, satou, now_ms() + 3_600_000, "", now_ms())
    before = ticket_of(town, main)
    town.say("きょうも出てきません", user="U-b")
    row = ticket_of(town, main)
    assert row.version > before.version
    assert (row.hold_until, row.owner_id) == (None, satou.id)
    assert row.waiting_since > (row.replied_at or 0), "somebody waits there again"
    with town.work() as session:
        shown = view.open_case(town.office, session, main, satou, now_ms(), "console")
        item = view.open_case(town.office, session, other, satou, now_ms(), "console").item
    assert [line.text for line in shown.folded[0].lines if line.author == "person"] == [
        "となりのおばあさんが心配です", "きょうも出てきません",
    ]  # fmt: skip
    assert (item.folded_into, item.folded_label) == (main, shown.item.label)
    looked = [entry.case_id for entry in town.all(Audit, action="viewed")]
    assert looked[:2] == [main, other], "who read the words of both is on record for both"


@pytest.mark.parametrize("claimed", [True, False])
def test_danger_in_the_folded_case_raises_the_main_one_and_calls(
    town: Town, pair: tuple[int, int, StaffRef], claimed: bool
) -> None:
    main, _, satou = pair
    fold(town, pair)
    if not claimed:
        act(town, desk.release, main, satou, now_ms())
    town.say("助けて。殺される", user="U-b")
    assert ticket_of(town, main).urgency == "emergency"
    assert [call.case_id for call in town.all(Call)] == [main], "the call is about the case that people work on"
    assert town.slack("page")


def test_a_reading_of_the_folded_case_raises_the_main_one(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, satou = pair
    fold(town, pair)
    act(town, desk.release, main, satou, now_ms())
    read_as(town, other, Urgency.EMERGENCY)
    assert ticket_of(town, main).urgency == "emergency"
    assert [call.case_id for call in town.all(Call)] == [main]
    act(town, desk.set_urgency, main, satou, "normal", "電話で確かめました", now_ms())
    read_as(town, other, Urgency.EMERGENCY)
    assert ticket_of(town, main).urgency == "emergency", "what was said anew counts anew"


def test_folding_hears_the_call_that_rings_and_passes_the_urgency_on(town: Town) -> None:
    main, other = case_of(town, "U-a", "祖母の薬代が払えません"), case_of(town, "U-b", "助けて。殺される")
    satou = town.staff()
    assert town.one(Call).case_id == other
    act(town, folding.fold, other, main, satou, now_ms())
    assert town.one(Call).acked_by == satou.id
    assert ticket_of(town, main).urgency == "emergency"
    with town.work() as session:
        assert calls.open_call(session, main) is None


def test_nothing_is_done_to_a_folded_case_but_each_person_gets_an_answer(
    town: Town, pair: tuple[int, int, StaffRef]
) -> None:
    _, other, satou = pair
    tanaka, now = town.staff("田中"), now_ms()
    fold(town, pair)
    for what, args in (
        (desk.claim, (now,)), (desk.close, ("done", "", now)), (hold.hold, (now + 60_000, "", now)),
        (desk.hand, ("marugoto", "C8", "お願い", "続ける", now)),
    ):  # fmt: skip
        assert "T-" in refused(town, "folded", what, other, satou, *args)
    refused(town, "already_claimed", desk.reply, other, tanaka, "はい", now, "t")
    line = PushLine()
    row_id = act(town, desk.reply, other, satou, "ようすを見に行きます", now, "b", office=waiting(town))
    time_passes(town)
    send(town, line, row_id)
    assert line.said == ["ようすを見に行きます"]
    contact = town.one(Outgoing, id=row_id).contact_id
    assert contact == next(found.id for found in town.all(Contact) if found.case_id == other)


def test_an_answer_that_waited_while_it_was_folded_still_goes(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, _ = pair
    tanaka, line = town.staff("田中"), PushLine()
    row_id = act(town, desk.reply, other, tanaka, "お電話します", now_ms(), "b", office=waiting(town))
    act(town, folding.fold, other, main, tanaka, now_ms())
    time_passes(town)
    send(town, line, row_id)
    assert line.said == ["お電話します"]
    assert ticket_of(town, main).owner_id != tanaka.id


def test_parted_again_it_has_the_state_and_owner_it_had(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, satou = pair
    fold(town, pair)
    for _ in range(2):
        act(town, folding.unfold, other, satou, now_ms())
    row = ticket_of(town, other)
    assert (row.folded_into, row.owner_id, row.state) == (None, None, "draft")
    assert everywhere(town, satou) == {main, other}
    assert [entry for entry in steps(town, main) if entry.startswith("fold")] == ["fold_in", "fold_out"]
    assert [entry for entry in steps(town, other) if "fold" in entry] == ["folded", "unfolded"]
    assert town.one(Fold).undone_by == satou.id


def test_a_word_under_a_closed_case_opens_that_one_again(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, satou = pair
    fold(town, pair)
    act(town, desk.reply, other, satou, "見に行きます", now_ms(), "w1")
    act(town, desk.close, main, satou, "done", "", now_ms())
    assert everywhere(town, satou) == set()
    town.say("まだ出てきません", user="U-b")
    row = ticket_of(town, main)
    assert (row.state, row.owner_id, row.last_owner_id) == ("received", None, satou.id)
    assert ticket_of(town, other).folded_into == main
    assert everywhere(town, satou) == {main}


def test_when_the_main_case_is_erased_the_other_stands_alone_and_is_called_out(
    town: Town, pair: tuple[int, int, StaffRef]
) -> None:
    main, other, satou = pair
    fold(town, pair)
    with town.work() as session:
        session.execute(update(Ticket).where(Ticket.case_id == main).values(state="received", owner_id=None))
    before = [job for name, job in town.jobs() if name == "remind" and str(other) in job]
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", main, lock=True) or (None, None)
        assert case is not None
        assert row is not None
        queue.erased(town.office, session, case, row, now_ms())
    assert ticket_of(town, other).folded_into is None
    assert steps(town, other)[-1] == "unfolded"
    assert everywhere(town, satou) == {other}
    assert len([job for name, job in town.jobs() if name == "remind" and str(other) in job]) == len(before) + 1


def test_what_may_not_be_folded(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, satou = pair
    third, tanaka, now = case_of(town, "U-c", "水が出ません"), town.staff("田中"), now_ms()
    home = town.office.pack.fallback
    worker = town.staff("よそ", "worker", "elsewhere")
    refused(town, "same_case", folding.fold, main, main, satou, now)
    with pytest.raises(NotFound):
        act(town, folding.fold, other, main, worker, now)
    with pytest.raises(NotFound):
        act(town, folding.fold, other, 12345, satou, now)
    refused(town, "already_claimed", folding.fold, main, other, tanaka, now)
    fold(town, pair)
    refused(town, "folded", folding.fold, other, third, satou, now)
    refused(town, "folded", folding.fold, third, other, satou, now)
    refused(town, "has_folded", folding.fold, main, third, satou, now)
    act(town, desk.claim, third, satou, now)
    act(town, desk.hand, third, satou, home, "C8", "お願い", "続ける", now)
    refused(town, "handed", folding.fold, third, main, satou, now)
    act(town, desk.close, third, satou, "taken_over", "", now)
    refused(town, "closed", folding.fold, third, main, satou, now)
    assert [row.case_id for row in town.all(Ticket) if row.folded_into is not None] == [other]


def test_what_is_offered_is_linked_or_of_the_same_person_and_can_be_seen(
    town: Town, pair: tuple[int, int, StaffRef]
) -> None:
    main, other, satou = pair
    low, high = sorted((main, other))
    with town.work() as session:
        session.add(
            CaseLink(
                id=new_id(), tenant="mihon", low_case=low, high_case=high, reasons="address", state="suggested",
                at=now_ms(),
            )
        )  # fmt: skip
        session.execute(update(Contact).where(Contact.case_id == main).values(case_id=None))
    town.say("別のことで、また書きます", user="U-a")
    again = next(found.case_id for found in town.all(Contact) if found.case_id not in (None, other))
    worker = town.staff("担当", "worker", "elsewhere")
    with town.work() as session:
        found = {case_id: why for case_id, _, why in folding.candidates(town.office, session, main, satou)}
        assert found == {other: "同じ住所", again: "同じ人の相談"}
        session.execute(update(Ticket).where(Ticket.case_id == main).values(owner_id=worker.id))
    with town.work() as session:
        assert folding.candidates(town.office, session, main, worker) == (), (
            "of what they may not see they hear nothing"
        )


def test_who_has_the_main_case_sees_what_was_folded_into_it(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, _ = pair
    worker = town.staff("担当", "worker", "elsewhere")
    fold(town, pair)
    with town.work() as session:
        session.execute(update(Ticket).where(Ticket.case_id == main).values(owner_id=worker.id))
    act(town, view.open_case, other, worker, now_ms(), "console")
    act(town, folding.unfold, other, worker, now_ms())
    with pytest.raises(NotFound):
        act(town, view.open_case, other, worker, now_ms(), "console")


def test_answering_a_folded_case_gives_nobody_sight_of_the_main_one(town: Town) -> None:
    main, other = case_of(town, "U-a", "祖母の薬代が払えません"), case_of(town, "U-b", "となりのおばあさんが心配です")
    mori = town.staff("森", "worker", "children")
    with town.work() as session:
        session.get_one(Ticket, other).owner_desk = "children"
    act(town, folding.fold, other, main, town.staff(), now_ms())
    refused(town, "not_found", desk.note, main, mori, "見えますか", now_ms())
    assert act(town, desk.reply, other, mori, "お電話します", now_ms(), "w1")
    assert ticket_of(town, main).owner_id is None
    refused(town, "not_found", desk.note, main, mori, "見えますか", now_ms())


def test_a_call_for_a_folded_case_rings_although_the_main_one_is_closed(
    town: Town, pair: tuple[int, int, StaffRef]
) -> None:
    main, other, satou = pair
    fold(town, pair)
    act(town, desk.reply, other, satou, "見に行きます", now_ms(), "w1")
    act(town, desk.close, main, satou, "done", "", now_ms())
    act(town, desk.page, other, satou, now_ms())
    assert [call.case_id for call in town.all(Call)] == [other]


def test_practice_and_real_cases_are_not_folded_into_each_other(town: Town, pair: tuple[int, int, StaffRef]) -> None:
    main, other, satou = pair
    with town.work() as session:
        session.get_one(Ticket, main).practice = True
    refused(town, "practice", folding.fold, other, main, satou, now_ms())
    assert ticket_of(town, other).folded_into is None


def test_nobody_asks_the_person_of_a_folded_case_over_the_head_of_who_has_the_main_one(
    town: Town, pair: tuple[int, int, StaffRef]
) -> None:
    _, other, _ = pair
    fold(town, pair)
    refused(town, "already_claimed", consents.ask, other, town.staff("田中"), "handoff", "kodomo", now_ms())
