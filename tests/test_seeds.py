"""docs/seeds.md: every row of the domain sheet has its place, and every test it names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "seeds.md").read_text("utf-8")
ROWS = (
    *(f"A{n}" for n in range(1, 23)), *(f"B{n}" for n in range(1, 9)), "R1", "R2", "R3a", "R3b", "R4a", "R4b", "R4c",
    "R4d", "R5", "R6", *(f"F{n}" for n in range(1, 19)), *(f"G{n}" for n in range(1, 11)),
)  # fmt: skip


def test_every_row_of_the_sheet_stands_once_and_in_order() -> None:
    assert tuple(re.findall(r"^\| ([ABRFG][0-9]+[a-d]?) \|", TABLE, re.MULTILINE)) == ROWS


def test_every_row_names_a_test_that_is_there() -> None:
    for line in TABLE.splitlines():
        if re.match(r"\| [ABRFG][0-9]", line):
            named = re.findall(r"`(tests/[^`]+\.py)`", line)
            assert named, line[:60]
            assert not [one for one in named if not (ROOT / one).is_file()], line[:60]


def test_every_file_it_names_is_there() -> None:
    for name in set(re.findall(r"`((?:handoff|intake|triage|bots|docs)/[\w/.-]+\.(?:py|toml|md))`", TABLE)):
        assert (ROOT / name).is_file(), name
