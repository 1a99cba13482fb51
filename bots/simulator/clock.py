"""The simulator's own time and its seeded identifiers."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(slots=True)
class Clock:
    """Wall time plus a shift that tests can move. Seconds since the epoch."""

    shift_s: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch, shifted."""
        return time.time() + self.shift_s

    def now_ms(self) -> int:
        """Milliseconds since the epoch, shifted: what LINE writes into events."""
        return int(self.now() * 1000)


@dataclass(slots=True)
class Ids:
    """Identifiers in the shapes LINE and Slack use, from one seeded generator, so that a run can be repeated."""

    seed: int
    _random: random.Random = field(init=False)
    _message: int = field(init=False, default=0)
    _stamp: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable names, not secrets

    def ulid(self, at_ms: int) -> str:
        """26 Crockford characters: 10 of time, 16 of chance (LINE's webhookEventId)."""
        value = (at_ms << 80) | self._random.getrandbits(80)
        return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))

    def hex(self, length: int) -> str:
        """Lower-case hexadecimal characters."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"

    def upper(self, length: int) -> str:
        """Upper-case letters and digits (Slack's ids)."""
        return "".join(self._random.choice(_CROCKFORD) for _ in range(length))

    def uuid(self) -> str:
        """A version-4-shaped UUID (LINE's request ids)."""
        digits = self.hex(32)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def line_message(self) -> str:
        """An 18-digit message id that only grows."""
        self._message += 1
        return str(460_000_000_000_000_000 + self._message * 1_000_003)

    def slack_ts(self, now: float) -> str:
        """A message timestamp `seconds.micros`, never the same twice."""
        self._stamp = max(now, self._stamp + 0.0001)
        return f"{self._stamp:.6f}"
