"""Train and store the model: out-of-author logits for calibration, then one fit on everybody."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from triage.encoder import Matrix, UseEncoder
from triage.heads import MODEL, SPACE_PARTS, Calibration
from triage.labelset import LABELS
from triage.language import one_blas_thread
from triage.train.corpus import OWN_AUTHOR, Corpus, read_corpus
from triage.train.evaluate import Figure, figures, tune, verdicts
from triage.train.fit import Fitted, fit, logits, quantise

Say = Callable[[str], None]


def out_of_author(corpus: Corpus, say: Say) -> Matrix:
    """Raw logits of every message by a fit that saw no message of its author."""
    raw = np.zeros_like(corpus.labels)
    own = corpus.authors == OWN_AUTHOR
    for author in sorted(set(corpus.authors) - {OWN_AUTHOR}):
        seen = np.flatnonzero(corpus.authors != author)
        unseen = np.flatnonzero(corpus.authors == author)
        say(f"{author}: {len(seen)} 件で学習し {len(unseen)} 件を読みます")
        raw[unseen] = logits(fit(corpus, seen), corpus, unseen)
    known = np.flatnonzero(~own)
    raw[own] = logits(fit(corpus, known), corpus, np.flatnonzero(own))
    return raw


def train_model(folder: Path = MODEL, say: Say = print) -> str:
    """Train on `triage/data` and write `model.toml` and `heads.npz`; the same data gives the same bytes on the same
    machine. Returns the version.
    """
    one_blas_thread()
    corpus = read_corpus()
    raw = out_of_author(corpus, say)
    calibration, cut = tune(corpus, raw, np.ones(len(corpus.records), dtype=np.bool_))
    say("全員の文で学習します")
    final = fit(corpus, np.arange(len(corpus.records)))
    return store(folder, _pack(final, calibration, cut), len(corpus.records))


def store(folder: Path, arrays: dict[str, Any], messages: int) -> str:
    """Write the model files; the version names the content."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    version = f"heads-{digest[:10]}"
    labels = ", ".join(f'"{label}"' for label in LABELS)
    folder.mkdir(exist_ok=True)
    (folder / "heads.npz").write_bytes(buffer.getvalue())
    (folder / "model.toml").write_text(
        f'version = "{version}"\nsha256 = "{digest}"\nencoder = "{UseEncoder.name}"\nmessages = {messages}\n'
        f"labels = [{labels}]\n",
        encoding="utf-8",
    )
    return version


def _pack(fitted: Fitted, calibration: Calibration, cut: Matrix) -> dict[str, Any]:
    basis, scale = quantise(fitted.space.basis)
    arrays: dict[str, Any] = {
        "grams": np.array(list(fitted.space.ids)),
        "idf": fitted.space.idf.astype(np.float16),
        "basis": basis,
        "basis_scale": scale,
        "linear": fitted.linear.astype(np.float16),
        "linear_bias": fitted.linear_bias,
        "thresholds": cut,
        "nets": np.array(len(fitted.nets)),
    }
    arrays |= {part: getattr(fitted.space, part) for part in SPACE_PARTS}
    for i, net in enumerate(fitted.nets):
        arrays |= {f"net{i}.{name}": value.astype(np.float16) for name, value in net.items()}
    for part in ("slope", "bias", "affirmed", "denied"):
        arrays[f"calibration.{part}"] = getattr(calibration, part)
    return arrays


def evaluate_model(say: Say = print) -> list[Figure]:
    """The leave-one-author-out table of the recipe that made the model."""
    one_blas_thread()
    corpus = read_corpus()
    return figures(corpus, verdicts(corpus, out_of_author(corpus, say)))
