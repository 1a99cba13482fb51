"""見立ての直し: the manager reviews what staff corrected, before anything is learnt from it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response

from handoff import review
from handoff.console.correct_form import told
from handoff.console.draw import draw
from handoff.console.guard import Visit, allow, posted, visit
from handoff.console.parts import console_of
from handoff.office import Conflict, NotFound, Refused

Manager = Annotated[Visit, Depends(allow(visit, "manager"))]
ManagerPost = Annotated[Visit, Depends(allow(posted, "manager"))]
CorrectionId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Field = Annotated[str, Form()]
_LIST = "/console/corrections"


def add_review(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/corrections", list_page, methods=["GET"])
    router.add_api_route("/corrections/{correction_id}", look_page, methods=["GET"])
    router.add_api_route("/corrections/{correction_id}/accept", accept, methods=["POST"])
    router.add_api_route("/corrections/{correction_id}/refuse", refuse, methods=["POST"])


def list_page(request: Request, found: Manager) -> Response:
    """The corrections that wait. Looking is logged."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        waiting = review.waiting(parts.office, session, found.staff, parts.now())
    return draw(request, "corrections.html", found, waiting=waiting, full=len(waiting) >= review.LIMIT)


def look_page(request: Request, correction_id: CorrectionId, found: Manager) -> Response:
    """One correction with the person's words. Looking is logged."""
    return _page(request, found, correction_id)


def accept(
    request: Request, correction_id: CorrectionId, found: ManagerPost, text: Field = "", confirmed: Field = "",
    seen_at: Annotated[int, Form(ge=0, le=2**63 - 1)] = 0,
) -> Response:  # fmt: skip
    """確かめた."""
    text = text.replace("\r\n", "\n").replace("\0", "")
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            review.accept(
                parts.office, session, correction_id, found.staff, text, parts.now(), confirmed=confirmed == "yes",
                seen_at=seen_at,
            )  # fmt: skip
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, found, correction_id, refusal, text)
    return Response(status_code=303, headers={"Location": _LIST})


def refuse(request: Request, correction_id: CorrectionId, found: ManagerPost) -> Response:
    """使わない."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        review.refuse(parts.office, session, correction_id, found.staff, parts.now())
    return Response(status_code=303, headers={"Location": _LIST})


def _page(
    request: Request, found: Visit, correction_id: int, refusal: Refused | None = None, text: str = ""
) -> Response:
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        look = review.look(parts.office, session, correction_id, found.staff, parts.now())
    status = 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 422
    return draw(
        request, "correction.html", found, status, look=look, problem=refusal.message_ja if refusal else "", text=text,
        machine=told(look.record.machine), person=told(look.record.person), longest=review.MAX_TEXT,
    )  # fmt: skip
