"""What nobody could take up comes back: cases of people who are gone, people who wait under a closed case."""

from __future__ import annotations

import pytest
from desk_kit import act, case_of, refused, steps, ticket_of, waiting
from play_town import Town
from sqlalchemy import update

from bots import sweep
from handoff import desk, folding, replying, stranded, ticket
from handoff.office import StaffRef
from handoff.records import Audit, Staff, Ticket
from intake.clock import now_ms
from intake.records import Case

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def gone(town: Town, staff: StaffRef) -> None:
    """Out, by a hand in the database: none of their cases was handed over."""
    with town.work() as session:
        session.execute(update(Staff).where(Staff.id == staff.id).values(active=False))


@pytest.mark.parametrize("on_its_way", [False, True])
def test_a_case_whose_owner_is_gone_returns_to_its_desk_and_staff_are_told(town: Town, on_its_way: bool) -> None:
    case_id, satou = town.open(), town.staff()
    act(town, desk.claim, case_id, satou, now_ms())
    if on_its_way:
        to = next(found.id for found in town.office.pack.desks if found.id != town.office.pack.fallback)
        act(town, desk.hand, case_id, satou, to, "C8", "お願い", "続ける", now_ms())
    gone(town, satou)
    before, home = len(town.slack("reminder")), ticket_of(town, case_id).owner_desk
    sweep.sweep(town.parts, ())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.last_owner_id, row.owner_desk) == ("received", None, satou.id, home)
    assert len(town.slack("reminder")) == before + 1
    assert steps(town, case_id)[-1] == "passed_on"
    assert [entry.action for entry in town.all(Audit)][-1] == "passed_on"
    sweep.sweep(town.parts, ())
    assert len(town.slack("reminder")) == before + 1, "once"
    act(town, desk.claim, case_id, town.staff("田中"), now_ms())


def test_a_folded_case_of_who_is_gone_is_nobodys_and_calls_nobody(town: Town) -> None:
    main, folded, satou = *pair(town), town.staff()
    act(town, desk.claim, folded, satou, now_ms())
    act(town, folding.fold, folded, main, satou, now_ms())
    gone(town, satou)
    before = len(town.slack("reminder"))
    assert act(town, stranded.bring_back, now_ms()) == 1
    row = ticket_of(town, folded)
    assert (row.owner_id, row.state, row.folded_into) == (None, "received", main)
    assert len(town.slack("reminder")) == before


def pair(town: Town) -> tuple[int, int]:
    return case_of(town, "U-a", "祖母の薬代が払えません"), case_of(town, "U-b", "家賃が払えません")


def test_a_case_is_not_closed_while_somebody_else_waits_in_one_folded_into_it(town: Town) -> None:
    main, folded, satou = *pair(town), town.staff()
    act(town, desk.claim, main, satou, now_ms())
    act(town, folding.fold, folded, main, satou, now_ms())
    said = refused(town, "folded_waits", desk.close, main, satou, "done", "", now_ms())
    assert "T-0002" in said and "家賃" not in said
    assert ticket_of(town, main).state == ticket.State.CLAIMED
    act(town, desk.reply, folded, satou, "お返事です", now_ms(), "once")
    act(town, desk.close, main, satou, "done", "", now_ms())


@pytest.mark.parametrize("who", ["the same person", "a reporter"])
def test_who_waits_for_no_answer_of_their_own_keeps_no_case_open(town: Town, who: str) -> None:
    main, folded, satou = *pair(town), town.staff()
    act(town, desk.claim, main, satou, now_ms())
    act(town, folding.fold, folded, main, satou, now_ms())
    with town.work() as session:
        first = session.get_one(Case, main).contact_id
        change = {"contact_id": first} if who == "the same person" else {"route": "lifeline"}
        session.execute(update(Case).where(Case.id == folded).values(**change))
    act(town, desk.close, main, satou, "done", "", now_ms())
    assert act(town, stranded.bring_back, now_ms()) == 0


def test_an_answer_taken_back_after_the_end_leaves_nobody_waiting_out_of_sight(town: Town) -> None:
    office = waiting(town)
    main, folded, satou = *pair(town), town.staff()
    act(town, desk.claim, main, satou, now_ms())
    act(town, folding.fold, folded, main, satou, now_ms())
    row_id = act(town, desk.reply, folded, satou, "お返事です", now_ms(), "once", office=office)
    act(town, desk.close, main, satou, "done", "", now_ms())
    act(town, replying.undo_reply, folded, satou, row_id, now_ms(), office=office)
    assert ticket_of(town, folded).folded_into == main
    sweep.sweep(town.parts, ())
    row: Ticket = ticket_of(town, folded)
    assert (row.folded_into, row.owner_id) == (None, None)
    assert row.state in ticket.IN_QUEUE
    assert "unfolded" in steps(town, folded)
