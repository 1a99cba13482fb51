"""Check the training messages against `docs/annotation-guideline.md`; every fault names its file and line."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from triage.assessment import THEMES
from triage.labelset import COMPLEXITIES, DOMAINS, KINDS, REASONS, REPORTERS
from triage.train.duplicates import Copy, copies

REGISTERS: Final = (
    "polite", "casual", "elderly", "kana", "dialect", "memo", "parent", "teen", "child", "professional", "foreign",
    "voice", "complaint", "form", "lifeline",
)  # fmt: skip
URGENCIES: Final = ("normal", "high", "emergency")
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "kind": KINDS, "reporter": REPORTERS, "complexity": COMPLEXITIES, "urgency": URGENCIES, "register": REGISTERS,
}  # fmt: skip
_LISTS: Final[dict[str, tuple[str, ...]]] = {"domains": DOMAINS, "themes": THEMES, "complexity_reasons": REASONS}
_TEXTS: Final = ("id", "text", "author", "topic")
FIELDS: Final = (*_TEXTS, *_WORDS, *_LISTS, "refuses_support", "evidence")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with one line: `message` is Japanese, for the person who mends the data."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Line:
    """One legal record and where it stands."""

    file: str
    number: int
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: `lines` are the records whose fields could be read, `alike` the pairs of like texts."""

    lines: list[Line]
    faults: list[Fault]
    alike: list[Copy]


def check_data(paths: list[Path]) -> Checked:
    """Read and check all files together (ids, duplicates across them). Raises `OSError` on unreadable files."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for path in paths:
        for number, raw in enumerate(path.read_bytes().splitlines(), start=1):
            record, wrong = _record(raw)
            faults += [Fault(path.name, number, message) for message in wrong]
            if record is not None and not wrong:
                lines.append(Line(path.name, number, record))
    for line in lines:
        faults += [Fault(line.file, line.number, message) for message in label_faults(line.record)]
        if line.record["author"] != Path(line.file).stem:
            faults.append(Fault(line.file, line.number, f"author「{line.record['author']}」がファイル名と違います"))
    alike = copies([line.record for line in lines])
    faults += _twice(lines) + _copied(lines, alike)
    return Checked(lines, sorted(faults), alike)


def _record(raw: bytes) -> tuple[dict[str, Any] | None, list[str]]:
    try:
        record = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None, ["UTF-8 ではありません"]
    except (ValueError, RecursionError):
        return None, ["JSON ではありません"]
    if not isinstance(record, dict):
        return None, ["JSON のオブジェクトではありません"]
    if not _encodes(record):
        return None, ["壊れた文字（対のないサロゲート）があります"]
    wrong = [f"項目「{name}」がありません" for name in FIELDS if name not in record]
    wrong += [f"知らない項目「{name}」があります" for name in record if name not in FIELDS]
    return record, wrong or _shape_faults(record)


def _shape_faults(record: dict[str, Any]) -> list[str]:
    """Fields whose type or words are not of the guideline."""
    wrong = [f"「{name}」が空か、文字列ではありません" for name in _TEXTS if not _visible(record[name])]
    wrong += [f"「{name}」の値「{record[name]}」は使えません" for name in _WORDS if record[name] not in _WORDS[name]]
    for name, legal in _LISTS.items():
        values = record[name]
        if not isinstance(values, list):
            wrong.append(f"「{name}」がリストではありません")
            continue
        wrong += [f"「{name}」の値「{value}」は使えません" for value in values if value not in legal]
        wrong += [f"「{name}」に「{value}」が二度あります" for value, n in Counter(map(str, values)).items() if n > 1]
    if not isinstance(record["refuses_support"], bool):
        wrong.append("「refuses_support」は true か false です")
    pairs = record["evidence"]
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in pairs
    ):
        wrong.append("「evidence」は [言葉, ラベル] のリストです")
    return wrong


def _encodes(record: dict[str, Any]) -> bool:
    """Whether all its words can be written as UTF-8: JSON may name half a character (`\\ud83d`)."""
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _visible(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def label_faults(record: dict[str, Any]) -> list[str]:
    """What the guideline does not allow together; `record` has legal fields."""
    wrong: list[str] = []
    if (record["complexity"] == "complex") != bool(record["complexity_reasons"]):
        wrong.append("complex には理由（household・person・gap）が要り、ほかには付きません")
    if record["kind"] != "consultation" and (
        record["domains"] or record["themes"] or record["refuses_support"]
        or (record["complexity"], record["urgency"]) != ("unclear", "normal")
    ):  # fmt: skip
        wrong.append("smalltalk・other は、分野とテーマなし、unclear、normal、拒否なしです")
    return wrong + _evidence_faults(record)


def _evidence_faults(record: dict[str, Any]) -> list[str]:
    """Evidence that is not in the text or speaks for a label that is not given. Where an author marked evidence at
    all, each domain and a raised urgency need some.
    """
    given = {*record["domains"], *record["themes"], *record["complexity_reasons"]}
    given |= {record["urgency"]} - {"normal"}
    given |= {"refuses_support"} if record["refuses_support"] else set()
    wrong = [f"根拠「{words}」が文中にありません" for words, _ in record["evidence"] if words not in record["text"]]
    wrong += [f"根拠「{words}」が空です" for words, _ in record["evidence"] if not words.strip()]
    wrong += [
        f"根拠のラベル「{label}」はこの文に付いていません" for _, label in record["evidence"] if label not in given
    ]
    if record["evidence"]:
        marked = {label for _, label in record["evidence"]}
        needed = [*record["domains"], *({record["urgency"]} - {"normal"})]
        wrong += [f"「{label}」の根拠がありません" for label in needed if label not in marked]
    return wrong


def _twice(lines: list[Line]) -> list[Fault]:
    first: dict[str, Line] = {}
    faults: list[Fault] = []
    for line in lines:
        known = first.setdefault(line.record["id"], line)
        if known is not line:
            at = f"{known.file}:{known.number}"
            faults.append(Fault(line.file, line.number, f"id「{line.record['id']}」は {at} と同じです"))
    return faults


def _copied(lines: list[Line], alike: list[Copy]) -> list[Fault]:
    faults: list[Fault] = []
    for copy in alike:
        if message := copy.fault:
            other, line = lines[copy.first], lines[copy.second]
            at = f"{other.file}:{other.number}（{other.record['id']}）"
            faults.append(Fault(line.file, line.number, message.format(at=at)))
    return faults
