"""下見: a town in shadow takes everything in, reads it, and says nothing to anybody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from play_town import TENANT, FakeReader, Town, assessment
from sqlalchemy import select

from bots import digest
from bots.read import read
from handoff import desk, shadow
from handoff.office import NotFound, Refused
from handoff.records import Call, Correction, Ticket
from intake.clock import now_ms
from intake.records import Message, Outgoing
from triage.assessment import Domain

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
DANGER = "もう死にたいです。薬を並べました"


@pytest.fixture
def quiet(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town in shadow mode."""
    tenant = town.parts.tenants[TENANT]
    office = replace(tenant.office, shadow=True)
    monkeypatch.setattr(town.parts.outbox, "_shadow", {TENANT})
    return Town(replace(town.parts, tenants={TENANT: replace(tenant, office=office)}))


def read_case(town: Town, case_id: int) -> None:
    message = town.all(Message, case_id=case_id)[-1]
    reader = FakeReader(assessment(domains=frozenset({Domain.ELDERLY})))
    assert read(town.parts, reader, case_id, message.id) == "read"


def test_danger_is_taken_in_and_read_and_nothing_leaves(quiet: Town) -> None:
    quiet.say(DANGER)
    case, row = quiet.case()
    assert row.urgency == "emergency"
    assert DANGER in quiet.messages()
    read_case(quiet, case.id)
    assert quiet.all(Outgoing) == []
    assert quiet.all(Call) == []
    digest.digest_due(quiet.parts, TENANT, "marugoto", "2026-11-24", now=1_795_482_000_000)
    assert quiet.all(Outgoing) == []


def test_staff_are_told_that_nothing_goes_out(quiet: Town) -> None:
    case_id, staff = quiet.open(), quiet.staff()
    for act in (
        lambda session: desk.reply(quiet.office, session, case_id, staff, "お電話します", now_ms(), "once"),
        lambda session: desk.page(quiet.office, session, case_id, staff, now_ms()),
    ):
        with pytest.raises(Refused) as refused, quiet.work() as session:
            act(session)
        assert refused.value.code == "shadow"
        assert "だれにも何も送りません" in refused.value.message_ja
    assert quiet.one(Ticket, case_id=case_id).owner_id is None


def test_agreement_is_counted_by_the_last_word_and_feeds_corrections(quiet: Town) -> None:
    staff, other = quiet.staff(), quiet.staff("鈴木", "worker", "hokatsu")
    first = quiet.open()
    with pytest.raises(Refused) as unread, quiet.work() as session:
        shadow.judge(quiet.office, session, first, staff, "same", now_ms())
    assert unread.value.code == "unread"
    read_case(quiet, first)
    with quiet.work() as session:
        assert [row.verdict for row in shadow.compared(quiet.office, session, staff)] == [""]
        assert shadow.compared(quiet.office, session, other) == ()
        shadow.judge(quiet.office, session, first, staff, "same", now_ms())
        assert session.scalar(select(Correction.case_id)) == first
    with quiet.work() as session:
        found = shadow.agreement(session, quiet.office)
        assert (found.same, found.different, found.unsaid, found.percent) == (1, 0, 0, 100)
        shadow.judge(quiet.office, session, first, staff, "different", now_ms())
    with quiet.work() as session:
        found = shadow.agreement(session, quiet.office)
        assert (found.same, found.different, found.percent) == (0, 1, 0)
        with pytest.raises(NotFound):
            shadow.judge(quiet.office, session, first, other, "same", now_ms())
        with pytest.raises(Refused):
            shadow.judge(quiet.office, session, first, staff, "maybe", now_ms())
