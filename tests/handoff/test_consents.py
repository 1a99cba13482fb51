"""Consents asked by staff: nothing goes on consent that nobody gave, and what is taken back stays back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from desk_kit import writes
from play_town import Town, assessment

from handoff import consents, correct, desk, handing, queue, reporters
from handoff.consents import Heard
from handoff.flow_records import Packet
from handoff.judged import Labels
from handoff.office import Refused, StaffRef
from handoff.packet import sealed
from handoff.packet.sheet import sheet_of
from handoff.plan import Facts, Source, decide
from handoff.records import HandOver, History, Ticket
from intake.clock import now_ms, to_datetime
from intake.door_records import Consent
from intake.records import Case, Contact, Outgoing
from intake.seal import Cell
from triage.assessment import Reporter


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
    writes(town, case_id)
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
    for code, heard in (
        ("how_needed", Heard(to, "given", "self", " ")), ("bad_state", Heard(to, "asked", "self", "電話")),
        ("whose_needed", Heard(to, "given", "", "電話")), ("no_desk", Heard("juso", "given", "self", "電話")),
    ):  # fmt: skip
        refused(town, code, consents.record_by_staff, case_id, satou, heard, now_ms())
    with pytest.raises(Refused, match="whose_needed"):
        hand(town, begun, heard="きょう 10 時に電話で、佐藤が聞きました")
    hand(town, begun, heard="きょう 10 時に電話で、佐藤が聞きました", by_whom="proxy")
    row = town.one(Consent)
    assert (row.state, row.way, row.staff_id, row.desk, row.by_whom) == ("given", "staff", satou.id, to, "proxy")
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
    asked = act(town, consents.ask, case_id, satou, "handoff", to, now_ms(), person_sure=True)
    heard = Heard(town.office.pack.desks[-1].id, "given", "self", "窓口で")
    act(town, consents.record_by_staff, case_id, satou, heard, now_ms())
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


# ---- whose consent ----


def sheet_says(town: Town, case_id: int, field: str) -> object:
    with town.work() as session:
        case = session.get_one(Case, case_id)
        entry = sheet_of(town.office, session, case, session.get_one(Ticket, case_id)).entries.get(field)
        return entry.value if entry is not None else ""


def recorded(town: Town, case_id: int) -> list[str]:
    """The answers of 同意の記録, as packets print them."""
    with town.work() as session:
        case = session.get_one(Case, case_id)
        return [one.answer for one in sheet_of(town.office, session, case, session.get_one(Ticket, case_id)).consents]


def test_a_relative_is_not_asked_in_place_of_the_person(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, to = begun
    writes(town, case_id, "family")
    told = refused(town, "not_the_person", consents.ask, case_id, satou, "handoff", to, now_ms(), person_sure=True)
    assert "口頭の答え" in told and town.all(Consent) == [] and questions(town) == []
    refused(town, "no_consent", desk.hand, case_id, satou, to, "C0", "お願い", "続ける", now_ms())
    heard = Heard(to, "given", "guardian", "きょう窓口で、佐藤が母親から聞きました")
    act(town, consents.record_by_staff, case_id, satou, heard, now_ms())
    hand(town, begun)
    assert town.one(Consent).by_whom == "guardian" and sheet_says(town, case_id, "consent_by") == "guardian"
    assert '"保護者"' in town.parts.vault.sealer.open_text(  # on the packet as it went
        packet_cell(town), town.one(Packet).body_sealed
    )


def test_a_partner_is_not_asked_for_whom_they_report(town: Town) -> None:
    case_id, satou, to = town.open("検針でまわっています。新聞がたまっています"), town.staff(), other_desk(town)
    writes(town, case_id)
    with town.work() as session:
        session.get_one(Case, case_id).route = "lifeline"
    refused(town, "not_the_person", consents.ask, case_id, satou, "handoff", to, now_ms(), person_sure=True)
    with town.work() as session:
        case = session.get_one(Case, case_id)
        case.route = "resident"
        reporters.keep(session, town.office.vault, case, reporters.About(name="近所の人"), now_ms())
    refused(town, "not_the_person", consents.ask, case_id, satou, "handoff", to, now_ms(), person_sure=True)
    assert town.all(Consent) == []


def test_silence_is_not_the_person_until_staff_made_sure(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, to = begun
    writes(town, case_id, "skip")
    told = refused(town, "not_the_person", consents.ask, case_id, satou, "handoff", to, now_ms())
    assert "分かりません" in told
    act(town, consents.ask, case_id, satou, "handoff", to, now_ms(), person_sure=True)
    town.press(f"c1:{town.one(Consent).id}:given")
    assert town.one(Consent).by_whom == "self"
    assert town.all(History, what="consent_asked")[0].note_sealed is not None, "by name, and why, in the history"


@pytest.mark.parametrize(
    ("said", "set_to", "asked"),
    [("skip", Reporter.SELF, True), ("self", Reporter.FAMILY, False), ("family", Reporter.SELF, False),
     ("self", Reporter.UNKNOWN, False)],
)  # fmt: skip
def test_what_staff_set_of_the_writer_makes_known_and_never_turns_a_relative_into_the_person(
    town: Town, begun: tuple[int, StaffRef, str], said: str, set_to: Reporter, asked: bool
) -> None:
    case_id, satou, to = begun
    writes(town, case_id, said)
    read = assessment(reporter=Reporter.NEIGHBOR)
    with town.work() as session:
        case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
        now = to_datetime(now_ms())
        plan = decide(read, Facts(Source.RESIDENT, "ja", 20), town.office.pack, now)
        queue.take_reading(town.office, session, case, row, read, plan, upto=1, now=now_ms())
        wanted = Labels.of(assessment(reporter=set_to))
        correct.correct(town.office, session, case_id, satou, wanted, "", now_ms())
    args = (case_id, satou, "handoff", to, now_ms())
    if asked:
        act(town, consents.ask, *args)
    else:
        refused(town, "not_the_person", consents.ask, *args)


def test_who_turns_out_to_be_somebody_else_answers_and_opens_nothing(
    town: Town, begun: tuple[int, StaffRef, str]
) -> None:
    case_id, satou, to = begun
    given_id = ask(town, begun)
    town.press(f"c1:{given_id}:given")
    open_id = act(town, consents.ask, case_id, satou, "share", "juso", now_ms())
    assert sheet_says(town, case_id, "consent_by") == "self" and recorded(town, case_id) == [
        "同意（本人）",
        "聞いています",
    ]
    writes(town, case_id, "family")
    assert sheet_says(town, case_id, "consent_by") == ""
    assert recorded(town, case_id) == ["同意（本人ではない人）", "聞いています"], (
        "paper says no longer that the person agreed"
    )
    refused(town, "no_consent", desk.hand, case_id, satou, to, "C0", "お願い", "続ける", now_ms())
    town.press(f"c1:{open_id}:given")
    assert town.one(Consent, id=open_id).state == "asked"
    town.press(f"c1:{given_id}:withdrawn")
    assert town.one(Consent, id=given_id).state == "withdrawn", "to take back is open to whoever holds the talk"


def test_a_relative_neither_reads_nor_takes_back_what_the_person_told_staff(
    town: Town, begun: tuple[int, StaffRef, str]
) -> None:
    case_id, satou, to = begun
    heard = Heard("", "given", "self", "きょう訪問で", named="民生委員 山田花子")
    spoken = act(town, consents.record_by_staff, case_id, satou, heard, now_ms())
    hand(town, begun, heard="きょう訪問で", by_whom="self")
    name = next(one.name for one in town.office.pack.desks if one.id == to)
    town.say("わたしの記録")
    assert "山田花子" in town.said() and name in town.said()
    writes(town, case_id, "family")
    town.say("わたしの記録")
    assert "山田花子" not in town.said() and name not in town.said() and "伝えた窓口" not in town.said()
    assert f"c1:{spoken}" not in town.said()
    town.press(f"c1:{spoken}:withdrawn")
    assert town.one(Consent, id=spoken).state == "given"


@pytest.mark.parametrize(("themes", "named"), [(("care",), True), (("dv",), False), (None, False)])
def test_a_relative_reads_the_desk_unless_violence_may_be_the_matter(
    town: Town, begun: tuple[int, StaffRef, str], themes: tuple[str, ...] | None, named: bool
) -> None:
    case_id, _, _ = begun
    if themes is not None:
        read = assessment(themes=frozenset(themes))
        with town.work() as session:
            case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
            plan = decide(read, Facts(Source.RESIDENT, "ja", 20), town.office.pack, to_datetime(now_ms()))
            queue.take_reading(town.office, session, case, row, read, plan, upto=1, now=now_ms())
    town.say("わたしの記録")
    assert "担当の窓口" in town.said()
    writes(town, case_id, "family")
    town.say("わたしの記録")
    assert ("担当の窓口" in town.said()) == named


def test_a_spoken_no_takes_back_what_was_agreed(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, to = begun
    town.press(f"c1:{ask(town, begun)}:given")
    hand(town, begun)
    act(town, consents.record_by_staff, case_id, satou, Heard(to, "refused", "self", "電話で"), now_ms())
    assert [row.state for row in town.all(Consent)] == ["withdrawn", "refused"]
    assert town.one(Packet).stopped_at is not None and "consent_withdrawn_handed" in history(town)


# ---- the meeting ----


def table(town: Town, begun: tuple[int, StaffRef, str], to: str = "takikan", **more: Any) -> None:
    case_id, satou, _ = begun
    what = handing.Sending((to,), "C0", "プランを", "家計の相談", "meeting", **more)
    act(town, handing.send, case_id, satou, what, now_ms())


def test_a_meeting_rests_on_its_own_consent_and_a_desk_on_its_own(town: Town, begun: tuple[int, StaffRef, str]) -> None:
    case_id, satou, _ = begun
    act(town, consents.record_by_staff, case_id, satou, Heard("takikan", "given", "self", "窓口で"), now_ms())
    with pytest.raises(Refused, match="no_consent"):
        table(town, begun)
    with pytest.raises(Refused, match="no_meeting"):
        table(town, begun, "hokatsu")
    refused(town, "no_desk", consents.ask, case_id, satou, "share", "shien", now_ms())
    asked = act(town, consents.ask, case_id, satou, "share", "juso", now_ms())
    assert "みほん市重層的支援会議" in town.body(questions(town)[-1])
    town.press(f"c1:{asked}:partial")
    assert "出たいですか" in town.said()
    town.press(f"c1:{asked}:attend_wants")
    row = town.one(Consent, id=asked)
    assert (row.state, row.by_whom, row.attend) == ("partial", "self", "wants")
    table(town, begun)
    over = town.one(HandOver)
    assert (over.purpose, over.scope, town.one(Packet).kind) == ("meeting", "text", "meeting")
    town.press(f"c1:{asked}:withdrawn")
    assert town.one(Packet).stopped_at is not None and history(town)[-2:] == [
        "consent_withdrawn_handed", "consent_stopped",
    ]  # fmt: skip
    act(town, desk.take_back, case_id, satou, "本人の希望", now_ms())
    act(town, desk.hand, case_id, satou, "takikan", "C0", "お願い", "続ける", now_ms())


def test_the_consent_to_the_meeting_opens_no_desk_and_heard_by_voice_it_is_written_down(
    town: Town, begun: tuple[int, StaffRef, str]
) -> None:
    case_id, satou, _ = begun
    table(town, begun, heard="きょう窓口で", by_whom="self")
    row = town.one(Consent)
    assert (row.what, row.desk, row.state, row.by_whom) == ("share", "juso", "given", "self")
    act(town, desk.take_back, case_id, satou, "やめます", now_ms())
    refused(town, "no_consent", desk.hand, case_id, satou, "takikan", "C0", "お願い", "続ける", now_ms())
    heard = Heard("juso", "given", "self", "電話で", "share", "later")
    act(town, consents.record_by_staff, case_id, satou, heard, now_ms())
    assert sheet_says(town, case_id, "attend") == "later"


def packet_cell(town: Town) -> Cell:
    return sealed.cell("mihon", town.one(Packet).id)
