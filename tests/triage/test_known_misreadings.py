"""What the reading was seen to get wrong, each beside its opposite: sentences written before the cure was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from triage.household import Pattern
from triage.matcher import load_cues
from triage.normalise import normalise
from triage.pipeline import rules_pipeline
from triage.reader import Reader
from triage.rules import Reading

FOLDER = Path(__file__).with_name("misread_cases")


def cases(*names: str) -> list[Any]:
    rows = [json.loads(line) for name in names for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
    missed = pytest.mark.xfail(reason="known miss", strict=True)
    return [pytest.param(row, id=row["text"], marks=[missed] if row.get("missed") else []) for row in rows]


@pytest.fixture(scope="module")
def rules(nlp: Language) -> Language:
    return rules_pipeline(nlp, load_cues())


@pytest.mark.parametrize("case", cases("care_leave", "hikikomori", "lone_parent", "cutoff"))
def test_what_was_misread(case: dict[str, Any], reader: Reader) -> None:
    found = reader.read(case["text"])
    said = {str(domain) for domain in found.domains} | found.themes
    assert set(case["has"]) <= said
    assert said.isdisjoint(case["lacks"])


@pytest.mark.parametrize("case", cases("apart"))
def test_who_lives_elsewhere_makes_no_8050(case: dict[str, Any], rules: Language, reader: Reader) -> None:
    reading: Reading = rules(normalise(case["text"]).text)._.toritsugi_reading
    assert (Pattern.P8050 in reading.household.patterns) is case["p8050"]
    assert case["p8050"] or "p8050" not in reader.read(case["text"]).themes
