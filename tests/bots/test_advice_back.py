"""支援者の相談 comes back: the answer waits, leaves once, is told without a word, and is read by its asker alone."""

from __future__ import annotations

import json

import pytest
from desk_kit import PushLine, act, refused, row_of, send, time_passes, waiting
from play_town import Town

from bots.slack import limits, names
from bots.slack.advice_form import asked_view
from handoff import advice, advice_back, desk, login, view
from handoff.office import NotFound, StaffRef
from handoff.records import Audit, Staff
from intake.clock import now_ms
from intake.records import Message, Outgoing
from intake.seal import Cell

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
ANSWER = "まず世帯の全体を聞き、家計から始めてください。"


def asked(town: Town, asker: StaffRef) -> int:
    found = act(town, advice.ask, asker, advice.Asked("どこから手をつけるか迷っています"), now_ms(), f"once-{asker.id}")
    assert isinstance(found, int)
    return found


def notices(town: Town) -> list[dict[str, object]]:
    found = []
    for row in town.slack("notice"):
        cell = Cell(row.tenant, "outgoing", "body_sealed", row.id)
        found.append(json.loads(town.office.sealer.open_text(cell, row.body_sealed or b"")))
    return found


def test_an_answer_reaches_its_asker_and_nobody_else(town: Town) -> None:
    asker, helper = town.staff("田中", "worker", "kodomo"), town.staff()
    with town.work() as session:
        login.link_identity(session, "mihon", "slack", "T1:UASKER", asker.id)
    case_id = asked(town, asker)
    with town.work() as session:
        shown = view.open_case(town.office, session, case_id, helper, now_ms(), "console")
    assert shown.reachable and shown.item.silence == "" and shown.way.label == "相談した職員"
    row_id = act(town, desk.reply, case_id, helper, ANSWER, now_ms(), "a", office=waiting(town))
    assert send(town, PushLine(), row_id) == "waiting", "it can be taken back like any other"
    assert not act(town, advice_back.open_mine, case_id, asker, now_ms(), "console").answers
    time_passes(town)
    for _ in range(2):
        assert send(town, PushLine(), row_id) == "done"
    assert (row_of(town, row_id).state, row_of(town, row_id).via) == ("sent", "page")
    (told,) = notices(town)
    assert (told["user"], told["channel"]) == ("UASKER", "UASKER")
    assert "お返事があります" in str(told["text"]) and ANSWER not in str(told) and "迷って" not in str(told)
    assert str(told["keys"]).startswith(f"[['{names.ASKED}'")
    (line,) = act(town, advice_back.mine, asker)
    assert (line.case_id, line.answered, line.fresh) == (case_id, 1, True)
    opened = act(town, advice_back.open_mine, case_id, asker, now_ms() + 60_000, "slack")
    assert [(back.who, back.text) for back in opened.answers] == [("佐藤", ANSWER)]
    assert not act(town, advice_back.mine, asker)[0].fresh
    assert [row.detail for row in town.all(Audit, staff_id=asker.id, action="viewed")] == ["console", "slack"]
    drawn = asked_view(opened, now_ms())
    assert list(limits.problems(drawn)) == [] and ANSWER in json.dumps(drawn, ensure_ascii=False)
    for other in (helper, town.staff("森", "auditor"), town.staff("山本", "worker", "kodomo")):
        assert act(town, advice_back.mine, other) == ()
        with pytest.raises(NotFound):
            act(town, advice_back.open_mine, case_id, other, now_ms(), "console")


def test_an_answer_taken_back_is_never_told(town: Town) -> None:
    asker, helper = town.staff("田中", "worker", "kodomo"), town.staff()
    case_id = asked(town, asker)
    row_id = act(town, desk.reply, case_id, helper, ANSWER, now_ms(), "a", office=waiting(town))
    act(town, desk.undo_reply, case_id, helper, row_id, now_ms(), office=waiting(town))
    send(town, PushLine(), row_id)
    assert notices(town) == [] and act(town, advice_back.mine, asker)[0].answered == 0


def test_without_slack_the_answer_stands_on_the_console_only(town: Town) -> None:
    asker, helper = town.staff("田中", "worker", "kodomo"), town.staff()
    case_id = asked(town, asker)
    row_id = act(town, desk.reply, case_id, helper, ANSWER, now_ms(), "a")
    assert send(town, PushLine(), row_id) == "done"
    assert notices(town) == [] and act(town, advice_back.mine, asker)[0].fresh
    assert [row.author for row in town.all(Message)] == ["person", "staff"]
    assert [row.channel for row in town.all(Outgoing, purpose="reply")] == ["advice"]


def test_who_left_gets_no_answer_and_staff_see_that(town: Town) -> None:
    asker, helper = town.staff("田中", "worker", "kodomo"), town.staff()
    case_id = asked(town, asker)
    with town.work() as session:
        session.get_one(Staff, asker.id).active = False
    said = refused(town, "no_channel", desk.reply, case_id, helper, ANSWER, now_ms(), "a")
    assert "もういません" in said
    with town.work() as session:
        shown = view.open_case(town.office, session, case_id, helper, now_ms(), "console")
    assert (shown.reachable, shown.item.silence) == (False, "gone")
