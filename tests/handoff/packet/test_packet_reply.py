"""連絡票への返信: to who sent it, without a basis, with nothing of the person; the address comes from the vault."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from desk_kit import act, refused
from play_town import Town
from pypdf import PdfReader

from handoff import desk, reporters
from handoff.acting import seen_by
from handoff.flow_records import Packet, PacketLook
from handoff.office import NotFound, StaffRef
from handoff.packet import sheet as sheets
from handoff.packet.addressing import addressed, opened_for
from handoff.packet.pdf import paper, pdf_of
from handoff.packet.store import body_of_row, make
from handoff.packet.values import Entry
from handoff.records import History
from intake import given
from intake.clock import now_ms
from intake.records import Case

TOLD = "緑町の緑川さんが、ごはんを食べていないようです。見に行ってください"
pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def referred(town: Town, staff: StaffRef, route: str = "professional") -> int:
    case_id = town.open(TOLD)
    with town.work() as session:
        case = session.get_one(Case, case_id)
        case.route = route
        given.keep_answer(town.office.sealer, case, "p_person", "緑川八重さん（82歳）", None)
        about = reporters.About(organisation="みほん病院 連携室", name="森下", phone="000-5555-6666", channel="web")
        reporters.keep(session, town.office.vault, case, about, now_ms())
    act(town, desk.claim, case_id, staff, now_ms())
    return case_id


def reply(office: Any, session: Any, case_id: int, staff: StaffRef, **wish: Any) -> int:
    case, row = seen_by(office, session, case_id, staff, lock=True)
    values = {"kind": "reply", "basis": "RE", "recipients": [], "ask": "ご連絡を受け取りました", "keep": "", **wish}
    packet_id: int = make(office, session, case, row, staff, now=now_ms(), **values).id
    return packet_id


def test_it_says_what_becomes_of_it_and_nothing_of_the_person(town: Town) -> None:
    staff = town.staff()
    case_id = referred(town, staff)
    lines = {
        "y_received_on": Entry("2026-11-20"), "y_desk": Entry("福祉まるごと相談 佐藤"),
        "y_policy": Entry("担当を決めました"),
        "name": Entry("緑川八重"), "wishes": Entry("家にいたい"),
    }  # fmt: skip
    act(town, sheets.save, case_id, staff, lines, (), 0, now_ms())
    for words in ("緑川さんを訪ねました", "八重さんの件です", "ごはんを食べていないようです、とのことで"):
        assert "本人のこと" in refused(town, "names_somebody", reply, case_id, staff, ask=words)
    with town.work() as session:
        row = session.get_one(Packet, reply(town.office, session, case_id, staff))
        body = body_of_row(town.office, row)
    whole = json.dumps(body, ensure_ascii=False)
    assert "担当を決めました" in whole and "2026-11-20" in whole and body["consents"] == []
    assert not [one for one in ("緑", "八重", "ごはん", "家に", "森下", "みほん病院") if one in whole]


@pytest.mark.parametrize(
    ("code", "route", "wish"),
    [
        ("no_basis", "professional", {"kind": "referral"}),
        ("only_sender", "professional", {"recipients": ["hokatsu"]}),
        ("no_sender", "lifeline", {}),
        ("no_basis", "professional", {"basis": "", "recipients": ["hokatsu"]}),
    ],
)
def test_it_goes_to_who_sent_a_letter_of_referral_and_to_nobody_else(
    town: Town, code: str, route: str, wish: dict[str, Any]
) -> None:
    staff = town.staff()
    refused(town, code, reply, referred(town, staff, route), staff, **wish)


def test_its_address_is_set_in_after_a_reason_and_kept_nowhere(town: Town) -> None:
    staff, other = town.staff(), town.staff("高橋", "worker", "hokatsu")
    case_id = referred(town, staff)
    packet_id = act(town, reply, case_id, staff)

    def on_paper(office: Any, session: Any, who: StaffRef, reason: str) -> str:
        body = opened_for(office, session, case_id, packet_id, who, reason, now_ms()).body
        return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf_of(body))).pages)

    refused(town, "reason_needed", on_paper, staff, " ")
    assert town.all(PacketLook) == []
    with pytest.raises(NotFound):
        act(town, on_paper, other, "返信する")
    paper = act(town, on_paper, staff, "返信する")
    assert "森下様" in "".join(paper.split()) and "受け取りのお知らせ" in paper and "御中" not in paper
    assert [one.what for one in town.all(History)].count("reporter_opened") == 1
    with town.work() as session:
        body = body_of_row(town.office, session.get_one(Packet, packet_id))
    assert "森下" not in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize(
    ("route", "organisation", "name", "line"),
    [
        ("professional", "みほん病院", "森下", "みほん病院 森下　様"),
        ("professional", "みほん病院", "", "みほん病院　御中"),
        ("phone", "となりの人", "森下", "森下　様"),
        ("phone", "娘", "", "ご連絡をくださった方　様"),
    ],
)
def test_a_person_is_addressed_as_one_and_never_by_whose_neighbour_they_are(
    town: Town, route: str, organisation: str, name: str, line: str
) -> None:
    staff = town.staff()
    packet_id = act(town, reply, referred(town, staff), staff)
    with town.work() as session:
        body = body_of_row(town.office, session.get_one(Packet, packet_id))
    assert paper(body)["to"] == "ご連絡をくださった方　様"
    assert paper(addressed(body, reporters.About(organisation=organisation, name=name), route))["to"] == line


def test_no_other_packet_opens_the_vault(town: Town) -> None:
    staff = town.staff()
    case_id = referred(town, staff)
    packet_id = act(town, reply, case_id, staff, kind="referral", basis="C2b", recipients=["hokatsu"])
    opened: Callable[..., Any] = opened_for
    refused(town, "no_sender", opened, case_id, packet_id, staff, "見たい", now_ms())
    assert "reporter_opened" not in [one.what for one in town.all(History)]
