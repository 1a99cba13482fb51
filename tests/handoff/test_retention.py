"""Retention: nothing goes before its time, nothing that is held or asked for, and what goes is gone for good."""

from __future__ import annotations

import pytest
from play_town import STORY, TENANT, Town, assessment
from sqlalchemy import update

from handoff import desk, queue, retention, shredding
from handoff.desk_records import DataRequest
from handoff.flow_records import Agenda
from handoff.login import add_staff
from handoff.office import NotFound, Refused, StaffRef
from handoff.outward_records import Shredded
from handoff.plan import Facts, Source, decide
from handoff.records import Audit, Ticket
from intake import cases
from intake.clock import now_ms, to_datetime
from intake.ids import new_id
from intake.records import Case, Contact, Message
from intake.seal import KeyDestroyed
from triage.assessment import Domain

YEAR = 365 * 86_400_000


def staff(town: Town, role: str = "manager", where: str = "") -> StaffRef:
    with town.parts.sessions.begin() as session:
        staff_id = add_staff(session, TENANT, f"{role}の人", role, where, now_ms())
    return StaffRef(staff_id, TENANT, f"{role}の人", role, where)


def closed(town: Town, *, themes: frozenset[str] = frozenset()) -> tuple[Case, StaffRef]:
    """A case that was read, claimed and closed just now."""
    town.say(STORY)
    case, row = town.case()
    who = staff(town, "intake", "marugoto")
    with town.parts.sessions.begin() as session:
        found = session.get_one(Case, case.id), session.get_one(Ticket, row.case_id)
        read = assessment(themes=themes, domains=frozenset({Domain.ELDERLY}))
        plan = decide(read, Facts(Source.RESIDENT, "ja", 9), town.office.pack, to_datetime(now_ms()))
        queue.take_reading(town.office, session, *found, read, plan, upto=1, now=now_ms())
        queue.finish(town.office, session, *found, now_ms())
        desk.claim(town.office, session, case.id, who, now_ms())
        desk.close(town.office, session, case.id, who, "done", "", now_ms())
    return case, who


def listed(town: Town, at: int, *, soon: bool = False) -> list[tuple[str, str]]:
    with town.parts.sessions() as session:
        return [(one.label, one.kind) for one in retention.preview(town.office, session, at, soon=soon)]


def shred(town: Town, case: Case, by: StaffRef, at: int) -> None:
    with town.parts.sessions.begin() as session:
        keys = shredding.shred(town.office, session, case.id, by, at)
    for key in keys:
        town.parts.vault.keys.destroy(key)
        town.parts.vault.sealer.forget(key)


def refused(town: Town, case: Case, by: StaffRef, at: int) -> str:
    with pytest.raises(Refused) as refusal, town.parts.sessions.begin() as session:
        shredding.shred(town.office, session, case.id, by, at)
    return refusal.value.code


def test_an_open_case_is_never_listed_however_old(town: Town) -> None:
    town.say(STORY)
    case, _ = town.case()
    assert listed(town, now_ms() + 50 * YEAR) == []
    assert refused(town, case, staff(town), now_ms() + 50 * YEAR) == "not_due"


def test_a_closed_case_comes_up_when_its_time_is_over_and_shortly_before(town: Town) -> None:
    closed(town)
    assert listed(town, now_ms() + 5 * YEAR - 86_400_000) == []
    assert listed(town, now_ms() + 5 * YEAR - 86_400_000, soon=True) == [("T-0001", "consultation")]
    assert listed(town, now_ms() + 5 * YEAR + 86_400_000) == [("T-0001", "consultation")]


def test_abuse_is_kept_longer(town: Town) -> None:
    case, _ = closed(town, themes=frozenset({"abuse_elder"}))
    assert listed(town, now_ms() + 6 * YEAR) == []
    assert refused(town, case, staff(town), now_ms() + 6 * YEAR) == "not_due"
    assert listed(town, now_ms() + 10 * YEAR + 86_400_000) == [("T-0001", "abuse")]


def test_looking_changes_nothing(town: Town) -> None:
    closed(town)
    before = [(row.version, row.state) for row in town.all(Ticket)], len(town.all(Audit)), len(town.all(Message))
    listed(town, now_ms() + 9 * YEAR)
    after = [(row.version, row.state) for row in town.all(Ticket)], len(town.all(Audit)), len(town.all(Message))
    assert before == after


