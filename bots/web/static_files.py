"""Files of our own page: read once, addressed by their hash. htmx and the design tokens are the console's copies."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_OWN = ("page.css", "page.js", "mark.svg")
_VENDOR = ("htmx-4.0.1.min.js", "digital-go-tokens-1.1.9.css")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file with its media type and content hash."""

    body: bytes
    media_type: str
    hash: str


class Shelf:
    """All static files, in memory."""

    def __init__(self) -> None:
        own = files("bots.web") / "static"
        vendor = files("handoff.console") / "static" / "vendor"
        self._files = {name: _load(own.joinpath(name).read_bytes(), name) for name in _OWN}
        self._files |= {name: _load(vendor.joinpath(name).read_bytes(), name) for name in _VENDOR}

    def get(self, name: str) -> StaticFile | None:
        """The file of this name, or None: nothing else on the disk can be asked for."""
        return self._files.get(name)

    def url(self, name: str) -> str:
        """Its address with its hash. Raises `KeyError` on a file that we do not have."""
        return f"/s/{name}?v={self._files[name].hash}"


def _load(body: bytes, name: str) -> StaticFile:
    return StaticFile(body, _TYPES[name.rpartition(".")[2]], hashlib.sha256(body).hexdigest()[:16])
