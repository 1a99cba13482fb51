"""Sending to two desks, receiving, accepting, returning, taking back, withdrawing, closing, meetings, leaving, folding:
whatever the order, an open case has exactly one owner or one queue, and nothing goes without a basis that allows it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from desk_kit import waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from play_town import Town, wipe
from sqlalchemy import select

from handoff import (
    consents,
    desk,
    folding,
    handing,
    handing_answers,
    handing_due,
    handing_rows,
    leaving,
    ledger,
    plan_states,
    ticket,
)
from handoff.basis import BASES
from handoff.flow_records import Packet
from handoff.handover import Action, Actor, Part, Purpose, Standing, State, apply, standing
from handoff.office import Refused
from handoff.records import HandOver, Staff, Ticket
from handoff.ticket import NotAllowed
from intake.clock import now_ms
from intake.door_records import Consent

EXAMPLES = int(os.environ.get("TORITSUGI_LIVES", "8"))
USERS = ("U-a", "U-b")
DESKS = ("hokatsu", "kodomo", "chiiki", "takikan")
HOSTS = {"takikan": "juso"}
"""Desk → the meeting with consent that it holds."""
ASKED = st.sampled_from([*(("handoff", desk) for desk in DESKS), ("share", "juso")])
ONE, WHO = st.sampled_from((0, 1)), st.integers(0, 3)
TO = st.lists(st.sampled_from(DESKS), min_size=1, max_size=2, unique=True)


class HandingLife(RuleBasedStateMachine):
    """Random acts of a reception, two desks with people and one outside; what is refused changes nothing."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        wipe(self.town.parts)
        self.office = waiting(self.town)
        self.people = [
            self.town.staff("佐藤"),
            self.town.staff("田中"),
            self.town.staff("鈴木", role="worker", desk="hokatsu"),
            self.town.staff("高橋", role="worker", desk="kodomo"),
        ]
        self.ids = []
        for user in USERS:
            event = self.town.say("家賃が払えなくて困っています", user=user)
            assert event.case_id is not None
            self.ids.append(event.case_id)

    def _try(self, what: Callable[..., Any], *args: Any, **more: Any) -> Any:
        before = self._picture()
        try:
            with self.town.work() as session:
                return what(self.office, session, *args, **more)
        except Refused as refusal:
            assert refusal.message_ja.endswith("。")
            assert self._picture() == before
            return None

    def _picture(self) -> tuple[object, ...]:
        tickets = [(one.case_id, one.state, one.owner_id, one.version) for one in self.town.all(Ticket)]
        return (*sorted(tickets), *sorted((one.id, one.state) for one in self.town.all(HandOver)))

    @rule(case=ONE, who=WHO, to=TO, basis=st.sampled_from(sorted(BASES)), lead=st.booleans(), decided=st.booleans(),
          purpose=st.sampled_from(("consult", "outreach", "meeting", "notification")))  # fmt: skip
    def send(
        self, case: int, who: int, to: list[str], basis: str, lead: bool, decided: bool, purpose: str
    ) -> None:  # fmt: skip
        by = self.people[who]
        what = handing.Sending(
            tuple(to), basis, "お願い", "続ける", purpose, lead=handing.FIRST if lead else "",
            decided_by=by.id if decided else None, checked="たしかめた",
        )  # fmt: skip
        agreed = self._agreed(self.ids[case])
        asked = {("share", HOSTS.get(one, "")) if purpose == "meeting" else ("handoff", one) for one in to}
        ids = self._try(handing.send, self.ids[case], by, what, now_ms())
        if ids is None:
            return
        known = BASES[basis]
        assert decided or not known.named_decision
        assert basis != "C0" or asked <= agreed, "a desk's consent is none to its meeting, nor the other way round"
        assert basis != "C8" or "chiiki" not in to
        assert not known.needs_room or basis in self.office.pack.room_codes

    def _agreed(self, case_id: int) -> set[tuple[str, str]]:
        with self.town.work() as session:
            rows = session.scalars(select(Consent).where(Consent.case_id == case_id).order_by(Consent.id))
            newest = {(row.what, row.desk): row.state for row in rows}
        return {name for name, state in newest.items() if state in consents.AGREED}

    @rule(case=ONE, who=WHO, what=st.sampled_from((handing_answers.receive, handing_answers.accept)))
    def answer(self, case: int, who: int, what: Callable[..., Any]) -> None:
        self._try(what, self.ids[case], self.people[who], now_ms())

    @rule(case=ONE, who=WHO)
    def give_back(self, case: int, who: int) -> None:
        self._try(handing_answers.give_back, self.ids[case], self.people[who], "対象がちがいます", now_ms())

    @rule(case=ONE, who=WHO, said=st.sampled_from(("receive", "accept", "return_")), last=st.booleans())
    def note(self, case: int, who: int, said: str, last: bool) -> None:
        overs = self.town.all(HandOver, case_id=self.ids[case])
        if overs:
            over = overs[-1 if last else 0]
            args = (over.id, said, "電話で 山田さん", "理由", now_ms())
            self._try(handing_answers.note_answer, self.ids[case], self.people[who], *args)

    @rule(case=ONE, who=WHO)
    def take_back(self, case: int, who: int) -> None:
        self._try(handing.take_back, self.ids[case], self.people[who], "理由", now_ms())

    @rule(case=ONE, who=WHO, what=st.sampled_from(("claim", "release")))
    def move(self, case: int, who: int, what: str) -> None:
        self._try(getattr(desk, what), self.ids[case], self.people[who], now_ms())

    @rule(case=ONE, who=WHO, why=st.sampled_from(("done", "taken_over", "suspended")))
    def close(self, case: int, who: int, why: str) -> None:
        self._try(desk.close, self.ids[case], self.people[who], why, "", now_ms())

    @rule(case=ONE, who=WHO, came=st.sampled_from(tuple(plan_states.Came)))
    def meeting(self, case: int, who: int, came: str) -> None:
        what = plan_states.Result(str(came), "12", "2027-03-01", "hokatsu", "理由")
        self._try(plan_states.record, self.ids[case], self.people[who], what, now_ms())

    @rule(case=ONE, who=WHO, of=ASKED, said=st.sampled_from(("given", "partial", "refused")))
    def hear(self, case: int, who: int, of: tuple[str, str], said: str) -> None:
        heard = consents.Heard(of[1], said, "self", "窓口で", of[0])
        self._try(consents.record_by_staff, self.ids[case], self.people[who], heard, now_ms())

    @rule(case=ONE, of=ASKED)
    def withdraw(self, case: int, of: tuple[str, str]) -> None:
        with self.town.work() as session:
            found = ledger.case_and_ticket(session, "mihon", self.ids[case], lock=True)
            assert found is not None
            given = consents.newest(session, found[0], *of)
            if given is not None and given.state in consents.AGREED:
                consents.answer(self.office, session, *found, given.id, "withdrawn", "button", now_ms())

    @rule(case=ONE)
    def person_writes(self, case: int) -> None:
        self.town.say("つづきです。まだ困っています", user=USERS[case])

    @rule(case=ONE)
    def deadline(self, case: int) -> None:
        for over in self.town.all(HandOver, case_id=self.ids[case]):
            self._try(handing_due.come_due, self.ids[case], handing_due.KIND, f"{over.id}.0", now_ms())

    @rule(who=WHO, heir=WHO)
    def leaves_it_to(self, who: int, heir: int) -> None:
        with self.town.work() as session:
            held = leaving.held_by(session, "mihon", self.people[who].id)
        places = {one.case_id: f"staff:{self.people[heir].id}" for one in held}
        self._try(leaving.hand_over, None, self.people[who].id, places, now_ms(), leaves=False)

    @rule(case=ONE, who=WHO, fold=st.booleans())
    def fold(self, case: int, who: int, fold: bool) -> None:
        if fold:
            self._try(folding.fold, self.ids[case], self.ids[1 - case], self.people[who], now_ms())
        else:
            self._try(folding.unfold, self.ids[case], self.people[who], now_ms())

    @invariant()
    def one_owner_or_one_queue(self) -> None:
        with self.town.work() as session:
            here = set(session.scalars(select(Staff.id).where(Staff.active.is_(True))))
            desks = {one.id for one in self.office.pack.desks}
            for row in session.scalars(select(Ticket)):
                state = ticket.State(row.state)
                assert row.owner_desk in desks
                if state in ticket.OPEN:
                    assert (state in ticket.IN_QUEUE) == (row.owner_id is None)
                    assert row.owner_id is None or row.owner_id in here
                assert (state is ticket.State.HANDED) == handing_rows.holding(session, row.case_id)
                if state is ticket.State.CLOSED:
                    waits = [one for one in handing_rows.of_case(session, row.case_id) if _waits(one)]
                    assert all(one.purpose == Purpose.NOTIFICATION for one in waits)

    @invariant()
    def one_packet_has_one_lead_and_is_stopped_with_its_consent(self) -> None:
        with self.town.work() as session:
            packets = {row.id: row for row in session.scalars(select(Packet))}
            overs = session.scalars(select(HandOver)).all()
            for packet_id, packet in packets.items():
                mine = [one for one in overs if one.packet_id == packet_id]
                assert mine and sum(one.lead for one in mine) <= 1
                assert packet.basis != "C9" or not any(one.lead for one in mine)
                if packet.stopped_at is None and packet.basis == "C0":
                    asked = session.scalars(select(Consent).where(Consent.case_id == packet.case_id)).all()
                    gone = {
                        (one.what, one.desk) for one in asked if one.withdrawn_at and one.withdrawn_at >= packet.made_at
                    }
                    assert not gone & {_rests_on(one) for one in mine}


