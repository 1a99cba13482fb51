"""Packets over a real town: who reported stays in the vault, consent opens and stops, けす empties, looks are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from play_town import Town
from sqlalchemy import func, select

from handoff import consents, plan_states, reporters, sources
from handoff.acting import seen_by
from handoff.flow_records import CaseSheet, Packet, PacketLook, PlanState
from handoff.office import Conflict, NotFound, Refused, StaffRef
from handoff.packet import sheet as sheets
from handoff.packet.store import body_of_row, make, open_packet, stop
from handoff.packet.values import Entry, Member, Source
from handoff.path_records import CaseSource
from handoff.queue import erased
from handoff.records import Audit, HandOver, Ticket
from intake import given
from intake.door_records import Consent
from intake.ids import new_id
from intake.records import Case

NOW = 1_795_330_800_000


def made(town: Town, case_id: int, staff: StaffRef, **wish: Any) -> dict[str, Any]:
    values = {"kind": "referral", "basis": "C1", "recipients": ["hokatsu"], "ask": "訪問を", "keep": "電話を", **wish}
    with town.work() as session:
        case, row = seen_by(town.office, session, case_id, staff, lock=True)
        packet = make(town.office, session, case, row, staff, now=NOW, **values)
        return {"id": packet.id, **body_of_row(town.office, packet)}


def refused(town: Town, case_id: int, staff: StaffRef, **wish: Any) -> str:
    with pytest.raises(Refused) as found:
        made(town, case_id, staff, **wish)
    assert town.all(Packet) == []
    return found.value.code


def opened(town: Town, packet_id: int, staff: StaffRef, way: str = "screen") -> str:
    with town.work() as session:
        return json.dumps(open_packet(town.office, session, packet_id, staff, way, NOW).body, ensure_ascii=False)


def test_no_basis_no_packet(town: Town) -> None:
    case_id, staff = town.open(), town.staff()
    assert refused(town, case_id, staff, basis="") == "no_basis"
    assert refused(town, case_id, staff, basis="C0") == "no_consent"
    assert refused(town, case_id, staff) == "no_decision"
    assert refused(town, case_id, staff, basis="C9", checked=" ") == "unchecked"
    assert refused(town, case_id, staff, basis="C2a", recipients=[" "]) == "no_recipient"
    assert refused(town, case_id, staff, basis="C2a", ask="") == "incomplete"
    with town.work() as session:
        case = session.get_one(Case, case_id)
        sources.remember(town.office, session, case, "R2", NOW, meeting="要対協", secrecy="C5")
    assert refused(town, case_id, staff, decided_by=staff.id) == "meeting_secrecy"
    assert made(town, case_id, staff, basis="C2a")["number"] == "P-0001"  # a notification waits for nothing


def test_who_reported_is_in_no_packet(town: Town) -> None:
    case_id, staff = town.open("隣の森下です。0000-12-3456 に電話を。毎晩どなり声がします"), town.staff()
    with town.work() as session:
        case = session.get_one(Case, case_id)
        case.route = "lifeline"
        given.keep_answer(town.office.sealer, case, "p_contact", "みほんクリニック 森下", None)
        given.keep_answer(town.office.sealer, case, "p_place", "緑町2-1", None)
        reporters.keep(session, town.office.vault, case, reporters.About(organisation="青空ガス", name="森下"), NOW)
    for kind in ("referral", "watch", "application", "assessment", "meeting"):
        whole = json.dumps(made(town, case_id, staff, basis="C2a", kind=kind), ensure_ascii=False)
        assert not [one for one in ("森下", "3456", "クリニック", "青空ガス", "L-0001") if one in whole]
        assert "どなり声" in whole and "T-0001" in whole


def test_who_reported_is_not_read_out_of_how_they_wrote(town: Town) -> None:
    words = "大石です。０９０ー１２３４ー５６７８、ooishi@example.jp へ。+81 90-8765-4321 も。林さんと行きます。"
    case_id, staff = town.open(f"{words}青空 ガスの検針です。毎晩どなり声がします"), town.staff()
    with town.work() as session:
        case = session.get_one(Case, case_id)
        case.route = "lifeline"
        given.keep_answer(town.office.sealer, case, "p_person", "大石の隣の人", None)
        about = reporters.About(organisation="青空ガス", name="大石 花子、林 一", phone="090-1234-5678")
        reporters.keep(session, town.office.vault, case, about, NOW)
    for kind in ("referral", "watch", "application"):
        whole = json.dumps(made(town, case_id, staff, basis="C2a", kind=kind), ensure_ascii=False)
        told = ("大石", "５６７８", "4321", "ooishi", "林さん", "青空 ガス")
        assert not [one for one in told if one in whole] and "どなり声" in whole


def test_consent_opens_for_its_desk_in_its_scope_and_stops_with_it(town: Town) -> None:
    case_id, staff = town.open("母の介護でつかれました"), town.staff()
    with town.work() as session:
        sheets.save(town.office, session, case_id, staff, {"address": Entry("緑町2-1")}, (), 0, NOW)
        heard = consents.Heard("hokatsu", "partial", "self", "電話で")
        consents.record_by_staff(town.office, session, case_id, staff, heard, NOW)
    assert refused(town, case_id, staff, basis="C0", recipients=["hokatsu", "kodomo"]) == "no_consent"
    body = made(town, case_id, staff, basis="C0")
    whole = json.dumps(body, ensure_ascii=False)
    assert body["scope"] == "text" and "つかれました" in whole and "緑町" not in whole
    with town.work() as session:
        assert stop(town.office, session, session.get_one(Case, case_id), "hokatsu", NOW) == (body["id"],)
    with pytest.raises(Refused, match="stopped"):
        opened(town, body["id"], staff)


def agrees(town: Town, case_id: int, what: str, to: str, **more: str) -> None:
    values = {"state": "given", "by_whom": "self", **more}
    with town.work() as session:
        session.add(
            Consent(
                id=new_id(), tenant="mihon", case_id=case_id, what=what, desk=to, version="1", language="ja",
                way="button", asked_at=NOW, answered_at=NOW, **values,
            )
        )  # fmt: skip


def test_consent_is_for_whom_the_person_was_asked_about_and_no_office_duty_reaches_outside(town: Town) -> None:
    case_id, staff = town.open("母の介護でつかれました"), town.staff()
    agrees(town, case_id, "handoff", "hokatsu")
    for recipients in (["大家の見本さん"], ["hokatsu", "町内会"], ["hokatsu", "重層的支援会議"]):
        assert refused(town, case_id, staff, basis="C0", recipients=recipients) == "no_consent"
    for recipients in (["chiiki"], ["hokatsu", "町内会"]):
        assert refused(town, case_id, staff, basis="C8", recipients=recipients, decided_by=staff.id) == "not_bound"
    agrees(town, case_id, "share", "juso")
    body = made(town, case_id, staff, basis="C0", recipients=["hokatsu", "重層的支援会議"])
    assert [one["id"] for one in body["recipients"]] == ["hokatsu", "juso"]
    with town.work() as session:
        assert stop(town.office, session, session.get_one(Case, case_id), "hokatsu", NOW) == (body["id"],)


def test_the_first_sheet_of_a_meeting_rests_on_the_consent_to_it_and_says_whose_it_is(town: Town) -> None:
    case_id, staff = town.open("母の介護でつかれました"), town.staff()
    agrees(town, case_id, "handoff", "takikan", by_whom="proxy")
    for recipients in (["juso"], ["takikan"]):
        found = refused(town, case_id, staff, kind="meeting", basis="C0", recipients=recipients)
        assert found == "no_consent", "what the desk that holds it may know is not for all who sit in it"
    agrees(town, case_id, "share", "juso", attend="no")
    agrees(town, case_id, "handoff", "kodomo", by_whom="guardian")
    body = made(town, case_id, staff, kind="meeting", basis="C0", recipients=["juso"])
    said = {one["id"]: one["text"] for one in body["fields"]}
    assert (said["consent_by"], said["attend"], body["scope"]) == ("本人", "出なくてよい", "")
    with town.work() as session:
        case = session.get_one(Case, case_id)
        assert stop(town.office, session, case, "takikan", NOW) == ()
        assert stop(town.office, session, case, "juso", NOW, what="share") == (body["id"],)
    agrees(town, case_id, "share", "juso", state="partial")
    assert made(town, case_id, staff, kind="meeting", basis="C0", recipients=["juso"])["scope"] == "text"


def test_with_whom_else_the_person_deals_is_on_no_packet(town: Town) -> None:
    case_id, staff = town.open("母の介護でつかれました"), town.staff()
    agrees(town, case_id, "record", "")
    agrees(town, case_id, "handoff", "kodomo")
    agrees(town, case_id, "share", "juso", state="refused")
    agrees(town, case_id, "handoff", "hokatsu")
    name = {desk.id: desk.name for desk in town.office.pack.desks}
    for basis in ("C0", "C1", "C2b"):
        body = made(town, case_id, staff, basis=basis, recipients=["hokatsu"], decided_by=staff.id)
        assert [one["what"] for one in body["consents"]] == ["受付の記録", f"引継ぎ：{name['hokatsu']}"]
    body = made(town, case_id, staff, kind="meeting", basis="C1", recipients=["shien"], decided_by=staff.id)
    assert [one["answer"] for one in body["consents"]] == ["同意（本人）", "同意しない（本人）"]


def test_looks_are_kept_and_a_receiving_desk_opens_only_what_was_sent_there(town: Town) -> None:
    case_id, staff = town.open(), town.staff()
    other = town.staff("高橋", "worker", "hokatsu")
    body = made(town, case_id, staff, basis="C2b")
    with pytest.raises(NotFound):
        opened(town, body["id"], other)
    with town.work() as session:
        row = session.get_one(Ticket, case_id)
        session.add(
            HandOver(
                id=new_id(), tenant="mihon", case_id=case_id, from_desk=row.owner_desk, to_desk="hokatsu", basis="C2b",
                ask_sealed=b"", keep_sealed=b"", by_staff=staff.id, at=NOW, packet_id=body["id"],
            )
        )  # fmt: skip
    assert "訪問を" in opened(town, body["id"], other, "pdf")
    with pytest.raises(NotFound):
        opened(town, body["id"], replace(other, desk="kodomo"))
    assert [(look.staff_id, look.way) for look in town.all(PacketLook)] == [(other.id, "pdf")]
    with town.work() as session:
        assert session.scalar(select(func.count()).where(Audit.action == "packet_seen")) == 1


def test_a_sheet_keeps_sources_and_nobody_overwrites_another(town: Town) -> None:
    case_id, staff = town.open(), town.staff()
    entries = {"income": Entry("128万円", Source.TAX), "a17": Entry("yes", whose="母", asked=True)}
    house = (Member("母", "82歳", "同居", care="要介護2", key=True),)
    with town.work() as session:
        assert sheets.save(town.office, session, case_id, staff, entries, house, 0, NOW) == 1
    with pytest.raises(Conflict, match="changed"), town.work() as session:
        sheets.save(town.office, session, case_id, staff, {}, (), 0, NOW)
    with pytest.raises(NotFound), town.work() as session:
        sheets.save(town.office, session, case_id, town.staff("林", "worker", "kodomo"), {}, (), 1, NOW)
    with town.work() as session:
        kept = sheets.sheet_of(town.office, session, session.get_one(Case, case_id), session.get_one(Ticket, case_id))
    assert kept.entries["income"].source is Source.TAX and kept.household == house and kept.version == 1
    body = made(town, case_id, staff, decided_by=staff.id, kind="application")
    assert body["dropped"] == {"tax": 1} and town.one(Packet).dropped == "tax:1"


def test_erasing_a_case_empties_its_packets_and_its_sheet(town: Town) -> None:
    case_id, staff = town.open(), town.staff()
    with town.work() as session:
        sheets.save(town.office, session, case_id, staff, {"name": Entry("見本")}, (), 0, NOW)
    body = made(town, case_id, staff, basis="C2a")
    with town.work() as session:
        plan_states.record(
            town.office, session, case_id, staff, plan_states.Result("made", "見本花子のプラン", note="母と"), NOW
        )
        sources.remember(
            town.office, session, session.get_one(Case, case_id), "R2", NOW, meeting="要対協", secrecy="C5"
        )
        session.add(
            HandOver(
                id=new_id(), tenant="mihon", case_id=case_id, from_desk="marugoto", to_desk="hokatsu", basis="C2a",
                ask_sealed=b"a", keep_sealed=b"k", reason_sealed=b"r", by_staff=staff.id, at=NOW,
            )
        )  # fmt: skip
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        erased(town.office, session, case, row, NOW, staff_id=staff.id)
        case.erased_at = NOW
    assert town.all(CaseSheet) == [] and town.one(Packet).body_sealed == b""
    plan, over, source = town.one(PlanState), town.one(HandOver), town.one(CaseSource)
    assert (plan.plan_number, plan.note_sealed, plan.state) == ("", None, "made")
    assert (over.ask_sealed, over.keep_sealed, over.reason_sealed) == (b"", b"", None)
    assert (source.meeting_sealed, source.secrecy) == (None, "C5")
    with pytest.raises(Refused, match="erased"):
        opened(town, body["id"], staff)
