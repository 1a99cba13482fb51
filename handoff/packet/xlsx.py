"""A packet as a spreadsheet (Excel): filled into a municipality's own form, else a plain list of all fields.

A form is `{kind}.xlsx` in the town's folder of forms. Where values go is said by names in the workbook (`t_name`,
`t_issues_K01`) or by `{kind}.toml` beside it (`[cells]` field = "C7"). Whatever people wrote is put as text: nothing
that begins with = + - @ is ever a formula.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from handoff.office import Refused
from handoff.packet.as_json import Body, printed
from handoff.packet.fields import Kind, fields
from handoff.packet.pdf import paper

EXAMPLES: Final = Path(__file__).parent / "xlsx_forms"
"""The shipped example: a form and its list of cells."""
_PREFIX: Final = "t_"
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
_HEAD: Final = (
    "number", "edition", "title", "variant", "case", "to", "members", "basis", "decided_by", "made", "by", "reach",
    "ask", "keep", "dropped", "foot", "remark",
)  # fmt: skip
_HEAD_JA: Final[Mapping[str, str]] = {
    "title": "書面", "number": "番号", "edition": "版", "variant": "同意", "case": "受付番号", "to": "送付先",
    "members": "構成員", "basis": "送付の根拠",
    "decided_by": "決めた人", "made": "作成日時", "by": "作成者", "ask": "お願いしたいこと", "keep": "当方が続けること",
    "secrecy": "取扱注意", "dropped": "載せなかった項目", "remark": "注意",
}  # fmt: skip
_LONGEST: Final = 32_000
"""A cell of Excel takes 32,767 characters."""


def xlsx_of(body: Body, folder: Path | None = None) -> bytes:
    """The packet as a workbook. `folder`: the town's forms; without one for this kind a plain list is made.

    Raises `Refused("bad_form")` with the file and cell that are wrong, never with a word of the packet.
    """
    known = cells_of(body)
    path = folder / f"{body['kind']}.xlsx" if folder is not None else None
    book = _filled(path, known) if path is not None and path.is_file() else _listed(body, known)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(body: Body) -> dict[str, str]:
    """Every value that a form may ask for, by its key: `name`, `issues.K01` (○, ◎), `a01` (✓ 母), `household.1.age`."""
    head = paper(body)
    found = {key: str(head[key]) for key in _HEAD} | {"secrecy": "\n".join(body["secrecy"])}
    most = next((one["value"] for one in body["fields"] if one["id"] == "issue_most"), None)
    for one in body["fields"]:
        field = fields()[one["id"]]
        chosen = one["value"] if isinstance(one["value"], list) else [one["value"]]
        found[one["id"]] = printed(one)
        if field.kind is Kind.MARK:
            found[one["id"]] = f"✓ {one['text']}" if one["value"] == "yes" else printed(one)
        for code in field.choices if field.kind in (Kind.CHOICE, Kind.CHOICES) else ():
            top = one["id"] == "issues" and code == most
            found[f"{one['id']}.{code}"] = "◎" if top else "○" if code in chosen else ""
    for number, member in enumerate(body["household"], 1):
        for part in ("relation", "age", "living", "work", "care"):
            found[f"household.{number}.{part}"] = member[part]
        found[f"household.{number}.key"] = "○" if member["key"] else ""
    return found


def _filled(path: Path, known: Mapping[str, str]) -> Workbook:
    """The town's form with the values in their places; empty where the form asks for what this packet has not."""
    try:
        book = load_workbook(path)
    except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise _bad(path, f"開けません（{type(error).__name__}）") from None
    for key, cell in {**_named(path, book), **_listed_cells(path, book)}.items():
        _put(cell, known.get(key, ""))
    return book


def _named(path: Path, book: Workbook) -> dict[str, Cell]:
    by_name = {_PREFIX + key.replace(".", "_"): key for key in _all_keys()}
    found = {}
    for name, defined in book.defined_names.items():
        if name not in by_name:
            continue
        try:
            for sheet, place in defined.destinations:
                found[by_name[name]] = _cell(book[sheet], place.replace("$", "").split(":")[0])
        except (KeyError, ValueError, IndexError):
            raise _bad(path, f"直してください：名前 {name} が、1つのセルをさしていません") from None
    return found


def _listed_cells(path: Path, book: Workbook) -> dict[str, Cell]:
    beside = path.with_suffix(".toml")
    if not beside.is_file():
        return {}
    try:
        table = tomllib.loads(beside.read_text("utf-8"))
        sheet = book[table["sheet"]] if "sheet" in table else book.worksheets[0]
        wanted = {str(key): str(place) for key, place in _flat(table["cells"])}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise _bad(beside, f"読めません（{type(error).__name__}）") from None
    if unknown := sorted(set(wanted) - _all_keys()):
        raise _bad(beside, f"知らない項目があります（{unknown[0]}）")
    found = {}
    for key, place in wanted.items():
        try:
            found[key] = _cell(sheet, place)
        except (ValueError, IndexError):
            raise _bad(beside, f"セルの番地がまちがっています（{key} = {place}）") from None
    return found


def _flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """`[cells.issues] K01 = …` and `issues.K01 = …` are the same."""
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        name = f"{before}{key}"
        found += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return found


def _cell(sheet: Worksheet, place: str) -> Cell:
    """The cell at `C7`; of merged cells the one that is shown."""
    found = sheet[place]
    if isinstance(found, MergedCell):
        area = next(one for one in sheet.merged_cells.ranges if place in one)
        found = sheet.cell(area.min_row, area.min_col)
    if not isinstance(found, Cell):
        raise ValueError("not one cell")
    return found


def _put(cell: Cell, words: str) -> None:
    """`words` as text, whatever they begin with."""
    words = ILLEGAL_CHARACTERS_RE.sub("", words)[:_LONGEST]
    cell.value = words
    cell.data_type = "s"
    if words.startswith(_DANGEROUS):
        cell.quotePrefix = True  # stays text when somebody edits it


def _listed(body: Body, known: Mapping[str, str]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "連絡票"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    rows = [(label, known[key]) for key, label in _HEAD_JA.items() if known[key]]
    rows += [(one["label"], known[one["id"]]) for one in body["fields"]]
    for number in range(1, len(body["household"]) + 1):
        parts = (known[f"household.{number}.{part}"] for part in ("relation", "age", "living", "work", "care", "key"))
        rows.append((f"世帯 {number}", "／".join(one for one in parts if one)))
    for number, (label, words) in enumerate(rows, 1):
        for column, one in ((1, label), (2, words)):
            cell = sheet.cell(number, column)
            assert isinstance(cell, Cell)
            _put(cell, one)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(number, 1).font = Font(bold=True)
    return book


def _all_keys() -> set[str]:
    found = {*_HEAD, "secrecy"}
    for one in fields().values():
        found.add(one.id)
        if one.kind in (Kind.CHOICE, Kind.CHOICES):
            found |= {f"{one.id}.{code}" for code in one.choices}
    parts = ("relation", "age", "living", "work", "care", "key")
    return found | {f"household.{number}.{part}" for number in range(1, 13) for part in parts}


def _bad(path: Path, why: str) -> Refused:
    return Refused("bad_form", f"様式のファイル {path.name} を{why}。管理の人に知らせてください。PDF は出せます。")
