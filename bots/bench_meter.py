"""How long a server works for one answer: wall and CPU time, measured inside it, without the way there and back."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text

from bots.stopping import App, Message

WALL, CPU = "x-bench-wall-ms", "x-bench-cpu-ms"
_TICKS: Final = 100
"""Clock ticks a second in `/proc` (`USER_HZ` on every Linux that we know)."""


def metered(app: App) -> App:
    """The application, whose answers say what they cost (ms). Right only while one request is asked at a time."""

    async def measured(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        wall, cpu = time.perf_counter(), time.process_time()

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                spent = ((WALL, time.perf_counter() - wall), (CPU, time.process_time() - cpu))
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), f"{seconds * 1000:.3f}".encode()) for name, seconds in spent),
                ]
            await send(message)

        await app(scope, receive, told)

    return measured


def database_cpu(engine: Engine) -> float | None:
    """CPU seconds that the database's own processes spent for us so far; None where they are not to be seen.

    SQLite works inside our process and is counted there.
    """
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        pids = connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")).all()
    spent = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists():
            return None
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        spent += int(user) + int(system)
    return spent / _TICKS


def quantile_between(times: Sequence[float], percent: int, sure: float = 0.95) -> tuple[float, float, float]:
    """(the percentile, and the two measurements between which it lies with `sure`), by the binomial of order
    statistics. With few measurements the upper end is the largest of them and the interval less sure.
    """
    ordered, n, p = sorted(times), len(times), percent / 100
    below = [sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(rank)) for rank in range(n + 1)]
    tail = (1 - sure) / 2
    low = max((rank for rank in range(1, n + 1) if below[rank] <= tail), default=1)
    high = min((rank for rank in range(1, n + 1) if below[rank] >= 1 - tail), default=n)
    return ordered[min(math.ceil(n * p), n) - 1], ordered[low - 1], ordered[high - 1]
