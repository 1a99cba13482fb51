"""`toritsugi triage read --jsonl`: lines as people make them, and what comes back for each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bots import cli, cli_triage
from triage.assessment import (
    Assessment,
    Complexity,
    Domain,
    Evidence,
    Kind,
    Mention,
    Reporter,
    SetAside,
    SetAsideBecause,
    Urgency,
)
from triage.reader import Reader

FIELDS = {
    "id", "kind", "reporter", "domains", "themes", "complexity", "complexity_reasons", "urgency", "refuses_support",
    "needs_human", "probabilities", "evidence", "model_version",
}  # fmt: skip
STORY = "水道が止まると言われました。😭子どもが二人います"


class Plain:
    """Reads nothing, so that no model is loaded."""

    def read_many(self, texts: Sequence[str]) -> list[Assessment]:
        return [Assessment.unread("test") for _ in texts]


def read(folder: Path, *lines: bytes) -> tuple[Result, list[dict[str, Any]]]:
    (folder / "in").write_bytes(b"".join(lines))
    result = CliRunner().invoke(
        cli.app, ["triage", "read", "--jsonl", str(folder / "in"), "--out", str(folder / "out")]
    )
    assert not (folder / "out.part").exists()
    return result, [json.loads(line) for line in (folder / "out").read_text("utf-8").splitlines()]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_triage, "_reader", Plain)


@pytest.mark.usefixtures("plain")
def test_each_broken_line_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    result, rows = read(
        tmp_path, b'\xef\xbb\xbf{"id": 1, "text": "a"}\r\n', b"{\n", b'{"id": 2}\n', b'{"text": 5}\n', b"[1]\n", b"\n",
        b'{"text": "\xff"}\n', b'{"id": NaN, "text": "a"}\n', b'{"id": 1e999, "text": "a"}\n', b"[" * 50_000 + b"\n",
        b'{"id": "last", "text": "\\ud800"}',
    )  # fmt: skip
    assert result.exit_code == 1
    assert result.stderr == "10 行のうち 8 行は読めませんでした（結果の error の行）。\n"
    assert [row.get("line", row.get("id")) for row in rows] == [1, 2, 3, 4, 5, 7, 8, 9, 10, "last"]
    assert [set(row) for row in rows if "error" not in row] == [FIELDS, FIELDS]


@pytest.mark.usefixtures("plain")
def test_whole_files_say_nothing(tmp_path: Path) -> None:
    result, rows = read(tmp_path, b'{"id": "a", "text": ""}\n')
    assert (result.exit_code, result.stderr, len(rows)) == (0, "", 1)
    result, rows = read(tmp_path)
    assert (result.exit_code, rows) == (0, [])


@pytest.mark.usefixtures("plain")
def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_text('{"text": "a"}\n', encoding="utf-8")
    words = ["triage", "read", "--jsonl", str(source), "--out"]
    result = CliRunner().invoke(cli.app, [*words, str(tmp_path / "none" / "out")])
    assert (result.exit_code, result.stderr) == (2, "読み書きできません (FileNotFoundError、--jsonl・--out)。\n")
    assert CliRunner().invoke(cli.app, [*words, str(source)]).exit_code == 2
    assert source.read_text("utf-8") == '{"text": "a"}\n'


def test_evidence_is_where_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader.load()
    monkeypatch.setattr(cli_triage, "_reader", lambda: reader)
    result, rows = read(tmp_path, json.dumps({"id": "a", "text": STORY}).encode())
    assert result.exit_code == 0
    assert set(rows[0]) == FIELDS
    assert rows[0]["evidence"]
    for mark in rows[0]["evidence"]:
        assert set(mark) == {"start", "end", "label", "text", "rule"}
        assert STORY[mark["start"] : mark["end"]] == mark["text"]


def test_one_text_is_shown_with_every_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "80代の母と暮らしています。水道が止まりそうです。叩いたりはしていません。\x1b[2J"
    denied, at = "叩いたりはしていません", text.index("叩")
    made = Assessment(
        Kind.CONSULTATION, Reporter.SELF, frozenset({Domain.POVERTY}), frozenset({"lifeline_stop", "care"}),
        Complexity.SINGLE, frozenset(), Urgency.HIGH, refuses_support=False, needs_human=True,
        evidence=tuple(Evidence(13, 18, label, "水道が止ま", "r") for label in ("poverty", "lifeline_stop")),
        set_aside=(SetAside(at, at + len(denied), "abuse_child", denied, SetAsideBecause.DENIED),),
        mentions=(Mention(0, 5, "80代の母", "parent", "elderly", 80),), unsure=frozenset({"domains"}),
    )  # fmt: skip

    class Knows:
        def read(self, _text: str) -> Assessment:
            return made

    monkeypatch.setattr(cli_triage, "_reader", Knows)
    result = CliRunner().invoke(cli.app, ["triage", "read", text])
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    assert result.output.splitlines()[-8:-1] == [
        "『水道が止ま』→ 困窮（ライフライン停止）",
        "推定→ 介護",
        "『水道が止ま』→ ライフライン停止",
        "推定→ 緊急度 高い",
        "『叩いたりはしていません』は否定されています（児童虐待に数えていません）",
        "母（80代）のこと",
        "機械は自信がありません：分野",
    ]
