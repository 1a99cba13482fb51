"""Who is looking (閲覧中): beats of open pages, and what others' pages show of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select

from handoff import presence, scope
from handoff.acting import seen_by
from handoff.console.guard import CaseId, QuietReader, QuietReaderPost
from handoff.console.parts import console_of
from handoff.records import Ticket


def add_presence(router: APIRouter) -> None:
    """Put the routes of who is looking on `router`."""
    router.add_api_route("/cases/{case_id}/look", beat, methods=["POST"])
    router.add_api_route("/cases/{case_id}/leave", leave, methods=["POST"])
    router.add_api_route("/looking", looking, methods=["GET"])


def beat(request: Request, case_id: CaseId, found: QuietReaderPost, writing: Annotated[str, Form()] = "") -> Response:
    """The case is still open in this browser. Raises `NotFound` for whoever may not see it."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        seen_by(parts.office, session, case_id, found.staff)
        presence.look(session, parts.office.tenant, case_id, found.staff, writing == "1", parts.now())
    return Response(status_code=204)


def leave(request: Request, case_id: CaseId, found: QuietReaderPost) -> Response:
    """The case was closed in this browser."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        presence.leave(session, parts.office.tenant, case_id, found.staff)
    return Response(status_code=204)


def looking(request: Request, found: QuietReader) -> Response:
    """Case id → who else has it open, in words, of the cases that this person may see."""
    console = console_of(request)
    now, staff = console.parts.now(), found.staff
    with console.reading() as session:
        ids = presence.looked_at(session, console.tenant, now)
        mine = select(Ticket.case_id).where(Ticket.case_id.in_(ids), *scope.seen(console.tenant, staff))
        who = presence.looking(session, console.tenant, session.scalars(mine).all() if ids else (), now, staff.id)
    return JSONResponse({str(case_id): presence.words_ja(some) for case_id, some in who.items()})
