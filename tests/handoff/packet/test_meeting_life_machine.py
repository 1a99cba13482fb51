"""A case told in a meeting, whatever staff do with it: on the person's consent no word of the meeting leaves, and
nobody who received it so comes to see the case."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from desk_kit import waiting
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from play_town import Town, wipe
from sqlalchemy import select

from handoff import consents, desk, handing, handing_answers, proxy, transfer
from handoff.acting import seen_by
from handoff.basis import BASES
from handoff.flow_records import CaseSheet, Packet
from handoff.handing_rows import opened
from handoff.office import NotFound, Refused
from handoff.packet import sheet as sheets
from handoff.packet.store import body_of_row, make
from handoff.packet.values import BY_HAND, Entry, Source
from handoff.records import HandOver
from intake.clock import now_ms
from intake.records import Case

EXAMPLES = int(os.environ.get("TORITSUGI_LIVES", "8"))
THERE = "玄関まで新聞が積み上がっていて、包括の職員が二度訪ねても返事がなかったそうです"
NAME, PHONE, PLACE = "緑川八重", "000-1111-2222", "緑町9-8-7"
CANARIES = ("積み上がって", "二度訪ねて", NAME, PHONE, PLACE)
DESKS = ("hokatsu", "kodomo", "chiiki")
FREE = ("facts", "guess", "so_far", "target", "wishes", "assessment_note", "urgency_why")
COPIED = st.sampled_from((THERE, THERE[3:30], " ".join(THERE), "きのう会えました", "足が痛いそうです"))
ASK = st.one_of(COPIED, st.sampled_from(("訪問をお願いします", "見守りをお願いします")))
BASIS = st.sampled_from([*sorted(BASES), *["C0"] * len(BASES)])
TO = st.lists(st.sampled_from(DESKS), min_size=1, max_size=2, unique=True)
SAID = st.sampled_from(("given", "partial", "refused"))


class MeetingLife(RuleBasedStateMachine):
    """Random acts of staff and of two desks."""

    town: Town
    secrecy: str

    def __init__(self) -> None:
        super().__init__()
        wipe(self.town.parts)
        self.office, self.steps = waiting(self.town), 0
        self.staff = self.town.staff("佐藤")
        self.workers = [self.town.staff(one, "worker", one) for one in DESKS[:2]]
        told = proxy.Taken(
            "meeting", THERE, about="other", name=NAME, phone=PHONE, place=PLACE, danger="no",
            meeting=proxy.Told("会議", self.secrecy),
        )  # fmt: skip
        with self.town.work() as session:
            self.case_id = proxy.take_down(self.office, session, self.staff, told, now_ms(), "once-first")
            desk.claim(self.office, session, self.case_id, self.staff, now_ms())
        for to in DESKS[:2]:
            self._try(consents.record_by_staff, self.staff, consents.Heard(to, "given", "self", "訪問で"), now_ms())

    def _try(self, what: Callable[..., Any], *args: Any) -> Any:
        try:
            with self.town.work() as session:
                return what(self.office, session, self.case_id, *args)
        except Refused as refusal:
            assert refusal.message_ja.endswith("。")
            return None

    @rule(to=st.sampled_from(DESKS), said=SAID)
    def hear_again(self, to: str, said: str) -> None:
        self._try(consents.record_by_staff, self.staff, consents.Heard(to, said, "self", "訪問で"), now_ms())

    @rule(name=st.sampled_from(("民生委員 山田", "青森市")), said=SAID)
    def hear_of_a_name(self, name: str, said: str) -> None:
        heard = consents.Heard("", said, "self", "訪問で", named=name)
        self._try(consents.record_by_staff, self.staff, heard, now_ms())

    @rule(words=st.sampled_from(("足が痛くて動けません", "手伝ってほしいです")))
    def the_person_says(self, words: str) -> None:
        self.steps += 1
        self._try(proxy.add_words, self.staff, "visit", words, now_ms(), f"once-{self.steps}")

    @rule(field=st.sampled_from(FREE), words=COPIED, source=st.sampled_from(BY_HAND))
    def staff_write(self, field: str, words: str, source: Source) -> None:
        with self.town.work() as session:
            row = session.get(CaseSheet, self.case_id)
            version = row.version if row is not None else 0
        basis = "C1" if source is Source.MEETING else ""
        self._try(sheets.save, self.staff, {field: Entry(words, source, basis=basis)}, (), version, now_ms())

    @rule(to=TO, basis=BASIS, ask=ASK, lead=st.booleans(), purpose=st.sampled_from(("consult", "outreach")))
    def send(self, to: list[str], basis: str, ask: str, lead: bool, purpose: str) -> None:
        what = handing.Sending(
            tuple(to), basis, ask, "続ける", purpose, lead=handing.FIRST if lead else "", decided_by=self.staff.id,
            checked="見た",
        )  # fmt: skip
        self._try(handing.send, self.staff, what, now_ms())

    @rule(kind=st.sampled_from(("referral", "assessment", "application", "watch")), words=st.booleans())
    def make_for_a_name(self, kind: str, words: bool) -> None:
        def made(office: Any, session: Any, case_id: int) -> None:
            case, row = seen_by(office, session, case_id, self.staff, lock=True)
            make(
                office, session, case, row, self.staff, kind=kind, basis="C0", recipients=["民生委員 山田"],
                ask="見守りを", keep="", scope="text" if words else "", now=now_ms(),
            )  # fmt: skip

        self._try(made)

    @rule(ask=ASK)
    def transfer(self, ask: str) -> None:
        self._try(transfer.send, self.staff, transfer.Wish("青森市", "C0", ask, "続ける"), now_ms())

    @rule()
    def accept(self) -> None:
        for worker in self.workers:
            self._try(handing_answers.accept, worker, now_ms())

    @rule()
    def take_back(self) -> None:
        self._try(handing.take_back, self.staff, "理由", now_ms())

    @invariant()
    def nothing_of_the_meeting_went_on_consent(self) -> None:
        with self.town.work() as session:
            case = session.get_one(Case, self.case_id)
            for packet in session.scalars(select(Packet).where(Packet.basis == "C0")):
                body = json.dumps(body_of_row(self.office, packet), ensure_ascii=False)
                assert not [one for one in CANARIES if one in "".join(body.split())]
            for over in session.scalars(select(HandOver).where(HandOver.basis == "C0")):
                ask = opened(self.office, case, over, "ask_sealed", over.ask_sealed)
                assert not [one for one in CANARIES if one in "".join(ask.split())]

    @invariant()
    def who_received_it_on_consent_alone_does_not_see_the_case(self) -> None:
        with self.town.work() as session:
            overs = session.scalars(select(HandOver)).all()
            if all(one.basis == "C0" for one in overs):
                for worker in self.workers:
                    with pytest.raises(NotFound):
                        seen_by(self.office, session, self.case_id, worker)


@pytest.mark.parametrize("secrecy", ["C1", "R2-care"])
@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_on_consent_nothing_of_the_meeting_leaves_by_any_path(town: Town, secrecy: str) -> None:
    made = type("Told", (MeetingLife,), {"town": town, "secrecy": secrecy})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
