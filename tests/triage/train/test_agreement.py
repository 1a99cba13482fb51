from __future__ import annotations

from pathlib import Path

import pytest

from triage.train.agreement import SecondReadingError, agreement, masi, read_labels
from triage.train.evaluate import Sample

LINE = "A1-001 | c | family | H | elderly poverty | care debt | complex household | -\n"


def test_a_second_reading_is_read(tmp_path: Path) -> None:
    (tmp_path / "B1.labels").write_text(LINE + "\nA1-002 | s | unknown | N | - | - | unclear | R", encoding="utf-8")
    second = read_labels(tmp_path)
    assert second["A1-001"]["domains"] == ["elderly", "poverty"]
    assert second["A1-001"]["complexity_reasons"] == ["household"]
    assert (second["A1-002"]["kind"], second["A1-002"]["refuses_support"]) == ("smalltalk", True)
    assert read_labels(tmp_path / "none") == {}


@pytest.mark.parametrize(
    "line", [LINE.replace("elderly", "old"), LINE.replace("| c |", "| x |"), "A1-001 | c", LINE * 2]
)
def test_a_line_of_another_form_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    (tmp_path / "B1.labels").write_text(line, encoding="utf-8")
    with pytest.raises(SecondReadingError, match=r"B1\.labels:\d: "):
        read_labels(tmp_path)


def test_masi_knows_part_from_overlap() -> None:
    a, b = frozenset("ab"), frozenset("bc")
    assert masi(a, a) == 0
    assert masi(a, frozenset("a")) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi(a, b) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi(a, frozenset("z")) == 1
    assert masi(frozenset(), frozenset()) == 0


def test_a_reader_agrees_with_oneself(sample: Sample) -> None:
    found = agreement(sample.records, {r["id"]: r for r in sample.records})
    assert found is not None
    assert found.count == len(sample.records)
    assert {field.alike for field in found.fields} == {1.0}
    assert {round(field.kappa, 6) for field in found.fields if field.field != "reporter"} == {1.0}
    assert next(label for label in found.labels if label.label == "child").f1 == 1


def test_disagreement_lowers_kappa(sample: Sample) -> None:
    second = {r["id"]: r | {"urgency": "normal", "domains": []} for r in sample.records}
    found = agreement(sample.records, second)
    assert found is not None
    fields = {field.field: field for field in found.fields}
    assert fields["urgency"].kappa == 0
    assert fields["domains"].kappa < 0.1
    assert fields["kind"].kappa == 1
    assert agreement(sample.records, {}) is None
