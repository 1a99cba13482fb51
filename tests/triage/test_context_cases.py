"""Sentences written before anybody looked at what the code says of them; `missed` marks those it still gets wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from triage.context import Standing
from triage.matcher import load_cues
from triage.normalise import normalise
from triage.people import people
from triage.pipeline import rules_pipeline
from triage.rules import Reading, cue_labels

FOLDER = Path(__file__).with_name("context_cases")


def cases(*names: str) -> list[Any]:
    rows = [json.loads(line) for name in names for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
    missed = pytest.mark.xfail(reason="known miss", strict=True)
    return [pytest.param(row, id=row["text"], marks=[missed] if row.get("missed") else []) for row in rows]


@pytest.fixture(scope="module")
def rules(nlp: Language) -> Language:
    return rules_pipeline(nlp, load_cues())


def read(rules: Language, text: str) -> Reading:
    reading: Reading = rules(normalise(text).text)._.toritsugi_reading
    return reading


def stands_for(reading: Reading, label: str) -> str:
    """Affirmed if any cue of the label is, else how the first one stands, else none."""
    found = [stands for hit, stands in reading.hits if label in cue_labels(hit.cue)]
    return str(Standing.AFFIRMED) if Standing.AFFIRMED in found else str(found[0]) if found else "none"


@pytest.mark.parametrize("case", cases("polarity", "time", "certainty", "experiencer", "second", "who"))
def test_how_a_cue_stands_and_whose_it_is(case: dict[str, str], rules: Language) -> None:
    reading = read(rules, case["text"])
    assert stands_for(reading, case["label"]) == case["stands"]
    if "who" in case:
        assert case["who"] in {
            who.role
            for (hit, _), who in zip(reading.hits, reading.whose, strict=True)
            if hit in reading.spans(case["label"])
        }


@pytest.mark.parametrize("case", cases("persons"))
def test_who_somebody_is_and_whether_they_live_together(case: dict[str, Any]) -> None:
    text = normalise(case["text"]).text
    found = [one for one in people(text) if case["word"] in text[one.start : one.end]]
    assert (case["role"], case["band"], case["cohabiting"]) in [(p.role, str(p.band), p.cohabiting) for p in found]


@pytest.mark.parametrize("case", cases("household"))
def test_the_household_table(case: dict[str, Any], rules: Language) -> None:
    household = read(rules, case["text"]).household
    assert {str(reason) for reason in household.reasons} == set(case["reasons"])
    assert {str(pattern) for pattern in household.patterns} == set(case["patterns"])
