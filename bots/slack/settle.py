"""What became of one try, for every kind of row to Slack (送った結果)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bots.parts import Parts
from bots.settled import Settled
from bots.slack.outcome import Permanent, RateLimited, Temporary
from bots.slack.post import Held
from intake.records import Outgoing
from intake.seal import Cell

_BACKOFF = (1.0, 3.0, 10.0, 30.0, 120.0)


def failed(failure: Held | RateLimited | Temporary | Permanent, row: Outgoing) -> Settled:
    """What a refusal of Slack means for the row: wait, hold or give up."""
    match failure:
        case RateLimited(seconds):
            return Settled("waiting", error="429", wait_seconds=float(seconds))
        case Temporary(code, maybe_done):
            wait = _BACKOFF[min(row.attempts, len(_BACKOFF)) - 1]
            return Settled("waiting", error=f"maybe:{code}" if maybe_done else code, wait_seconds=wait)
        case Held(code):
            return Settled("held", error=code)
        case Permanent(code):
            return Settled("failed", error=code)


def still_maybe(settled: Settled, row: Outgoing, *, interrupted: bool) -> Settled:
    """What may have been posted stays so while the row waits or is held: it is looked for before reposting."""
    doubtful = interrupted or row.error.startswith("maybe")
    comes_again = settled.wait_seconds is not None or settled.state == "held"
    if not doubtful or not comes_again or settled.error.startswith("maybe"):
        return settled
    return replace(settled, error=f"maybe:{settled.error}")


def body_of(parts: Parts, row: Outgoing) -> dict[str, Any]:
    """What the row carries. Raises `KeyDestroyed` when its time is over."""
    cell = Cell(row.tenant, "outgoing", "body_sealed", row.id)
    body: dict[str, Any] = json.loads(parts.vault.sealer.open_text(cell, row.body_sealed or b""))
    return body
