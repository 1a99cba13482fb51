"""Answers begun and not sent, and cases opened again by hand."""

from __future__ import annotations

import pytest
from desk_kit import act, note_of, refused, ticket_of
from play_town import Town

from handoff import desk, drafts, ledger, queue
from handoff.desk_records import ReplyDraft
from handoff.office import NotFound
from handoff.records import Audit, History
from intake.clock import now_ms
from intake.records import Message

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def test_each_has_a_draft_of_their_own_that_nobody_can_read_in_the_table(town: Town) -> None:
    case_id, satou, tanaka = town.open(), town.staff("佐藤"), town.staff("田中")
    version = ticket_of(town, case_id).version
    for text in ("書きかけ", "書きかけの返事です"):
        act(town, drafts.save, case_id, satou, text, now_ms())
    act(town, drafts.save, case_id, tanaka, "べつの下書き", now_ms())
    assert act(town, drafts.load, case_id, satou) == "書きかけの返事です"
    assert act(town, drafts.load, case_id, tanaka) == "べつの下書き"
    kept = town.all(ReplyDraft)
    assert len(kept) == 2
    assert all("書き".encode() not in row.text_sealed for row in kept)
    assert ticket_of(town, case_id).version == version, "a draft is no act"
    refused(town, "too_long", drafts.save, case_id, satou, "あ" * 5_001, now_ms())
    assert act(town, drafts.load, case_id, satou) == "書きかけの返事です"
    act(town, drafts.save, case_id, satou, " \n", now_ms())
    act(town, drafts.drop, case_id, tanaka)
    assert town.all(ReplyDraft) == []
    worker = town.staff("よそ", "worker", "elsewhere")
    for what, args in ((drafts.save, ("x", now_ms())), (drafts.load, ()), (drafts.drop, ())):
        with pytest.raises(NotFound):
            act(town, what, case_id, worker, *args)


def test_it_goes_when_it_is_sent_and_when_the_person_erases(town: Town) -> None:
    case_id, satou, tanaka = town.open(), town.staff("佐藤"), town.staff("田中")
    for person in (satou, tanaka):
        act(town, drafts.save, case_id, person, "書きかけ", now_ms())
    act(town, desk.reply, case_id, satou, "できました", now_ms(), "a")
    assert [row.staff_id for row in town.all(ReplyDraft)] == [tanaka.id]
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None
        assert row is not None
        row.state, row.owner_id = "received", None
        queue.erased(town.office, session, case, row, now_ms())
        case.erased_at = now_ms()
    assert town.all(ReplyDraft) == []
    refused(town, "erased", drafts.save, case_id, tanaka, "x", now_ms())
    assert act(town, drafts.load, case_id, tanaka) == ""


def test_opened_again_with_a_reason_it_stands_in_its_queue_with_a_promise_from_now_on(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    refused(town, "wrong_state", desk.reopen, case_id, satou, "電話がありました", now_ms())
    act(town, desk.reply, case_id, satou, "はい", now_ms(), "a")
    act(town, desk.close, case_id, satou, "done", "", now_ms())
    refused(town, "note_needed", desk.reopen, case_id, satou, " ", now_ms())
    assert ticket_of(town, case_id).state == "closed"
    before = len([job for name, job in town.jobs() if name == "remind"])
    now = now_ms()
    act(town, desk.reopen, case_id, satou, "電話がありました", now)
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.last_owner_id, row.closed_at) == ("received", None, satou.id, None)
    assert row.waiting_since == now
    assert row.due_at is not None
    entry = town.all(History, what="reopened")[-1]
    assert (entry.actor, note_of(town, entry)) == ("staff", "電話がありました")
    assert town.all(Audit)[-1].action == "reopened"
    assert len([job for name, job in town.jobs() if name == "remind"]) == before + 1
    assert len(town.all(Message)) == 2, "the person is told nothing"
