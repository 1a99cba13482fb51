"""The rich-menu calls of the Messaging API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from bots.simulator import line_menu_alias_api
from bots.simulator.line_api import checked_body, serve
from bots.simulator.line_menu import Menu
from bots.simulator.line_phone import LineError
from bots.simulator.world import World


def router(world: World) -> APIRouter:
    """Create, picture, show and remove rich menus; aliases and moves are found before a menu of that name."""
    whole = APIRouter(prefix="/line-api/v2/bot")
    for part in (line_menu_alias_api.router(world), _menus(world), _people(world)):
        whole.include_router(part)
    return whole


def _menus(world: World) -> APIRouter:
    api = APIRouter()
    shelf = world.menus

    @api.post("/richmenu")
    async def create(request: Request) -> Response:
        async def work(_: str) -> Response:
            return JSONResponse({"richMenuId": shelf.create(await checked_body(request, "RichMenuRequest")).menu_id})

        return await serve(world, request, "line.menu", work)

    @api.post("/richmenu/validate")
    async def validate(request: Request) -> Response:
        async def work(_: str) -> Response:
            await checked_body(request, "RichMenuRequest")
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)

    @api.post("/richmenu/{menu_id}/content")
    async def upload(request: Request, menu_id: str) -> Response:
        async def work(_: str) -> Response:
            shelf.upload(menu_id, await request.body())
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)

    @api.get("/richmenu/{menu_id}/content")
    async def picture(request: Request, menu_id: str) -> Response:
        async def work(_: str) -> Response:
            menu = shelf.get(menu_id)
            if not menu.image:
                raise LineError(404, "Not found")
            return Response(menu.image, media_type=menu.media_type)

        return await serve(world, request, "line.menu", work)

    @api.get("/richmenu/list")
    async def listing(request: Request) -> Response:
        async def work(_: str) -> Response:
            return JSONResponse({"richmenus": [_written(menu) for menu in shelf.menus.values()]})

        return await serve(world, request, "line.menu", work)

    @api.get("/richmenu/{menu_id}")
    async def read(request: Request, menu_id: str) -> Response:
        async def work(_: str) -> Response:
            return JSONResponse(_written(shelf.get(menu_id)))

        return await serve(world, request, "line.menu", work)

    @api.delete("/richmenu/{menu_id}")
    async def delete(request: Request, menu_id: str) -> Response:
        async def work(_: str) -> Response:
            shelf.delete(menu_id)
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)

    return api


def _people(world: World) -> APIRouter:
    api = APIRouter()
    shelf = world.menus

    @api.post("/user/{user_id}/richmenu/{menu_id}")
    async def link(request: Request, user_id: str, menu_id: str) -> Response:
        async def work(_: str) -> Response:
            usable = shelf.usable(menu_id)
            if user_id == "all":
                shelf.default_id = usable
            elif user_id in world.line.residents:
                world.line.residents[user_id].menu_id = usable
            else:
                raise LineError(400, "The user is unknown")
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)

    @api.delete("/user/{user_id}/richmenu")
    async def unlink(request: Request, user_id: str) -> Response:
        async def work(_: str) -> Response:
            if user_id == "all":
                shelf.default_id = ""
            elif user_id in world.line.residents:
                world.line.residents[user_id].menu_id = ""
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)

    @api.get("/user/{user_id}/richmenu")
    async def shown(request: Request, user_id: str) -> Response:
        async def work(_: str) -> Response:
            person = world.line.residents.get(user_id)
            own = shelf.default_id if user_id == "all" else (person.menu_id if person else "")
            if not own:
                raise LineError(404, "the user has no richmenu")
            return JSONResponse({"richMenuId": own})

        return await serve(world, request, "line.menu", work)

    return api


def _written(menu: Menu) -> dict[str, Any]:
    return {"richMenuId": menu.menu_id, **menu.order}
