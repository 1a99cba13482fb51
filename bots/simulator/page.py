"""The practice page at `/`: a phone, a channel and the console side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from bots.simulator import snapshot
from bots.simulator.control_slack import DEFAULT_STAFF
from bots.simulator.fault_buttons import fault_buttons
from bots.simulator.personas import personas, user_id_of
from bots.simulator.world import World

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_STREAM_PAUSE_S = 0.25
_STREAM_LIFE_S = 300


def router(world: World) -> APIRouter:
    """The page, its files, its data and its live stream."""
    api = APIRouter()

    @api.get("/")
    async def page() -> Response:
        return _file(world, "index.html")

    @api.get("/page/file/{name}")
    async def file(name: str) -> Response:
        return _file(world, name)

    @api.get("/page/start")
    async def start() -> dict[str, Any]:
        """What does not change: people, staff, and where the console is."""
        staff = [member for member in world.slack.members.values() if member.user_id != "U0TORITSUGI"]
        return {
            "personas": [asdict(persona) for persona in personas()],
            "buttons": [asdict(button) for button in fault_buttons()],
            "staff": [asdict(member) for member in staff],
            "town": world.settings.town,
            "account": world.settings.account_name,
            "console_url": world.settings.console_url,
            "console_home_url": _console_home(world),
        }

    @api.get("/page/state")
    async def state(user: str, staff: str = DEFAULT_STAFF) -> dict[str, Any]:
        if staff not in world.slack.members:
            raise HTTPException(404, "no such staff")
        return snapshot.world_state(world, user_id_of(user), staff)

    @api.get("/page/menu/{menu_id}")
    async def menu(menu_id: str) -> Response:
        found = world.menus.menus.get(menu_id)
        if found is None or not found.image:
            raise HTTPException(404, "no picture")
        return Response(found.image, media_type=found.media_type)

    @api.get("/page/content/{message_id}")
    async def content(message_id: str) -> Response:
        """A medium as the sender's own telephone shows it; this is no read of the product."""
        found = world.line.contents.get(message_id)
        if found is None or found.gone:
            raise HTTPException(404, "no such content")
        inline = found.media_type.split("/")[0] in {"image", "audio", "video"} and "svg" not in found.media_type
        return Response(found.data, media_type=found.media_type if inline else "application/octet-stream")

    @api.get("/page/stream")
    async def stream(request: Request) -> Response:
        return StreamingResponse(_changes(world, request), media_type="text/event-stream")

    return api


def _console_home(world: World) -> str:
    """Where a reload goes: the given address, else the console in front of its one-time `/login/…` link."""
    given = world.settings.console_home_url or world.settings.console_url
    before, found, _ = given.partition("/login/")
    return f"{before}/" if found else given


async def _changes(world: World, request: Request) -> AsyncIterator[str]:
    """The version number whenever it moved. The browser comes again when the stream's life is over."""
    shown = -1
    for _ in range(int(_STREAM_LIFE_S / _STREAM_PAUSE_S)):
        if await request.is_disconnected():
            return
        if world.version != shown:
            shown = world.version
            yield f"data: {shown}\n\n"
        await asyncio.sleep(_STREAM_PAUSE_S)


def _file(world: World, name: str) -> Response:
    kind = next((kind for suffix, kind in _TYPES.items() if name.endswith(suffix)), None)
    source = files("bots.simulator").joinpath("page", name)
    if kind is None or "/" in name or not source.is_file():
        raise HTTPException(404, "no such file")
    return Response(source.read_bytes(), media_type=f"{kind}; charset=utf-8", headers=_headers(world))


def _headers(world: World) -> dict[str, str]:
    console = urlsplit(world.settings.console_url)
    frame = f"{console.scheme}://{console.netloc}" if console.netloc else "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; "
        f"frame-src {frame}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
