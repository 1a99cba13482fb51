"""Which messages are read together unseen, and a cache of what a plan of folds gave."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from triage.train.corpus import OWN_AUTHOR
from triage.train.evaluate import Groups, Messages
from triage.train.scores import recipe_digest

TOPIC_FOLDS: Final = 8
BLOCKS: Final = 4
BROKEN: Final = (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error)
"""What reading an npz file that was cut or altered can raise."""
Arrays = dict[str, Any]


def by_topic(messages: Messages) -> Groups:
    """Eight folds of topics: all messages on one topic, by whomever, lie in the same fold."""
    return np.array([
        OWN_AUTHOR if record["author"] == OWN_AUTHOR else f"topic{_number(record['topic']) % TOPIC_FOLDS}"
        for record in messages.records
    ])  # fmt: skip


def by_block(messages: Messages) -> Groups:
    """Four blocks of whole authors, for what is too dear to learn once for each author."""
    names = sorted(set(messages.authors) - {OWN_AUTHOR})
    block = {name: f"block{at % BLOCKS}" for at, name in enumerate(names)}
    return np.array([block.get(str(author), OWN_AUTHOR) for author in messages.authors])


def default_cache() -> Path:
    """`~/.cache/toritsugi/triage` (or under `XDG_CACHE_HOME`)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "toritsugi" / "triage"


def cached(
    cache: Path, name: str, messages: Messages, plan: Groups, learn: Callable[[], Arrays], *, quick: bool
) -> Arrays:
    """What `learn` gives, kept under the digest of data, code and plan; read back only when `quick`.

    A broken cache file is learnt anew.
    """
    path = cache / f"{name}-{recipe_digest(messages.records, plan.tolist())[:24]}.npz"
    if quick and path.exists():
        try:
            with path.open("rb") as source, np.load(source, allow_pickle=False) as stored:
                return {key: stored[key] for key in stored.files}
        except BROKEN:
            path.unlink()
    arrays = learn()
    cache.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with partial.open("wb") as target:
        np.savez_compressed(target, allow_pickle=False, **arrays)
    partial.replace(path)
    return arrays


def _number(topic: str) -> int:
    return int.from_bytes(hashlib.sha256(topic.encode()).digest()[:4], "big")
