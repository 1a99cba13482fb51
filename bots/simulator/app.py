"""The simulator as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, Response

from bots.simulator import (
    control,
    control_line,
    control_slack,
    line_account_api,
    line_api,
    line_menu_api,
    notify_inbox,
    oidc,
    page,
    slack_api,
)
from bots.simulator.line_schema import webhook_problems
from bots.simulator.settings import LOOPBACK, SimulatorSettings
from bots.simulator.world import World


def create_app(settings: SimulatorSettings) -> FastAPI:
    """LINE at /line-api, Slack at /slack-api, the control API at /control, the practice page at /."""
    world = World(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        webhook_problems({})  # compile the schema before the first caller waits for it
        yield
        await world.close()

    app = FastAPI(title="Toritsugi simulator", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.world = world
    # Only by a loopback name: a web page elsewhere cannot reach the control API by pointing its own name at us.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(LOOPBACK | {"[::1]", "testserver"}))

    @app.middleware("http")
    async def control_takes_json(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        """A form on another page can send no JSON, so it cannot press our buttons."""
        kind = request.headers.get("content-type", "")
        guarded = request.url.path.startswith("/control") and request.method != "GET"
        if guarded and not kind.startswith("application/json"):
            return JSONResponse({"error": "send JSON"}, 415)
        return await call_next(request)

    for part in (
        line_account_api, line_menu_api, line_api, slack_api, notify_inbox, oidc, control, control_line,
        control_slack, page,
    ):  # fmt: skip
        app.include_router(part.router(world))
    return app
