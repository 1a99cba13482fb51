"""支援者の相談: staff ask the 多機関協働 desk for advice, and read here what came back. For the asker alone."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from handoff import advice, advice_back, desks
from handoff.console.case_pages import Field, typed
from handoff.console.draw import draw
from handoff.console.guard import Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.office import Refused

_ONCE = re.compile(r"[A-Za-z0-9_-]{32}")
_STALE = "画面が古いようです。書いたことは残っています。もう一度押してください。"
_ABOUT = 20
"""Characters of a number at most."""


def add_asked(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/asked", asked_page, methods=["GET"])
    router.add_api_route("/asked", asking, methods=["POST"])


def asked_page(
    request: Request,
    found: Reader,
    case: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    done: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """The form and the list without a word; with `case` that question and its answers, whose reading is logged."""
    console = console_of(request)
    opened = None
    if case:
        with console.parts.sessions.begin() as session:
            office, now = console.parts.office, console.parts.now()
            opened = advice_back.open_mine(office, session, case, found.staff, now, "console")
    return _page(request, found, advice.Asked(""), opened=opened, done=done)


def asking(
    request: Request, found: ReaderPost, once: Field = "", question: Field = "", wish: Field = "ask",
    unclear: Field = "", about: Field = "", tried: Field = "",
) -> Response:  # fmt: skip
    """相談する. What was typed stays on a refusal; words of danger call whoever is on duty."""
    parts = console_of(request).parts
    asked = advice.Asked(
        typed(question), wish if wish in advice.WISH_JA else "ask", unclear == "yes",
        " ".join(typed(about).split())[:_ABOUT], typed(tried),
    )  # fmt: skip
    try:
        if not _ONCE.fullmatch(once):
            raise Refused("stale", _STALE)
        with parts.sessions.begin() as session:
            now = parts.now()
            case_id = advice.ask(parts.office, session, found.staff, asked, now, f"asked-{once}", channel="staff")
            rang = advice.ring(parts.office, session, case_id, asked, now)
    except Refused as refusal:
        return _page(request, found, asked, problem=refusal.message_ja, status=422)
    return Response(status_code=303, headers={"Location": f"/console/asked?done={'danger' if rang else 'asked'}"})


def _page(
    request: Request, found: Visit, asked: advice.Asked, *, opened: advice_back.Asked | None = None, done: str = "",
    problem: str = "", status: int = 200,
) -> Response:  # fmt: skip
    console = console_of(request)
    pack = console.parts.office.pack
    with console.reading() as session:
        rows = advice_back.mine(console.parts.office, session, found.staff)
    to = desks.desk(pack, advice.desk_of(pack))
    return draw(
        request, "asked.html", found, status, rows=rows, opened=opened, asked=asked, done=done, problem=problem,
        to=to.name if to else pack.office, wishes=advice.WISH_JA, once=secrets.token_urlsafe(24),
        longest=advice.MAX_LENGTH,
    )  # fmt: skip
