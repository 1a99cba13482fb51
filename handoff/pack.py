"""Municipality packs (自治体パック): everything that differs from one municipality to the next, as data.

`load` reads a shipped TOML once and gives frozen values; `check` says what is wrong with them. Nothing else in the room
touches a file.
"""

from __future__ import annotations

from pathlib import Path

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
    """The shipped pack of that name (`mihon`), or a town's own file (`/etc/toritsugi/our-town.toml`).

    Reads two files. Raises `PackError` when missing or unreadable.
    """
    if name == "numbers":
        raise PackError("numbers は番号の登録で、パックではありません")
    return parse(_own(name) if name.endswith(".toml") else resource(name))


def _own(name: str) -> str:
    """The text of a town's own pack; the path comes from the operator's settings or command line only."""
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"パックのファイルが読めません（{type(error).__name__}）") from None


def parse(text: str) -> Pack:
    """A pack out of TOML text, its lines taken from the shipped registry. Raises `PackError`."""
    return read_pack(text, read_registry(resource("numbers")))
