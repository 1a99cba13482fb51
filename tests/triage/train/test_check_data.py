from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bots.cli_triage import triage_app
from triage.train.check import Checked, check_data
from triage.train.duplicates import copies

LONG = "昨日の夕方から母が廊下で倒れたまま動かず、呼んでも返事をしません。"


def record(number: int = 1, author: str = "A1", **changed: Any) -> dict[str, Any]:
    return {
        "id": f"{author}-{number:03d}", "text": f"{author} の {number} 通目、母の介護がつらい",
        "kind": "consultation",
        "reporter": "family", "domains": ["elderly"], "themes": ["care"], "complexity": "single",
        "complexity_reasons": [], "urgency": "normal", "refuses_support": False, "author": author, "topic": "t",
        "register": "polite", "evidence": [["母の介護", "elderly"]],
    } | changed  # fmt: skip


def checked(folder: Path, *records: dict[str, Any]) -> Checked:
    for author in {r["author"] for r in records}:
        lines = [json.dumps(r, ensure_ascii=False) for r in records if r["author"] == author]
        (folder / f"{author}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return check_data(sorted(folder.glob("*.jsonl")))


def test_a_legal_record_has_no_fault(tmp_path: Path) -> None:
    assert checked(tmp_path, record()).faults == []


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"kind": "chat"}, "「kind」の値「chat」"),
        ({"domains": ["elder"]}, "「domains」の値「elder」"),
        ({"domains": "elderly"}, "リストではありません"),
        ({"themes": ["care", "care"]}, "二度"),
        ({"refuses_support": "no"}, "true か false"),
        ({"text": " "}, "「text」が空"),
        ({"complexity": "complex"}, "理由"),
        ({"complexity_reasons": ["person"]}, "理由"),
        ({"kind": "smalltalk"}, "smalltalk・other は"),
        ({"evidence": [["父", "elderly"]]}, "文中にありません"),
        ({"evidence": [["母の介護", "child"]]}, "付いていません"),
        ({"evidence": [["母の介護", "care"]]}, "「elderly」の根拠"),
        ({"evidence": [["母の介護"]]}, "[言葉, ラベル]"),
        ({"urgency": "high"}, "「high」の根拠"),
        ({"extra": 1}, "知らない項目"),
        ({"author": "A2"}, "ファイル名"),
    ],
)
def test_what_the_guideline_forbids_is_told(tmp_path: Path, changed: dict[str, Any], word: str) -> None:
    (tmp_path / "A1.jsonl").write_text(json.dumps(record(**changed), ensure_ascii=False), encoding="utf-8")
    messages = [str(fault) for fault in check_data([tmp_path / "A1.jsonl"]).faults]
    assert messages
    assert any(word in message and message.startswith("A1.jsonl:1: ") for message in messages), messages


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"\xff"', b"{}"])
def test_a_broken_line_is_told_with_its_number(tmp_path: Path, raw: bytes) -> None:
    line = json.dumps(record(), ensure_ascii=False).encode()
    (tmp_path / "A1.jsonl").write_bytes(line + b"\n" + raw)
    found = check_data([tmp_path / "A1.jsonl"])
    assert len(found.lines) == 1
    assert {fault.line for fault in found.faults} == {2}


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    (tmp_path / "A1.jsonl").write_text(json.dumps(record(text="母の介護\ud83d")), encoding="utf-8")
    [fault] = check_data([tmp_path / "A1.jsonl"]).faults
    assert "サロゲート" in str(fault)


def test_an_id_counts_once_over_all_files(tmp_path: Path) -> None:
    found = checked(tmp_path, record(), record(author="A2", id="A1-001"))
    assert "A2.jsonl:1: id「A1-001」は A1.jsonl:1 と同じです" in map(str, found.faults)


def pair(first: str, second: str, **changed: Any) -> list[str]:
    found = copies([record(text=first), record(author="A2", text=second) | changed])
    return [copy.fault for copy in found if copy.fault]


def test_a_text_of_another_author_is_refused_even_when_retold() -> None:
    assert pair(LONG, LONG)
    assert pair(LONG, LONG.replace("。", "").replace("夕方", "朝方") + "どうしたら")
    assert not pair(LONG, "先月から父が会社を休んでいて、家賃を二か月ためてしまいました。")


def test_a_common_phrase_is_everybodys_but_labelled_alike() -> None:
    assert not pair("もう限界です", "もう限界です。")
    assert "ラベルが違います" in pair("もう限界です", "もう限界です。", urgency="high")[0]


def test_one_author_may_write_near_texts_but_not_the_same() -> None:
    near = copies([record(text=LONG), record(2, text=LONG.replace("しません", "しました"))])
    assert [copy.fault for copy in near if copy.fault] == []
    assert copies([record(text=LONG), record(2, text=LONG)])[0].fault


def test_the_command_names_file_and_line(tmp_path: Path) -> None:
    good = json.dumps(record(), ensure_ascii=False)
    (tmp_path / "A1.jsonl").write_text(good, encoding="utf-8")
    assert CliRunner().invoke(triage_app, ["check-data", str(tmp_path)]).exit_code == 0
    (tmp_path / "A1.jsonl").write_text(f"{good}\n{{", encoding="utf-8")
    result = CliRunner().invoke(triage_app, ["check-data", str(tmp_path)])
    assert result.exit_code == 1
    assert "A1.jsonl:2: JSON ではありません" in result.output
