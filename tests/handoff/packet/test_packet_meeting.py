"""Of a case that was told in a meeting (R2) nothing that was told there leaves by the person's consent (C0)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from desk_kit import act, refused
from hypothesis import given
from hypothesis import strategies as st
from play_town import Town, assessment

from handoff import consents, desk, facts, handing, meeting_acts, meetings, proxy, queue
from handoff.acting import seen_by
from handoff.handing_answers import accept
from handoff.office import NotFound, StaffRef
from handoff.packet import sheet as sheets
from handoff.packet.from_meeting import repeats
from handoff.packet.store import body_of_row, make
from handoff.packet.values import Entry, Member, Source
from handoff.plan import Facts, decide
from handoff.plan import Source as Way
from handoff.records import HandOver, Ticket
from intake.clock import now_ms, to_datetime
from intake.records import Case
from triage.assessment import Complexity, Domain, Reason

NOW = 1_795_330_800_000
THERE = "ゴミが玄関まで積み上がっていて、包括の職員が二度訪ねても出てこなかったそうです"
SAID = "足が痛くて病院に行けません。助けてほしいです"
KINDS = ("referral", "application", "assessment", "watch", "meeting")
ONE_DATABASE = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def in_a_meeting(town: Town, staff: StaffRef, secrecy: str = "C1") -> int:
    """A case told in a meeting, with name, number and place of the person as they were said there."""
    told = proxy.Taken(
        "meeting", THERE, about="other", name="緑川八重", phone="000-1111-2222", place="緑町9-8-7", danger="no",
        meeting=proxy.Told("みほん会議", secrecy),
    )  # fmt: skip
    case_id: int = act(town, proxy.take_down, staff, told, NOW, "once-1")
    act(town, desk.claim, case_id, staff, NOW)
    return case_id


def agree(town: Town, case_id: int, staff: StaffRef, to: str = "hokatsu") -> None:
    act(town, consents.record_by_staff, case_id, staff, consents.Heard(to, "given", "self", "訪問で"), NOW)


def made(town: Town, case_id: int, staff: StaffRef, **wish: Any) -> str:
    """The whole packet as text; nothing of it is kept."""
    values = {"kind": "referral", "basis": "C0", "recipients": ["hokatsu"], "ask": "訪問を", "keep": "電話を", **wish}
    with town.work() as session:
        case, row = seen_by(town.office, session, case_id, staff, lock=True)
        body = body_of_row(town.office, make(town.office, session, case, row, staff, now=NOW, **values))
        session.rollback()
    return json.dumps(body, ensure_ascii=False)


@ONE_DATABASE
@pytest.mark.parametrize("secrecy", ["C1", "C5", "R2-care"])
def test_with_consent_the_person_s_own_words_go_and_no_word_of_the_meeting(town: Town, secrecy: str) -> None:
    staff = town.staff()
    case_id = in_a_meeting(town, staff, secrecy)
    refused(town, "no_consent", _make, case_id, staff, "C0")
    agree(town, case_id, staff)
    act(town, proxy.add_words, case_id, staff, "visit", SAID, NOW, "once-2")
    written = {
        "name": Entry("緑川やえ", Source.PERSON), "so_far": Entry("きのう訪ねて会えました"),
        "guess": Entry(f"聞いた話：{THERE[:20]}", Source.STAFF),
        "wishes": Entry("包括の職員が二度訪ねても…", Source.PERSON),
    }  # fmt: skip
    house = (Member("妹", source=Source.MEETING, basis=secrecy), Member("兄"))
    act(town, sheets.save, case_id, staff, written, house, 0, NOW)
    for kind in KINDS:
        whole = made(town, case_id, staff, kind=kind)
        told = (THERE[:12], "玄関まで", "二度訪ねて", "緑川八重", "000-1111-2222", "緑町9", "妹")
        assert not [one for one in told if one in whole], kind
        if kind in ("referral", "meeting"):
            assert SAID in whole and "緑川やえ" in whole and "会えました" in whole and '"meeting"' in whole
    assert SAID in made(town, case_id, staff, scope="text") and "会えました" not in made(
        town, case_id, staff, scope="text"
    )
    for basis in ("C8", "C4", "C9"):
        refused(town, "meeting_secrecy", _make, case_id, staff, basis)
    assert THERE[:12] in made(town, case_id, staff, basis="C2b")  # a notification waits for no secrecy


def _make(office: Any, session: Any, case_id: int, staff: StaffRef, basis: str) -> None:
    case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
    make(
        office, session, case, row, staff, kind="referral", basis=basis, recipients=["hokatsu"], ask="訪問を", keep="",
        now=NOW, decided_by=staff.id, checked="二人で",
    )  # fmt: skip


@ONE_DATABASE
def test_nobody_who_was_asked_on_consent_comes_to_see_the_meeting_s_words(town: Town) -> None:
    staff, other = town.staff(), town.staff("高橋", "worker", "hokatsu")
    case_id = in_a_meeting(town, staff)
    agree(town, case_id, staff)
    sending = handing.Sending(("hokatsu",), "C0", f"訪問を。{THERE}", "電話を")
    assert "会議" in refused(town, "meeting_words", handing.send, case_id, staff, sending, now_ms())
    act(town, handing.send, case_id, staff, handing.Sending(("hokatsu",), "C0", "訪問を", "電話を"), now_ms())
    over = town.one(HandOver)
    assert (over.basis, over.lead) == ("C0", False)
    act(town, accept, case_id, other, now_ms())
    assert town.one(Ticket, case_id=case_id).owner_id == staff.id
    with pytest.raises(NotFound), town.work() as session:
        seen_by(town.office, session, case_id, other)


@ONE_DATABASE
def test_it_comes_before_the_meeting_with_consent_without_what_the_machine_read_there(town: Town) -> None:
    staff = town.staff()
    case_id = in_a_meeting(town, staff)
    found = assessment(
        domains=frozenset({Domain.ELDERLY, Domain.POVERTY}), complexity=Complexity.COMPLEX,
        complexity_reasons=frozenset({Reason.HOUSEHOLD}),
    )  # fmt: skip
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        plan = decide(found, Facts(Way("meeting"), "ja", 20), town.office.pack, to_datetime(now_ms()))
        queue.take_reading(town.office, session, case, row, found, plan, upto=1, now=now_ms())
    month, where = facts.month_of(now_ms()), ("juso", facts.month_of(now_ms()), case_id)
    assert act(town, meetings.agenda, staff, "juso", month, now_ms()).items == ()
    assert [one.domains for one in act(town, meetings.agenda, staff, "shien", month, now_ms()).items] != [()]
    agreed = consents.Heard("juso", "given", "self", "訪問で", "share")
    act(town, consents.record_by_staff, case_id, staff, agreed, now_ms())
    assert [one.domains for one in act(town, meetings.agenda, staff, "juso", month, now_ms()).items] == [()]
    act(town, meeting_acts.choose, staff, *where, "だれが訪ねるか", now_ms())
    whole = made(town, case_id, staff, kind="meeting", recipients=["juso"])
    assert "だれが" not in whole and THERE[:12] not in whole and "緑川八重" not in whole


@given(st.text("あいうえお、。 \n", min_size=20, max_size=60), st.integers(0, 40), st.text("かきくけこ", max_size=9))
def test_what_was_copied_is_found_however_it_is_spaced(there: str, start: int, around: str) -> None:
    plain = "".join(there.split())
    copied = plain[start : start + 13]
    assert repeats(f"{around}{' '.join(copied)}{around}", there) == (
        len(copied) >= 12 or (6 <= len(plain) < 12 and plain in copied)
    )
    assert not repeats(around, there)
