from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots import cli_triage
from triage.reader import Reader

FIELDS = [
    "id", "kind", "reporter", "domains", "themes", "complexity", "complexity_reasons", "urgency", "refuses_support",
    "needs_human", "probabilities", "evidence", "model_version",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _one_model(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_triage, "_reader", lambda: reader)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli_triage.triage_app, list(arguments))
    return result.exit_code, result.output


def test_every_line_has_its_answer_in_its_place(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    text = "水道が止まると紙が来ました。㈱ガスにも払えません"
    source.write_bytes(
        b"\xef\xbb\xbf" + json.dumps({"id": "a", "text": text}, ensure_ascii=False).encode() + b"\n"
        b"{broken\n\n" + b'{"id": "b"}\n' + b'{"id": "c", "text": 3}\n' + b'{"id": "d", "text": "\xff"}\n' + b"[1]\n"
        b'{"id": 7, "text": "\\ud800 \\u6bcd\\u304c\\u5012\\u308c\\u3066\\u3044\\u307e\\u3059"}\n'
    )
    code, _ = run("read", "--jsonl", str(source), "--out", str(target))
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert code == 1
    assert list(lines[0]) == FIELDS
    assert [(line.get("id"), line.get("line")) for line in lines] == [
        ("a", None), (None, 2), (None, 4), (None, 5), (None, 6), (None, 7), (7, None),
    ]  # fmt: skip
    assert all(set(line) == {"line", "error"} for line in lines[1:6])
    assert all(text[e["start"] : e["end"]] == e["text"] for e in lines[0]["evidence"])
    assert all(isinstance(p, float) for p in lines[0]["probabilities"].values())


def test_whole_input_exits_zero(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "a", "text": "こんにちは"}\n', encoding="utf-8")
    assert run("read", "--jsonl", str(source), "--out", str(target))[0] == 0


def test_one_text_is_shown_with_its_words() -> None:
    code, shown = run("read", "水道が止まるという紙が来ました。米ももうありません。")
    assert code == 0
    assert "『水道が止まる』→ ライフライン停止" in shown
    assert "『水道が止まる』" in shown.split("→ 困窮")[0]


def test_no_input_is_refused() -> None:
    assert run("read")[0] == 2


def test_a_text_in_another_language_is_named() -> None:
    code, said = run("read", "Xin chào, tôi không có tiền và con tôi bị ốm")
    assert code == 0
    assert "ベトナム語のようです" in said
