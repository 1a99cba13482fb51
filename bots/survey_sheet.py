"""The codes of a questionnaire on paper: a CSV for mail merge, or a PDF of QR labels to cut out (20 on A4). Pure."""

from __future__ import annotations

import io
from collections.abc import Sequence

from handoff.csv_text import csv_file

_HEAD = """#set page(paper: "a4", margin: 12mm)
#set text(size: 8pt)
#let label(svg, code) = box(width: 100%, height: 44mm, stroke: 0.3pt + gray, inset: 2mm, align(center + horizon)[
  #image(bytes(svg), format: "svg", width: 30mm)
  #text(weight: "bold", raw(code))
])
#grid(columns: 4, gutter: 2mm,
"""


def as_csv(codes: Sequence[str], base: str) -> bytes:
    """「コード」 and 「住所」 (what the QR holds), one line a code."""
    return csv_file([("コード", "住所"), *((code, f"{base}/{code}") for code in codes)])


def as_pdf(codes: Sequence[str], base: str) -> bytes:
    """A4 pages of labels: the QR, and the code in letters below it."""
    import typst

    cells = "".join(f"  label({_quoted(_svg(f'{base}/{code}'))}, {_quoted(code)}),\n" for code in codes)
    return typst.compile(f"{_HEAD}{cells})\n".encode(), format="pdf")


def _svg(address: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=4)
    return out.getvalue().decode("utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
