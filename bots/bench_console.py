"""`toritsugi bench console`: how long the console's pages take in a town of many cases, over real HTTP on this machine.

Every page of a member of staff is asked again and again; the time is that of the whole answer, not of the browser.
`cpu_ms` is what server and client together worked for one answer: on a busy machine the rest is waiting for its turn.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select, text

from bots.bench import Json, quantile, settings_in
from bots.bench_town import fill, staff_of
from bots.durable import prepare
from bots.parts import Parts, Tenant, build, console_tenant
from handoff import login, view_queue
from handoff.console.guard import csrf_token
from handoff.console.router import ConsoleParts, make_console
from handoff.office import StaffRef
from handoff.records import Ticket
from intake.clock import now_ms
from intake.db import reading

TIMES = 25
_LINK = re.compile(r'href="(/console/[^"#]*)"')


def bench_console(database_url: str, cases: int, live: int) -> Iterator[Json]:
    """One row a page: first answer of a cold process, p50 and p95 in ms. `live` of the `cases` are not over yet."""
    with tempfile.TemporaryDirectory(prefix="toritsugi-bench-") as folder:
        parts = build(settings_in(Path(folder), database_url))
        try:
            prepare(parts.job_engine)
            tenant = console_tenant(parts)
            staff = staff_of(parts, tenant)
            started = time.perf_counter()
            fill(parts, tenant, staff, cases, live)
            with parts.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
            yield {
                "database": parts.engine.dialect.name, "cases": cases, "live": live,
                "filled_in_s": round(time.perf_counter() - started),
            }  # fmt: skip
            yield from _measured(parts, tenant, staff)
        finally:
            parts.close()


def _measured(parts: Parts, tenant: Tenant, staff: dict[str, StaffRef]) -> Iterator[Json]:
    with _serving(parts, tenant) as url:
        for role in ("intake", "worker", "manager", "auditor"):
            with _browser(parts, tenant, staff[role], url) as browser:
                pages: dict[str, Ask] = {}
                first: dict[str, float] = {}
                for name, ask in _pages(parts, tenant, staff[role], browser).items():
                    status, first[name] = _timed(ask)
                    if status in (200, 204):
                        pages[name] = ask
                    else:
                        yield {"role": role, "page": name, "status": status}
                time.sleep(3.0)  # what is opened behind the first page
                for name, ask in pages.items():
                    busy = time.process_time()
                    times = [_timed(ask)[1] for _ in range(TIMES)]
                    busy = (time.process_time() - busy) * 1000 / TIMES
                    yield {
                        "role": role, "page": name, "n": TIMES, "first_ms": round(first[name]),
                        "p50_ms": round(quantile(times, 50), 1), "p95_ms": round(quantile(times, 95), 1),
                        "max_ms": round(max(times)), "cpu_ms": round(busy, 1),
                    }  # fmt: skip


Ask = Callable[[], httpx2.Response]


def _pages(parts: Parts, tenant: Tenant, who: StaffRef, browser: _Browser) -> dict[str, Ask]:
    menu = [found for found in _LINK.findall(browser.get("/console/palette").text) if found != "/console/"]
    if who.role not in ("intake", "worker"):
        return {f"GET {path}": browser.getting(path) for path in dict.fromkeys(menu)}
    with reading(parts.sessions) as session:
        over = view_queue.closed(tenant.office, session, who, limit=2_000)
        own = session.scalars(
            select(Ticket.case_id).where(Ticket.state == "received", Ticket.owner_desk == who.desk).limit(1)
        ).one()
    last, number = over[-1], over[len(over) // 2].number
    deep = f"/console/?view=closed&before={last.changed_at}-{last.case_id}"
    pages: dict[str, Ask] = {
        "queue": browser.getting("/console/"),
        "board refresh": browser.posting("/console/board", q=""),
        "search: number": browser.posting("/console/search", q=f"T-{number:04}", view="open"),
        "search: words": browser.posting("/console/search", q="冷蔵庫 歩けない", view="open"),
        "search: nothing": browser.posting("/console/search", q="ありえないことば", view="open"),
        "filter": browser.getting("/console/?view=custom&domain=child&urgency=high&waiting=over"),
        "closed, page 40": browser.getting(deep),
        "case page": browser.getting(f"/console/cases/{own}"),
        "pane": browser.getting(f"/console/cases/{own}/pane"),
        "beat": browser.posting(f"/console/cases/{own}/look", writing="1"),
        "looking": browser.getting("/console/looking"),
    }
    return pages | {f"GET {path}": browser.getting(path) for path in dict.fromkeys(menu)}


class _Browser:
    """A signed-in client that asks as our pages do."""

    def __init__(self, client: httpx2.Client, csrf: str) -> None:
        self._client, self._csrf = client, csrf

    def get(self, path: str) -> httpx2.Response:
        return self._client.get(path.replace("&amp;", "&"))

    def getting(self, path: str) -> Ask:
        return lambda: self.get(path)

    def posting(self, path: str, **fields: str) -> Ask:
        data: dict[str, Any] = {"csrf": self._csrf, **fields}
        return lambda: self._client.post(path, data=data, headers={"Sec-Fetch-Site": "same-origin"})


def _timed(ask: Ask) -> tuple[int, float]:
    started = time.perf_counter()
    answer = ask()
    return answer.status_code, (time.perf_counter() - started) * 1000


@contextmanager
def _browser(parts: Parts, tenant: Tenant, who: StaffRef, url: str) -> Iterator[_Browser]:
    with parts.sessions.begin() as session:
        token = login.start_session(session, tenant.name, who.id, now_ms())
    with httpx2.Client(base_url=url, trust_env=False, timeout=60.0, cookies={"toritsugi": token}) as client:
        yield _Browser(client, csrf_token(parts.session_key, token))


@contextmanager
def _serving(parts: Parts, tenant: Tenant) -> Iterator[str]:
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
    app.include_router(make_console(console))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def worst(rows: list[Json]) -> Json:
    """The slowest page by p95, and the median of all pages."""
    slow = max(rows, key=lambda row: row["p95_ms"])
    return {
        "worst": slow["page"],
        "p95_ms": slow["p95_ms"],
        "median_p95_ms": statistics.median(r["p95_ms"] for r in rows),
    }