def test_what_goes_is_gone_for_good_and_its_number_stays(town: Town) -> None:
    case, _ = closed(town)
    boss, later = staff(town), now_ms() + 5 * YEAR + 86_400_000
    shred(town, case, boss, later)
    assert all(message.body_sealed is None for message in town.all(Message, case_id=case.id))
    with pytest.raises(KeyDestroyed):
        town.parts.vault.keys.get(case.key_id)
    row = town.one(Shredded)
    assert (row.label, row.kind, row.why, row.days, row.staff_id) == (
        "T-0001",
        "consultation",
        "expired",
        1825,
        boss.id,
    )
    assert town.one(Ticket, case_id=case.id).state == "erased" and town.all(Audit)[-1].action == "shredded"
    with pytest.raises(NotFound), town.parts.sessions.begin() as session:
        shredding.shred(town.office, session, case.id, boss, later)


def test_the_persons_address_goes_with_their_last_case_and_who_writes_again_is_somebody_new(town: Town) -> None:
    case, _ = closed(town)
    old = town.one(Contact)
    shred(town, case, staff(town), now_ms() + 5 * YEAR + 86_400_000)
    with pytest.raises(KeyDestroyed):
        town.parts.vault.keys.get(old.key_id)
    town.say("また困っています。お金がありません")
    assert len(town.all(Contact)) == 2 and len(town.all(Case)) == 2


def test_an_address_stays_while_another_case_needs_it(town: Town) -> None:
    case, _ = closed(town)
    contact = town.one(Contact)
    with town.parts.sessions.begin() as session:
        cases.open_case(
            session, town.parts.vault, TENANT, channel="line", route="resident",
            contact=session.get_one(Contact, contact.id), receipt="7K3M-92Q5", now=now_ms(),
        )  # fmt: skip
    shred(town, case, staff(town), now_ms() + 5 * YEAR + 86_400_000)
    assert town.parts.vault.keys.get(contact.key_id)


def test_an_order_to_keep_holds_until_it_is_lifted(town: Town) -> None:
    case, _ = closed(town)
    boss, later = staff(town), now_ms() + 5 * YEAR + 86_400_000
    with town.parts.sessions.begin() as session:
        retention.hold(town.office, session, case.id, boss, "訴訟があるため", now_ms())
    assert refused(town, case, boss, later) == "kept"
    with town.parts.sessions.begin() as session:
        retention.lift(town.office, session, case.id, boss, now_ms())
    shred(town, case, boss, later)


def test_an_order_needs_a_reason(town: Town) -> None:
    case, _ = closed(town)
    with pytest.raises(Refused) as refusal, town.parts.sessions.begin() as session:
        retention.hold(town.office, session, case.id, staff(town), "  ", now_ms())
    assert refusal.value.code == "reason_needed"


def test_a_request_that_waits_stops_it(town: Town) -> None:
    case, _ = closed(town)
    with town.parts.sessions.begin() as session:
        session.add(
            DataRequest(
                id=new_id(),
                tenant=TENANT,
                case_id=case.id,
                kind="disclosure",
                way="letter",
                state="working",
                at=1,
                due_at=2,
            )
        )
    later = now_ms() + 5 * YEAR + 86_400_000
    assert refused(town, case, staff(town), later) == "request"
    with town.parts.sessions.begin() as session:
        session.execute(update(DataRequest).values(state="done"))
    shred(town, case, staff(town), later)


def test_what_a_meeting_dealt_with_counts_as_such(town: Town) -> None:
    case, _ = closed(town)
    with town.parts.sessions.begin() as session:
        session.add(
            Agenda(
                id=new_id(), tenant=TENANT, meeting="shien", month="2026-12", case_id=case.id, why="refused",
                basis="C1", state="discussed", at=1,
            )
        )  # fmt: skip
        row = session.get_one(Ticket, case.id)
        kind = retention.kind_of(town.office, session, session.get_one(Case, case.id), row)
    days = town.office.pack.retention_days
    assert kind in {
        name for name in ("meeting", "consultation") if days[name] == max(days["meeting"], days["consultation"])
    }


@pytest.mark.parametrize("role", ["intake", "worker", "auditor"])
def test_only_the_manager_destroys(town: Town, role: str) -> None:
    case, _ = closed(town)
    assert refused(town, case, staff(town, role, "marugoto"), now_ms() + 9 * YEAR) == "no_right"


def test_the_persons_own_erasing_stands_in_the_same_log(town: Town) -> None:
    town.say(STORY)
    town.say("けす")
    case = town.one(Case)
    with town.parts.sessions.begin() as session:
        row = session.get_one(Ticket, case.id)
        queue.erased(town.office, session, session.get_one(Case, case.id), row, now_ms())
    assert town.one(Shredded).why == "person"
