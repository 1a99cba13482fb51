"""災害モード (A12): told once to each who writes, never sent out by itself; disaster words rise; whom to ask first."""

from __future__ import annotations

import json

import pytest
from play_town import TENANT, FakeReader, Town, assessment

from bots.read import read
from handoff import clock_words, disaster, disaster_words, queue, safety_list
from handoff.office import Conflict, Refused, StaffRef
from handoff.path_records import DisasterTold
from handoff.records import Audit, Ticket
from intake.clock import now_ms
from intake.conversation.script import shipped
from intake.records import Outgoing

NOTICE = "大雨のため、避難所を開いています。"


def turn_on(town: Town, notice: str = NOTICE) -> StaffRef:
    staff = town.staff()
    with town.work() as session:
        disaster.switch_on(town.office, session, staff, notice, now_ms())
    return staff


def bubbles(row: Outgoing, town: Town) -> list[str]:
    return [str(one.get("text", one.get("altText", ""))) for one in json.loads(town.body(row))["messages"]]


def test_each_who_writes_reads_it_once_and_nobody_is_written_to(town: Town) -> None:
    town.open("家賃が払えません")
    before = len(town.all(Outgoing, channel="line"))
    staff = turn_on(town)
    assert len(town.all(Outgoing, channel="line")) == before
    town.say("まだ困っています")
    town.say("つづきです")
    first, second = town.answers()[-2:]
    assert bubbles(first, town)[0].startswith(NOTICE)
    assert "おそくなる" in bubbles(first, town)[0]
    assert NOTICE not in town.body(second)
    assert len(town.all(DisasterTold)) == 1
    with town.work() as session:
        disaster.switch_off(town.office, session, staff, now_ms())
        with pytest.raises(Conflict):
            disaster.switch_off(town.office, session, staff, now_ms())
    town.say("ほかの人です", user="U-other")
    assert NOTICE not in town.said()


def test_what_to_do_in_danger_stands_alone(town: Town) -> None:
    turn_on(town)
    town.say("もう死にたい")
    assert NOTICE not in town.said()
    town.say("すこし落ちつきました")
    assert NOTICE in town.said() or town.all(DisasterTold) == []


@pytest.mark.parametrize(
    ("words", "themes", "raised"),
    [("停電して何もできません", (), True), ("家のことで", ("disaster",), True), ("介護のことで相談です", (), False)],
)
def test_disaster_words_are_at_least_high_while_it_is_on(
    town: Town, words: str, themes: tuple[str, ...], raised: bool
) -> None:
    quiet = town.open(words)
    reader = FakeReader(assessment(themes=frozenset(themes)))
    read(town.parts, reader, quiet, 0)
    assert town.one(Ticket, case_id=quiet).urgency == "normal"
    turn_on(town)
    town.say("つづきです")
    read(town.parts, reader, quiet, 0)
    assert town.one(Ticket, case_id=quiet).urgency == ("high" if raised else "normal")


def test_the_list_says_what_made_it_and_the_look_is_logged(town: Town) -> None:
    town.open("母は在宅酸素を使っていて、父は入院中です。母は一人暮らしになりました")
    town.say("家賃のことで", user="U-other")
    staff, manager = turn_on(town), town.staff("加藤", "manager")
    with town.work() as session:
        (found,) = safety_list.listed(town.office, session, staff, now_ms()).people
        with pytest.raises(Refused):
            safety_list.listed(town.office, session, manager, now_ms())
    assert [need.id for need in found.needs] == ["power", "alone"]
    assert "在宅酸素" in found.needs[0].made_by
    assert town.one(Audit, action="disaster_list").detail == "1"


def test_only_reception_and_managers_switch_and_the_notice_has_its_length(town: Town) -> None:
    for staff, notice in (
        (town.staff("田中", "worker", "hokatsu"), NOTICE), (town.staff(), " "), (town.staff(), "あ" * 201),
    ):  # fmt: skip
        with town.work() as session, pytest.raises(Refused):
            disaster.switch_on(town.office, session, staff, notice, now_ms())
    with town.work() as session:
        assert disaster.current(session, TENANT) is None


def test_every_language_says_that_answers_may_be_slow() -> None:
    tables = disaster_words.tables()
    assert set(tables["slow"]) == set(tables["late"]) == {"ja", *clock_words.languages()}
    assert set(shipped()) <= set(tables["slow"])
    assert queue.disaster is disaster
