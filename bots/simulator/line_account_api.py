"""The calls of the Messaging API about the account itself: quota, identity, the webhook's test."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from bots.simulator import line_webhook
from bots.simulator.line_api import serve
from bots.simulator.world import World


def router(world: World) -> APIRouter:
    """Quota, bot info and webhook test."""
    api = APIRouter(prefix="/line-api")
    line, settings = world.line, world.settings

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
                    "userId": settings.bot_user_id,
                    "basicId": "@mihon",
                    "displayName": "みほん市 まるごと相談（練習）",
                    "chatMode": "bot",
                    "markAsReadMode": "auto",
                }
            )

        return await serve(world, request, "line.info", work)

    @api.post("/v2/bot/channel/webhook/test")
    async def test_webhook(request: Request) -> Response:
        async def work(_: str) -> Response:
            attempt = (await line_webhook.send(world, [])).attempts[0]
            stamp = datetime.fromtimestamp(attempt.at, UTC).isoformat(timespec="milliseconds")
            ok = 200 <= attempt.status < 300
            outcome = {"success": ok, "timestamp": stamp.replace("+00:00", "Z"), "statusCode": attempt.status}
            return JSONResponse(outcome | {"reason": "OK" if ok else attempt.note, "detail": str(attempt.status)})

        return await serve(world, request, "line.webhook_test", work)

    return api
