"""Our own page as one router, to be included by the composition: `app.include_router(make_door(parts))`."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from bots.parts import Parts
from bots.web.desk_pages import add_desk_list
from bots.web.door import Door, door_of
from bots.web.draw import make_pages
from bots.web.enter_pages import add_entrances
from bots.web.guard import Absent, door_route
from bots.web.place_pages import add_places
from bots.web.static_files import door_shelf
from bots.web.talk_pages import add_talk
from bots.web_forms.pages import add_forms, make_forms
from bots.web_forms.remark_pages import add_remark_form
from intake.clock import now_ms


def make_door(parts: Parts, now: Callable[[], int] = now_ms) -> APIRouter:
    """The pages `/soudan`, `/d/…`, `/back`, `/talk` and their files."""
    shelf = door_shelf()
    door = Door(parts, make_pages(shelf), shelf, now)
    router = APIRouter(route_class=door_route(door), include_in_schema=False, default_response_class=Response)
    router.add_api_route("/s/{name}", static_file, methods=["GET"])
    add_entrances(router)
    add_places(router)
    add_desk_list(router)
    add_talk(router)
    add_forms(router)
    add_remark_form(router, make_forms())
    return router


def static_file(request: Request, name: str) -> Response:
    """A file of ours. It tells nothing of who asked, and its address changes with its content."""
    found = door_of(request).shelf.get(name)
    if found is None:
        raise Absent
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": found.media_type}
    return Response(found.body, headers=headers)
