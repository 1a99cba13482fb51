"""What the cleaning says: clean, or not to be kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clean:
    """The cleaned copy was written. `duration` in ms, 0 for pictures and files."""

    media_type: str
    duration: int = 0


class Unsafe(Exception):
    """Not what it says it is, or not to be opened. `code`: `format`, `pixels`, `broken`, `nothing`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
