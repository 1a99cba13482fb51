"""資源のたね: who wants to help, lend or give. For 受付 and the desk of 地域づくり; outside every case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from handoff import offers
from handoff.console.case_pages import Field, act, typed
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.office import NotFound, Refused

OfferId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def add_offers(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/offers", list_page, methods=["GET"])
    router.add_api_route("/offers/{offer_id}", settled, methods=["POST"])
    router.add_api_route("/cases/{case_id}/offer", noted, methods=["POST"])


def list_page(request: Request, found: Reader) -> Response:
    """Every offer, the new ones first. Absent for who is neither 受付 nor of 地域づくり; looking is on record."""
    return _list(request, found)


def settled(request: Request, offer_id: OfferId, found: ReaderPost, state: Field = "") -> Response:
    """お礼をした, or 終わり."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            offers.settle(parts.office, session, found.staff, offer_id, state, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _list(request, found, refusal.message_ja)
    return Response(status_code=303, headers={"Location": "/console/offers"})


def noted(
    request: Request, case_id: CaseId, found: ReaderPost, kind: Field = "", text: Field = "", reach: Field = ""
) -> Response:
    """An offer made within a case, written down by staff without the case."""
    text, reach = typed(text), typed(reach)
    return act(
        request, found, case_id, "offer",
        lambda office, session, now: offers.from_case(office, session, found.staff, case_id, kind, text, reach, now),
        {"offer_text": text, "offer_reach": reach},
    )  # fmt: skip


def _list(request: Request, found: Visit, problem: str = "") -> Response:
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        seeds = offers.listed(parts.office, session, found.staff, parts.now())
    return draw(
        request, "offers.html", found, 422 if problem else 200, seeds=seeds, problem=problem,
        desk=offers.desk_of(parts.office),
    )  # fmt: skip
