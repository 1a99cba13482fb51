"""Two of staff, two people and the clock play with two cases: each case always has one owner or stands in one queue."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from desk_kit import PushLine, send, waiting
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from play_town import Town, wipe
from sqlalchemy import select, update

from bots import sweep, timers
from handoff import answers, attempts, desk, folding, hold, leaving, ledger, queue, ticket, view, waking
from handoff.office import Refused, StaffRef
from handoff.records import History, Staff, Ticket
from intake import cases
from intake.clock import now_ms
from intake.records import Message, Outgoing

EXAMPLES = int(os.environ.get("TORITSUGI_LIVES", "8"))
USERS = ("U-a", "U-b")
ONE, WHO = st.sampled_from((0, 1)), st.sampled_from((0, 1))


class DeskLife(RuleBasedStateMachine):
    """Random acts; what is refused changes nothing and is no failure."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        wipe(self.town.parts)
        self.office = waiting(self.town)
        self.people = [self.town.staff(name) for name in ("佐藤", "田中")]
        self.ids = []
        for user in USERS:
            event = self.town.say("家賃が払えなくて困っています", user=user)
            assert event.case_id is not None
            self.ids.append(event.case_id)
        self.line, self.numbers = PushLine(), count(1)
        self.writers: dict[str, int] = {}
        self.may_come: dict[str, int] = {}
        self.undone: set[str] = set()
        self.gone: list[StaffRef] = []

    def _try(self, what: Callable[..., Any], *args: Any) -> Any:
        try:
            with self.town.work() as session:
                return what(self.office, session, *args)
        except Refused:
            return None

    @rule(case=ONE, who=WHO, what=st.sampled_from(("claim", "release", "accept", "give_back")))
    def move(self, case: int, who: int, what: str) -> None:
        self._try(getattr(desk, what), self.ids[case], self.people[who], now_ms())

    @rule(case=ONE, who=WHO)
    def hand_over(self, case: int, who: int) -> None:
        home = self.town.office.pack.fallback
        self._try(desk.hand, self.ids[case], self.people[who], home, "C8", "お願い", "続ける", now_ms())

    @rule(case=ONE, who=WHO, what=st.sampled_from(("take_back", "reopen")))
    def with_reason(self, case: int, who: int, what: str) -> None:
        self._try(getattr(desk, what), self.ids[case], self.people[who], "理由", now_ms())

    @rule(case=ONE, who=WHO)
    def close(self, case: int, who: int) -> None:
        self._try(desk.close, self.ids[case], self.people[who], "done", "", now_ms())

    @rule(who=WHO, to_a_person=st.booleans(), other_desk=st.booleans())
    def leave(self, who: int, to_a_person: bool, other_desk: bool) -> None:
        """One of them leaves with a place for every case, and a new colleague sits down at their place."""
        leaver, stays = self.people[who], self.people[1 - who]
        with self.town.work() as session:
            held = leaving.held_by(session, "mihon", leaver.id)
        desks = self.office.pack.desks
        queue_of = f"desk:{desks[-1].id}" if other_desk else "desk"
        to = {one.case_id: f"staff:{stays.id}" if to_a_person or one.handed else queue_of for one in held}
        self._try(leaving.hand_over, None, leaver.id, to, now_ms())
        self._come_instead(who)

    @rule(who=WHO)
    def vanish(self, who: int) -> None:
        """One of them is gone without a hand-over, and the sweeper comes by."""
        with self.town.work() as session:
            session.get_one(Staff, self.people[who].id).active = False
        sweep.sweep(self.town.parts, ())
        self._come_instead(who)

    def _come_instead(self, who: int) -> None:
        self.gone.append(self.people[who])
        self.people[who] = self.town.staff(f"新人{next(self.numbers)}")

    @rule(case=ONE, what=st.sampled_from(("claim", "accept", "release")))
    def who_is_gone_tries(self, case: int, what: str) -> None:
        if self.gone:
            self._try(getattr(desk, what), self.ids[case], self.gone[-1], now_ms())

    @rule(case=ONE, who=WHO, minutes=st.integers(1, 600))
    def put_aside(self, case: int, who: int, minutes: int) -> None:
        self._try(hold.hold, self.ids[case], self.people[who], now_ms() + minutes * 60_000, "", now_ms())

    @rule(case=ONE, who=WHO, what=st.sampled_from((hold.unhold, folding.unfold)))
    def back(self, case: int, who: int, what: Callable[..., Any]) -> None:
        self._try(what, self.ids[case], self.people[who], now_ms())

    @rule(case=ONE, who=WHO)
    def fold(self, case: int, who: int) -> None:
        self._try(folding.fold, self.ids[case], self.ids[1 - case], self.people[who], now_ms())

    @rule(case=ONE, who=WHO, seen=st.booleans())
    def answer(self, case: int, who: int, seen: bool) -> None:
        text = f"返事{next(self.numbers)}"
        with self.town.work() as session:
            upto = answers.newest_id(session, self.ids[case]) if seen else None
        try:
            with self.town.work() as session:
                desk.reply(
                    self.office, session, self.ids[case], self.people[who], text, now_ms(), text, seen_upto=upto
                )  # fmt: skip
        except Refused:
            return
        self.writers[text], self.may_come[text] = self.people[who].id, 1

    @rule(case=ONE, who=WHO, what=st.sampled_from(("met", "not_met")))
    def reach(self, case: int, who: int, what: str) -> None:
        called = attempts.Attempt("phone", what, attempts.minute_of(now_ms()), "話せた")
        self._try(attempts.record, self.ids[case], self.people[who], called, now_ms())

    @rule(case=ONE, who=WHO, what=st.sampled_from(("undo_reply", "retry")))
    def with_an_answer(self, case: int, who: int, what: str) -> None:
        with self.town.work() as session:
            found = answers.answers_of(session, self.ids[case])
            text = cases.text_of(self.office.sealer, found[-1].message) if found else ""
        if not found:
            return
        before = {row.id for row in self.town.all(Outgoing, purpose="reply", error="undone")}
        done = self._try(getattr(desk, what), self.ids[case], self.people[who], found[-1].row.id, now_ms())
        after = {row.id for row in self.town.all(Outgoing, purpose="reply", error="undone")}
        if after - before:
            self.undone.add(text)
        if what == "retry" and done is not None:
            self.writers[text] = self.people[who].id
            self.may_come[text] += 1

    @rule()
    def answers_leave(self) -> None:
        """The time to take back is over, and the workers run: what leaves is its writer's to send at that moment."""
        with self.town.work() as session:
            session.execute(update(Outgoing).where(Outgoing.state == "waiting").values(not_before=0))
            may = {}
            for row in session.scalars(select(Ticket)):
                owners = {row.owner_id, waking.owner_of(session, row)} - {None}
                may[row.case_id] = owners
            due = session.scalars(select(Outgoing).where(Outgoing.purpose == "reply").order_by(Outgoing.id)).all()
            rows = [(row.id, row.case_id) for row in due]
        for row_id, case_id in rows:
            already = len(self.line.said)
            send(self.town, self.line, row_id)
            for text in self.line.said[already:]:
                if text in self.writers:
                    assert not may[case_id] or self.writers[text] in may[case_id], "an answer of a non-owner left"

    @rule()
    def a_delivery_fails(self) -> None:
        """The fate of the last answer that left is not known."""
        with self.town.work() as session:
            sent = select(Outgoing).where(Outgoing.purpose == "reply", Outgoing.state == "sent")
            last = session.scalar(sent.order_by(Outgoing.id.desc()))
            if last is not None:
                last.state = "unknown"

    @rule(case=ONE)
    def person_writes(self, case: int) -> None:
        self.town.say("つづきです。まだ困っています", user=USERS[case])

    @rule(case=ONE)
    def clock_ticks(self, case: int) -> None:
        row: Ticket = self.town.one(Ticket, case_id=self.ids[case])
        timers.remind(self.town.parts, self.ids[case], f"{row.urgency}-9.0")
        if row.hold_until is not None:
            timers.remind(self.town.parts, self.ids[case], f"{hold.ONCE}{row.hold_until}.0")

    @rule(case=ONE)
    def person_erases(self, case: int) -> None:
        with self.town.work() as session:
            found = ledger.case_and_ticket(session, "mihon", self.ids[case], lock=True)
            assert found is not None
            if found[0].erased_at is None and found[1].state == ticket.State.RECEIVED:
                queue.erased(self.office, session, *found, now_ms())
                found[0].erased_at = now_ms()

    @invariant()
    def one_owner_or_one_queue(self) -> None:
        with self.town.work() as session:
            rows = {row.case_id: row for row in session.scalars(select(Ticket))}
            shown = {
                (name, who): {item.case_id for item in view.queue(self.office, session, person, name, now_ms())}
                for name in ("open", "mine", "held")
                for who, person in enumerate(self.people)
            }
            here = set(session.scalars(select(Staff.id).where(Staff.active.is_(True))))
            for case_id, row in rows.items():
                state = ticket.State(row.state)
                if state in ticket.OPEN:
                    assert (state in ticket.IN_QUEUE) == (row.owner_id is None)
                    assert row.owner_id is None or row.owner_id in here
                places = [name for (name, who), ids in shown.items() if case_id in ids and (name == "mine" or who == 0)]
                if state not in ticket.OPEN or row.folded_into is not None:
                    assert places == [], "what is over or folded is in no live view"
                elif row.owner_id is None:
                    assert places in (["open"], ["held"])
                else:
                    assert places.count("mine") == 1

    @invariant()
    def a_folded_case_has_a_main_one(self) -> None:
        rows = {row.case_id: row for row in self.town.all(Ticket)}
        for row in rows.values():
            if row.folded_into is not None:
                main = rows[row.folded_into]
                assert main.folded_into is None
                assert main.state != ticket.State.ERASED
                assert row.state not in (ticket.State.CLOSED, ticket.State.ERASED, ticket.State.HANDED)
                assert row.hold_until is None

    @invariant()
    def nothing_is_said_twice_or_after_it_was_taken_back(self) -> None:
        for text in self.writers:
            assert self.line.said.count(text) <= self.may_come[text]
        assert not self.undone & set(self.line.said)

    @invariant()
    def what_the_ticket_says_of_answers_is_true(self) -> None:
        with self.town.work() as session:
            for row in session.scalars(select(Ticket)):
                stand = [found.message.at for found in answers.answers_of(session, row.case_id) if found.counts]
                stand += session.scalars(
                    select(History.at).where(History.case_id == row.case_id, History.what == "met")
                )
                assert row.first_reply_at == min(stand, default=None)
                assert (row.speaker == "bot") == (not stand)
        assert self.town.all(Message)


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_the_desk_keeps_its_promises_whatever_two_people_do(town: Town) -> None:
    made = type("Played", (DeskLife,), {"town": town})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
