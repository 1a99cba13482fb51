"""Measure the danger lexicon on labelled messages: `python -m triage.alarm.report [--misses] FILE.jsonl …`.

Records are as the annotation guideline has them (`text`, `urgency`). The figures are the recall on `emergency` and the
alarm rates on `high` and `normal`, each with its count; per file and together.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import Alarm

LEVELS = ("emergency", "high", "normal")


def count(alarm: Alarm, records: Iterable[dict[str, str]]) -> tuple[Counter[str], Counter[str]]:
    """How many records of each urgency there are, and how many of them alarm."""
    seen: Counter[str] = Counter()
    rang: Counter[str] = Counter()
    for record in records:
        seen[record["urgency"]] += 1
        rang[record["urgency"]] += bool(alarm.scan(record["text"]))
    return seen, rang


def line(name: str, seen: Counter[str], rang: Counter[str]) -> str:
    """One row of the report, such as `W1  emergency 12/20 (.60)  high …`."""
    cells = (f"{level} {rang[level]}/{seen[level]} ({rang[level] / max(seen[level], 1):.2f})" for level in LEVELS)
    return "  ".join((name, *cells))


def read(path: Path) -> list[dict[str, str]]:
    """The records of one JSON Lines file."""
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row.strip()]


def report(paths: Iterable[Path], *, misses: bool = False) -> Iterator[str]:
    """The rows of the report; with `misses`, also each missed emergency and each alarm on a normal message."""
    alarm = Alarm.load()
    all_seen: Counter[str] = Counter()
    all_rang: Counter[str] = Counter()
    for path in paths:
        records = read(path)
        seen, rang = count(alarm, records)
        all_seen += seen
        all_rang += rang
        yield line(path.stem, seen, rang)
        for record in records if misses else ():
            alert = alarm.scan(record["text"])
            if record["urgency"] == ("normal" if alert else "emergency"):
                found = "、".join(f"{hit.kind}:{hit.text}" for hit in alert.hits)
                yield f"  {record['urgency']}  {record['text']!r}  {found}"
    yield line("all", all_seen, all_rang)


def main(arguments: list[str]) -> None:
    """Print the report of the files given."""
    names = [argument for argument in arguments if argument != "--misses"]
    for row in report(map(Path, names), misses="--misses" in arguments):
        sys.stdout.write(row + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