def _rests_on(row: HandOver) -> tuple[str, str]:
    return ("share", HOSTS[row.to_desk]) if row.purpose == Purpose.MEETING else ("handoff", row.to_desk)


def _waits(row: HandOver) -> bool:
    return handing_rows.part_of(row).waits


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_no_path_of_a_handing_loses_its_owner_or_goes_without_a_basis(town: Town) -> None:
    made = type("Handed", (HandingLife,), {"town": town})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@given(st.lists(st.tuples(st.sampled_from(State), st.booleans(), st.sampled_from(Purpose)), max_size=5))
def test_what_the_answers_come_to_is_said_of_every_mixture(answers: list[tuple[State, bool, Purpose]]) -> None:
    parts = [Part(f"d{n}", state, purpose, lead) for n, (state, lead, purpose) in enumerate(answers)]
    found = standing(parts)
    assert (found is Standing.WAITING) == any(part.waits for part in parts)
    if found is Standing.TAKEN:
        assert any(part.lead and part.state is State.ACCEPTED for part in parts)
    if found is Standing.SHARED:
        assert not any(part.lead and part.state is State.ACCEPTED for part in parts)


@given(st.sampled_from(State), st.sampled_from(Action), st.sampled_from(Actor), st.booleans(), st.booleans())
def test_nothing_is_returned_without_a_reason_nor_noted_without_who_said_it(
    state: State, action: Action, actor: Actor, reason: bool, heard: bool
) -> None:
    try:
        after = apply(state, action, actor, reason="理由" if reason else " ", heard="電話" if heard else "")
    except NotAllowed as refusal:
        assert refusal.message_ja.endswith("。")
        return
    assert after is not state
    assert state not in (State.RETURNED, State.TAKEN_BACK)
    assert reason or after not in (State.RETURNED, State.TAKEN_BACK)
    assert heard or actor is not Actor.NOTER
    assert (actor is Actor.SENDER) == (action is Action.TAKE_BACK)
