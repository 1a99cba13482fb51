"""The web process (受け口): webhooks, console, health. Slack's clients are made inside its running loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select, text

from bots.accept import Acceptor
from bots.api.app import PATH as API
from bots.api.app import make_api
from bots.call_page import make_router as call_router
from bots.feeds import make_router as feeds_router
from bots.installation import installation
from bots.line.route import make_router as line_router
from bots.media.scans import TownScans
from bots.oidc import provider_of
from bots.parts import Parts, console_tenant
from bots.practice.making import PracticeTown
from bots.ring import town_setup
from bots.slack.route import open_slack
from bots.web.router import make_door
from bots.work import ALIVE_MS, READER, Worker
from handoff.console.router import ConsoleParts, make_console
from handoff.records import Heartbeat
from intake.clock import now_ms
from intake.db import reading


def create_app(parts: Parts, worker: Worker | None = None, *, ready: Callable[[], None] | None = None) -> FastAPI:
    """The application over `parts`; `worker` runs its jobs in the same process."""
    acceptor = Acceptor(parts)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if worker:
                # The engine refuses to be started or stopped on an event loop.
                await asyncio.to_thread(worker.start)
                stack.push_async_callback(asyncio.to_thread, worker.stop)
            await open_slack(app, parts, acceptor, stack)
            if ready:
                ready()
            yield

    app = FastAPI(title="Toritsugi", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(line_router(parts, acceptor))
    app.include_router(call_router(parts))
    app.include_router(feeds_router(parts))
    app.include_router(make_door(parts))
    app.include_router(_console(parts))
    app.mount(API, make_api(parts))
    _health(app, parts)
    return app


def quiet_logs() -> None:
    """JSON logs of codes and classes. Access logs are off: addresses of pages would name cases."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )
    for name in ("slack_bolt", "slack_sdk", "linebot", "dbos", "urllib3", "aiohttp", "httpx2", "python_multipart"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _console(parts: Parts) -> APIRouter:
    tenant = console_tenant(parts)
    url = parts.settings.base_url
    return make_console(
        ConsoleParts(
            office=tenant.office,
            sessions=parts.sessions,
            public_url=url,
            frame_ancestors=parts.settings.frame_ancestors,
            secure_cookies=urlsplit(url).scheme == "https",
            session_key=parts.session_key,
            now=now_ms,
            installation=installation(parts.settings, tenant.settings),
            practice=PracticeTown(parts, tenant),
            scans=TownScans(parts),
            setup=town_setup(tenant.settings),
            packet_forms=tenant.settings.packet_forms,
            slack_team=tenant.settings.slack.team_id if tenant.settings.slack else "",
            oidc=provider_of(tenant.settings.oidc, url),
        )
    )


def _health(app: FastAPI, parts: Parts) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """Whether this process can reach its database."""
        with reading(parts.sessions) as session:
            session.execute(text("SELECT 1"))
        return Response("ok", media_type="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        """Whether somebody answers and somebody reads: 503 while the model loads or nobody runs `work`."""
        with reading(parts.sessions) as session:
            alive = session.scalars(select(Heartbeat.role).where(Heartbeat.at > now_ms() - ALIVE_MS)).all()
        ready = READER in alive
        return Response("ready" if ready else "no reader", 200 if ready else 503, media_type="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        """Counts for operators; nothing of a person."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
