"""What a packet says beside the case: members of the meeting, 版, secrecy, municipality, language, the wish."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from play_town import Town
from pypdf import PdfReader

from handoff import areas, wishes
from handoff.acting import seen_by
from handoff.office import StaffRef
from handoff.packet import as_json, pdf, xlsx
from handoff.packet.as_json import Letterhead, Recipient, body_of
from handoff.packet.cut import cut, variant_of
from handoff.packet.fields import forms
from handoff.packet.sheet import sheet_of
from handoff.packet.store import body_of_row, make
from handoff.packet.values import Sheet, Source
from intake import given
from intake.records import Case

NOW = 1_795_330_800_000


def made(town: Town, case_id: int, staff: StaffRef, **wish: Any) -> dict[str, Any]:
    values = {"kind": "referral", "basis": "C1", "recipients": ["hokatsu"], "ask": "訪問を", "keep": "電話を", **wish}
    with town.work() as session:
        case, row = seen_by(town.office, session, case_id, staff, lock=True)
        return body_of_row(town.office, make(town.office, session, case, row, staff, now=NOW, **values))


def _read(body: dict[str, Any]) -> str:
    found = PdfReader(BytesIO(pdf.pdf_of(body)))
    return "".join("".join(page.extract_text().split()) for page in found.pages)


def _sheet(town: Town, case_id: int) -> Sheet:
    with town.work() as session:
        case, row = seen_by(town.office, session, case_id, town.one_staff())
        return sheet_of(town.office, session, case, row)


def test_a_packet_for_a_meeting_names_its_members_and_counts_its_editions(town: Town) -> None:
    case_id, staff = town.open("母の介護でつかれました"), town.staff()
    wish = {"kind": "meeting", "decided_by": staff.id, "recipients": ["shien"]}
    first = made(town, case_id, staff, **wish)
    members = next(one.members for one in town.office.pack.meetings if one.id == "shien")
    assert members and first["recipients"][0]["members"] == list(members) and first["edition"] == 1
    said = _read(first)
    assert (
        "支援会議御中" in said and "構成員" in said and "".join("、".join(members).split()) in said and "第1版" in said
    )
    assert made(town, case_id, staff, **wish)["edition"] == 2
    assert made(town, case_id, staff, **wish | {"recipients": ["hokatsu"]})["edition"] == 1
    assert made(town, case_id, staff, **wish | {"kind": "referral"})["edition"] == 1


def test_a_meeting_without_a_list_says_so_and_a_desk_has_none() -> None:
    def of(*to: Recipient) -> dict[str, Any]:
        head = Letterhead(
            "P-0001", "meeting", "C1", variant_of("C1"), "", "みほん市", "999998", "T-0001", "2026-11-22T17:05+09:00",
            "窓口", "", "", "佐藤", "佐藤", to, "お願い", "",
        )  # fmt: skip
        return body_of(head, cut(Sheet(), "C1", variant_of("C1")))

    bare = of(Recipient("支援会議", "shien", members=()))
    assert pdf.paper(bare)["members"] == "名簿はまだありません" and "名簿はまだありません" in _read(bare)
    said = _read(
        of(Recipient("まるごと", "hokatsu"), Recipient("山田花子", "name:ab"), Recipient("青森市", "town:022012"))
    )
    assert "まるごと御中" in said and "山田花子様" in said and "青森市御中" in said
    assert xlsx.cells_of(bare)["members"] == "名簿はまだありません"
    assert pdf.paper(of(Recipient("包括", "hokatsu")))["members"] == ""


@pytest.mark.parametrize("basis", ["C1", "C4", "C5", "C6", "C7", "C8", "C2a", "C2b", "C2c"])
def test_every_basis_with_secrecy_of_its_own_says_it(basis: str) -> None:
    head = Letterhead(
        "P-0001", "referral", basis, variant_of(basis), "", "みほん市", "999998", "T-0001", "2026-11-22T17:05+09:00",
        "窓口", "", "", "佐藤", "佐藤", (Recipient("受け手"),), "お願い", "",
    )  # fmt: skip
    assert len(body_of(head, cut(Sheet(), basis, variant_of(basis)))["secrecy"]) == 2


@pytest.mark.parametrize("kind", sorted(set(forms()) - {"reply"}))
def test_the_municipality_stands_on_every_form(town: Town, kind: str) -> None:
    case_id, staff = town.open("母の介護でつかれました。外ヶ浜町の家です"), town.staff()
    with town.work() as session:
        areas.correct(town.office, session, case_id, staff, "青森市", NOW)
    body = made(town, case_id, staff, kind=kind, basis="C9", checked="二人で読みました")
    where = as_json.field_of(body, "town")
    assert where is not None and (where["text"], where["source"]) == ("青森県青森市", "staff")
    assert "外ヶ浜" not in str(body["fields"])
    assert xlsx.cells_of(body)["town"] == "青森県青森市"
    assert "住んでいる市町村青森県青森市" in _read(body)


@pytest.mark.parametrize(
    ("tongue", "said"), [("vi", "ベトナム語で書いている"), ("easy", "やさしい日本語（ふりがな）"), ("plain", "")]
)
def test_the_language_that_was_chosen_asks_for_an_interpreter(town: Town, tongue: str, said: str) -> None:
    case_id, _ = town.open("子どもが熱です"), town.staff()
    assert "interpreter" not in _sheet(town, case_id).entries
    town.press(f"t1:language:{tongue}:0")
    entry = _sheet(town, case_id).entries.get("interpreter")
    assert (entry.value if entry is not None else "") == said
    with town.work() as session:
        given.keep_answer(town.office.sealer, session.get_one(Case, case_id), "who", "family", None)
    assert "interpreter" not in _sheet(town, case_id).entries, "whoever writes is not the person"


def test_what_somebody_hopes_for_is_their_wish_on_paper(town: Town) -> None:
    case_id, staff = town.open("家賃が払えません"), town.staff()
    for said in ("2", "1", "1", "4", "3"):
        town.say(said)
    assert "どうなるとよいですか" in town.said()
    town.say("子どもと安心して暮らしたい")
    entry = _sheet(town, case_id).entries["wishes"]
    assert (entry.value, entry.source) == ("「子どもと安心して暮らしたい」", Source.PERSON)
    field = as_json.field_of(made(town, case_id, staff, basis="C2b"), "wishes")
    assert (
        field is not None and field["text"] == "「子どもと安心して暮らしたい」" and field["source_name"] == "本人から"
    )
    with town.work() as session:
        case = session.get_one(Case, case_id)
        (found,) = wishes.of_case(town.office, session, case)
        assert (found.kind, found.words, found.own) == ("wish", "子どもと安心して暮らしたい", True)
        given.keep_answer(town.office.sealer, case, "hope", "skip", None)
    entry = _sheet(town, case_id).entries["wishes"]
    assert not entry.known and entry.asked, "nobody needs to ask again"
