from __future__ import annotations

import json
from pathlib import Path

import pytest

from triage.train.corpus import DATA, read_corpus


def test_a_line_separator_inside_a_message_is_kept_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    first = json.loads((DATA / "W1.jsonl").read_bytes().splitlines()[0])
    texts = ["母が倒れた\u2028どうしたら", "父も\u0085倒れた"]
    lines = [json.dumps(first | {"text": text, "evidence": []}, ensure_ascii=False) for text in texts]
    (tmp_path / "W1.jsonl").write_bytes("\n\n".join([*lines, "  "]).encode())
    assert [record["text"] for record in read_corpus(tmp_path).records] == texts


def test_a_broken_line_is_told(tmp_path: Path) -> None:
    (tmp_path / "W1.jsonl").write_bytes(b"{\n")
    with pytest.raises(json.JSONDecodeError):
        read_corpus(tmp_path)
