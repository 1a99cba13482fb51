"""CSV that a spreadsheet opens without harm (CSV の書き出し). Pure.

A cell that a spreadsheet could read as a formula gets an apostrophe before it, as the library defusedcsv does; that one
knows ASCII only, while Japanese spreadsheets take fullwidth signs too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = tuple("=+-@|%＝＋－＠｜％\t\r\n")
_SPACE: Final = " \u3000\u00a0\ufeff\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def harmless(cell: str) -> str:
    """The cell as text, never as a formula. Plain numbers stay numbers."""
    if cell.lstrip(_SPACE).startswith(_FORMULA) or cell.startswith(_FORMULA):
        return "'" + cell.replace("\r", " ").replace("\n", " ")
    return cell


def csv_file(lines: Iterable[Iterable[str]]) -> bytes:
    """The lines as UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig", "replace")
