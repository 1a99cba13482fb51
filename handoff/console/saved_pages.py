"""A person's own views of the queue (保存した見方): save what is chosen now, rename, order, throw away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response

from handoff import saved_views
from handoff.console import board
from handoff.console.draw import draw
from handoff.console.filter_form import choices_of, filter_form
from handoff.console.guard import Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.console.queue_pages import queue_with
from handoff.office import NotFound, Refused
from handoff.view_filters import read_filter

ViewId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def add_saved(router: APIRouter) -> None:
    """Put the routes of saved views on `router`."""
    router.add_api_route("/views", views_page, methods=["GET"])
    router.add_api_route("/views", save, methods=["POST"])
    router.add_api_route("/views/{view_id}", change, methods=["POST"])


def views_page(request: Request, found: Reader) -> Response:
    """All views that this person saved."""
    return _page(request, found)


async def fields_of(request: Request) -> dict[str, list[str]]:
    """Every field of the form that was sent."""
    form = await request.form()
    return {key: [str(value) for value in form.getlist(key)] for key in form}


def save(
    request: Request, found: ReaderPost, given: Annotated[dict[str, list[str]], Depends(fields_of)],
    name: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep the filter that is shown under a name; it then stands beside the list."""
    console = console_of(request)
    try:
        with console.parts.sessions.begin() as session:
            chosen = read_filter(given, choices_of(console, session).choices)
            view_id = saved_views.save(session, found.staff, name, chosen, console.parts.now())
    except Refused as refusal:
        wanted = board.wanted_of({**given, "view": ["custom"]})
        return queue_with(request, found, wanted, refusal.message_ja, 422)
    return Response(status_code=303, headers={"Location": f"/console/?view=s{view_id}"})


def change(
    request: Request, view_id: ViewId, found: ReaderPost, what: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """`rename`, `up`, `down` or `remove` one view."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            if what == "rename":
                saved_views.rename(session, found.staff, view_id, name)
            elif what in ("up", "down"):
                saved_views.move(session, found.staff, view_id, -1 if what == "up" else 1)
            elif what == "remove":
                saved_views.remove(session, found.staff, view_id)
            else:
                raise NotFound("not_found", "その操作はありません。")
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, found, view_id, refusal.message_ja, 422)
    return Response(status_code=303, headers={"Location": "/console/views"})


def _page(request: Request, found: Visit, wrong: int = 0, message: str = "", status: int = 200) -> Response:
    console = console_of(request)
    with console.reading() as session:
        saved = saved_views.views_of(session, found.staff)
        named = choices_of(console, session)
    rows = tuple((one, filter_form(named, one.filter).words) for one in saved)
    return draw(
        request, "views.html", found, status, rows=rows, wrong=wrong, message=message, most=saved_views.MOST
    )  # fmt: skip
