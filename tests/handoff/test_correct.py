"""What staff correct in the machine's reading: it stands, the plan follows, and both opinions are kept sealed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from play_town import STORY, FakeReader, Town, assessment

from bots.read import read
from handoff import correction_store, desk, ledger, plan_store, queue, view
from handoff.correct import correct
from handoff.judged import Labels
from handoff.office import Conflict, NotFound, Refused, StaffRef
from handoff.records import Audit, Correction, History, Ticket
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case, Message
from intake.seal import KeyDestroyed
from triage.assessment import Assessment, Complexity, Domain, Evidence, Kind, Reason, Urgency

ELDERLY = assessment(
    domains=frozenset({Domain.ELDERLY}), themes=frozenset({"care"}),
    evidence=(Evidence(0, 1, "elderly", "母", "cue"), Evidence(2, 4, "care", "介護", "cue")), model_version="m1",
)  # fmt: skip


def machine_reads(town: Town, case_id: int, found: Assessment) -> str:
    last = max(row.id for row in town.all(Message, case_id=case_id))
    return read(town.parts, FakeReader(found), case_id, last)


def opened(town: Town, found: Assessment = ELDERLY) -> tuple[int, StaffRef]:
    case_id = town.open()
    assert machine_reads(town, case_id, found) == "read"
    return case_id, town.staff()


def counted(town: Town, case_id: int) -> Assessment:
    found = plan_store.reading_of(town.office.sealer, town.one(Ticket, case_id=case_id))
    assert found is not None
    return found


def labels(town: Town, case_id: int, **changes: Any) -> Labels:
    return replace(Labels.of(counted(town, case_id)), **changes)


def set_(town: Town, case_id: int, staff: StaffRef, note: str = "", **changes: Any) -> None:
    wanted = labels(town, case_id, **changes)
    with town.work() as session:
        correct(town.office, session, case_id, staff, wanted, note, now_ms())


def record(town: Town) -> correction_store.Record:
    return correction_store.record_of(town.office.sealer, town.one(Correction))


def test_what_a_person_set_counts_and_the_plan_follows(town: Town) -> None:
    case_id, satou = opened(town)
    before = town.one(Ticket, case_id=case_id)
    set_(
        town, case_id, satou, "電話で聞いた", domains=frozenset({Domain.POVERTY}), complexity=Complexity.COMPLEX,
        complexity_reasons=frozenset({Reason.PERSON}), refuses_support=True,
    )  # fmt: skip
    found, row = counted(town, case_id), town.one(Ticket, case_id=case_id)
    assert (found.domains, found.themes) == ({Domain.POVERTY}, {"care"})
    assert (found.complexity, found.complexity_reasons) == (Complexity.COMPLEX, {Reason.PERSON})
    assert [mark.label for mark in found.evidence] == ["care"], "the words no longer speak for what was taken away"
    plan = plan_store.plan_of(town.office.sealer, row)
    assert plan is not None
    assert plan.rule == "O1", "somebody who declines help is visited"
    assert row.version > before.version
    assert town.all(History, what="corrected")[0].staff_id == satou.id
    assert [entry.case_id for entry in town.all(Audit, action="corrected")] == [case_id]
    assert len(town.slack("card")) > 1
    kept = record(town)
    assert (kept.machine.domains, kept.person.domains) == ({Domain.ELDERLY}, {Domain.POVERTY})
    assert (kept.model, kept.upto) == ("m1", row.read_upto)
    raw = town.one(Correction).record_sealed
    assert b"poverty" not in raw
    assert STORY not in str(kept.to_json())


def test_a_later_reading_overwrites_nothing_and_may_add_and_raise(town: Town) -> None:
    case_id, satou = opened(town)
    set_(town, case_id, satou, domains=frozenset({Domain.POVERTY}), complexity=Complexity.UNCLEAR)
    town.say("子どももいます。")
    later = replace(
        ELDERLY, domains=frozenset({Domain.ELDERLY, Domain.CHILD}), urgency=Urgency.HIGH, needs_human=True,
        complexity=Complexity.COMPLEX, complexity_reasons=frozenset({Reason.HOUSEHOLD}),
    )  # fmt: skip
    assert machine_reads(town, case_id, later) == "read"
    found, row = counted(town, case_id), town.one(Ticket, case_id=case_id)
    assert found.domains == {Domain.POVERTY, Domain.CHILD}
    assert (found.complexity, found.complexity_reasons) == (Complexity.UNCLEAR, frozenset())
    assert found.needs_human, "what came after the person's look needs eyes again"
    assert row.urgency == "high"
    plan = plan_store.plan_of(town.office.sealer, row)
    assert plan is not None
    assert plan.urgency is Urgency.HIGH
    assert all(desk.desk_id for desk in plan.desks)


def test_a_person_who_read_it_is_the_human_that_it_needed(town: Town) -> None:
    case_id, satou = opened(town, Assessment.unread("timeout"))
    set_(town, case_id, satou, domains=frozenset({Domain.CHILD}))
    found = counted(town, case_id)
    assert (found.needs_human, found.unread_reason) == (False, "")
    assert "domains" not in found.unsure
    assert "themes" in found.unsure


def test_two_who_correct_at_once_do_not_undo_each_other(town: Town) -> None:
    case_id, satou = opened(town)
    shown = labels(town, case_id)
    set_(town, case_id, satou, domains=frozenset({Domain.ELDERLY, Domain.CHILD}))
    with town.work() as session:
        wanted = replace(shown, themes=frozenset({"dementia"}))
        correct(town.office, session, case_id, satou, wanted, "", now_ms(), shown=shown)
    found = counted(town, case_id)
    assert (found.domains, found.themes) == ({Domain.ELDERLY, Domain.CHILD}, {"dementia"})
    assert record(town).person.domains == {Domain.ELDERLY, Domain.CHILD}, "one row for what nobody has reviewed yet"


def test_what_is_no_consultation_loses_its_labels_and_its_place(town: Town) -> None:
    case_id, satou = opened(town)
    set_(town, case_id, satou, kind=Kind.OTHER)
    assert town.one(Ticket, case_id=case_id).kind == "other"
    assert counted(town, case_id).domains == frozenset()
    set_(town, case_id, satou, kind=Kind.CONSULTATION, domains=frozenset({Domain.ELDERLY}))
    assert town.one(Ticket, case_id=case_id).kind == "consultation"
    assert counted(town, case_id).domains == {Domain.ELDERLY}


def test_a_new_message_brings_what_was_put_aside_back_before_people(town: Town) -> None:
    case_id, satou = opened(town)
    set_(town, case_id, satou, kind=Kind.OTHER)
    town.say("お米がもうありません")
    machine_reads(town, case_id, replace(ELDERLY, domains=frozenset({Domain.ELDERLY, Domain.POVERTY})))
    assert town.one(Ticket, case_id=case_id).kind == "consultation"
    found = counted(town, case_id)
    assert found.kind is Kind.CONSULTATION, "what the person said of the kind was said of less"
    assert found.domains == {Domain.ELDERLY, Domain.POVERTY}, "nobody said that it is not about the old"
    set_(town, case_id, satou, themes=frozenset({"food"}))
    assert counted(town, case_id).domains == {Domain.ELDERLY, Domain.POVERTY}, "a small correction takes nothing else"


def test_raising_what_was_put_aside_makes_it_a_consultation_again(town: Town) -> None:
    case_id, satou = opened(town)
    set_(town, case_id, satou, kind=Kind.OTHER)
    with town.work() as session:
        desk.set_urgency(town.office, session, case_id, satou, "high", "", now_ms())
    assert town.one(Ticket, case_id=case_id).kind == "consultation"
    assert (counted(town, case_id).kind, counted(town, case_id).domains) == (Kind.CONSULTATION, {Domain.ELDERLY})
    assert record(town).person.domains == {Domain.ELDERLY}


def test_words_read_while_somebody_corrects_are_not_judged_by_them(town: Town) -> None:
    case_id, satou = opened(town)
    shown, upto = labels(town, case_id), town.one(Ticket, case_id=case_id).read_upto
    town.say("お米がもうありません")
    machine_reads(town, case_id, replace(ELDERLY, domains=frozenset({Domain.POVERTY}), needs_human=True))
    with pytest.raises(Conflict), town.work() as session:
        wanted = replace(shown, kind=Kind.OTHER)
        correct(town.office, session, case_id, satou, wanted, "", now_ms(), shown=shown, upto=upto)
    with town.work() as session:
        wanted = replace(shown, themes=frozenset({"dementia"}))
        correct(town.office, session, case_id, satou, wanted, "", now_ms(), shown=shown, upto=upto)
    assert town.one(Ticket, case_id=case_id).kind == "consultation"
    assert counted(town, case_id).needs_human, "the new words still need eyes"
    assert counted(town, case_id).domains == {Domain.POVERTY}


def test_lifting_and_urgency_are_corrections_too(town: Town) -> None:
    case_id, satou = opened(town, replace(ELDERLY, kind=Kind.SMALLTALK))
    assert town.one(Ticket, case_id=case_id).kind == "smalltalk"
    with town.work() as session:
        desk.lift(town.office, session, case_id, satou, now_ms())
    assert (record(town).machine.kind, record(town).person.kind) == (Kind.SMALLTALK, Kind.CONSULTATION)
    assert counted(town, case_id).kind is Kind.CONSULTATION
    with town.work() as session:
        desk.set_urgency(town.office, session, case_id, satou, "high", "", now_ms())
        desk.set_urgency(town.office, session, case_id, satou, "normal", "会えた", now_ms())
        desk.set_urgency(town.office, session, case_id, satou, "high", "", now_ms())
    assert (record(town).machine.urgency, record(town).person.urgency) == (Urgency.NORMAL, Urgency.HIGH)
    assert record(town).person.kind is Kind.CONSULTATION


def test_an_urgency_that_the_machine_raised_is_no_opinion_of_staff(town: Town) -> None:
    case_id, satou = opened(town)
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None
        assert row is not None
        queue.raise_urgency(town.office, session, case, row, Urgency.EMERGENCY, now_ms())
    set_(town, case_id, satou, domains=frozenset({Domain.POVERTY}))
    assert record(town).person.urgency is Urgency.NORMAL, "danger words raised it, nobody judged it"
    assert town.one(Ticket, case_id=case_id).urgency == "emergency"


def test_what_is_refused_changes_nothing(town: Town) -> None:
    case_id, satou = opened(town)
    with town.work() as session:
        desk.set_urgency(town.office, session, case_id, satou, "high", "", now_ms())
    before = (town.one(Ticket, case_id=case_id).version, town.one(Correction).record_sealed)
    for code, changes in (
        ("nothing", {}),
        ("reasons_needed", {"complexity": Complexity.COMPLEX}),
        ("urgent", {"kind": Kind.OTHER}),
    ):
        with pytest.raises(Refused) as refusal:
            set_(town, case_id, satou, **changes)
        assert refusal.value.code == code
        assert refusal.value.message_ja.endswith("。")
    with pytest.raises(Refused):
        set_(town, case_id, satou, "あ" * 2_001, themes=frozenset())
    assert (town.one(Ticket, case_id=case_id).version, town.one(Correction).record_sealed) == before


@pytest.mark.parametrize(("role", "where"), [("manager", ""), ("auditor", ""), ("worker", "kodomo")])
def test_who_may_not_see_the_case_corrects_nothing(town: Town, role: str, where: str) -> None:
    case_id, _ = opened(town)
    stranger = town.staff("森", role, where)
    with pytest.raises(NotFound):
        set_(town, case_id, stranger, domains=frozenset())
    assert town.all(Correction) == []


def test_before_the_first_reading_there_is_nothing_to_correct(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    with town.work() as session, pytest.raises(Refused) as refusal:
        correct(town.office, session, case_id, satou, Labels.of(ELDERLY), "", now_ms())
    assert refusal.value.code == "unread"


def test_staff_see_what_staff_set(town: Town) -> None:
    case_id, satou = opened(town)
    set_(town, case_id, satou, domains=frozenset({Domain.POVERTY}), complexity=Complexity.UNCLEAR)
    with town.work() as session:
        item = view.open_case(town.office, session, case_id, satou, now_ms(), "console").item
    assert item.judged.said_ja() == ("複合：まだ分からない", "分野：高齢ではない", "分野：困窮")
    assert item.assessment is not None
    assert item.assessment.domains == {Domain.POVERTY}


def test_an_erased_case_leaves_no_correction_and_no_key(town: Town) -> None:
    case_id, satou = opened(town)
    set_(town, case_id, satou, domains=frozenset({Domain.POVERTY}))
    kept = town.one(Correction)
    erase(town, case_id)
    assert town.all(Correction) == []
    row = town.one(Ticket, case_id=case_id)
    assert (row.judged_sealed, row.reading_sealed, row.plan_sealed) == (None, None, None)
    with pytest.raises(KeyDestroyed):
        correction_store.record_of(town.office.sealer, kept)  # a copy of the row, out of a backup
    with pytest.raises(Refused), town.work() as session:
        correct(town.office, session, case_id, satou, Labels.of(ELDERLY), "", now_ms())


def erase(town: Town, case_id: int) -> None:
    """As the person's けす does."""
    from bots import forget
    from intake.records import Contact

    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None
        assert row is not None
        contact = session.get_one(Contact, case.contact_id)
        queue.erased(town.office, session, case, row, now_ms())
        key_id = forget.shred(town.parts, session, contact, case, now_ms())
    town.parts.vault.keys.destroy(key_id)
    town.parts.vault.sealer.forget(key_id)


def test_words_taken_back_are_not_learnt_from(town: Town) -> None:
    town.say(STORY, "m-secret")
    case_id = town.one(Case).id
    machine_reads(town, case_id, ELDERLY)
    satou = town.staff()
    set_(town, case_id, satou, domains=frozenset({Domain.POVERTY}))
    with town.work() as session:
        row = session.get_one(Correction, town.one(Correction).id)
        case = session.get_one(Case, case_id)
        row.state = "reviewed"
        correction_store.keep_text(town.office.sealer, case, row, "親の世話で困っている。")
    town.unsend("m-secret")
    kept = town.one(Correction)
    assert (kept.state, kept.text_sealed) == ("refused", None)
    with reading(town.parts.sessions) as session:
        ticket_row = session.get_one(Ticket, case_id)
    assert plan_store.standing_of(town.office.sealer, ticket_row).marked == {"elderly": False, "poverty": True}
