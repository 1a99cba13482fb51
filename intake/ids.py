"""Row ids made in Python before the insert, so that a row can be sealed to its own id."""

from __future__ import annotations

import secrets
import threading
import time

_EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
_RANDOM_BITS = 22


class IdMaker:
    """Makes 63-bit ids that sort by time: 41 bits of ms since 2024, 22 bits that start at random in each ms.

    Within one process ids strictly increase, even when the clock steps back.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """A fresh id."""
        with self._lock:
            start = ((int(time.time() * 1000) - _EPOCH_MS) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS - 1)
            self._last = max(self._last + 1, start)
            return self._last


new_id = IdMaker()


def first_id_at(at: int) -> int:
    """The smallest id that can be made at this time (ms since 1970, UTC): where it would stand among the others."""
    return (at - _EPOCH_MS) << _RANDOM_BITS
