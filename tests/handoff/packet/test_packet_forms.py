"""A town's own Excel forms (`handoff.packet.xlsx`): whatever is wrong with one is said, and no packet is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from handoff.office import Refused
from handoff.packet import xlsx
from handoff.packet.as_json import Body, Letterhead, Recipient, body_of
from handoff.packet.cut import cut, variant_of
from handoff.packet.values import Sheet


@pytest.fixture
def body() -> Body:
    head = Letterhead(
        "P-0001", "application", "C0", variant_of("C0"), "", "みほん市", "999998", "T-0001", "2026-11-01T10:00", "相談",
        "", "", "佐藤", "", [Recipient("包括")], "訪問を", "電話を",
    )  # fmt: skip
    return body_of(head, cut(Sheet({}, ()), "C0", variant_of("C0"), ""))


def named(place: str) -> Workbook:
    book = Workbook()
    book.worksheets[0].title = "form"
    book.defined_names["t_name"] = DefinedName("t_name", attr_text=place)
    return book


def test_a_file_that_is_no_workbook_is_said(body: Body, tmp_path: Path) -> None:
    (tmp_path / "application.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 locked")
    with pytest.raises(Refused) as refused:
        xlsx.xlsx_of(body, tmp_path)
    assert "開けません" in refused.value.message_ja


@pytest.mark.parametrize("place", ["form!$A:$A", "none!$A$1"])
def test_a_name_that_is_no_cell_is_said(body: Body, tmp_path: Path, place: str) -> None:
    named(place).save(tmp_path / "application.xlsx")
    with pytest.raises(Refused) as refused:
        xlsx.xlsx_of(body, tmp_path)
    assert "t_name が、1つのセルをさしていません" in refused.value.message_ja


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("cells = 3", "読めません"),
        ("[cells", "読めません"),
        ("[cells]\nname = 'A'", "番地"),
        ("[cells]\nunheard = 'A1'", "知らない項目"),
    ],
)
def test_a_list_of_cells_that_cannot_be_read_is_said(body: Body, tmp_path: Path, table: str, said: str) -> None:
    named("form!$A$1").save(tmp_path / "application.xlsx")
    (tmp_path / "application.toml").write_text(table, "utf-8")
    with pytest.raises(Refused) as refused:
        xlsx.xlsx_of(body, tmp_path)
    assert said in refused.value.message_ja
