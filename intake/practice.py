"""練習 (training mode) as far as a case itself knows of it: its channel and its own series of numbers. Pure."""

from __future__ import annotations

from typing import Final

CHANNEL: Final = "practice"
"""The channel of practice persons: what is said to them stands nowhere but in the case."""
FIRST: Final = 900_000_000
"""Practice cases are counted from here on, so that they take no number of the town and are known by theirs."""
