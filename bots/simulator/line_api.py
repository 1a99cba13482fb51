"""LINE's Messaging API for talks, as strict as the original, at the prefix `/line-api`."""

from __future__ import annotations

import hmac
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from bots.simulator import line_group
from bots.simulator.faults import ANSWER_KINDS, answered
from bots.simulator.line_limits import MAX_BODY_BYTES, message_problems
from bots.simulator.line_phone import LineError
from bots.simulator.line_schema import Problem
from bots.simulator.world import World

NOT_AUTHENTICATED = (
    "Authentication failed due to the following reason: invalid token. "
    "Confirm that the access token in the authorization header is valid."
)
Work = Callable[[str], Awaitable[Response]]


def router(world: World) -> APIRouter:
    """Sending, content, loading and reading."""
    api = APIRouter(prefix="/line-api")
    line = world.line

    @api.post("/v2/bot/message/reply")
    async def reply(request: Request) -> Response:
        async def work(_: str) -> Response:
            if "x-line-retry-key" in request.headers:
                raise LineError(400, "The X-Line-Retry-Key header is not supported by this endpoint")
            body = await checked_body(request, "ReplyMessageRequest")
            return JSONResponse(
                {"sentMessages": line.reply(body["replyToken"], body["messages"], silent=_silent(body))}
            )

        return await serve(world, request, "line.reply", work)

    @api.post("/v2/bot/message/push")
    async def push(request: Request) -> Response:
        async def work(request_id: str) -> Response:
            key = _retry_key(request)
            body = await checked_body(request, "PushMessageRequest")
            sent = line.push(body["to"], body["messages"], key, request_id, silent=_silent(body))
            return JSONResponse({"sentMessages": sent})

        return await serve(world, request, "line.push", work)

    @api.post("/v2/bot/message/validate/{kind}")
    async def validate(request: Request, kind: str) -> Response:
        async def work(_: str) -> Response:
            if kind not in {"reply", "push"}:
                raise LineError(404, "Not found")
            await checked_body(request, "ValidateMessageRequest")
            return JSONResponse({})

        return await serve(world, request, "line.validate", work)

    @api.get("/v2/bot/profile/{user_id}")
    async def profile(request: Request, user_id: str) -> Response:
        async def work(_: str) -> Response:
            world.counters.profile_calls += 1
            person = line.residents.get(user_id)
            if person is None or not person.friend or person.blocked or person.deleted or person.is_group:
                raise LineError(404, "Not found")
            return JSONResponse({"userId": user_id, "displayName": "表示名（練習）", "language": "ja"})

        return await serve(world, request, "line.profile", work)

    @api.get("/v2/bot/message/{message_id}/content")
    async def content(request: Request, message_id: str) -> Response:
        async def work(_: str) -> Response:
            found = line.content(message_id)
            if found is None:
                return Response(status_code=202)
            return Response(found.data, media_type=found.media_type)

        return await serve(world, request, "line.content", work)

    @api.get("/v2/bot/message/{message_id}/content/transcoding")
    async def transcoding(request: Request, message_id: str) -> Response:
        async def work(_: str) -> Response:
            waiting = line.contents[message_id].preparing if message_id in line.contents else 0
            return JSONResponse({"status": "processing" if waiting else "succeeded"})

        return await serve(world, request, "line.content", work)

    @api.post("/v2/bot/chat/loading/start")
    async def loading(request: Request) -> Response:
        async def work(_: str) -> Response:
            body = await checked_body(request, "ShowLoadingAnimationRequest")
            person = line.residents.get(body["chatId"])
            if person is None or person.is_group:  # one-to-one talks only
                raise LineError(400, "The property, 'chatId', in the request body is invalid")
            person.loading_until = world.clock.now() + body.get("loadingSeconds", 20)
            return JSONResponse({}, status_code=202)

        return await serve(world, request, "line.loading", work)

    @api.post("/v2/bot/chat/markAsRead")
    async def mark_as_read(request: Request) -> Response:
        async def work(_: str) -> Response:
            body = await checked_body(request, "MarkMessagesAsReadByTokenRequest")
            if not world.account.chat:
                raise LineError(400, "The chat feature of the account is turned off")
            line.mark_read(body["markAsReadToken"])
            return JSONResponse({})

        return await serve(world, request, "line.mark_as_read", work)

    @api.post("/v2/bot/group/{group_id}/leave")
    async def leave_group(request: Request, group_id: str) -> Response:
        async def work(_: str) -> Response:
            if not line_group.leaves(world, group_id):
                raise LineError(404, "Not found")
            return JSONResponse({})

        return await serve(world, request, "line.group", work)

    return api


async def serve(world: World, request: Request, target: str, work: Work) -> Response:
    """Run one call: the bearer check, an ordered fault, the work, and LINE's error shape."""
    request_id = world.ids.uuid()

    async def accept() -> Response:
        try:
            response = await work(request_id)
        except LineError as error:
            world.counters.line_refused += 1
            response = JSONResponse({"message": error.message, **error.body}, error.status, error.headers)
        world.touch()
        return response

    def refuse(status: int, retry_after_s: float) -> Response:
        headers = {"Retry-After": f"{retry_after_s:.0f}"} if status == 429 else None
        message = "You have reached the rate limit." if status == 429 else "The API server is not available"
        return JSONResponse({"message": message}, status, headers)

    given = request.headers.get("authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {world.settings.line_access_token}".encode()):
        response: Response = JSONResponse({"message": NOT_AUTHENTICATED}, 401)
    else:
        response = await answered(world.faults.take(target, ANSWER_KINDS), accept, refuse)
    response.headers["x-line-request-id"] = request_id
    return response


async def checked_body(request: Request, schema_name: str) -> dict[str, Any]:
    """The JSON body, once LINE's rules hold. Raises LineError 400 or 413."""
    raw = await request.body()
    if len(raw) > MAX_BODY_BYTES:
        raise LineError(413, "Request entity too large")
    try:
        body = json.loads(raw)
    except ValueError:
        raise LineError(400, "The request body could not be parsed as JSON") from None
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise LineError(415, "Unsupported media type")
    if problems := message_problems(schema_name, body):
        raise LineError(400, f"The request body has {len(problems)} error(s)", body={"details": _details(problems)})
    return dict(body)


def _silent(body: dict[str, Any]) -> bool:
    return body.get("notificationDisabled") is True


def _details(problems: list[Problem]) -> list[dict[str, str]]:
    return [{"message": problem.what, "property": problem.where} for problem in problems]


def _retry_key(request: Request) -> str:
    """The retry key, or "" when none was given. Raises LineError 400 when it is not a UUID in its usual form."""
    key = request.headers.get("x-line-retry-key")
    if key is None:
        return ""
    try:
        parsed = str(uuid.UUID(key))
    except ValueError:
        parsed = ""
    if not parsed or parsed != key.lower():
        raise LineError(400, "Invalid X-Line-Retry-Key")
    return parsed
