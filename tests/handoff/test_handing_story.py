"""Stories of つなぎ: two desks, one 主担当; an outside desk by telephone; withdrawal; 中断 and 戻し."""

from __future__ import annotations

import json
from typing import Any

import pytest
from desk_kit import waiting
from play_town import Town
from sqlalchemy import select, update

from handoff import (
    consents,
    desk,
    desks,
    handing,
    handing_answers,
    handing_due,
    handing_rows,
    incoming,
    ledger,
    login,
    plan_states,
    sources,
    staff_notes,
)
from handoff.flow_records import Packet
from handoff.office import Refused, StaffRef
from handoff.records import HandOver, History, Ticket
from intake.clock import now_ms, to_datetime, to_ms
from intake.records import Case, Outgoing

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def begun(town: Town) -> tuple[Any, int, StaffRef]:
    office, satou = waiting(town), town.staff("佐藤")
    case_id = town.say("家賃が払えなくて困っています").case_id
    assert case_id is not None
    with town.work() as session:
        desk.claim(office, session, case_id, satou, now_ms())
    return office, case_id, satou


def to(*desks: str, **more: Any) -> handing.Sending:
    return handing.Sending(desks, more.pop("basis", "C8"), "訪問をお願いします", "LINEの返事を続けます", **more)


def act(town: Town, what: Any, *args: Any, **more: Any) -> Any:
    with town.work() as session:
        return what(town.office, session, *args, **more)


