"""Files that we serve ourselves (htmx, styles, scripts): read once, addressed by their hash, kept by browsers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file with its media type and content hash."""

    body: bytes
    media_type: str
    hash: str


class Shelf:
    """Static files in memory, served below the address `at`; those of the console unless others are `given`."""

    def __init__(self, given: Mapping[str, Traversable] | None = None, at: str = "/console/static") -> None:
        self._at = at
        self._files = {name: _load(file.read_bytes(), name) for name, file in (given or _console()).items()}

    def get(self, name: str) -> StaticFile | None:
        """The file of this name (with folder), or None: nothing else on the disk can be asked for."""
        return self._files.get(name)

    def url(self, name: str) -> str:
        """Its address with its hash. Raises `KeyError` on a file that we do not have."""
        return f"{self._at}/{name}?v={self._files[name].hash}"


def _console() -> dict[str, Traversable]:
    """Every style, script and picture of the console's folder, by its name."""
    root = files("handoff.console") / "static"
    folders = {"": root, "vendor/": root / "vendor"}
    return {
        f"{prefix}{file.name}": file
        for prefix, folder in folders.items()
        for file in folder.iterdir()
        if file.name.rpartition(".")[2] in _TYPES
    }


def _load(body: bytes, name: str) -> StaticFile:
    return StaticFile(body, _TYPES[name.rpartition(".")[2]], hashlib.sha256(body).hexdigest()[:16])
