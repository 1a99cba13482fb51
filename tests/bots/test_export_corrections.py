"""`toritsugi triage export-corrections`: only what was reviewed, about nobody, once, and never over a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from play_town import FakeReader, Town, assessment
from typer.testing import CliRunner, Result

from bots import cli, cli_triage_corrections
from bots.parts import Parts
from bots.read import read
from handoff import review
from handoff.correct import correct
from handoff.judged import Labels
from handoff.records import Audit, Correction
from intake.clock import now_ms
from intake.records import Message
from triage.assessment import Domain

SECRET = "さくら町の花子です。母の介護で困っています。"
ANEW = "親の介護で困っている。"
KEYS = {
    "id", "text", "kind", "reporter", "domains", "themes", "complexity", "complexity_reasons", "urgency",
    "refuses_support", "author", "topic", "register", "evidence",
}  # fmt: skip


@pytest.fixture
def town(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town of its own, which the command opens by its settings."""
    monkeypatch.setattr(cli_triage_corrections, "load", lambda: parts.settings)
    return Town(parts)


def corrected(town: Town, user: str) -> int:
    town.say(SECRET, user=user)
    message = town.all(Message)[-1]
    found = assessment(domains=frozenset({Domain.ELDERLY}))
    read(town.parts, FakeReader(found), message.case_id, message.id)
    wanted = replace(Labels.of(found), domains=frozenset({Domain.ELDERLY, Domain.POVERTY}))
    with town.work() as session:
        correct(town.office, session, message.case_id, town.staff(), wanted, "", now_ms())
    return max(row.id for row in town.all(Correction))


def reviewed(town: Town, correction_id: int, text: str) -> None:
    with town.work() as session:
        boss, now = town.staff("加藤", "manager"), now_ms()
        at = review.look(town.office, session, correction_id, boss, now).waiting.at
        review.accept(town.office, session, correction_id, boss, text, now, confirmed=True, seen_at=at)


def export(out: Path) -> Result:
    return CliRunner().invoke(cli.app, ["triage", "export-corrections", "--out", str(out)])


def test_only_reviewed_ones_go_out_and_nothing_of_the_person(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "corrections.jsonl"
    first, refused, _waiting = (corrected(town, user) for user in ("U1", "U2", "U3"))
    nothing = export(out)
    assert (nothing.exit_code, out.exists()) == (1, False)
    assert "まだありません" in nothing.stderr
    reviewed(town, first, ANEW)
    with town.work() as session:
        review.refuse(town.office, session, refused, town.staff("加藤", "manager"), now_ms())
    result = export(out)
    assert (result.exit_code, result.stdout.split()[0]) == (0, "1")
    text = out.read_text("utf-8")
    record: dict[str, Any] = json.loads(text)
    assert set(record) == KEYS
    assert (record["text"], record["author"], record["topic"]) == (ANEW, "staff", "correction")
    assert record["domains"] == ["elderly", "poverty"]
    assert (record["register"], record["evidence"]) == ("polite", [])
    data = tmp_path / "learnt"
    data.mkdir()
    (data / "staff.jsonl").write_text(text, "utf-8")
    checked = CliRunner().invoke(cli.app, ["triage", "check-data", str(data)])
    assert checked.exit_code == 0, checked.output
    assert "花子" not in text
    assert str(first) not in text
    assert out.stat().st_mode & 0o077 == 0
    assert [entry.detail for entry in town.all(Audit, action="corrections_exported")] == ["0", "1"]
    again = tmp_path / "again.jsonl"
    assert export(again).exit_code == 0
    assert again.read_text("utf-8") == text, "the same ids in every export"


@pytest.mark.parametrize(
    ("name", "why"), [("there.jsonl", "もうあります"), ("no/folder.jsonl", "フォルダがありません")]
)
def test_it_never_writes_over_a_file(town: Town, tmp_path: Path, name: str, why: str) -> None:
    reviewed(town, corrected(town, "U1"), ANEW)
    (tmp_path / "there.jsonl").write_text("いままでの", "utf-8")
    result = export(tmp_path / name)
    assert result.exit_code == 2
    assert why in result.stderr
    assert (tmp_path / "there.jsonl").read_text("utf-8") == "いままでの"
    assert town.all(Audit, action="corrections_exported") == []


def test_what_cannot_be_written_is_said_in_a_sentence(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewed(town, corrected(town, "U1"), ANEW)

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cli_triage_corrections.json, "dumps", full)
    result = export(tmp_path / "out.jsonl")
    assert (result.exit_code, (tmp_path / "out.jsonl").exists()) == (2, False)
    assert "書けません (OSError、--out)" in result.stderr
