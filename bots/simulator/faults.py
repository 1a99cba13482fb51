"""Troubles that can be ordered: what goes wrong, where, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

#: Troubles in our answer to a call of the product.
ANSWER_KINDS = frozenset({"error_before", "error_after", "drop_after", "timeout_before", "timeout_after", "rate_limit"})
#: Troubles in what we send to the product.
ODD_KINDS = frozenset(
    {"no_user_id", "no_reply_token", "no_event_id", "no_quote_token", "standby", "group", "room"}
    | {"future_mode", "future_source", "future_fields", "future_message"}
)
#: Requests nobody meant to send, ahead of the true one.
STRAY_KINDS = frozenset(
    {"no_signature", "odd_signature", "odd_timestamp", "broken_json", "broken_utf8", "too_large", "other_destination"}
)
DELIVERY_KINDS = (
    ODD_KINDS | STRAY_KINDS | {"duplicate", "reorder", "hold", "bad_signature", "stale_signature", "foreign_team"}
)
_TOO_LARGE = 3_000_000


@dataclass(slots=True)
class Fault:
    """One ordered trouble.

    `target` is a pattern over `line.reply`, `line.push`, `slack.chat.postMessage`, `line.webhook`, `slack.webhook` …;
    `times` how many matching calls it spoils; `seconds` the wait or the Retry-After; `status` the error answered.
    """

    kind: str
    target: str = "*"
    times: int = 1
    seconds: float = 1.0
    status: int = 500


@dataclass(slots=True)
class Faults:
    """The troubles still to come, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def take(self, target: str, kinds: frozenset[str]) -> Fault | None:
        """The first waiting trouble for this place, counted down; None when all is well."""
        for fault in self.waiting:
            if fault.kind in kinds and fnmatchcase(target, fault.target):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


def mangled(raw: bytes, kind: str) -> bytes:
    """A request body as a stray kind wants it; the others leave it as it is."""
    if kind == "broken_json":
        return raw[: len(raw) // 2]
    if kind == "broken_utf8":
        return b"\xff\xfe" + raw
    if kind == "too_large":
        return b" " * _TOO_LARGE + raw
    return raw


class DroppedResponse(Response):
    """Headers that promise a body, then nothing: the caller sees a broken connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the start only; the server then closes the connection."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})


async def answered(
    fault: Fault | None, accept: Callable[[], Awaitable[Response]], refuse: Callable[[int, float], Response]
) -> Response:
    """Answer a call of the product with the ordered trouble.

    `accept` does the work and gives the healthy answer; `refuse(status, retry_after_s)` writes the channel's error.
    """
    if fault is None:
        return await accept()
    if fault.kind == "rate_limit":
        return refuse(429, fault.seconds)
    if fault.kind == "error_before":
        return refuse(fault.status, 0)
    if fault.kind == "timeout_before":
        await asyncio.sleep(fault.seconds)
        return DroppedResponse()
    return await _spoiled_after(fault, await accept(), refuse)


async def _spoiled_after(fault: Fault, healthy: Response, refuse: Callable[[int, float], Response]) -> Response:
    if healthy.status_code >= 400:
        return healthy
    if fault.kind == "error_after":
        return refuse(fault.status, 0)
    if fault.kind == "timeout_after":
        await asyncio.sleep(fault.seconds)
    return DroppedResponse()
