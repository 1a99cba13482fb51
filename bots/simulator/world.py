"""One simulated world: clock, counters, troubles, the LINE network, the Slack workspace and the way to the product."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx2

from bots.simulator.clock import Clock, Ids
from bots.simulator.counters import Counters
from bots.simulator.faults import Faults
from bots.simulator.line_account import Account
from bots.simulator.line_menu import MenuShelf
from bots.simulator.line_phone import LineNetwork
from bots.simulator.settings import SimulatorSettings
from bots.simulator.slack_workspace import Workspace

log = logging.getLogger("toritsugi.simulator")


@dataclass(slots=True)
class Attempt:
    """One try to hand something to the product. `status` 0 means no answer came; `note` says why."""

    at: float
    status: int
    note: str = ""


@dataclass(slots=True)
class Delivery:
    """One webhook body on its way to the product, with all its tries."""

    id: str
    channel: str
    kinds: list[str]
    body: dict[str, Any]
    attempts: list[Attempt] = field(default_factory=list)
    settled: bool = False


class World:
    """Holds the state and the running background work; `reset` begins again without restarting the server."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.version = 0
        self.clock = Clock()
        self.ids = Ids(settings.seed)
        self.counters = Counters()
        self.faults = Faults()
        self.menus = MenuShelf(self.ids)
        self.account = Account.of(settings)
        self.line = self._new_line()
        self.slack = Workspace(settings, self.clock, self.ids, self.counters)
        self.deliveries: list[Delivery] = []
        self.held: list[Any] = []
        self.notices: list[dict[str, Any]] = []
        self._client: httpx2.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def _new_line(self) -> LineNetwork:
        wanted = self.settings
        return LineNetwork(self.clock, self.ids, self.counters, wanted.reply_token_ttl_s, wanted.line_quota)

    @property
    def client(self) -> httpx2.AsyncClient:
        """The way to the product; made inside the running loop."""
        if self._client is None:
            self._client = httpx2.AsyncClient(base_url=self.settings.product_url, trust_env=False)
        return self._client

    def touch(self) -> None:
        """Tell the page that something changed."""
        self.version += 1

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background until it ends or the world is reset."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed: %s", type(error).__name__)

    async def settle(self) -> None:
        """Wait for the background work of this moment."""
        while pending := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(pending)

    async def reset(self) -> None:
        """Forget everything; the settings and open sockets stay. Objects keep their identity, routes hold them."""
        await self._cancel()
        fresh = World(self.settings)
        self.clock.shift_s = 0.0
        _refill(self.counters, Counters())
        self.faults.waiting.clear()
        _refill(self.ids, fresh.ids)
        _refill(self.menus, fresh.menus, keep={"ids"})
        _refill(self.account, fresh.account)
        _refill(self.line, fresh.line, keep={"clock", "ids", "counters"})
        _refill(self.slack, fresh.slack, keep={"settings", "clock", "ids", "counters", "sockets"})
        self.deliveries.clear()
        self.held.clear()
        self.notices.clear()
        self.touch()

    async def close(self) -> None:
        """End background work and connections."""
        await self._cancel()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _cancel(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def _refill(target: Any, source: Any, keep: set[str] | None = None) -> None:
    for name in target.__slots__:
        if name not in (keep or set()):
            setattr(target, name, getattr(source, name))
