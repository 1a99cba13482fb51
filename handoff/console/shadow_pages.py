"""下見の見くらべ: the machine's reading beside what people find, while nothing is said to anybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from handoff import shadow
from handoff.console.cards import card
from handoff.console.draw import draw
from handoff.console.guard import Absent, CaseId, Visit, allow, posted, visit
from handoff.console.parts import console_of
from handoff.office import NotFound, Refused

Comparer = Annotated[Visit, Depends(allow(visit, "intake", "manager"))]
Judge = Annotated[Visit, Depends(allow(posted, "intake"))]
_LIST = "/console/shadow"


def add_shadow(router: APIRouter) -> None:
    """Put these pages on `router`. Outside shadow mode they are absent."""
    router.add_api_route("/shadow", shadow_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/shadow", judge, methods=["POST"])


def shadow_page(request: Request, found: Comparer) -> Response:
    """For 受付 the cases with both judgements; for 管理 the figures alone."""
    return _page(request, found)


def judge(request: Request, case_id: CaseId, found: Judge, verdict: Annotated[str, Form()] = "") -> Response:
    """合っていた stays on the list; ちがった opens the case, where the reading is corrected."""
    parts = console_of(request).parts
    _only_in_shadow(request)
    try:
        with parts.sessions.begin() as session:
            shadow.judge(parts.office, session, case_id, found.staff, verdict, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, found, refusal.message_ja)
    where = f"/console/cases/{case_id}#correct" if verdict == "different" else _LIST
    return Response(status_code=303, headers={"Location": where})


def _page(request: Request, found: Visit, problem: str = "") -> Response:
    _only_in_shadow(request)
    console = console_of(request)
    with console.reading() as session:
        rows = shadow.compared(console.parts.office, session, found.staff)
        figures = shadow.agreement(session, console.parts.office)
    now = console.parts.now()
    shown = [(card(row.item, found.staff.id, now), row) for row in rows]
    status = 422 if problem else 200
    return draw(request, "shadow.html", found, status, rows=shown, figures=figures, problem=problem)


def _only_in_shadow(request: Request) -> None:
    if not console_of(request).parts.office.shadow:
        raise Absent
