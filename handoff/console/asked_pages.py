"""わたしが相談したこと: what somebody of staff asked the 多機関協働 desk, and what came back. For the asker alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from handoff import advice_back
from handoff.console.draw import draw
from handoff.console.guard import Reader
from handoff.console.parts import console_of


def add_asked(router: APIRouter) -> None:
    """Put the route on `router`."""
    router.add_api_route("/asked", asked_page, methods=["GET"])


def asked_page(
    request: Request, found: Reader, case: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None
) -> Response:
    """The list without a word; with `case` that question and its answers, whose reading is logged."""
    console = console_of(request)
    office, now = console.parts.office, console.parts.now()
    with console.parts.sessions.begin() as session:
        opened = advice_back.open_mine(office, session, case, found.staff, now, "console") if case else None
        rows = advice_back.mine(office, session, found.staff)
    return draw(request, "asked.html", found, rows=rows, opened=opened)
