"""The pack that a process works with (いまのパック): the town's file with its changes on screen, at most seconds old.

Whoever asks for the pack may be answering a person, so nothing here waits for another: one caller in `LOOK_SECONDS`
reads a counter (one row by its key), and all others get what is there. When the database does not answer, the last good
pack stays and the next look comes later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from handoff import overlay, overlay_rows, rota
from handoff.pack import Number, Pack
from intake.db import reading

LOOK_SECONDS = 2.0
"""After this time a change on screen is seen by every process."""
AFTER_FAULT_SECONDS = 10.0
FIRST_SECONDS = 1.0
"""How long a caller waits at most for another's first look."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ways:
    """How people can be called in this town: whether there is Slack, and the names of the addresses in the settings."""

    slack: bool = False
    addresses: frozenset[str] = frozenset()


class PackShelf:
    """One town's pack. `base`: as its file says it; `registry`: the shipped lines by id; `ways`: what settings allow.

    Without `sessions` it is `base` for ever (tests, tools without a database).
    """

    def __init__(
        self,
        tenant: str,
        base: Pack,
        registry: Mapping[str, Number],
        sessions: sessionmaker[Session] | None = None,
        ways: Ways | None = None,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tenant, self.base, self.registry, self.ways = tenant, base, registry, ways
        self._sessions, self._ticks = sessions, ticks
        self._lock = threading.Lock()
        self._seen: int | None = None
        self._look_at = ticks()
        self._pack = self.honest(base)

    def current(self) -> Pack:
        """The pack as the town has it now. Never raises; reads the database at most every `LOOK_SECONDS`."""
        if self._sessions is None or self._ticks() < self._look_at:
            return self._pack
        # The first look of a process is waited for: before it there is no pack that the town would know as its own.
        if not self._lock.acquire(timeout=FIRST_SECONDS if self._seen is None else 0):
            return self._pack
        try:
            if self._ticks() >= self._look_at:
                self._look(self._sessions)
        finally:
            self._lock.release()
        return self._pack

    @property
    def last(self) -> Pack:
        """The pack as it was last read."""
        return self._pack

    @property
    def can_call(self) -> bool:
        """Whether there is any way at all to call somebody."""
        ways = self.ways
        return ways is None or rota.reachable(self.current().on_call, slack=ways.slack, addresses=ways.addresses)

    def _look(self, sessions: sessionmaker[Session]) -> None:
        wait = LOOK_SECONDS
        try:
            with reading(sessions) as session:
                count = overlay_rows.counter(session, self.tenant)
                if count != self._seen:
                    changes = overlay_rows.changes_of(session, self.tenant) if count else ()
                    self._take(overlay.laid(self.base, changes, self.registry))
                    self._seen = count
        except SQLAlchemyError as fault:
            wait = AFTER_FAULT_SECONDS
            _log.warning("settings_not_read", tenant=self.tenant, error=type(fault).__name__)
        self._look_at = self._ticks() + wait

    def _take(self, found: overlay.Laid) -> None:
        for change in found.unusable:
            _log.warning("setting_unusable", tenant=self.tenant, kind=change.kind, key=change.key)
        self._pack = self.honest(found.pack)

    def honest(self, pack: Pack) -> Pack:
        """`pack` as it may be promised from: somebody is on call only where somebody can be called."""
        ways = self.ways
        if ways is None:
            return pack
        return replace(pack, on_call=rota.honest(pack.on_call, slack=ways.slack, addresses=ways.addresses))
