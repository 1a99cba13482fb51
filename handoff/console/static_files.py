"""Files that we serve ourselves (htmx, styles, our script): read once, addressed by their hash, kept by browsers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_NAMES = (
    "base.css", "queue.css", "case.css", "correct.css", "danger.css", "print.css", "selfcheck.css",
    "console.js", "logo.svg",
    "vendor/htmx-4.0.1.min.js", "vendor/htmx-sse-4.0.1.min.js", "vendor/digital-go-tokens-1.1.9.css",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file with its media type and content hash."""

    body: bytes
    media_type: str
    hash: str


class Shelf:
    """All static files of the console, in memory."""

    def __init__(self) -> None:
        folder = files("handoff.console") / "static"
        self._files = {name: _load(folder.joinpath(name).read_bytes(), name) for name in _NAMES}

    def get(self, name: str) -> StaticFile | None:
        """The file of this name (with folder), or None: nothing else on the disk can be asked for."""
        return self._files.get(name)

    def url(self, name: str) -> str:
        """Its address with its hash. Raises `KeyError` on a file that we do not have."""
        return f"/console/static/{name}?v={self._files[name].hash}"


def _load(body: bytes, name: str) -> StaticFile:
    return StaticFile(body, _TYPES[name.rpartition(".")[2]], hashlib.sha256(body).hexdigest()[:16])
