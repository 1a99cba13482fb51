"""The page behind the link of a call (呼び出しの一枚): a label, 今すぐ, and one button. No sign-in, no content.

Opening it changes nothing, because scanners of mail and chat open links too; only the button acknowledges.
"""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from bots.parts import Parts
from handoff import calls, ledger
from handoff.console.draw import make_pages
from handoff.console.static_files import Shelf
from handoff.number import label_of
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def make_router(parts: Parts) -> APIRouter:
    """`/call/{token}`. A wrong link, one of a case that is over and an old one get the same answer."""
    router = APIRouter(prefix="/call", include_in_schema=False, default_response_class=Response)
    pages = make_pages(Shelf())

    def look(token: str) -> Response:
        with reading(parts.sessions) as session:
            call = calls.by_link(session, token, now_ms())
            case = session.get(Case, call.case_id) if call else None
            if call is None or case is None:
                return _page(pages, 404, "gone")
            return _page(pages, 200, "asked" if call.state == "open" else "heard", _label(case), token)

    def press(token: str) -> Response:
        now = now_ms()
        with parts.sessions.begin() as session:
            call = calls.by_link(session, token, now)
            found = ledger.case_and_ticket(session, call.tenant, call.case_id, lock=True) if call else None
            if call is None or found is None or call.tenant not in parts.tenants:
                return _page(pages, 404, "gone")
            session.refresh(call)
            if call.state == "open":
                calls.acknowledge(parts.tenants[call.tenant].office, session, *found, now)
            label = _label(found[0])
        return _page(pages, 200, "heard", label, token)

    router.add_api_route("/{token}", look, methods=["GET"])
    router.add_api_route("/{token}", press, methods=["POST"])
    return router


def _label(case: Case) -> str:
    return label_of(case.number, case.route)


def _page(pages: Environment, status: int, state: str, label: str = "", token: str = "") -> Response:
    body = pages.get_template("call_page.html").render(state=state, label=label, token=token)
    return HTMLResponse(body, status_code=status, headers=_HEADERS)
