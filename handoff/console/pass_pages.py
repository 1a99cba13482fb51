"""緊急の閲覧: asking for a case outside one's desk, and what 監査 and 管理 see of it. See `handoff.passes`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from handoff import passes
from handoff.console.draw import draw
from handoff.console.guard import AuditorPost, CaseId, Overseer, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.office import Refused

Field = Annotated[str, Form()]
_NOTHING = "その番号の相談は開けませんでした。番号を確かめてください。この問い合わせは記録しました。"


def add_passes(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/open-case", open_page, methods=["GET"])
    router.add_api_route("/open-case", open_case, methods=["POST"])
    router.add_api_route("/passes", list_page, methods=["GET"])
    router.add_api_route("/passes/{pass_id}/seen", seen, methods=["POST"])


def open_page(request: Request, found: Reader) -> Response:
    """The form: a number and a reason."""
    return _form(request, found)


def open_case(request: Request, found: ReaderPost, number: Field = "", reason: Field = "") -> Response:
    """Open it, or say that it could not be opened: in the same words whatever the cause."""
    parts = console_of(request).parts
    reason = reason.replace("\r\n", "\n").replace("\0", "")
    try:
        with parts.sessions.begin() as session:
            outcome = passes.ask(parts.office, session, found.staff, number, reason, parts.now())
    except Refused as refusal:
        return _form(request, found, number=number, reason=reason, fault=refusal.message_ja)
    if outcome.case_id is None:
        return _form(request, found, fault=_NOTHING)
    return Response(status_code=303, headers={"Location": f"/console/cases/{outcome.case_id}"})


def list_page(request: Request, found: Overseer) -> Response:
    """Who opened which case outside their desk, and whether 監査 has looked at it."""
    console = console_of(request)
    with console.reading() as session:
        shown = passes.lately(console.parts.office, session, found.staff)
    return draw(request, "passes.html", found, passes=shown)


def seen(request: Request, pass_id: CaseId, found: AuditorPost) -> Response:
    """確認しました."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        passes.confirm(parts.office, session, pass_id, found.staff, parts.now())
    return Response(status_code=303, headers={"Location": "/console/passes"})


def _form(request: Request, found: Visit, *, number: str = "", reason: str = "", fault: str = "") -> Response:
    return draw(
        request, "open_case.html", found, 422 if fault else 200, number=number, reason=reason, fault=fault,
        least=passes.LEAST_REASON, tries=passes.TRIES,
    )  # fmt: skip