def refused(town: Town, code: str, what: Any, *args: Any, **more: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(town, what, *args, **more)
    assert caught.value.code == code


def ticket_of(town: Town, case_id: int) -> Ticket:
    found: Ticket = town.one(Ticket, case_id=case_id)
    return found


def in_slack(town: Town, *people: StaffRef) -> None:
    with town.work() as session:
        for one in people:
            login.link_identity(session, "mihon", "slack", f"T1:U{one.id}", one.id)


def notes(town: Town, kind: str) -> list[dict[str, str]]:
    """Words to staff of this kind, without it: who or which desk is told, which desk is named."""
    rows = [row for purpose in staff_notes.PURPOSES for row in town.slack(purpose)]
    said = [json.loads(town.body(row)) for row in sorted(rows, key=lambda row: row.id)]
    return [{name: one[name] for name in one if name != "kind"} for one in said if one["kind"] == kind]


def test_two_desks_and_one_lead_settle_only_when_both_have_answered(town: Town) -> None:
    _, case_id, satou = begun(town)
    suzuki, takahashi = town.staff("鈴木", "worker", "hokatsu"), town.staff("高橋", "worker", "jiritsu")
    what = to("hokatsu", "jiritsu", decided_by=satou.id, purpose="coordination")
    act(town, handing.send, case_id, satou, what, now_ms())
    assert (ticket_of(town, case_id).state, ticket_of(town, case_id).owner_id) == ("handed", satou.id)
    packets = {row.packet_id for row in town.all(HandOver)}
    assert len(packets) == 1 and None not in packets
    with town.work() as session:
        listed = incoming.arrived(town.office, session, takahashi, now_ms())
    assert [(one.over.desk, one.opens) for one in listed] == [("jiritsu", False)]
    act(town, handing_answers.accept, case_id, suzuki, now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.owner_desk) == ("handed", suzuki.id, "hokatsu")
    act(town, handing_answers.receive, case_id, takahashi, now_ms())
    assert ticket_of(town, case_id).state == "handed"
    act(town, handing_answers.accept, case_id, takahashi, now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id) == ("claimed", suzuki.id)


def test_the_lead_returns_while_another_accepts_and_it_stays_with_the_sender(town: Town) -> None:
    _, case_id, satou = begun(town)
    suzuki, takahashi = town.staff("鈴木", "worker", "hokatsu"), town.staff("高橋", "worker", "jiritsu")
    act(town, handing.send, case_id, satou, to("hokatsu", "jiritsu", decided_by=satou.id), now_ms())
    refused(town, "note_needed", handing_answers.give_back, case_id, suzuki, " ", now_ms())
    act(town, handing_answers.give_back, case_id, suzuki, "地区がちがいます", now_ms())
    act(town, handing_answers.accept, case_id, takahashi, now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id) == ("claimed", satou.id)
    assert town.all(History, what="hand_shared")


def test_a_desk_that_was_asked_reads_neither_whose_anonymous_case_it_is_nor_that_a_partner_reported(
    town: Town,
) -> None:
    _, case_id, satou = begun(town)
    suzuki = town.staff("鈴木", "worker", "hokatsu")
    with town.work() as session:
        session.get_one(Case, case_id).route = "lifeline"
    act(town, handing.send, case_id, satou, to("hokatsu", basis="C9", checked="二人で読みました"), now_ms())

    def labels() -> tuple[str, str]:
        with town.work() as session:
            (one,) = incoming.arrived(town.office, session, suzuki, now_ms())
            return one.label, handing_rows.named_to(session, session.get_one(Case, case_id), "hokatsu")

    assert labels() == ("匿名の連絡", "匿名の連絡")
    with town.work() as session:
        session.execute(update(HandOver).values(basis="C8"))
    assert labels() == ("T-0001", "T-0001")


def test_no_basis_no_send(town: Town) -> None:
    _, case_id, satou = begun(town)
    for code, what in (
        ("no_basis", to("hokatsu", basis="C99")), ("no_decision", to("hokatsu")),
        ("no_decision", to("hokatsu", basis="C1")), ("no_decision", to("hokatsu", basis="C3", decided_by=4711)),
        ("no_consent", to("hokatsu", basis="C0")), ("not_bound", to("chiiki", decided_by=satou.id)),
        ("not_anonymous", to("hokatsu", basis="C9")), ("bad_basis", to("hokatsu", purpose="notification")),
        ("bad_form", to("sanka", decided_by=satou.id, purpose="participation")),
    ):  # fmt: skip
        refused(town, code, handing.send, case_id, satou, what, now_ms())
    assert not town.all(HandOver) and not town.all(Packet) and ticket_of(town, case_id).state == "claimed"


def test_outreach_goes_without_plan_and_consent_and_a_notification_waits_for_nobody(town: Town) -> None:
    _, case_id, satou = begun(town)
    other = town.staff("田中")
    act(town, handing.send, case_id, satou, to("outreach", decided_by=satou.id, purpose="outreach"), now_ms())
    act(town, handing.send, case_id, other, to("ken-jiso", basis="C2a", lead=""), now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id) == ("handed", satou.id)
    over = town.one(HandOver, to_desk="ken-jiso")
    assert over.purpose == "notification"
    act(town, handing_answers.note_answer, case_id, other, over.id, "receive", "電話で 当番の人", "", now_ms())
    assert not handing_rows.part_of(town.one(HandOver, to_desk="ken-jiso")).waits


def test_what_was_told_in_a_meeting_goes_no_further_than_its_basis_but_for_a_notification(town: Town) -> None:
    office, case_id, satou = begun(town)
    with town.work() as session:
        sources.remember(office, session, session.get_one(Case, case_id), "R2", now_ms(), secrecy="C5")
    refused(town, "beyond_secrecy", handing.send, case_id, satou, to("hokatsu", decided_by=satou.id), now_ms())
    act(town, handing.send, case_id, satou, to("kodomo", basis="C2a"), now_ms())


def test_an_outside_desk_answers_by_telephone_and_the_owner_stays(town: Town) -> None:
    _, case_id, satou = begun(town)
    act(town, handing.send, case_id, satou, to("shohi", decided_by=satou.id), now_ms())
    over = town.one(HandOver)
    refused(town, "own_case", handing_answers.accept, case_id, satou, now_ms())
    args = (case_id, satou, over.id)
    refused(town, "heard_needed", handing_answers.note_answer, *args, "accept", " ", "", now_ms())
    act(town, handing_answers.note_answer, *args, "accept", "電話で 山田さん 10時", "", now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, town.one(HandOver).state) == ("claimed", satou.id, "accepted")
    with town.work() as session:
        assert handing_rows.main_desk(town.office, session, session.get_one(Ticket, case_id))


def test_a_withdrawn_consent_stops_the_packet_and_nobody_can_accept_on_it(town: Town) -> None:
    office, case_id, satou = begun(town)
    suzuki = town.staff("鈴木", "worker", "hokatsu")
    act(town, handing.send, case_id, satou, to("hokatsu", basis="C0", heard="窓口で佐藤が", by_whom="self"), now_ms())
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None and row is not None
        given = consents.newest(session, case, "handoff", "hokatsu")
        assert given is not None
        consents.answer(office, session, case, row, given.id, "withdrawn", "button", now_ms())
    assert town.one(Packet).stopped_at is not None
    refused(town, "stopped", handing_answers.accept, case_id, suzuki, now_ms())
    refused(town, "no_consent", handing.send, case_id, satou, to("hokatsu", basis="C0"), now_ms())
    with town.work() as session:
        assert [one.stopped for one in incoming.arrived(office, session, suzuki, now_ms())] == [True]
    act(town, handing_answers.give_back, case_id, suzuki, "同意がなくなったため", now_ms())
    assert (ticket_of(town, case_id).state, ticket_of(town, case_id).owner_id) == ("claimed", satou.id)


def test_after_a_suspension_a_word_opens_the_case_and_the_meeting_can_send_it_back(town: Town) -> None:
    _, case_id, satou = begun(town)
    suzuki = town.staff("鈴木", "worker", "hokatsu")
    in_slack(town, satou, suzuki)
    act(town, handing.send, case_id, satou, to("hokatsu", decided_by=satou.id), now_ms())
    act(town, handing_answers.accept, case_id, suzuki, now_ms())
    assert [len(notes(town, kind)) for kind in ("arrived", "answered")] == [1, 1]
    result = plan_states.Result("suspended", "12")
    refused(town, "note_needed", plan_states.record, case_id, suzuki, result, now_ms())
    gone = plan_states.Result("suspended", "12", note="手紙も電話も届きません")
    act(town, plan_states.record, case_id, suzuki, gone, now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.close_reason, row.last_owner_id) == ("closed", "suspended", suzuki.id)
    town.say("おひさしぶりです")
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.last_owner_id) == ("received", None, suzuki.id)
    assert notes(town, "woken") == [{"staff": str(suzuki.id), "desk": ""}], "主担当 is alarmed, and nobody else"
    act(town, desk.claim, case_id, suzuki, now_ms())
    said = len(town.all(Outgoing, channel="line"))
    back = plan_states.Result("returned", "12", note="まず福祉まるごと相談で")
    act(town, plan_states.record, case_id, suzuki, back, now_ms())
    row = ticket_of(town, case_id)
    assert (row.state, row.owner_id, row.owner_desk, row.last_owner_id) == ("received", None, "marugoto", satou.id)
    first = desks.desk(town.office.pack, "marugoto")
    assert first is not None
    assert notes(town, "meeting_back") == [
        {"to": "marugoto", "desk": first.name}, {"staff": str(satou.id), "desk": first.name},
    ], "the first desk and whoever sent it from there"  # fmt: skip
    assert len(town.all(Outgoing, channel="line")) == said, "the resident hears nothing of it"


def test_the_deadline_is_the_next_closing_and_reminds_until_somebody_answers(town: Town) -> None:
    sunday = to_ms(to_datetime(now_ms()).replace(year=2026, month=11, day=22, hour=9))
    office, case_id, satou = begun(town)
    due = handing_rows.due_of(office, "hokatsu", None, sunday)
    assert due is not None and f"{to_datetime(due):%m-%d}" == "11-24"
    assert handing_rows.next_closing(None, sunday) is None
    (over_id,) = act(town, handing.send, case_id, satou, to("hokatsu", decided_by=satou.id), now_ms())
    assert act(town, handing_due.come_due, case_id, handing_due.KIND, f"{over_id}.0", now_ms()) == "reminded"
    act(town, handing.take_back, case_id, satou, "まちがい", now_ms())
    assert act(town, handing_due.come_due, case_id, handing_due.KIND, f"{over_id}.1", now_ms()) == "over"
    with town.work() as session:
        assert session.scalars(select(History.what).where(History.what == "hand_reminded")).all()
