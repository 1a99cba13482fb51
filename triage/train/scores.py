"""Raw logits of messages by fits that saw nothing of their author, kept so that versions meet on equal ground."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from triage.encoder import Matrix
from triage.labelset import LABELS

SCORES: Final = "out-of-author.npz"
"""Beside `model.toml`; about 120 bytes a message. A reader of messages never loads it."""
_ROOT: Final = Path(__file__).parent.parent
_AFTER: Final = frozenset({
    "alarm", "model", "data", "fuse.py", "doubt.py", "explain.py", "labels.py", "reader.py", "bench.py",
    "assessment.py", "calibrate.py", "wording.py", "people_ja.py", "occlusion.py",
})  # fmt: skip
"""Of `triage/`: what the raw logits do not depend on."""
_MEASURING: Final = frozenset({
    "agreement.py", "blocks.py", "card.py", "check.py", "compare.py", "danger.py", "duplicates.py",
    "evaluate.py", "fields.py", "folds.py", "groups.py", "measures.py", "overlap.py", "plots.py",
    "promote.py", "report.py", "report.toml", "scores.py", "slices.py", "study.py", "tables.py",
})  # fmt: skip


@dataclass(frozen=True)
class Scores:
    """`raw` logits (messages x labels) of the messages `ids`; `texts` are short digests of what was read."""

    ids: npt.NDArray[np.str_]
    texts: npt.NDArray[np.str_]
    raw: Matrix

    def rows(self, records: Sequence[dict[str, Any]]) -> npt.NDArray[np.int64]:
        """For each record its row here, or -1 when it was not scored with just this text."""
        known = {pair: row for row, pair in enumerate(zip(self.ids.tolist(), self.texts.tolist(), strict=True))}
        return np.array([known.get((record["id"], text_digest(record)), -1) for record in records], dtype=np.int64)


def store_scores(folder: Path, records: Sequence[dict[str, Any]], raw: Matrix) -> Path:
    """Write `out-of-author.npz` into a model's folder: float16, the same bytes for the same logits."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SCORES
    ids = np.array([record["id"] for record in records], dtype=np.str_)
    texts = np.array([text_digest(record) for record in records], dtype=np.str_)
    with path.open("wb") as target:
        np.savez_compressed(
            target, allow_pickle=False, ids=ids, texts=texts, labels=np.array(LABELS), raw=raw.astype(np.float16)
        )
    return path


def load_scores(folder: Path) -> Scores:
    """The scores in a model's folder. Raises `FileNotFoundError`, or `ValueError` when they are of other labels."""
    with np.load(folder / SCORES, allow_pickle=False) as stored:
        if tuple(map(str, stored["labels"])) != LABELS:
            raise ValueError("scores of other labels")
        return Scores(stored["ids"], stored["texts"], stored["raw"].astype(np.float32))


def text_digest(record: dict[str, Any]) -> str:
    """Twelve hex digits of the text: an edited message is not the same message."""
    return hashlib.sha256(record["text"].encode()).hexdigest()[:12]


def recipe_digest(records: Iterable[dict[str, Any]], plan: Iterable[str], root: Path = _ROOT) -> str:
    """Names the data (with labels), the fold of each message and all code and tables that raw logits may depend on."""
    known = hashlib.sha256()
    for record, fold in zip(records, plan, strict=True):
        known.update(json.dumps([record, fold], ensure_ascii=False, sort_keys=True).encode())
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix in {".py", ".toml"} and _counts(inside):
            known.update(f"{inside.as_posix()}\n".encode() + path.read_bytes())
    return known.hexdigest()


def _counts(inside: Path) -> bool:
    if inside.parts[0] == "train":
        return inside.name not in _MEASURING | _AFTER
    return inside.parts[0] not in _AFTER
