"""Slack's Web API, response addresses and Socket Mode, at the prefix `/slack-api`."""

from __future__ import annotations

import asyncio
import hmac
import json
from typing import Any

from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bots.simulator.faults import ANSWER_KINDS, answered
from bots.simulator.slack_methods import METHODS, content_of, ephemeral
from bots.simulator.slack_views import VIEW_METHODS
from bots.simulator.slack_workspace import APP_ID, BOT_ID, BOT_USER, Answerback, Args, SlackError
from bots.simulator.world import World

_JSON_FIELDS = ("blocks", "view", "metadata", "attachments")
_SCOPES = "chat:write,commands,groups:read,groups:history,users:read"


def router(world: World) -> APIRouter:
    """The routes of one simulated workspace."""
    api = APIRouter(prefix="/slack-api")
    space = world.slack

    @api.post("/actions/{team}/{token}")
    async def answer_back(request: Request, team: str, token: str) -> Response:
        del team
        try:
            _answer_back(world, token, json.loads(await request.body()))
        except SlackError as error:
            return JSONResponse(_refusal(world, error), 404)
        finally:
            world.touch()
        return PlainTextResponse("ok")

    @api.api_route("/{method}", methods=["GET", "POST"])
    async def call(request: Request, method: str) -> Response:
        async def accept() -> Response:
            try:
                body = {"ok": True, **await _answer(world, request, method)}
            except SlackError as error:
                body = _refusal(world, error)
            world.touch()
            return JSONResponse(body, headers={"x-oauth-scopes": _SCOPES})

        return await answered(world.faults.take(f"slack.{method}", ANSWER_KINDS), accept, _refuse)

    @api.websocket("/socket")
    async def socket(websocket: WebSocket, ticket: str = "") -> None:
        if ticket not in space.tickets:
            await websocket.close(4001)
            return
        space.tickets.discard(ticket)
        await websocket.accept()
        await websocket.send_json(
            {"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}, "debug_info": {}}
        )
        space.sockets.append(websocket)
        world.touch()
        try:
            while True:
                _acknowledge(world, await websocket.receive_json())
        except WebSocketDisconnect:
            pass
        finally:
            space.sockets.remove(websocket)
            world.touch()

    return api


def _acknowledge(world: World, message: Any) -> None:
    waiting = world.slack.acks.get(str(message.get("envelope_id"))) if isinstance(message, dict) else None
    if waiting is not None and not waiting.done():
        waiting.set_result(message.get("payload") or {})


async def _answer(world: World, request: Request, method: str) -> dict[str, Any]:
    args = await _arguments(request)
    settings, space = world.settings, world.slack
    wanted = settings.slack_app_token if method == "apps.connections.open" else settings.slack_bot_token
    other = settings.slack_bot_token if method == "apps.connections.open" else settings.slack_app_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ") or str(args.pop("token", ""))
    if not given:
        raise SlackError("not_authed")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise SlackError("not_allowed_token_type" if given == other else "invalid_auth")
    if method == "apps.connections.open":
        ticket = world.ids.uuid()
        space.tickets.add(ticket)
        return {"url": f"{settings.base_url.replace('http', 'ws', 1)}/slack-api/socket?ticket={ticket}"}
    known = METHODS.get(method) or VIEW_METHODS.get(method)
    if known is None:
        raise SlackError("unknown_method")
    return known(space, args)


async def _arguments(request: Request) -> Args:
    """Query, form or JSON body as one mapping. Raises SlackError invalid_json, invalid_form_data."""
    args: Args = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return args | body
    args |= dict(await request.form())
    for name in _JSON_FIELDS:
        if isinstance(args.get(name), str):
            try:
                args[name] = json.loads(args[name])
            except ValueError:
                raise SlackError("invalid_form_data", [f"[ERROR] {name} is not JSON"]) from None
    return args


def _refusal(world: World, error: SlackError) -> dict[str, Any]:
    world.counters.slack_refused += 1
    body: dict[str, Any] = {"ok": False, "error": error.error}
    if error.details:
        body["response_metadata"] = {"messages": error.details}
    return body


def _refuse(status: int, retry_after_s: float) -> Response:
    if status == 429:
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": f"{max(1, retry_after_s):.0f}"})
    return JSONResponse({"ok": False, "error": "internal_error"}, status)


def _answer_back(world: World, token: str, body: Args) -> None:
    """What a product posts to a response_url. Raises SlackError used_url or expired_url after five uses or 30 min."""
    space = world.slack
    known = space.answerbacks.get(token)
    if known is None or world.clock.now() > known.expires:
        raise SlackError("expired_url")
    if known.left <= 0:
        raise SlackError("used_url")
    known.left -= 1
    if body.get("delete_original"):
        _remove(world, known)
    elif body.get("replace_original"):
        message = space.find(space.channel(known.channel_id), known.message_ts)
        message.pop("blocks", None)
        message.update(content_of(space, body))
    else:
        _new_answer(world, known, body)


def _new_answer(world: World, known: Answerback, body: Args) -> None:
    space = world.slack
    channel = space.channel(known.channel_id)
    content = content_of(space, body)
    if body.get("response_type") == "in_channel":
        space.post(channel, content | {"type": "message", "user": BOT_USER, "bot_id": BOT_ID})
    else:
        ephemeral(space, channel, known.user_id, content)


def _remove(world: World, known: Answerback) -> None:
    channel = world.slack.channel(known.channel_id)
    message = world.slack.find(channel, known.message_ts)
    (channel.ephemerals if message in channel.ephemerals else channel.messages).remove(message)


async def close_sockets(world: World) -> None:
    """Ask every Socket Mode client to come again, as Slack does when it refreshes a connection."""
    for websocket in list(world.slack.sockets):
        await websocket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
    await asyncio.sleep(0)
