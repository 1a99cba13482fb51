"""The command palette (Ctrl+K): what one may go to, as real links and one real form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from handoff import saved_views
from handoff.console.board import Wanted
from handoff.console.draw import draw
from handoff.console.finding import MAX_QUERY, by_number
from handoff.console.guard import READERS, Anyone, ReaderPost
from handoff.console.parts import console_of
from handoff.console.queue_pages import queue_with


def add_palette(router: APIRouter) -> None:
    """Put the palette's routes on `router`."""
    router.add_api_route("/palette", palette, methods=["GET"])
    router.add_api_route("/goto", goto, methods=["POST"])


def palette(request: Request, found: Anyone) -> Response:
    """The inside of the palette for this person."""
    console = console_of(request)
    saved: tuple[saved_views.Saved, ...] = ()
    if found.staff.role in READERS:
        with console.reading() as session:
            saved = saved_views.views_of(session, found.staff)
    return draw(request, "parts/palette.html", found, saved=saved)


def goto(request: Request, found: ReaderPost, q: Annotated[str, Form()] = "") -> Response:
    """The case with this number or receipt; else what a search finds."""
    case_id = by_number(console_of(request), found.staff, q.replace("\0", "")[:MAX_QUERY])
    if case_id is None:
        return queue_with(request, found, Wanted(query=q))
    return Response(status_code=303, headers={"Location": f"/console/cases/{case_id}"})
