"""A photo, voice or paper that came by a form of our own page (画面からの添付): cleaned before it is stored.

What cannot be cleaned while the person waits is stored sealed as it came, with a job that cleans it. Either way the
form is acknowledged only after the commit, and nothing lies open anywhere.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from bots.media import cleaning, files
from bots.media.cleaning import Cleaned, Refused
from bots.media.limits import UPLOAD_WALL_SECONDS
from intake.conversation.events import MediaKind

Refusal = Literal["unsafe", "kind"]
_ROOMS = threading.BoundedSemaphore(2)
"""Children at once beside those of the jobs: each may take a gigabyte."""
_PICTURES = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Brought:
    """What is to be stored. `media_type` "": as it came, still to be cleaned. `duration` in ms."""

    kind: MediaKind
    name: str = field(repr=False)
    body: bytes = field(repr=False)
    media_type: str = ""
    duration: int = 0


def look(source: BinaryIO, media_type: str, name: str) -> Brought | Refusal:
    """Clean what was sent, within `UPLOAD_WALL_SECONDS`. `media_type` as the browser says."""
    kind = media_type.partition("/")[0]
    if kind == "image":
        return _opened("image", source, "")
    if kind == "audio":
        return _opened("audio", source, "")
    if kind == "video":
        return "kind"
    source.seek(0)
    body = source.read()
    found = files.media_type_of(body)
    if found in _PICTURES:
        return _opened("image", source, "")
    return Brought("file", name, body, found) if found else "unsafe"


def _opened(kind: Literal["image", "audio"], source: BinaryIO, name: str) -> Brought | Refusal:
    if _ROOMS.acquire(blocking=False):
        try:
            match cleaning.clean(kind, source, UPLOAD_WALL_SECONDS):
                case Cleaned(body, media_type, duration):
                    return Brought(kind, name, body, media_type, duration)
                case Refused():
                    return "unsafe"
        finally:
            _ROOMS.release()
    # No room, out of time, or dead: the job has more time, and tells the one from the other.
    source.seek(0)
    body = source.read()
    return Brought(kind, name, body) if body else "unsafe"
