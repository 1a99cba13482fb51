"""本人に伝えた・会った: reaching the person is an answer, trying is not, and アウトリーチ is not pressed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from desk_kit import PushLine, act, note_of, refused, send, steps, ticket_of, time_passes, waiting
from play_town import Town

from bots.timers import _come_due
from handoff import answers, attempts, desk, digest, disclosure, facts, leaving, ledger, proxy, reminders, stranded
from handoff.attempts import Attempt
from handoff.clock import TOKYO, next_open
from handoff.office import StaffRef
from handoff.packet import sheet
from handoff.promise import answered
from handoff.records import Audit, History, Staff, Ticket
from intake.clock import now_ms, to_datetime, to_ms
from intake.records import Case, Outgoing

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
DAY = 86_400_000
HOUR = 3_600_000


def phoned(town: Town, staff: StaffRef) -> int:
    """A case that came by telephone: nobody waits at a screen."""
    taken = proxy.Taken("phone", "家賃が払えません。かけ直してください", danger="no")
    found: int = act(town, proxy.take_down, staff, taken, now_ms(), f"{staff.id}-{now_ms()}")
    return found


def tried(result: str = "met", way: str = "phone", at: int | None = None, **more: Any) -> Attempt:
    said = more.pop("said", "水曜に窓口へ来るとのこと" if result == "met" else "")
    return Attempt(way, result, now_ms() // 60_000 * 60_000 if at is None else at, said, **more)


def look_on(days: int) -> str:
    return (to_datetime(now_ms()).astimezone(TOKYO).date() + timedelta(days=days)).isoformat()


def month_later(town: Town) -> int:
    """A moment in a month at which the office is open."""
    opens = next_open(town.office.pack.hours, to_datetime(now_ms() + 30 * DAY))
    assert opens is not None
    return to_ms(opens)


def due(town: Town, case_id: int, kind: str, once: str, now: int) -> str:
    found: str = act(town, _come_due(kind), case_id, kind, once, now)
    return found


def promise(row: Ticket) -> str:
    return f"{row.waiting_since}.{row.due_at}"


def test_a_call_back_is_the_answer_of_a_case_without_a_screen(town: Town) -> None:
    satou = town.staff()
    case_id = phoned(town, satou)
    refused(town, "no_channel", desk.reply, case_id, satou, "はい", now_ms(), "a")
    before = promise(ticket_of(town, case_id))
    act(town, attempts.record, case_id, satou, tried(), now_ms())
    row = ticket_of(town, case_id)
    assert answered(row)
    assert (row.owner_id, row.due_at, row.first_reply_at) == (satou.id, None, row.replied_at)
    assert due(town, case_id, reminders.OVER, before, now_ms() + 30 * DAY) == "over"
    with town.work() as session:
        assert digest.gather(town.office, session, "marugoto", now_ms() + 30 * DAY).overdue == ()
    (step,) = town.all(History, what="met")
    assert (step.detail, note_of(town, step)) == ("phone", "水曜に窓口へ来るとのこと")
    assert town.all(Audit, action="met", case_id=case_id)
    assert b"\xe6\xb0\xb4\xe6\x9b\x9c" not in (step.note_sealed or b"")


def test_who_does_not_answer_the_telephone_is_promised_an_answer_still(town: Town) -> None:
    satou = town.staff()
    case_id = phoned(town, satou)
    before = ticket_of(town, case_id).due_at
    act(town, attempts.record, case_id, satou, tried("not_met"), now_ms())
    row = ticket_of(town, case_id)
    assert (row.owner_id, row.due_at, answered(row)) == (satou.id, before, False)
    assert due(town, case_id, reminders.OVER, promise(row), month_later(town)) == "reminded"
    with town.work() as session:
        assert digest.gather(town.office, session, "marugoto", now_ms() + 30 * DAY).overdue == ("T-0001",)
        facts.refresh(town.office, session, now_ms())
        (fact,) = facts.of_months(town.office, session, "2000-01", "2100-01")
    assert (fact.first_by, fact.first_ms is not None) == ("attempt", True)


def outreach(town: Town) -> tuple[int, StaffRef]:
    """A case that the desk of アウトリーチ has."""
    worker = town.staff("鈴木", "worker", "outreach")
    case_id = phoned(town, town.staff())
    with town.work() as session:
        session.get_one(Ticket, case_id).owner_desk = "outreach"
    act(town, desk.claim, case_id, worker, now_ms())
    return case_id, worker


def test_outreach_is_pressed_by_nobody_after_the_first_try_but_by_its_own_day(town: Town) -> None:
    case_id, worker = outreach(town)
    before = promise(ticket_of(town, case_id))
    letter = tried("letter_left", "letter", look_on=look_on(20), said="名刺と手紙をポストに入れた")
    act(town, attempts.record, case_id, worker, letter, now_ms())
    row = ticket_of(town, case_id)
    assert row.due_at is None and not answered(row)
    assert due(town, case_id, reminders.OVER, before, now_ms() + 9 * DAY) == "over"
    assert row.look_at is not None and row.look_at > now_ms() + 18 * DAY
    looked = f"{row.look_at}.1"
    with town.work() as session:
        found = digest.gather(town.office, session, "outreach", row.look_at)
    assert (found.overdue, found.looks) == ((), ("T-0001",))
    assert due(town, case_id, attempts.KIND, looked, row.look_at) == "reminded"
    assert steps(town, case_id).count("look_reminded") == 1
    act(town, attempts.record, case_id, worker, tried("not_met", "visit"), now_ms())
    assert due(town, case_id, attempts.KIND, looked, row.look_at) == "over", "another day was set meanwhile"
    later = ticket_of(town, case_id).look_at
    assert later is not None and abs(later - now_ms() - 14 * DAY) < 6 * DAY, "nobody is forgotten for want of a day"


def test_outreach_rests_while_the_person_does_not_write_and_never_in_danger(town: Town) -> None:
    case_id, worker = outreach(town)
    act(town, desk.set_urgency, case_id, worker, "emergency", "", now_ms())
    act(town, attempts.record, case_id, worker, tried("not_met", "visit"), now_ms())
    assert ticket_of(town, case_id).due_at is not None
    act(town, desk.set_urgency, case_id, worker, "normal", "会いに行けた", now_ms())
    act(town, attempts.record, case_id, worker, tried("not_met"), now_ms())
    assert ticket_of(town, case_id).due_at is None
    act(town, proxy.add_words, case_id, worker, "phone", "やっぱり困っています", now_ms() + 2 * HOUR, f"{case_id}-x")
    assert ticket_of(town, case_id).due_at is not None, "they wait anew"


def test_who_is_not_of_outreach_promises_again(town: Town) -> None:
    case_id, worker = outreach(town)
    act(town, attempts.record, case_id, worker, tried("not_met", "visit"), now_ms())
    assert ticket_of(town, case_id).due_at is None
    act(town, desk.release, case_id, worker, now_ms())
    row = ticket_of(town, case_id)
    assert row.due_at is not None and row.due_at > now_ms()
    act(town, desk.claim, case_id, worker, now_ms())
    assert due(town, case_id, reminders.OVER, promise(row), month_later(town)) == "reminded"


@pytest.mark.parametrize("kept", [False, True], ids=["nobody", "a colleague"])
def test_what_a_worker_of_outreach_leaves_to_nobody_is_promised_again(town: Town, kept: bool) -> None:
    case_id, worker = outreach(town)
    heir = town.staff("高橋", "worker", "outreach")
    act(town, attempts.record, case_id, worker, tried("not_met", "visit"), now_ms())
    place = f"staff:{heir.id}" if kept else "desk"
    act(town, leaving.hand_over, town.staff("山田", "manager"), worker.id, {case_id: place}, now_ms())
    row = ticket_of(town, case_id)
    assert (row.owner_id, row.due_at is None) == ((heir.id, True) if kept else (None, False))


def test_a_case_of_outreach_that_was_left_behind_is_promised_again(town: Town) -> None:
    case_id, worker = outreach(town)
    act(town, attempts.record, case_id, worker, tried("not_met", "visit"), now_ms())
    with town.work() as session:
        session.get_one(Staff, worker.id).active = False
    assert act(town, stranded.bring_back, now_ms()) == 1
    row = ticket_of(town, case_id)
    assert row.due_at is not None and due(town, case_id, reminders.OVER, promise(row), month_later(town)) == "reminded"


def test_what_was_said_before_the_newest_words_answers_the_older_ones_only(town: Town) -> None:
    satou = town.staff()
    case_id = phoned(town, satou)
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        case.opened_at -= 2 * DAY
        row.waiting_since = now_ms() - HOUR
    act(town, attempts.record, case_id, satou, tried(at=now_ms() // 60_000 * 60_000 - 5 * HOUR), now_ms())
    row = ticket_of(town, case_id)
    assert not answered(row) and row.due_at is not None and row.first_reply_at is not None


def test_an_answer_taken_back_leaves_the_talk_that_was(town: Town) -> None:
    office, satou, line = waiting(town), town.staff(), PushLine()
    case_id = town.open()
    act(town, attempts.record, case_id, satou, tried(), now_ms())
    met = ticket_of(town, case_id).replied_at
    row_id = act(town, desk.reply, case_id, satou, "水曜にお待ちしています", now_ms() + 5, "a", office=office)
    act(town, desk.undo_reply, case_id, satou, row_id, now_ms(), office=office)
    row = ticket_of(town, case_id)
    assert answered(row) and (row.replied_at, row.speaker) == (met, "human")
    with town.work() as session:
        case, locked = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None and locked is not None
        answers.recount(office, session, case, locked, now_ms())
        assert locked.replied_at == met
    time_passes(town)
    assert send(town, line, row_id) and not line.said


def test_a_visit_finds_out_what_they_like_and_whom_to_ask_and_the_sheet_knows_it_once(town: Town) -> None:
    case_id, worker = outreach(town)
    found = tried("not_met", "visit", interests="将棋と野球", family="姉。母より話せる")
    act(town, attempts.record, case_id, worker, found, now_ms())
    act(town, attempts.record, case_id, worker, replace(found, at=found.at - 2 * 60_000), now_ms())
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        entries = sheet.sheet_of(town.office, session, case, row).entries
        assert {name: entries[name].value for name in ("interests", "family_clue")} == {
            "interests": "将棋と野球", "family_clue": "姉。母より話せる",
        }  # fmt: skip
        said = [one for one in disclosure.record_of(town.office, session, case, row, now_ms()).paragraphs if one.why]
    assert "将棋と野球" in said[-1].text and said[-1].why == disclosure.INTERNAL
    assert steps(town, case_id).count("sheet_saved") == 1


def test_the_same_written_twice_stands_once_and_wrong_words_change_nothing(town: Town) -> None:
    satou, tanaka = town.staff(), town.staff("田中")
    case_id, now = phoned(town, satou), now_ms()
    worker = town.staff("鈴木", "worker", "marugoto")
    for code, what in (
        ("bad_way", tried(way="pigeon")), ("bad_result", tried("maybe")), ("bad_result", tried(way="letter")),
        ("empty", tried(said=" ")), ("too_long", tried(said="あ" * 4_001)), ("bad_when", tried(at=now + 60_000)),
        ("bad_when", tried(at=now - 3 * DAY)), ("bad_date", tried(look_on="あした")),
        ("bad_date", tried(look_on=look_on(0))), ("bad_date", tried(look_on=look_on(400))),
    ):  # fmt: skip
        refused(town, code, attempts.record, case_id, satou, what, now)
    assert steps(town, case_id).count("met") == 0 and ticket_of(town, case_id).owner_id is None
    what = tried(at=now // 60_000 * 60_000)
    for _ in range(2):
        act(town, attempts.record, case_id, satou, what, now)
    assert steps(town, case_id).count("met") == 1
    refused(town, "already_claimed", attempts.record, case_id, worker, what, now)
    act(town, attempts.record, case_id, tanaka, tried("not_met"), now)
    assert ticket_of(town, case_id).owner_id == satou.id, "受付 writes it down for whoever has the case"
    act(town, desk.close, case_id, satou, "done", "", now)
    refused(town, "wrong_state", attempts.record, case_id, satou, tried("not_met"), now)


def test_two_calls_within_two_minutes_are_two_and_what_was_said_in_either_stays(town: Town) -> None:
    satou, minute = town.staff(), now_ms() // 60_000 * 60_000
    case_id = phoned(town, satou)
    for at in (minute - 60_000, minute, minute):
        act(town, attempts.record, case_id, satou, tried("not_met", at=at), minute + 30_000)
    assert steps(town, case_id).count("not_met") == 2, "the last was a button pressed twice"
    for said in ("家賃のこと", "娘さんのことも"):
        act(town, attempts.record, case_id, satou, tried(at=minute, said=said), minute + 30_000)
    assert {note_of(town, step) for step in town.all(History, what="met")} == {"家賃のこと", "娘さんのことも"}


def test_it_ends_a_call_and_tells_the_person_nothing(town: Town) -> None:
    satou, case_id = town.staff(), town.open()
    act(town, desk.page, case_id, satou, now_ms())
    act(town, attempts.record, case_id, satou, tried(), now_ms())
    assert "call_acked" in steps(town, case_id)
    assert not town.all(Outgoing, purpose="reply")
