"""`toritsugi bench accept`: our webhook against a floor, in one run, on both databases.

The floor is the least that an honest webhook can do: the same server verifies the signature and commits one row. Ours
seals the event, writes it and its durable job, and commits. Both run in the same server process, one after the other in
alternating rounds, so that a busy machine hurts both alike.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import platform
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI, Request, Response
from sqlalchemy import BigInteger, Column, Engine, LargeBinary, MetaData, Table, insert

from bots.accept import Acceptor
from bots.body import limited_body
from bots.durable import prepare
from bots.line.route import make_router, verify
from bots.parts import Parts, build
from bots.settings import Settings, given
from intake import secrets as keys
from intake.db import make_engine
from intake.ids import new_id

CONCURRENCY = 32
ROUNDS = 6
REQUESTS = 400
"""Requests of each side in each round."""
_SECRET = "demo-bench-secret-0000"  # noqa: S105 (practice value)
_floor = Table(
    "bench_floor", MetaData(), Column("id", BigInteger, primary_key=True), Column("raw", LargeBinary, nullable=False)
)

Json = dict[str, Any]


def bench_accept(database_url: str) -> Json:
    """Latencies in ms of both webhooks at concurrency 32, and ours as a ratio of the floor."""
    with tempfile.TemporaryDirectory(prefix="toritsugi-bench-") as folder:
        parts = build(settings_in(Path(folder), database_url))
        prepare(parts.job_engine)
        floor = make_engine(parts.settings.database, pool_size=16)
        _floor.metadata.create_all(floor)
        try:
            with _serving(parts, floor) as url:
                ours, least = asyncio.run(_measure(url))
        finally:
            floor.dispose()
            parts.close()
        return _result(parts.engine.dialect.name, ours, least)


def machine() -> str:
    """What the figures were measured on."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


@contextmanager
def _serving(parts: Parts, floor: Engine) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(_app(parts, floor), port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def _app(parts: Parts, floor: Engine) -> FastAPI:
    app = FastAPI()
    app.include_router(make_router(parts, Acceptor(parts)))

    def commit(raw: bytes) -> None:
        with floor.begin() as connection:
            connection.execute(insert(_floor).values(id=new_id(), raw=raw))

    @app.post("/floor")
    async def least(request: Request) -> Response:
        body = await limited_body(request)
        verify(body, request.headers.get("x-line-signature"), _SECRET)
        await asyncio.to_thread(commit, body)
        return Response(status_code=200)

    return app


async def _measure(url: str) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    least: list[float] = []
    limits = httpx2.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)
    async with httpx2.AsyncClient(base_url=url, limits=limits, trust_env=False, timeout=60.0) as client:
        await _round(client, "/line/mihon", 64)
        await _round(client, "/floor", 64)
        for number in range(ROUNDS):
            sides = [("/line/mihon", ours), ("/floor", least)]
            for path, times in sides if number % 2 else reversed(sides):
                times.extend(await _round(client, path, REQUESTS))
    return ours, least


async def _round(client: httpx2.AsyncClient, path: str, count: int) -> list[float]:
    waiting = iter([_signed() for _ in range(count)])
    times: list[float] = []

    async def one_client() -> None:
        for body, signature in waiting:
            started = time.perf_counter()
            answer = await client.post(path, content=body, headers={"x-line-signature": signature})
            times.append((time.perf_counter() - started) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")

    await asyncio.gather(*(one_client() for _ in range(CONCURRENCY)))
    return times


def _signed() -> tuple[bytes, str]:
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "webhookEventId": secrets.token_hex(13),
        "replyToken": secrets.token_hex(16),
        "source": {"type": "user", "userId": f"U{secrets.token_hex(16)}"},
        "message": {"id": str(new_id()), "type": "text", "text": "家賃が払えません。どうしたらいいですか。"},
    }
    body = json.dumps({"destination": "U0", "events": [event]}).encode()
    return body, base64.b64encode(hmac.new(_SECRET.encode(), body, hashlib.sha256).digest()).decode()


def settings_in(folder: Path, database_url: str) -> Settings:
    """The settings of a town that lives in `folder`, with keys of its own."""
    line = {
        "channel_secret": _SECRET,
        "access_token": "demo-bench-token-00000",
        "api_base": "http://127.0.0.1:9/line-api",
    }
    settings = given(
        data_dir=folder / "data", keys_dir=folder / "keys", database_url=database_url, tenants={"mihon": {"line": line}}
    )
    settings.data_dir.mkdir()
    keys.create(settings.keys_dir, data_exists=False)
    return settings


def _result(database: str, ours: list[float], least: list[float]) -> Json:
    row: Json = {"database": database, "n": len(ours), "concurrency": CONCURRENCY}
    for name, times in (("ours", ours), ("floor", least)):
        row[name] = {"p50_ms": round(quantile(times, 50), 2), "p99_ms": round(quantile(times, 99), 2)}
    for name in ("p50", "p99"):
        row[f"ratio_{name}"] = round(row["ours"][f"{name}_ms"] / row["floor"][f"{name}_ms"], 2)
    return row


def quantile(times: list[float], percent: int) -> float:
    """The `percent`-th percentile."""
    return statistics.quantiles(times, n=100)[percent - 1]
