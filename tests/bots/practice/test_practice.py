"""練習: cases come by the real way in, ring nobody's telephone, answer back, and go again whole."""

from __future__ import annotations

import json

import pytest
from play_town import TENANT, Town
from sqlalchemy import select, update

from bots.practice.answering import answer, heard
from bots.practice.making import PracticeTown
from bots.practice.people import KINDS, people
from handoff import calls, desk, digest
from handoff.number import label_of, parse_label
from handoff.practice import CHANNEL
from handoff.records import Call, Ticket
from intake.clock import now_ms
from intake.conversation.flow import SIGNS
from intake.records import Case, Contact, Message, Outgoing

on_sqlite = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


@pytest.fixture
def practice(town: Town) -> PracticeTown:
    return PracticeTown(town.parts, town.parts.tenants[TENANT])


def test_the_people_are_many_and_each_kind_is_there() -> None:
    found = people()
    assert len(found) >= 25
    assert {person.kind for person in found} == set(KINDS)
    assert all(len(person.answers) >= 2 for person in found if person.kind == "resident")
    assert {sign for person in found for sign in person.sign} <= set(SIGNS)


@on_sqlite
def test_every_person_becomes_a_marked_case_and_nobody_is_rung(town: Town, practice: PracticeTown) -> None:
    town.say("母の介護のことで")  # a real one beside them
    assert practice.make(25) == 25 == practice.standing()
    rows = town.all(Ticket, practice=True)
    assert len(rows) == 25
    assert {row.state for row in rows} == {"received"}
    assert {case.route for case in town.all(Case, channel=CHANNEL)} == set(KINDS)
    labels = [label_of(case.number, case.route) for case in town.all(Case, channel=CHANNEL)]
    assert all(label.startswith("練習-") for label in labels) and len(set(labels)) == 25
    assert town.all(Call), "words of danger open a call in Slack"
    assert town.all(Outgoing, channel="notify") == []
    assert {name for name, _ in town.jobs()} >= {"read", "answer"}
    with town.work() as session:
        assert digest.gather(town.office, session, "marugoto", now_ms()).opened == 1


@on_sqlite
def test_a_practice_person_answers_the_reply_once(town: Town, practice: PracticeTown) -> None:
    practice.make(1)
    row, worker = town.one(Ticket, practice=True), town.staff()
    with town.work() as session:
        desk.reply(town.office, session, row.case_id, worker, "何曜日がよいですか", now_ms(), "once-1")
    sent = town.one(Outgoing, channel=CHANNEL, purpose="reply")
    assert heard(town.parts, sent).state == "sent"
    assert any(name == "practice" for name, _ in town.jobs())
    assert answer(town.parts, sent.id) == "said"
    assert answer(town.parts, sent.id) == "known"
    assert town.messages()[-1] == people()[0].answers[0]
    assert town.one(Ticket, practice=True).replied_at < town.one(Ticket, practice=True).waiting_since + 1
    assert town.all(Outgoing, channel="line") == []


@on_sqlite
def test_a_call_of_practice_ends_after_three_rounds(town: Town, practice: PracticeTown) -> None:
    practice.make(10)
    call = town.all(Call)[0]
    for step in range(1, 5):
        with town.work() as session:
            session.execute(update(Call).where(Call.id == call.id).values(step=step))
            found = session.get(Call, call.id)
            assert found is not None
            case, row = session.get(Case, call.case_id), session.get(Ticket, call.case_id)
            assert case is not None
            assert row is not None
            calls._round(town.office, session, found, case, row, now_ms())
    jobs = [job for name, job in town.jobs() if name == "call" and f"{call.id:019d}" in job]
    assert sorted(jobs) == [f"call-{call.id:019d}-{step}" for step in (1, 2)]


@on_sqlite
def test_clearing_shreds_practice_and_leaves_the_rest(town: Town, practice: PracticeTown) -> None:
    town.say("母の介護のことで")
    practice.make(4)
    keys = [case.key_id for case in town.all(Case, channel=CHANNEL)]
    assert practice.clear() == 4
    assert practice.standing() == 0
    assert practice.clear() == 0
    assert town.parts.vault.keys.present(keys) == []
    with town.work() as session:
        left = session.scalars(select(Message).join(Case).where(Case.channel == CHANNEL))
        assert all(message.body_sealed is None for message in left)
        assert session.scalars(select(Contact.talk_sealed).where(Contact.channel == CHANNEL)).all() == [None] * len(
            session.scalars(select(Contact.id).where(Contact.channel == CHANNEL)).all()
        )
    real = town.one(Ticket, practice=False)
    assert real.state == "draft"
    assert "母の介護" in json.dumps(town.messages(), ensure_ascii=False)


@on_sqlite
def test_practice_takes_no_number_of_the_town_and_is_found_by_its_own(town: Town, practice: PracticeTown) -> None:
    town.say("母の介護のことで")
    practice.make(2)
    town.user = "U-other"
    town.say("家賃が払えません")
    found = town.all(Case)
    first, second = sorted(case.number for case in found if case.channel != CHANNEL)
    assert second == first + 1
    mine = next(case for case in found if case.channel == CHANNEL)
    assert parse_label(label_of(mine.number, mine.route)) == mine.number
