"""Train and store the model: out-of-author logits for calibration, then one fit on everybody."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from triage.encoder import Matrix, UseEncoder
from triage.features import Vector
from triage.heads import SPACE_PARTS, Calibration
from triage.labelset import LABELS
from triage.language import one_blas_thread
from triage.train.calibrate import floors
from triage.train.corpus import OWN_AUTHOR, Corpus, read_corpus
from triage.train.evaluate import tune, verdicts
from triage.train.fit import Fitted, Index, fit, logits, quantise
from triage.train.folds import cached, default_cache
from triage.train.scores import store_scores

Say = Callable[[str], None]
Groups = npt.NDArray[np.str_]
_AT_ONCE: Final = 2


def out_of_fold(corpus: Corpus, groups: Groups, say: Say) -> Matrix:
    """Raw logits of every message by a fit that saw no message of its group (`groups`: one name per message).

    Our own plain sentences are taught in every fold, and read by a fit on everybody else. Two folds are learnt at a
    time, each on one thread, so that the figures do not depend on the machine.
    """
    own = corpus.authors == OWN_AUTHOR
    folds = [(str(name), np.flatnonzero((groups == name) & ~own)) for name in sorted(set(groups[~own]))]
    if own.any():
        folds.append((OWN_AUTHOR, np.flatnonzero(own)))
    raw = np.zeros_like(corpus.labels)
    with ProcessPoolExecutor(_AT_ONCE, mp_context=get_context("fork"), initializer=_share, initargs=(corpus,)) as pool:
        for (name, unseen), found in zip(folds, pool.map(_fold, [unseen for _, unseen in folds]), strict=True):
            raw[unseen] = found
            say(f"{name}: 見ずに学習し {len(unseen)} 件を読みました")
    return raw


_shared: dict[str, Corpus] = {}
"""The corpus of a worker process; pickling it for each fold would take longer than learning."""


def _share(corpus: Corpus) -> None:
    one_blas_thread()
    _shared["corpus"] = corpus


def _fold(unseen: Index) -> Matrix:
    corpus = _shared["corpus"]
    seen = np.setdiff1d(np.arange(len(corpus.records)), unseen)
    return logits(fit(corpus, seen), corpus, unseen)


def train_model(folder: Path, say: Say = print, cache: Path | None = None, *, quick: bool = False) -> str:
    """Train on `triage/data` and write `model.toml`, `heads.npz` and `out-of-author.npz` into `folder`; the same data
    gives the same bytes on the same machine. Returns the version.

    `quick` takes the out-of-author logits from `cache` when they are of just this data and code.
    """
    one_blas_thread()
    corpus = read_corpus()
    plan = corpus.authors
    learnt = cached(
        cache or default_cache(), "author", corpus, plan, lambda: {"raw": out_of_fold(corpus, plan, say)}, quick=quick
    )
    raw = learnt["raw"]
    calibration, cut = tune(corpus, raw, np.ones(len(corpus.records), dtype=np.bool_))
    sure = np.stack([verdict.certainty for verdict in verdicts(corpus, raw)])[corpus.authors != OWN_AUTHOR]
    say("全員の文で学習します")
    final = fit(corpus, np.arange(len(corpus.records)))
    scores = store_scores(folder, corpus.records, raw)
    return store(folder, _pack(final, calibration, cut, floors(sure)), len(corpus.records), scores)


def store(folder: Path, arrays: dict[str, Any], messages: int, scores: Path) -> str:
    """Write the model files; the version names the content."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    version = f"heads-{digest[:10]}"
    labels = ", ".join(f'"{label}"' for label in LABELS)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "heads.npz").write_bytes(buffer.getvalue())
    (folder / "model.toml").write_text(
        f'version = "{version}"\nsha256 = "{digest}"\nencoder = "{UseEncoder.name}"\nmessages = {messages}\n'
        f'scores_sha256 = "{hashlib.sha256(scores.read_bytes()).hexdigest()}"\n'
        f"labels = [{labels}]\n",
        encoding="utf-8",
    )
    return version


def _pack(fitted: Fitted, calibration: Calibration, cut: Vector, least: Vector) -> dict[str, Any]:
    basis, scale = quantise(fitted.space.basis)
    head, head_scale = quantise(fitted.grams)
    arrays: dict[str, Any] = {
        "grams": np.array(list(fitted.space.ids)),
        "idf": fitted.space.idf.astype(np.float16),
        "basis": basis,
        "basis_scale": scale,
        "linear": fitted.linear.astype(np.float16),
        "linear_bias": fitted.linear_bias,
        "grams_head": head,
        "grams_scale": head_scale,
        "grams_bias": fitted.grams_bias,
        "thresholds": cut,
        "floors": least,
        "nets": np.array(len(fitted.nets)),
    }
    arrays |= {part: getattr(fitted.space, part) for part in SPACE_PARTS}
    for i, net in enumerate(fitted.nets):
        arrays |= {f"net{i}.{name}": value.astype(np.float16) for name, value in net.items()}
    for part in ("slope", "bias", "affirmed", "denied"):
        arrays[f"calibration.{part}"] = getattr(calibration, part)
    return arrays
