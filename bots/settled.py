"""What became of one attempt to send: the value that every channel gives to the delivery job."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one attempt. `wait_seconds` set: the row waits and the rest of its lane with it."""

    state: str
    via: str = ""
    error: str = ""
    remote_id: str = ""
    wait_seconds: float | None = None
