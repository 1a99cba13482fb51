"""Another municipality's people: transferred with a receipt, and never without an owner until it is there."""

from __future__ import annotations

import pytest
from play_town import Town

from handoff import desk, transfer
from handoff.office import Conflict, Refused
from handoff.records import HandOver, Ticket
from handoff.ticket import CloseReason
from intake.clock import now_ms

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def _wish(town: str = "青森市", **more: object) -> transfer.Wish:
    values = {"basis": "C0", "ask": "訪ねてください", "keep": "電話を続けます"}
    values |= {"heard": "本人に電話で、今日", "by_whom": "self"}
    return transfer.Wish(town, **{**values, **more})  # type: ignore[arg-type]


def _sent(town: Town) -> tuple[int, int]:
    case_id = town.open()
    staff = town.staff()
    with town.work() as session:
        desk.claim(town.office, session, case_id, staff, now_ms())
        over = transfer.send(town.office, session, case_id, staff, _wish(desk="生活福祉一課"), now_ms())
    return case_id, over


def test_the_case_keeps_its_owner_until_the_receipt_and_after_it(town: Town) -> None:
    case_id, over_id = _sent(town)
    staff = town.one_staff()
    row = town.one(Ticket, case_id=case_id)
    assert (row.state, row.owner_id, row.area) == ("handed", staff.id, "青森県青森市")
    over = town.one(HandOver, id=over_id)
    assert (over.purpose, over.desk_name, over.state) == ("transfer", "青森県青森市 生活福祉一課", "sent")
    assert any(str(over_id) in job for _, job in town.jobs()), "nobody would be reminded"
    with town.work() as session, pytest.raises(Refused, match="reason_wrong"):
        desk.close(town.office, session, case_id, staff, CloseReason.DONE, "", now_ms())
    with town.work() as session, pytest.raises(Refused, match="receipt_needed"):
        transfer.received(town.office, session, case_id, staff, over_id, "", "きょう", "phone", now_ms())
    with town.work() as session:
        transfer.received(town.office, session, case_id, staff, over_id, "福田さん", "24日 10時", "phone", now_ms())
    row = town.one(Ticket, case_id=case_id)
    assert (row.state, row.owner_id) == ("claimed", staff.id)
    with town.work() as session:
        assert transfer.waiting(session, case_id) is None
        desk.close(town.office, session, case_id, staff, CloseReason.TAKEN_OVER, "", now_ms())
    assert town.one(Ticket, case_id=case_id).state == "closed"


@pytest.mark.parametrize("name", ["どこかの町", "みほん市", ""])
def test_only_another_municipality_of_the_list_takes_it(town: Town, name: str) -> None:
    case_id, staff = town.open(), town.staff()
    with town.work() as session:
        desk.claim(town.office, session, case_id, staff, now_ms())
    with town.work() as session, pytest.raises(Refused, match="no_such_town"):
        transfer.send(town.office, session, case_id, staff, _wish(name), now_ms())
    assert town.one(Ticket, case_id=case_id).state == "claimed" and not town.all(HandOver)


def test_no_basis_no_transfer_and_only_its_owner_sends_it(town: Town) -> None:
    case_id, staff, other = town.open(), town.staff(), town.staff("鈴木")
    with town.work() as session, pytest.raises(Conflict):
        transfer.send(town.office, session, case_id, staff, _wish(), now_ms())
    with town.work() as session:
        desk.claim(town.office, session, case_id, staff, now_ms())
    with town.work() as session, pytest.raises(Refused, match="no_consent"):
        transfer.send(town.office, session, case_id, staff, _wish(heard=""), now_ms())
    for basis in ("C1", "C9"):
        with town.work() as session, pytest.raises(Refused, match="bad_basis"):
            transfer.send(town.office, session, case_id, staff, _wish(basis=basis, decided_by=staff.id), now_ms())
    with town.work() as session, pytest.raises(Refused, match="incomplete"):
        transfer.send(town.office, session, case_id, staff, _wish(keep=" "), now_ms())
    with town.work() as session, pytest.raises(Conflict):
        transfer.send(town.office, session, case_id, other, _wish(), now_ms())
    assert town.one(Ticket, case_id=case_id).owner_id == staff.id and not town.all(HandOver)
