"""The queue (受付の一覧), its parts that htmx fetches, and the live stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import StreamingResponse

from handoff import login, presence
from handoff.console import board, sheet
from handoff.console.board import Wanted
from handoff.console.draw import draw
from handoff.console.feed import Pulse, stops
from handoff.console.guard import Anyone, CaseId, QuietReader, QuietReaderPost, Reader, ReaderPost, Visit
from handoff.console.parts import Console, console_of

PING_SECONDS = 15
HOME = {"intake": "", "worker": "", "manager": "/console/figures", "auditor": "/console/audit"}


def add_queue(router: APIRouter) -> None:
    """Put the queue's routes on `router`."""
    router.add_api_route("/", queue_page, methods=["GET"])
    router.add_api_route("/search", search, methods=["POST"])
    router.add_api_route("/board", refresh, methods=["POST"])
    router.add_api_route("/live", live, methods=["GET"])
    router.add_api_route("/calls", calls_bar, methods=["GET"])
    router.add_api_route("/cases/{case_id}/pane", pane, methods=["GET"])


def queue_page(request: Request, found: Anyone) -> Response:
    """The whole page; `case` opens that case beside the list. Roles without content go to their own first page."""
    elsewhere = HOME.get(found.staff.role, "/console/login")
    if elsewhere:
        return Response(status_code=303, headers={"Location": elsewhere})
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    return queue_with(request, found, board.wanted_of(given))


def search(
    request: Request, found: ReaderPost, q: Annotated[str, Form()] = "", view: Annotated[str, Form()] = "open"
) -> Response:
    """Words looked for travel in the body, never in an address."""
    return queue_with(request, found, Wanted(view=view, query=q))


def queue_with(request: Request, found: Visit, wanted: Wanted, problem: str = "", status: int = 200) -> Response:
    """The queue page as `wanted`; `problem` is what was refused."""
    console = console_of(request)
    opened = sheet.open_sheet(console, found.staff, wanted.selected) if wanted.selected else None
    if opened is not None:
        with console.parts.sessions.begin() as session:
            presence.look(session, console.tenant, wanted.selected, found.staff, False, console.parts.now())
    shown = board.gather(console, found.staff, wanted)
    return draw(request, "queue.html", found, status, board=shown, sheet=opened, problem=None, refused=problem)


def refresh(request: Request, found: QuietReaderPost, q: Annotated[str, Form()] = "") -> Response:
    """The list again, after something changed or a minute went by."""
    shown = board.gather(console_of(request), found.staff, board.where(request, q))
    return draw(request, "parts/board.html", found, board=shown, refused="")


def pane(request: Request, case_id: CaseId, found: Reader) -> Response:
    """One case for the column beside the list."""
    opened = sheet.open_sheet(console_of(request), found.staff, case_id)
    return draw(request, "parts/pane.html", found, sheet=opened, problem=None)


def calls_bar(request: Request, found: QuietReader) -> Response:
    """The open calls, for the top of a case's page that stays open."""
    return draw(request, "parts/ringing.html", found)


async def live(request: Request, found: QuietReader, since: int = 0) -> Response:
    """Server-sent events: `version` whenever the queue changed, `looks` when others open or leave cases, `ended`.

    `beat` says every 15 seconds that the line still holds (`static/live.js` cuts one that has gone silent).
    """
    last = request.headers.get("last-event-id", "")
    seen = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else since
    stream = _events(console_of(request), found, seen, stops(request))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _events(
    console: Console, found: Visit, seen: int, stopping: Callable[[], bool] = lambda: False
) -> AsyncIterator[str]:
    yield ": hello\n\n"
    quiet, last = 0, Pulse(seen, 0)
    while not stopping():  # the page then makes its line anew, and finds the server when it is back
        pulse = await console.feed.pulse()
        if pulse.version != last.version:
            yield f"event: version\nid: {pulse.version}\ndata: {pulse.version}\n\n"
        if pulse.looks != last.looks:
            yield "event: looks\ndata: 0\n\n"
        last = pulse
        await anyio.sleep(1)
        quiet += 1
        if quiet >= PING_SECONDS:
            quiet = 0
            if not await anyio.to_thread.run_sync(_signed_in, console, found.token):
                yield "event: ended\ndata: 0\n\n"
                return
            yield "event: beat\ndata: 0\n\n"


def _signed_in(console: Console, token: str) -> bool:
    with console.reading() as session:
        return login.signed_in(session, console.tenant, token, console.parts.now()) is not None
