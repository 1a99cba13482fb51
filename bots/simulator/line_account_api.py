"""The calls of the Messaging API about the account itself: quota, identity, the webhook's test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from bots.simulator import line_webhook
from bots.simulator.line_api import checked_body, serve
from bots.simulator.line_phone import LineError
from bots.simulator.settings import LOOPBACK
from bots.simulator.world import Attempt, World

_LOCAL = tuple(f"http://{host}" for host in LOOPBACK)


class Manager(BaseModel):
    """What to change in LINE Official Account Manager; what is not named stays."""

    endpoint: str | None = None
    active: bool | None = None
    chat: bool | None = None
    manual_read: bool | None = None
    user_id: str | None = None


def router(world: World) -> APIRouter:
    """Quota, bot info, the webhook's address and test; and the Manager's switches for tests."""
    whole = APIRouter()
    whole.include_router(_quota_and_info(world))
    whole.include_router(_webhook(world))

    @whole.post("/control/line/account")
    async def manager(asked: Manager) -> dict[str, Any]:
        changes = asked.model_dump(exclude_none=True)
        for name, value in changes.items():
            setattr(world.account, name, value)
        world.touch()
        return changes

    return whole


def _quota_and_info(world: World) -> APIRouter:
    api = APIRouter(prefix="/line-api")
    line, account = world.line, world.account

    @api.get("/v2/bot/message/quota")
    async def quota(request: Request) -> Response:
        async def work(_: str) -> Response:
            if line.quota is None:
                return JSONResponse({"type": "none"})
            return JSONResponse({"type": "limited", "value": line.quota})

        return await serve(world, request, "line.quota", work)

    @api.get("/v2/bot/message/quota/consumption")
    async def consumption(request: Request) -> Response:
        async def work(_: str) -> Response:
            return JSONResponse({"totalUsage": line.used})

        return await serve(world, request, "line.quota", work)

    @api.get("/v2/bot/info")
    async def info(request: Request) -> Response:
        async def work(_: str) -> Response:
            return JSONResponse(
                {
                    "userId": account.user_id,
                    "basicId": "@mihon",
                    "displayName": f"{world.settings.account_name}（練習）",
                    "chatMode": "chat" if account.chat else "bot",
                    "markAsReadMode": "manual" if account.chat and account.manual_read else "auto",
                }
            )

        return await serve(world, request, "line.info", work)

    return api


def _webhook(world: World) -> APIRouter:
    api = APIRouter(prefix="/line-api/v2/bot/channel/webhook")
    account = world.account

    @api.get("/endpoint")
    async def endpoint(request: Request) -> Response:
        async def work(_: str) -> Response:
            if not account.endpoint:
                raise LineError(404, "Webhook endpoint not found")
            return JSONResponse({"endpoint": account.endpoint, "active": account.active})

        return await serve(world, request, "line.webhook_test", work)

    @api.put("/endpoint")
    async def set_endpoint(request: Request) -> Response:
        async def work(_: str) -> Response:
            body = await checked_body(request, "SetWebhookEndpointRequest")
            # The one thing more lenient than LINE: a product on this machine has no https.
            if not body["endpoint"].startswith(("https://", *_LOCAL)):
                raise LineError(400, "Invalid webhook endpoint URL")
            account.endpoint = body["endpoint"]
            return JSONResponse({})

        return await serve(world, request, "line.webhook_test", work)

    @api.post("/test")
    async def test(request: Request) -> Response:
        async def work(_: str) -> Response:
            given = (await checked_body(request, "TestWebhookEndpointRequest")) if await request.body() else {}
            url = given.get("endpoint", account.endpoint)
            attempt = await _knock(world, url)
            stamp = datetime.fromtimestamp(attempt.at, UTC).isoformat(timespec="milliseconds")
            ok = 200 <= attempt.status < 300
            outcome = {"success": ok, "timestamp": stamp.replace("+00:00", "Z"), "statusCode": attempt.status}
            return JSONResponse(outcome | {"reason": "OK" if ok else attempt.note, "detail": str(attempt.status)})

        return await serve(world, request, "line.webhook_test", work)

    return api


async def _knock(world: World, url: str) -> Attempt:
    """Only the product of this practice world can be reached; any other address gives no answer."""
    if url != f"{world.settings.product_url}/line/{world.settings.tenant}":
        return Attempt(world.clock.now(), 0, "could_not_connect")
    return (await line_webhook.send(world, [])).attempts[0]
