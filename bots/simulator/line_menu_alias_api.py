"""The rich-menu calls about aliases, and about moving everybody from one menu to another."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from bots.simulator.line_api import checked_body, serve
from bots.simulator.line_phone import LineError
from bots.simulator.world import World


def router(world: World) -> APIRouter:
    """Aliases and batches."""
    api = APIRouter()
    _aliases(api, world)
    _batches(api, world)
    return api


def _aliases(api: APIRouter, world: World) -> None:
    shelf = world.menus

    def known(alias: str) -> str:
        if alias not in shelf.aliases:
            raise LineError(404, "richmenu alias not found")
        return shelf.aliases[alias]

    @api.post("/richmenu/alias")
    async def create(request: Request) -> Response:
        async def work(_: str) -> Response:
            body = await checked_body(request, "CreateRichMenuAliasRequest")
            if body["richMenuAliasId"] in shelf.aliases:
                raise LineError(400, "conflict richmenu alias id")
            shelf.aliases[body["richMenuAliasId"]] = shelf.usable(body["richMenuId"])
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)

    @api.get("/richmenu/alias/list")
    async def listing(request: Request) -> Response:
        async def work(_: str) -> Response:
            pairs = [{"richMenuAliasId": alias, "richMenuId": target} for alias, target in shelf.aliases.items()]
            return JSONResponse({"aliases": pairs})

        return await serve(world, request, "line.menu", work)

    @api.get("/richmenu/alias/{alias}")
    async def read(request: Request, alias: str) -> Response:
        async def work(_: str) -> Response:
            return JSONResponse({"richMenuAliasId": alias, "richMenuId": known(alias)})

        return await serve(world, request, "line.menu", work)

    @api.post("/richmenu/alias/{alias}")
    async def update(request: Request, alias: str) -> Response:
        async def work(_: str) -> Response:
            known(alias)
            body = await checked_body(request, "UpdateRichMenuAliasRequest")
            shelf.aliases[alias] = shelf.usable(body["richMenuId"])
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)

    @api.delete("/richmenu/alias/{alias}")
    async def delete(request: Request, alias: str) -> Response:
        async def work(_: str) -> Response:
            known(alias)
            del shelf.aliases[alias]
            return JSONResponse({})

        return await serve(world, request, "line.menu", work)


def _batches(api: APIRouter, world: World) -> None:
    shelf = world.menus

    @api.post("/richmenu/batch")
    async def batch(request: Request) -> Response:
        async def work(request_id: str) -> Response:
            body = await checked_body(request, "RichMenuBatchRequest")
            for operation in body["operations"]:
                target = shelf.usable(operation["to"]) if operation["type"] == "link" else ""
                for person in world.line.residents.values():
                    if person.menu_id and operation.get("from", person.menu_id) == person.menu_id:
                        person.menu_id = target
            shelf.moves[request_id] = "succeeded"
            return JSONResponse({}, 202)

        return await serve(world, request, "line.menu", work)

    @api.get("/richmenu/progress/batch")
    async def progress(request: Request) -> Response:
        async def work(_: str) -> Response:
            phase = shelf.moves.get(request.query_params.get("requestId", ""))
            if phase is None:
                raise LineError(404, "Not found")
            return JSONResponse({"phase": phase, "acceptedTime": "2026-11-22T00:00:00.000Z"})

        return await serve(world, request, "line.menu", work)
