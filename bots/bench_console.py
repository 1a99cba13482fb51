"""`toritsugi bench console`: how long the console's pages take in a town of many cases, over real HTTP on this machine.

Every GET route of the console is asked again and again, one request at a time, by everybody who may see it. Measured
is the server: from the request until its answer begins (`bots.bench_meter`). On a busy machine its CPU time says more
than the clock: the rest is waiting for its turn.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import uvicorn
from fastapi import APIRouter, FastAPI
from sqlalchemy import text

from bots.bench import Json, settings_in
from bots.bench_desk import settle_in
from bots.bench_meter import CPU, WALL, database_cpu, metered, quantile_between
from bots.bench_pages import Ask, Browser, pages, unasked
from bots.bench_town import fill, staff_of
from bots.durable import prepare
from bots.parts import Parts, Tenant, build, console_tenant
from bots.processes import keep_what_stands
from handoff import login
from handoff.console.guard import csrf_token
from handoff.console.router import ConsoleParts, make_console
from handoff.office import StaffRef
from intake.clock import now_ms
from intake.db import reading

TIMES = 75
"""The least with which an upper end of the 95th percentile can be told with 95 % certainty."""
FEW = 20
FAR_MS = 50.0
"""A page whose CPU time stays below this in `FEW` answers is far from the aim, and asked no more."""


def bench_console(database_url: str, cases: int, live: int, times: int = TIMES) -> Iterator[Json]:
    """One row a page, in ms of the server. `live` of the `cases` are not over yet."""
    with tempfile.TemporaryDirectory(prefix="toritsugi-bench-") as folder:
        parts = build(settings_in(Path(folder), database_url))
        try:
            prepare(parts.job_engine)
            tenant = console_tenant(parts)
            staff = staff_of(parts, tenant)
            started = time.perf_counter()
            fill(parts, tenant, staff, cases, live)
            settle_in(parts, tenant, staff)
            if parts.engine.dialect.name == "postgresql":  # which does so by itself; on SQLite the product never does
                with parts.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
            yield {
                "database": parts.engine.dialect.name, "cases": cases, "live": live, "n": times,
                "filled_in_s": round(time.perf_counter() - started),
            }  # fmt: skip
            yield from measured(parts, tenant, staff, times)
        finally:
            parts.close()


def measured(parts: Parts, tenant: Tenant, staff: dict[str, StaffRef], times: int) -> Iterator[Json]:
    """The rows of a town that is there; then what nobody could open, and what was not asked for.

    A page that one role may not see answers 404 or leads elsewhere; that is told when no other role opened it.
    """
    opened, closed = set[str](), dict[str, dict[str, int]]()
    with _serving(parts, tenant) as (url, router):
        for role in ("intake", "worker", "manager", "auditor"):
            with _browser(parts, tenant, staff[role], url) as browser:
                with reading(parts.sessions) as session:
                    asked = pages(router, tenant, session, staff[role], browser)
                first = {name: ask() for name, ask in asked.items()}
                time.sleep(3.0)  # what is opened behind the first page
                for name, ask in asked.items():
                    status = first[name].status_code
                    if status in (200, 204):
                        opened.add(name)
                        yield {"role": role, "page": name, **_times(parts, ask, times)}
                    elif status in (303, 404):
                        closed.setdefault(name, {})[role] = status
                    else:
                        yield {"role": role, "page": name, "status": status}
        with reading(parts.sessions) as session:
            yield from ({"page": one, "unasked": True} for one in unasked(router, tenant, session, staff["intake"]))
    yield from ({"page": name, "status": by_role} for name, by_role in closed.items() if name not in opened)


def _times(parts: Parts, ask: Ask, times: int) -> Json:
    before = database_cpu(parts.engine)
    answers = [ask() for _ in range(min(FEW, times))]
    if max(float(answer.headers[CPU]) for answer in answers) > FAR_MS:
        answers += [ask() for _ in range(times - len(answers))]
    after = database_cpu(parts.engine)
    cpu, wall = ([float(answer.headers[name]) for answer in answers] for name in (CPU, WALL))
    row: Json = {"n": len(answers), "load": round(os.getloadavg()[0], 1)}
    for name, found in (("cpu", cpu), ("wall", wall)):
        at, low, high = quantile_between(found, 95)
        row |= {
            f"{name}_p50": round(quantile_between(found, 50)[0], 1), f"{name}_p95": round(at, 1),
            f"{name}_p95_between": [round(low, 1), round(high, 1)],
        }  # fmt: skip
    if before is not None and after is not None:
        row["database_cpu_mean"] = round((after - before) * 1000 / len(answers), 1)
    return row


@contextmanager
def _browser(parts: Parts, tenant: Tenant, who: StaffRef, url: str) -> Iterator[Browser]:
    with parts.sessions.begin() as session:
        token = login.start_session(session, tenant.name, who.id, now_ms())
    with httpx2.Client(base_url=url, trust_env=False, timeout=60.0, cookies={"toritsugi": token}) as client:
        yield Browser(client, csrf_token(parts.session_key, token))


@contextmanager
def _serving(parts: Parts, tenant: Tenant) -> Iterator[tuple[str, APIRouter]]:
    app = FastAPI()
    console = ConsoleParts(
        office=tenant.office,
        sessions=parts.sessions,
        public_url=parts.settings.base_url,
        frame_ancestors=(),
        secure_cookies=False,
        session_key=parts.session_key,
        now=now_ms,
    )
    router = make_console(console)
    app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(metered(app), port=0, log_level="error", access_log=False))
    keep_what_stands()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", router
    finally:
        server.should_exit = True
        thread.join(10)


def worst(rows: list[Json]) -> Json:
    """The dearest page by the CPU's 95th percentile, and how many pages are over 100 ms by either clock."""
    slow = max(rows, key=lambda row: row["cpu_p95"])
    return {
        "worst": slow["page"], "role": slow["role"], "cpu_p95": slow["cpu_p95"], "pages": len(rows),
        "cpu_over_100": sum(row["cpu_p95"] > 100 for row in rows),
        "wall_over_100": sum(row["wall_p95"] > 100 for row in rows),
    }  # fmt: skip
