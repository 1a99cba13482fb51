"""練習 (training mode): cases about nobody, to practise with. What every room needs to know of them."""

from __future__ import annotations

from typing import Final, Protocol

from intake.practice import CHANNEL

__all__ = ["CHANNEL", "MOST", "PREFIX", "Practice"]

PREFIX: Final = "【練習】"
MOST: Final = 25
"""How many practice cases are made at a time."""


class Practice(Protocol):
    """Makes and clears practice cases (`bots.practice`)."""

    def make(self, count: int) -> int:
        """Make that many; returns how many were made. Commits."""
        ...

    def clear(self) -> int:
        """Shred all of them; returns how many. Commits."""
        ...

    def standing(self) -> int:
        """How many there are."""
        ...
