"""What staff do to a case, in real transactions on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from play_town import STORY, Town, assessment
from sqlalchemy import delete, select, update

from handoff import desk, ledger, login, queue, view
from handoff import plan as planning
from handoff.desk import Conflict, NotFound, Refused, StaffRef
from handoff.records import Audit, HandOver, History, Ticket
from intake.clock import now_ms, to_datetime
from intake.ids import new_id
from intake.records import Case, Contact, Message, Outgoing
from triage.assessment import Kind, Urgency

TUESDAY = int(datetime(2026, 11, 24, 1, 0, tzinfo=UTC).timestamp() * 1000)


def act(town: Town, what: Callable[..., Any], *args: Any) -> Any:
    with town.work() as session:
        return what(town.office, session, *args)


def refused(town: Town, code: str, what: Callable[..., Any], *args: Any) -> str:
    with pytest.raises(Refused) as found:
        act(town, what, *args)
    assert found.value.code == code
    return found.value.message_ja


def ticket_of(town: Town, case_id: int) -> Ticket:
    found: Ticket = town.one(Ticket, case_id=case_id)
    return found


def plan_for(town: Town, found: Any, urgency: Urgency) -> planning.Plan:
    facts = planning.Facts(planning.Source("resident"), "ja", 20, received_at=to_datetime(now_ms()))
    made = planning.decide(found, facts, town.office.pack, to_datetime(now_ms()))
    return replace(made, urgency=urgency)


def take(town: Town, case_id: int, upto: int, urgency: Urgency = Urgency.NORMAL, **changes: Any) -> bool:
    found = assessment(urgency=urgency, **changes)
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None
        assert row is not None
        plan = plan_for(town, found, urgency)
        return queue.take_reading(town.office, session, case, row, found, plan, upto=upto, now=now_ms())


def reminders(town: Town) -> list[str]:
    return [job for name, job in town.jobs() if name == "remind"]


def test_of_two_who_claim_at_once_one_wins_and_the_other_reads_the_name(town: Town) -> None:
    case_id = town.open()
    people = [town.staff("佐藤"), town.staff("田中")]

    def race(person: StaffRef) -> str:
        try:
            act(town, desk.claim, case_id, person, now_ms())
        except Conflict as lost:
            return lost.message_ja
        return "won"

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(race, people))
    row = ticket_of(town, case_id)
    assert sorted(found, key=len)[0] == "won"
    winner = people[found.index("won")]
    assert row.owner_id == winner.id
    assert winner.name in found[1 - found.index("won")]
    assert [step.what for step in town.all(History) if step.what == "claimed"] == ["claimed"]
    version = row.version
    act(town, desk.claim, case_id, winner, now_ms())
    assert ticket_of(town, case_id).version == version, "claiming what one has changes nothing"


def test_released_it_stands_in_the_queue_and_is_called_out_again(town: Town) -> None:
    case_id, satou, tanaka = town.open(), town.staff("佐藤"), town.staff("田中")
    act(town, desk.claim, case_id, satou, now_ms())
    refused(town, "not_owner", desk.release, case_id, tanaka, now_ms())
    before = reminders(town)
    act(town, desk.release, case_id, satou, now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.last_owner_id) == ("received", None, satou.id)
    assert len(reminders(town)) == len(before) + 1


def test_reminders_go_on_until_somebody_takes_it_and_two_series_fold(town: Town) -> None:
    case_id, now = town.open(), TUESDAY

    def remind(once: str, at: int) -> str:
        with town.work() as session:
            case, row = ledger.case_and_ticket(session, "mihon", case_id) or (None, None)
            assert case is not None
            assert row is not None
            return queue.remind(town.office, session, case, row, once, at)

    assert remind("high-1.0", now) == "raised"
    assert remind("normal-1.0", now) == "reminded"
    assert remind("normal-1.0", now) == "folded", "the same job run again after a crash says nothing twice"
    assert remind("normal-9.0", now + 3_600_000) == "folded"
    assert remind("normal-1.1", now + 7_200_000) == "reminded"
    assert [row.dedupe for row in town.slack("reminder")] == [
        f"remind-{case_id}-{now + step}" for step in (0, 7_200_000)
    ]
    satou = town.staff()
    act(town, desk.claim, case_id, satou, now)
    assert remind("normal-1.2", now + 14_400_000) == "taken"


def test_a_reply_is_sent_once_however_often_it_is_pressed(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    for _ in range(2):
        act(town, desk.reply, case_id, satou, "お電話します", now_ms(), "once-1")
    rows = town.all(Outgoing, purpose="reply")
    assert len(rows) == 1
    assert "お電話します" in town.body(rows[0])
    assert town.messages() == [STORY, "お電話します"]
    row = ticket_of(town, case_id)
    assert (row.owner_id, row.state, row.due_at) == (satou.id, "claimed", None)
    assert row.replied_at is not None
    act(town, desk.reply, case_id, satou, "もう一通", now_ms(), "once-2")
    assert len(town.all(Outgoing, purpose="reply")) == 2


def test_replies_that_cannot_go_are_refused_and_nothing_is_written(town: Town) -> None:
    case_id, satou, tanaka = town.open(), town.staff("佐藤"), town.staff("田中")
    refused(town, "empty", desk.reply, case_id, satou, " \n　", now_ms(), "a")
    refused(town, "too_long", desk.reply, case_id, satou, "𩸽" * 2_501, now_ms(), "a")
    for flag in ("blocked", "hidden"):
        with town.work() as session:
            session.execute(update(Contact).values({flag: True}))
        refused(town, "no_channel", desk.reply, case_id, satou, "はい", now_ms(), "a")
        with town.work() as session:
            session.execute(update(Contact).values({flag: False}))
    act(town, desk.claim, case_id, tanaka, now_ms())
    assert "田中" in refused(town, "already_claimed", desk.reply, case_id, satou, "はい", now_ms(), "a")
    assert town.all(Outgoing, purpose="reply") == []
    act(town, desk.reply, case_id, tanaka, "𩸽" * 2_500, now_ms(), "a")
    with town.work() as session:
        report = desk.file_report(town.office, session, satou, "新聞がたまっています", "professional", now_ms(), "r1")
    refused(town, "no_channel", desk.reply, report, satou, "はい", now_ms(), "b")


def test_handing_needs_a_desk_a_basis_and_both_sentences(town: Town) -> None:
    case_id, satou, tanaka = town.open(), town.staff("佐藤"), town.staff("田中")
    to = next(found.id for found in town.office.pack.desks if found.id != town.office.pack.fallback)
    town.say("人と話す")  # finishes the draft

    def hand(*args: str, who: StaffRef = satou, code: str = "") -> None:
        refused(town, code, desk.hand, case_id, who, *args, now_ms())

    hand("nowhere", "C8", "お願い", "続ける", code="no_desk")
    hand(to, "C8", " ", "続ける", code="incomplete")
    hand(to, "C8", "お願い", "", code="incomplete")
    with pytest.raises(Refused):
        act(town, desk.hand, case_id, satou, to, "C99", "お願い", "続ける", now_ms())
    act(town, desk.claim, case_id, satou, now_ms())
    hand(to, "C8", "お願い", "続ける", who=tanaka, code="already_claimed")
    assert town.all(HandOver) == []
    act(town, desk.hand, case_id, satou, to, "C8", "お願い", "続ける", now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id) == ("handed", satou.id), "who hands keeps it until it is accepted"
    over = town.one(HandOver)
    assert (over.to_desk, over.basis) == (to, "C8")
    assert "お願い".encode() not in over.ask_sealed


def test_closing_needs_a_reason_that_fits(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    refused(town, "reason_needed", desk.close, case_id, satou, "whatever", "", now_ms())
    refused(town, "reason_wrong", desk.close, case_id, satou, "done", "", now_ms())
    act(town, desk.claim, case_id, satou, now_ms())
    refused(town, "note_needed", desk.close, case_id, satou, "other", " ", now_ms())
    act(town, desk.close, case_id, satou, "other", "電話で終わりました", now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.close_reason, row.due_at, row.last_owner_id) == ("closed", "other", None, satou.id)
    assert all("電話で" not in (step.detail or "") for step in town.all(History))


def test_a_word_after_the_end_opens_it_again_and_tells_the_last_owner(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    with town.work() as session:
        login.link_identity(session, "mihon", "slack", "T1:U1", satou.id)
    act(town, desk.claim, case_id, satou, now_ms())
    act(town, desk.close, case_id, satou, "done", "", now_ms())
    before = len(reminders(town))
    town.say("やっぱりまだ困っています")
    (note,) = town.slack("hand_one")
    assert json.loads(town.body(note)) == {"kind": "after_end", "staff": str(satou.id), "desk": ""}
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.last_owner_id) == ("received", None, satou.id)
    assert (row.closed_at, row.close_reason) == (None, "")
    assert row.due_at is not None
    assert len(reminders(town)) == before + 1


def test_lowering_needs_a_reason_and_raising_by_hand_is_staffs_own_entry(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    act(town, desk.set_urgency, case_id, satou, "emergency", "", now_ms())
    entries = [(step.actor, step.detail) for step in town.all(History) if step.what == "raised"]
    assert entries == [("staff", "emergency")]
    refused(town, "note_needed", desk.set_urgency, case_id, satou, "high", "  ", now_ms())
    refused(town, "bad_urgency", desk.set_urgency, case_id, satou, "worst", "x", now_ms())
    before = len(reminders(town))
    act(town, desk.set_urgency, case_id, satou, "normal", "電話で確かめました", now_ms())
    row = ticket_of(town, case_id)
    assert (row.urgency, row.urgency_by) == ("normal", "staff")
    assert len(reminders(town)) == before + 1, "the slower series begins, or nobody would be reminded any more"


@pytest.mark.parametrize("start", list(Urgency))
@pytest.mark.parametrize("machine", list(Urgency))
def test_the_machine_never_lowers(town: Town, start: Urgency, machine: Urgency) -> None:
    case_id, satou = town.open(), town.staff()
    if start is not Urgency.NORMAL:
        act(town, desk.set_urgency, case_id, satou, str(start), "", now_ms())
    before = ticket_of(town, case_id).due_at
    assert take(town, case_id, town.all(Message)[-1].id, machine)
    row = ticket_of(town, case_id)
    assert Urgency(row.urgency) is start.raised_to(machine)
    assert before is not None
    assert row.due_at is not None
    assert row.due_at <= before, "the promise only gets shorter"


def test_raising_at_night_never_takes_the_promise_away(town: Town) -> None:
    case_id = town.open()
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id) or (None, None)
        assert case is not None
        assert row is not None
        row.due_at = 1_000
        queue.raise_urgency(town.office, session, case, row, Urgency.EMERGENCY, now_ms())
        assert row.due_at == 1_000


def test_a_reading_is_taken_once(town: Town) -> None:
    case_id = town.open()
    upto = town.all(Message)[-1].id
    assert take(town, case_id, upto, Urgency.EMERGENCY)
    version = ticket_of(town, case_id).version
    assert not take(town, case_id, upto, Urgency.EMERGENCY)
    assert ticket_of(town, case_id).version == version
    assert len(town.slack("page")) == 1


def test_small_talk_is_put_aside_unless_danger_or_doubt_or_a_person_speaks_against_it(town: Town) -> None:
    case_id = town.open("きょうは天気がよくて、とても気持ちがいいので散歩をしました")
    upto = town.all(Message)[-1].id
    assert take(town, case_id, upto, kind=Kind.SMALLTALK)
    assert ticket_of(town, case_id).kind == "smalltalk"
    assert town.slack("card")[-1].dedupe.startswith(f"card-{case_id}-")
    satou = town.staff()
    with town.work() as session:
        assert view.queue(town.office, session, satou, "open", now_ms()) == ()
        assert len(view.queue(town.office, session, satou, "other", now_ms())) == 1
    before = len(reminders(town))
    act(town, desk.lift, case_id, satou, now_ms())
    assert len(reminders(town)) == before + 1
    assert take(town, case_id, upto + 1, kind=Kind.SMALLTALK)
    assert ticket_of(town, case_id).kind == "consultation", "a person saw more in it"


@pytest.mark.parametrize("why", ["needs_human", "alarm", "claimed", "wants_human", "report", "urgent"])
def test_what_people_did_or_doubt_keeps_it_a_case(town: Town, why: str) -> None:
    case_id = town.open("助けて" if why == "alarm" else STORY)
    satou = town.staff()
    if why == "claimed":
        act(town, desk.claim, case_id, satou, now_ms())
    elif why == "wants_human":
        town.say("人と話す")
    elif why == "report":
        with town.work() as session:
            case_id = desk.file_report(town.office, session, satou, "郵便物が多い", "slack", now_ms(), "r")
    urgency = Urgency.HIGH if why == "urgent" else Urgency.NORMAL
    assert take(town, case_id, new_id(), urgency, kind=Kind.SMALLTALK, needs_human=why == "needs_human")
    assert ticket_of(town, case_id).kind == "consultation"


def test_a_report_sent_twice_is_one_case(town: Town) -> None:
    satou = town.staff()
    found = [
        act(town, desk.file_report, satou, "新聞がたまっています", "professional", now_ms(), "r1") for _ in range(2)
    ]
    assert found[0] == found[1]
    assert len(town.all(Case)) == 1
    for role in ("manager", "auditor"):
        refused(town, "no_right", desk.file_report, town.staff("x", role), "あ", "slack", now_ms(), role)
    refused(town, "empty", desk.file_report, satou, " ", "slack", now_ms(), "r2")


def test_every_role_sees_what_it_may_and_the_rest_is_absent_alike(town: Town) -> None:
    case_id = town.open()
    home = town.office.pack.fallback
    people = {
        "intake": town.staff("受付"), "own desk": town.staff("担当", "worker", home),
        "other desk": town.staff("よそ", "worker", "elsewhere"), "no desk": town.staff("なし", "worker"),
        "manager": town.staff("管理", "manager", home), "auditor": town.staff("監査", "auditor", home),
    }  # fmt: skip
    people["other town"] = replace(people["intake"], tenant="hoka")
    may = {"intake", "own desk"}
    for who, person in people.items():
        with town.work() as session:
            listed = {name: view.queue(town.office, session, person, name, now_ms()) for name in view.VIEWS}
            figures = view.counts(town.office, session, person, now_ms())
            assert bool(listed["open"]) == (who in may), who
            assert all(items == () for name, items in listed.items() if name not in ("open", "due")), who
            assert (figures.unclaimed, figures.today) == ((1, 1) if who in may else (0, 0)), who
        if who in may:
            act(town, view.open_case, case_id, person, now_ms(), "console")
            continue
        for wanted in (case_id, 12345):
            said = set()
            for what, args in (
                (view.open_case, (now_ms(), "console")), (desk.claim, (now_ms(),)),
                (desk.reply, ("x", now_ms(), "o")), (desk.close, ("done", "", now_ms())),
                (desk.note, ("x", now_ms())), (desk.page, (now_ms(),)), (desk.lift, (now_ms(),)),
                (desk.set_urgency, ("high", "", now_ms())), (desk.release, (now_ms(),)),
                (desk.hand, (home, "C8", "a", "b", now_ms())),
            ):  # fmt: skip
                with pytest.raises(NotFound) as found:
                    act(town, what, wanted, person, *args)
                said.add((found.value.code, found.value.message_ja))
            assert said == {("not_found", "その相談は見つかりません。")}, who
    worker = people["no desk"]
    with town.work() as session:
        session.execute(update(Ticket).values(owner_id=worker.id, state="claimed"))
    act(town, view.open_case, case_id, worker, now_ms(), "console")


def test_reading_a_case_is_on_record(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    act(town, view.open_case, case_id, satou, now_ms(), "slack")
    last = town.all(Audit)[-1]
    assert (last.action, last.staff_id, last.case_id, last.detail) == ("viewed", satou.id, case_id, "slack")


def test_the_version_changes_with_everything_that_shows(town: Town) -> None:
    satou, seen = town.staff(), []

    def look() -> None:
        with town.work() as session:
            seen.append(view.version(session, "mihon"))

    look()
    case_id = town.open()
    look()
    steps: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (desk.note, ("メモ", now_ms())), (desk.claim, (now_ms(),)), (desk.set_urgency, ("high", "", now_ms())),
        (desk.reply, ("はい", now_ms(), "o")), (desk.release, (now_ms(),)),
    ]  # fmt: skip
    for what, args in steps:
        act(town, what, case_id, satou, *args)
        look()
    town.say("つけたします")
    look()
    assert seen == sorted(set(seen))
    with town.work() as session:
        assert view.version(session, "hoka") == 0


def test_the_figures_of_the_queue(town: Town) -> None:
    satou = town.staff()
    case_id = town.open()

    def figures() -> view.Counts:
        with town.work() as session:
            return view.counts(town.office, session, satou, now_ms())

    first = figures()
    assert (first.unclaimed, first.mine, first.overdue, first.today) == (1, 0, 0, 1)
    with town.work() as session:
        session.execute(update(Ticket).values(due_at=now_ms() - 1))
    assert figures().overdue == 1
    act(town, desk.claim, case_id, satou, now_ms())
    assert (figures().unclaimed, figures().mine, figures().longest_wait_ms) == (0, 1, 0)
    act(town, desk.reply, case_id, satou, "はい", now_ms(), "o")
    assert (figures().overdue, figures().waiting_reply) == (0, 1)


Tamper = Callable[[Any, list[Audit]], None]


def _move(session: Any, rows: list[Audit]) -> None:
    first, second = rows[1].seq, rows[2].seq
    for row, seq in ((rows[1], -1), (rows[2], first), (rows[1], second)):
        session.execute(update(Audit).where(Audit.id == row.id).values(seq=seq))


def _insert(session: Any, rows: list[Audit]) -> None:
    last = rows[-1]
    session.add(
        Audit(
            id=new_id(), tenant=last.tenant, seq=last.seq + 1, at=last.at, staff_id=None, action="viewed",
            case_id=None, detail="", chain=last.chain,
        )
    )  # fmt: skip
    session.flush()


TAMPERS: dict[str, tuple[Tamper, int]] = {
    "edit": (lambda session, rows: session.execute(update(Audit).where(Audit.id == rows[2].id).values(staff_id=1)), 3),
    "detail": (
        lambda session, rows: session.execute(update(Audit).where(Audit.id == rows[2].id).values(detail="x")),
        3,
    ),
    "time": (lambda session, rows: session.execute(update(Audit).where(Audit.id == rows[0].id).values(at=1)), 1),
    "delete": (lambda session, rows: session.execute(delete(Audit).where(Audit.id == rows[2].id)), 3),
    "reorder": (_move, 2),
    "insert": (_insert, 7),
    "truncate": (lambda session, rows: session.execute(delete(Audit).where(Audit.seq >= 4)), 4),
    "truncate all": (lambda session, rows: session.execute(delete(Audit)), 1),
}


@pytest.mark.parametrize("how", TAMPERS)
def test_every_change_of_the_audit_log_is_found(town: Town, how: str) -> None:
    satou, key = town.staff(), town.office.audit_key
    with town.work() as session:
        for number in range(6):
            ledger.audit(session, key, "mihon", at=number, action="viewed", staff_id=satou.id, case_id=number)
        ledger.audit(session, key, "hoka", at=1, action="viewed", staff_id=None)
    with town.work() as session:
        assert ledger.verify_audit(session, key, "mihon") is None
        assert ledger.verify_audit(session, key, "hoka") is None
        assert ledger.verify_audit(session, bytes(32), "mihon") == 1
    change, first = TAMPERS[how]
    with town.work() as session:
        change(session, list(session.scalars(select(Audit).where(Audit.tenant == "mihon").order_by(Audit.seq))))
    with town.work() as session:
        assert ledger.verify_audit(session, key, "mihon") == first


def test_the_audit_log_has_no_gap_under_concurrency(town: Town) -> None:
    key = town.office.audit_key

    def write(number: int) -> None:
        with town.work() as session:
            ledger.audit(session, key, "mihon", at=number, action="viewed", staff_id=None)
            if number % 4 == 0:
                session.rollback()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(16)))
    with town.work() as session:
        assert ledger.verify_audit(session, key, "mihon") is None
    assert [row.seq for row in sorted(town.all(Audit), key=lambda row: row.seq)] == list(range(1, 13))


def handed(town: Town) -> tuple[int, StaffRef, str]:
    """A case on its way: its id, who sent it, and the desk."""
    case_id, satou = town.open(), town.staff("佐藤")
    to = next(found.id for found in town.office.pack.desks if found.id != town.office.pack.fallback)
    act(town, desk.claim, case_id, satou, now_ms())
    act(town, desk.hand, case_id, satou, to, "C8", "お願い", "続ける", now_ms())
    return case_id, satou, to


def test_a_handed_case_comes_back_with_a_reason_to_who_sent_it(town: Town) -> None:
    case_id, satou, to = handed(town)
    refused(town, "note_needed", desk.take_back, case_id, satou, " ", now_ms())
    act(town, desk.take_back, case_id, satou, "担当の窓口がちがいました", now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, town.one(HandOver).state) == ("claimed", satou.id, "taken_back")
    step = town.all(History)[-1]
    assert (step.what, step.detail) == ("taken_back", to)
    assert "窓口".encode() not in (step.note_sealed or b"")
    assert town.all(Audit)[-1].action == "taken_back"
    refused(town, "wrong_state", desk.take_back, case_id, satou, "もう一度", now_ms())
    act(town, desk.hand, case_id, satou, to, "C8", "お願い", "続ける", now_ms())
    assert ticket_of(town, case_id).state == "handed", "it may be handed again"


def test_who_accepts_becomes_the_owner_and_the_desk_sees_it(town: Town) -> None:
    case_id, satou, to = handed(town)
    there = town.staff("高橋", "worker", to)
    refused(town, "own_case", desk.accept, case_id, satou, now_ms())
    with pytest.raises(NotFound), town.work() as session:
        desk.seen_by(town.office, session, case_id, there)  # until they accept, the packet is what they see
    act(town, desk.accept, case_id, there, now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.last_owner_id, row.owner_desk) == ("claimed", there.id, satou.id, to)
    assert town.one(HandOver).state == "accepted"
    assert [town.all(History)[-1].what, town.all(Audit)[-1].action] == ["accepted", "accepted"]
    with town.work() as session:
        assert desk.seen_by(town.office, session, case_id, there)[0].id == case_id
    refused(town, "wrong_state", desk.accept, case_id, satou, now_ms())


def test_a_worker_of_another_desk_may_not_accept(town: Town) -> None:
    case_id, _, _ = handed(town)
    colleague = town.staff("鈴木", "worker", town.office.pack.fallback)
    refused(town, "not_your_desk", desk.accept, case_id, colleague, now_ms())
    assert (ticket_of(town, case_id).state, town.one(HandOver).state) == ("handed", "sent")


def test_after_lifting_the_persons_next_words_belong_to_the_same_case(town: Town) -> None:
    town.say("こんにちは")
    case_id, satou = town.one(Case).id, town.staff()
    act(town, desk.lift, case_id, satou, now_ms())
    assert ("read", f"read-{town.all(Message)[0].id:019d}") in town.jobs(), "or it would count as unread for ever"
    town.say("母の介護と借金で困っています")
    assert [message.case_id for message in town.all(Message)] == [case_id, case_id]
    assert town.one(Case).id == case_id
    assert "いま危ない" not in town.said(), "no second reception"
    town.say("けす")
    town.say("けす")
    assert town.one(Case).erased_at is not None


def test_lifting_leaves_an_open_case_alone(town: Town) -> None:
    town.say("こんにちは")
    greeting, satou = town.one(Case).id, town.staff()
    case_id = town.open()
    act(town, desk.lift, greeting, satou, now_ms())
    town.say("つづきです。家賃も払えません")
    assert town.all(Message)[-1].case_id == case_id
    assert town.case()[0].id == case_id


def test_no_call_and_no_memo_about_what_is_over(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    act(town, desk.claim, case_id, satou, now_ms())
    act(town, desk.close, case_id, satou, "done", "", now_ms())
    refused(town, "wrong_state", desk.page, case_id, satou, now_ms())
    assert town.slack("page") == []
    town.user = "U-second"
    town.say(STORY)
    town.say("けす")
    town.say("けす")
    erased = next(case.id for case in town.all(Case) if case.erased_at is not None)
    refused(town, "erased", desk.note, erased, satou, "メモ", now_ms())
