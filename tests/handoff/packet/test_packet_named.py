"""Bodies that are no desk of the pack: a packet goes on the consent that names them, and to no other name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from desk_kit import act, refused
from play_town import Town

from handoff import consents, desk, login, named, transfer
from handoff.acting import seen_by
from handoff.flow_records import Packet
from handoff.office import StaffRef
from handoff.packet.store import body_of_row, make
from handoff.records import Audit, HandOver, History
from intake.clock import now_ms
from intake.door_records import Consent
from intake.records import Case

NAME = "民生委員 山田花子"
pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def owned(town: Town, staff: StaffRef) -> int:
    case_id = town.open("足が痛くて買い物に行けません")
    act(town, desk.claim, case_id, staff, now_ms())
    return case_id


def heard(town: Town, case_id: int, staff: StaffRef, name: str = NAME, state: str = "given", to: str = "") -> int:
    said = consents.Heard(to, state, "self", "きのう訪問で", named=name)
    consent_id: int = act(town, consents.record_by_staff, case_id, staff, said, now_ms())
    return consent_id


def packet(office: Any, session: Any, case_id: int, staff: StaffRef, to: str, **wish: Any) -> dict[str, Any]:
    case, row = seen_by(office, session, case_id, staff, lock=True)
    values = {"kind": "referral", "basis": "C0", "recipients": [to], "ask": "見守りを", "keep": "電話を", **wish}
    body: dict[str, Any] = body_of_row(office, make(office, session, case, row, staff, now=now_ms(), **values))
    return body


def test_who_is_named_receives_on_consent_until_it_is_taken_back(town: Town) -> None:
    staff = town.staff()
    case_id = owned(town, staff)
    refused(town, "no_consent", packet, case_id, staff, NAME)
    heard(town, case_id, staff)
    body = act(town, packet, case_id, staff, "民生委員　山田 花子")  # however it is spaced
    assert body["variant"] == "consent" and "買い物" in str(body)
    refused(town, "no_consent", packet, case_id, staff, "民生委員 山田太郎")
    refused(town, "not_bound", packet, case_id, staff, NAME, basis="C8", decided_by=staff.id)
    heard(town, case_id, staff, state="refused")
    assert town.one(Packet).stopped_at is not None
    refused(town, "no_consent", packet, case_id, staff, NAME)


@pytest.mark.parametrize("basis", ["C1", "C5"])
def test_on_a_meeting_s_basis_it_goes_to_its_members_and_to_nobody_else(town: Town, basis: str) -> None:
    staff = town.staff()
    case_id = owned(town, staff)
    member = next(one for one in town.office.pack.meetings if one.basis == basis).members[0]
    decided = {"basis": basis, "decided_by": staff.id}
    for stranger in ("大家の山田", NAME, "八王子市", "town:132012"):
        refused(town, "not_member", packet, case_id, staff, stranger, **decided)
    for known in (f" {member}　", town.office.pack.desks[0].id):
        assert act(town, packet, case_id, staff, known, **decided)["basis"]["code"] == basis


def test_who_made_the_sheet_is_told_to_go_and_take_it_back(town: Town) -> None:
    staff = town.staff()
    with town.work() as session:
        login.link_identity(session, "mihon", "slack", "T1:U1", staff.id)
    case_id = owned(town, staff)
    heard(town, case_id, staff)
    act(town, packet, case_id, staff, NAME)
    heard(town, case_id, staff, state="refused")
    (note,) = town.slack("hand_one")
    assert json.loads(town.body(note)) == {"kind": "stopped", "staff": str(staff.id), "desk": "名前で書いた相手"}
    assert [one.what for one in town.all(History)][-3:-1] == ["consent_withdrawn_handed", "consent_stopped"]


def test_the_name_lies_sealed_and_goes_with_the_case(town: Town) -> None:
    staff = town.staff()
    case_id = owned(town, staff)
    heard(town, case_id, staff)
    row = town.one(Consent, case_id=case_id)
    assert named.name_of(town.office, row) == NAME and len(row.desk) <= 64
    books = [str(vars(one)) for table in (Consent, History, Audit) for one in town.all(table)]
    assert not [one for one in books if "山田" in one]
    with town.work() as session:
        consents.case_erased(session, case_id, now_ms())
    row = town.one(Consent, case_id=case_id)
    assert row.to_sealed is None and named.name_of(town.office, row) == "名前で書いた相手"


def test_a_desk_of_the_pack_is_chosen_in_its_list(town: Town) -> None:
    staff = town.staff()
    case_id = owned(town, staff)
    for name in (town.office.pack.desks[0].name, town.office.pack.meetings[0].name):
        said = consents.Heard("", "given", "self", "電話で", named=name)
        refused(town, "no_desk", consents.record_by_staff, case_id, staff, said, now_ms())
    said = consents.Heard("", "given", "self", "電話で", named="名" * 81)
    refused(town, "too_long", consents.record_by_staff, case_id, staff, said, now_ms())


def test_another_municipality_receives_what_is_transferred_and_on_a_named_decision(town: Town) -> None:
    staff = town.staff()
    case_id = owned(town, staff)
    refused(
        town, "no_decision", transfer.send, case_id, staff, transfer.Wish("青森市", "C8", "訪問を", "電話を"), now_ms()
    )
    heard(town, case_id, staff, name="青森市")
    over_id = act(town, transfer.send, case_id, staff, transfer.Wish("青森市", "C0", "訪問を", "電話を"), now_ms())
    over, made = town.one(HandOver, id=over_id), town.one(Packet)
    assert over.packet_id == made.id and made.basis == "C0"
    with town.work() as session:
        body = body_of_row(town.office, session.get_one(Packet, made.id))
    assert body["recipients"][0]["name"] == "青森県青森市" and body["recipients"][0]["id"] == over.to_desk
    assert "買い物" in str(body) and body["ask"] == "訪問を"
    for name in ("青森市", over.to_desk):
        assert act(town, packet, case_id, staff, name)["recipients"][0]["id"] == over.to_desk
    decided = act(town, packet, case_id, staff, "青森市", basis="C8", decided_by=staff.id)
    assert decided["basis"]["code"] == "C8"
    heard(town, case_id, staff, name="青森市", state="refused")
    assert {one.stopped_at is not None for one in town.all(Packet, basis="C0")} == {True}
    assert town.one(Packet, basis="C8").stopped_at is None
    with town.work() as session:
        assert session.get_one(Case, case_id).erased_at is None
