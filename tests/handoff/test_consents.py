"""Consents asked by staff: nothing goes on consent that nobody gave, and what is taken back stays back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from play_town import Town

from handoff import consents, desk
from handoff.office import Refused, StaffRef
from handoff.records import HandOver, History, Ticket
from intake.clock import now_ms
from intake.door_records import Consent
from intake.records import Case, Contact, Outgoing


def act(town: Town, effect: Callable[..., Any], *args: Any, **more: Any) -> Any:
    with town.work() as session:
        return effect(town.office, session, *args, **more)


def refused(town: Town, code: str, effect: Callable[..., Any], *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as found:
        act(town, effect, *args, **more)
    assert found.value.code == code
    return found.value.message_ja


def other_desk(town: Town) -> str:
    return next(found.id for found in town.office.pack.desks if found.id != town.office.pack.fallback)


@pytest.fixture
def begun(town: Town) -> tuple[int, StaffRef, str]:
    """A finished case with an owner, and a desk to hand it to."""
    case_id, satou = town.open(), town.staff()
    town.say("人と話す")
    act(town, desk.claim, case_id, satou, now_ms())
    return case_id, satou, other_desk(town)


def ask(town: Town, begun: tuple[int, StaffRef, str]) -> int:
    case_id, satou, to = begun
    found = act(town, consents.ask, case_id, satou, "handoff", to, now_ms())
    assert isinstance(found, int)
    return found


def hand(town: Town, begun: tuple[int, StaffRef, str], **more: Any) -> None:
    case_id, satou, to = begun
    act(town, desk.hand, case_id, satou, to, "C0", "訪問をお願いします", "家計の相談", now_ms(), **more)


def history(town: Town) -> list[str]:
    return [row.what for row in town.all(History)]


def questions(town: Town) -> list[Outgoing]:
    """The rows that ask for a consent; that somebody took the case is told by a notice of its own."""
    return [row for row in town.all(Outgoing, purpose="notice") if row.dedupe.startswith("consent-")]


def test_a_click_of_staff_is_no_consent(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, to = begun
    args = (case_id, satou, to, "C0", "お願い", "続ける", now_ms())
    assert "まだ本人の同意がありません" in refused(town, "no_consent", desk.hand, *args)
    ask(town, begun)
    assert "本人に聞いているところ" in refused(town, "no_consent", desk.hand, *args)
    assert town.all(HandOver) == []
    assert town.one(Ticket, case_id=case_id).state == "claimed"


def test_the_question_goes_out_neutral_and_its_answer_opens_the_way(
    town: Town, begun: tuple[int, StaffRef, str]
) -> None:
    consent_id = ask(town, begun)
    (sent,) = questions(town)
    body = json.loads(town.body(sent))
    assert [choice["value"] for choice in body["says"][0]["choices"]] == [
        f"c1:{consent_id}:{given}" for given in ("given", "partial", "refused")
    ]
    first = body["says"][0]["text"].split("\n")[0]
    assert not any(word in first for word in ("相談", "同意", "福祉", "窓口"))
    town.press(f"c1:{consent_id}:given")
    row = town.one(Consent)
    assert (row.state, row.way, bool(row.version)) == ("given", "button", True)
    hand(town, begun)
    assert (town.one(HandOver).basis, town.one(HandOver).scope) == ("C0", "")


def test_only_the_words_is_marked_on_the_handing(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    town.press(f"c1:{ask(town, begun)}:partial")
    hand(town, begun)
    assert town.one(HandOver).scope == "text"
    assert town.all(History, what="handed")[0].detail.endswith("C0 text")


@pytest.mark.parametrize("press", ["refused", "withdrawn"])
def test_what_is_taken_back_stays_back_and_is_told(town: Town, begun: tuple[int, StaffRef, str], press: str) -> None:
    case_id, satou, to = begun
    consent_id = ask(town, begun)
    town.press(f"c1:{consent_id}:given")
    hand(town, begun)
    version = town.one(Ticket, case_id=case_id).version
    town.press(f"c1:{consent_id}:{press}")
    assert town.one(Consent).state == "withdrawn"
    assert history(town)[-2:] == ["consent_withdrawn_handed", "consent_stopped"]  # and its packet is stopped
    assert town.one(Ticket, case_id=case_id).version > version
    act(town, desk.take_back, case_id, satou, "本人の希望", now_ms())
    told = refused(town, "no_consent", desk.hand, case_id, satou, to, "C0", "お願い", "続ける", now_ms())
    assert "取り消しました" in told
    town.press(f"c1:{consent_id}:given")
    assert town.one(Consent).state == "withdrawn", "an old button gives nothing back"


def test_it_is_asked_once_and_not_again_after_no(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, to = begun
    consent_id = ask(town, begun)
    refused(town, "asked_before", consents.ask, case_id, satou, "handoff", to, now_ms())
    town.press(f"c1:{consent_id}:refused")
    refused(town, "refused_before", consents.ask, case_id, satou, "handoff", to, now_ms())
    refused(town, "no_desk", consents.ask, case_id, satou, "handoff", "nowhere", now_ms())
    assert len(questions(town)) == 1


def test_what_was_heard_is_written_down_with_who_and_when(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, to = begun
    refused(town, "how_needed", consents.record_by_staff, case_id, satou, to, "given", " ", now_ms())
    refused(town, "bad_state", consents.record_by_staff, case_id, satou, to, "asked", "電話", now_ms())
    hand(town, begun, heard="きょう 10 時に電話で、佐藤が聞きました")
    row = town.one(Consent)
    assert (row.state, row.way, row.staff_id, row.desk) == ("given", "staff", satou.id, to)
    step = town.all(History, what="consent_heard")[0]
    assert step.note_sealed and "電話".encode() not in step.note_sealed


def test_nobody_is_asked_who_hid_or_blocked(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, to = begun
    for change in ("hidden", "blocked"):
        with town.work() as session:
            contact = session.get(Contact, town.one(Contact).id)
            assert contact is not None
            contact.hidden, contact.blocked = change == "hidden", change == "blocked"
        refused(town, "no_channel", consents.ask, case_id, satou, "handoff", to, now_ms())
    assert town.all(Consent) == [] and questions(town) == []


def test_after_erasing_no_button_answers_and_nothing_stands(town: Town) -> None:
    case_id, satou, to = town.open(), town.staff(), other_desk(town)
    asked = act(town, consents.ask, case_id, satou, "handoff", to, now_ms())
    act(town, consents.record_by_staff, case_id, satou, town.office.pack.desks[-1].id, "given", "窓口で", now_ms())
    town.say("けす")
    town.say("消す")
    assert town.one(Case).erased_at is not None
    assert [row.state for row in town.all(Consent)] == ["withdrawn"]
    town.press(f"c1:{asked}:given")
    assert [row.state for row in town.all(Consent)] == ["withdrawn"]


def test_somebody_elses_consent_cannot_be_answered(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    consent_id = ask(town, begun)
    town.take(town.words("子どものことで相談です", user="U-other"))
    town.take(town.event("postback", user="U-other", postback={"data": f"c1:{consent_id}:given"}))
    assert town.one(Consent).state == "asked"
