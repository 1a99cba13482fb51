"""No field passes without basis: not in the cut, not in data, not in a cell, not on paper."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from pypdf import PdfReader

from handoff.basis import BASES
from handoff.packet import as_json, pdf, xlsx
from handoff.packet.anonymise import anonymised, known_of
from handoff.packet.as_json import Body, Letterhead, Recipient, body_of
from handoff.packet.cut import cut, variant_of
from handoff.packet.fields import FieldClass, Kind, fields, forms
from handoff.packet.values import Entry, Member, Sheet, Source
from handoff.packet.visiting import NAMED

FREE = [one for one in fields().values() if one.kind in (Kind.TEXT, Kind.LONG)]
BASIS = st.sampled_from(sorted(BASES))
ROOMS = ["", "C1", "C5", "R2-care"]
SOURCES = st.sampled_from(list(Source))


def canary(name: str) -> str:
    """Words of a field that stand nowhere else and are no pattern: letters only."""
    return "ﾊ" + "".join(chr(ord("ア") + (ord(c) * 7 + i * 13) % 80) for i, c in enumerate(name)) + "ﾊ"


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Any sheet: every free field may hold a word of its own, from any source, under any basis."""
    chosen = draw(st.lists(st.sampled_from(FREE), unique_by=lambda one: one.id, min_size=1, max_size=30))
    entries = {
        one.id: Entry(canary(one.id), draw(SOURCES), asked=draw(st.booleans()), basis=draw(st.sampled_from(ROOMS)))
        for one in chosen
    }  # fmt: skip
    house = [Member(canary(f"m{i}"), source=draw(SOURCES), basis=draw(st.sampled_from(ROOMS))) for i in range(2)]
    named = draw(st.frozensets(st.sampled_from(FREE).map(lambda one: one.id), max_size=8)) | draw(
        st.sampled_from([frozenset(), NAMED])
    )
    return Sheet(entries, tuple(house), own_words=draw(st.booleans()), named=named)


def made(sheet: Sheet, basis: str, kind: str, scope: str = "") -> Body:
    left = cut(sheet, basis, variant_of(basis), scope)
    if basis == "C9":
        left = anonymised(left, known_of(sheet, ()))
    head = Letterhead(
        "P-0001", kind, basis, variant_of(basis), scope, "みほん市", "999998", "" if basis == "C9" else "T-0001",
        "2026-11-22T17:05+09:00", "福祉まるごと相談", "", "", "佐藤", "佐藤", (Recipient("受け手"),), "お願い",
        "続ける", "二人で読みました",
    )  # fmt: skip
    return body_of(head, left)


def forbidden(sheet: Sheet, basis: str, scope: str) -> set[str]:
    """The words that must not be read, reckoned apart from `cut`."""
    wrong = set()
    for name, entry in sheet.entries.items():
        one, consent, notice = fields()[name], basis == "C0", basis.startswith("C2")
        beyond = notice or basis == "C3"
        if (
            (one.cls is FieldClass.REPORTER and not (consent and name in NAMED & sheet.named))
            or (not consent and (one.cls is FieldClass.TAX or entry.source is Source.TAX))
            or (entry.source is Source.MEETING and entry.basis != basis and not beyond)
            or (basis == "C9" and one.cls in (FieldClass.IDENTITY, FieldClass.CONTACT))
            or (notice and not one.notice)
            or (scope == "text" and (name != "story" or not sheet.own_words))
        ):
            wrong.add(str(entry.value))
    for member in sheet.household:
        taxed = member.source is Source.TAX and basis != "C0"
        told = member.source is Source.MEETING and member.basis != basis and not (basis[:2] == "C2" or basis == "C3")
        if taxed or told or scope == "text":
            wrong.add(member.relation)
    return wrong


@settings(max_examples=80, deadline=None)
@given(sheet=sheets(), basis=BASIS, kind=st.sampled_from(sorted(forms())), scope=st.sampled_from(["", "text"]))
def test_nothing_forbidden_is_in_the_data_or_in_a_cell(sheet: Sheet, basis: str, kind: str, scope: str) -> None:
    body = made(sheet, basis, kind, scope)
    Draft202012Validator(as_json.schema()).validate(body)
    book = load_workbook(BytesIO(xlsx.xlsx_of(body, xlsx.EXAMPLES)))
    cells = "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    whole = json.dumps(body, ensure_ascii=False) + cells + json.dumps(pdf.paper(body), ensure_ascii=False)
    for words in forbidden(sheet, basis, scope):
        assert words not in whole


@pytest.mark.parametrize("basis", sorted(BASES))
def test_nothing_forbidden_is_on_paper_and_what_may_go_is(basis: str) -> None:
    entries = {one.id: Entry(f"語{number:03d}号", Source.STAFF) for number, one in enumerate(FREE)}
    entries["income"] = Entry("語900号", Source.TAX)
    sheet = Sheet(entries, (Member("語901号", source=Source.TAX), Member("語902号")))
    text = ""
    for kind in ("application", "referral", "watch"):
        found = PdfReader(BytesIO(pdf.pdf_of(made(sheet, basis, kind), cover=kind == "watch")))
        text += "".join("".join(page.extract_text().split()) for page in found.pages)
    wrong = forbidden(sheet, basis, "")
    assert not [words for words in wrong if words in text]
    assert entries["wishes"].value in text  # every basis lets the person's wish go
    assert bool(re.search(r"載せなかった項目.*税務の情報\d+件", text)) == (basis != "C0")


def test_a_cut_asks_for_the_variant_of_its_basis_and_for_a_basis() -> None:
    with pytest.raises(ValueError):
        cut(Sheet(), "C1", variant_of("C0"))
    with pytest.raises(KeyError):
        variant_of("C10")


def test_a_notification_carries_what_it_needs() -> None:
    entries = {name: Entry("x") for name in ("name", "address", "facts", "danger_person", "urgency_why", "insurance")}
    left = cut(Sheet(entries), "C2a", variant_of("C2a"))
    assert set(left.sheet.entries) == set(entries) - {"insurance"}


def test_what_nobody_knows_is_said_to_be_unknown_and_what_was_asked_stays_asked() -> None:
    body = made(Sheet({"post": Entry("", asked=True), "urgency_why": Entry("")}), "C1", "referral")
    shown = {one["id"]: as_json.printed(one) for one in body["fields"]}
    assert (shown["name"], shown["post"], shown["r_org"]) == ("未確認", "未確認（聞きました）", "載せません")
    text = PdfReader(BytesIO(pdf.pdf_of(body))).pages[0].extract_text()
    assert "未確認" in text and "1/" in text and "P-0001" in text


def test_words_of_a_person_are_set_as_they_stand_and_never_as_markup() -> None:
    words = '#import "x"; *太字* $x$ #panic("!") \\ <a> = 見出し\n// 消える？'
    body = made(Sheet({"story": Entry(words, Source.PERSON)}), "C0", "referral")
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf.pdf_of(body))).pages)
    assert "".join(words.split()) in text


def test_the_published_schema_is_the_one_that_packets_are_held_against() -> None:
    published = Path(__file__).parents[3] / "docs" / "schema" / "packet-v1.json"
    assert json.loads(published.read_text("utf-8")) == as_json.schema()
