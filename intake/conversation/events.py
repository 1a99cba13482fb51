"""What a person did, in no channel's words. Events are frozen values; times come beside them, never inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

MediaKind: TypeAlias = Literal["image", "audio", "video", "file"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words typed (or spoken and transcribed by the phone)."""

    text: str


@dataclass(frozen=True, slots=True)
class Sticker:
    """A sticker: its own text and keywords, most telling first; may be empty."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """A photo, voice, video or file; `ref` is the channel's id by which the caller fetches it."""

    kind: MediaKind
    ref: str


@dataclass(frozen=True, slots=True)
class Location:
    """A place sent on purpose: WGS84 degrees and the address or title shown with it."""

    lat: float
    lon: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed: the data we put on it, and what a date picker added (`params`)."""

    data: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Followed:
    """The person added us, or came back after blocking."""

    unblocked: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person blocked or removed us."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The person took a message back; `ref` is its id."""

    ref: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The person changed a message already sent; `text` is the new wording."""

    ref: str
    text: str


@dataclass(frozen=True, slots=True)
class SilentFor:
    """Timer: nothing came from the person for this many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class GroupTouched:
    """We were put into a group or room (`joined`), or something was said in one."""

    joined: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything this version does not know; `type` names it for the count, never its content."""

    type: str


Event: TypeAlias = (
    Text
    | Sticker
    | Media
    | Location
    | Press
    | Followed
    | Blocked
    | Unsent
    | Edited
    | SilentFor
    | GroupTouched
    | Unknown
)
