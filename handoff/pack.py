"""Municipality packs (自治体パック): everything that differs from one municipality to the next, as data.

`load` reads a shipped TOML once and gives frozen values; `check` says what is wrong with them. Nothing else in the room
touches a file.
"""

from __future__ import annotations

from handoff.packs.checking import STALE_DAYS, check, fictional_digits, right_digits
from handoff.packs.reading import read_pack, read_registry, resource
from handoff.packs.table import PackError
from handoff.packs.values import (
    Desk,
    Form,
    Level,
    LineMode,
    Meeting,
    Number,
    OnCall,
    Pack,
    Partner,
    Problem,
    Project,
    Route,
)  # fmt: skip

__all__ = [
    "STALE_DAYS", "Desk", "Form", "Level", "LineMode", "Meeting", "Number", "OnCall", "Pack", "PackError", "Partner",
    "Problem", "Project", "Route", "check", "fictional_digits", "load", "parse", "right_digits",
]  # fmt: skip


def load(name: str) -> Pack:
    """The shipped pack of that name (`mihon`). Reads two files. Raises `PackError` when missing or unreadable."""
    if name == "numbers":
        raise PackError("numbers は番号の登録で、パックではありません")
    return parse(resource(name))


def parse(text: str) -> Pack:
    """A pack out of TOML text, its lines taken from the shipped registry. Raises `PackError`."""
    return read_pack(text, read_registry(resource("numbers")))
