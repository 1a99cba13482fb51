"""Durable acceptance (受け付け): nothing is acknowledged before it is saved.

One transaction holds the sealed raw event and its job; only then does the channel get its 200. Requests that arrive
while a commit is under way share the next one (group commit), because the disk, not the processor, is the limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from bots.durable import ANSWER, Job
from bots.parts import Parts
from bots.patience import AWAY
from intake.clock import now_ms
from intake.db import insert_ignore
from intake.ids import new_id
from intake.records import InboxEvent
from intake.seal import Cell

_BATCH = 64
_AHEAD_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event as it came, not yet understood.

    `conversation` names the lane in which it must keep its order; it is blinded before it is stored.
    `event_at` is the channel's own time in ms.
    """

    tenant: str
    channel: str
    event_key: str
    conversation: str
    event_at: int
    raw: bytes = field(repr=False)


def record(parts: Parts, session: Session, arrival: Arrival) -> int | None:
    """Write the sealed event and its job into `session`; None when this event was seen before. Never commits."""
    now = now_ms()
    key_id = parts.vault.keys.of_day(arrival.tenant, "inbox", now)
    row_id = new_id()
    cell = Cell(arrival.tenant, "inbox", "raw_sealed", row_id)
    lane = parts.vault.blind.of(arrival.tenant, "lane", f"{arrival.channel}\x1f{arrival.conversation}")
    new = insert_ignore(
        session,
        InboxEvent,
        {
            "id": row_id,
            "tenant": arrival.tenant,
            "channel": arrival.channel,
            "event_key": arrival.event_key,
            "partition": lane,
            "event_at": _plausible(arrival.event_at, now),
            "received_at": now,
            "raw_sealed": parts.vault.sealer.seal(key_id, cell, arrival.raw),
            "state": "new",
            "note": "",
        },
    )
    if not new:
        return None
    parts.jobs.put(session, answer_job(row_id, lane))
    return row_id


def _plausible(event_at: int, now: int) -> int:
    """The channel's time, or ours where that cannot be true: a far future would keep a draft open for ever."""
    return event_at if 0 < event_at <= now + _AHEAD_MS else now


def answer_job(row_id: int, lane: str, again: str = "") -> Job:
    """The job of one inbox row; `again` names a repetition by the sweeper."""
    return Job(ANSWER, "answer", f"in-{row_id:019d}{again}", lane, (row_id,))


class Acceptor:
    """Commits arrivals off the event loop, many requests in one transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._waiting: list[tuple[Sequence[Arrival], asyncio.Future[int]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def accept(self, arrivals: Sequence[Arrival]) -> int:
        """Save `arrivals` (ordered by their time) and return how many were new.

        Raises the database's error when they could not be saved: the caller must then not acknowledge.
        """
        if not arrivals:
            return 0
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((sorted(arrivals, key=lambda arrival: arrival.event_at), future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await future

    def accept_now(self, arrival: Arrival) -> bool:
        """Save one arrival in a transaction of its own, from a thread; False when it was seen before. Blocks."""
        return self._save_together([[arrival]])[0] == 1

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            try:
                results = await asyncio.to_thread(self._save, [arrivals for arrivals, _ in batch])
            except Exception as error:  # noqa: BLE001 (handed to every waiting request)
                results = [error] * len(batch)
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, BaseException):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _save(self, batch: Sequence[Sequence[Arrival]]) -> list[int | BaseException]:
        try:
            return list(self._save_together(batch))
        except AWAY:
            raise  # the database is away for all of them
        except Exception:  # noqa: BLE001 (found again below, and handed to the request that brought it)
            # One bad request must not refuse its neighbours: each again on its own.
            return [self._save_alone(arrivals) for arrivals in batch]

    def _save_together(self, batch: Sequence[Sequence[Arrival]]) -> list[int]:
        with self._parts.sessions.begin() as session:
            return [sum(record(self._parts, session, one) is not None for one in arrivals) for arrivals in batch]

    def _save_alone(self, arrivals: Sequence[Arrival]) -> int | BaseException:
        try:
            return self._save_together([arrivals])[0]
        except Exception as error:  # noqa: BLE001 (handed to the request that brought it)
            return error
