"""気になった一言: the list of what people noticed in passing, and the form to leave one in half a minute."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response

from handoff import remark_list, remarks
from handoff.console.case_pages import Field, typed
from handoff.console.draw import draw
from handoff.console.guard import Reader, ReaderPost, Visit, allow, posted
from handoff.console.parts import console_of
from handoff.office import NotFound, Refused
from intake.db import reading

_ONCE = re.compile(r"[A-Za-z0-9_-]{32}")
_LIST = "/console/remarks"
Settler = Annotated[Visit, Depends(allow(posted, "intake"))]
RemarkId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def add_remarks(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/remarks", remark_page, methods=["GET"])
    router.add_api_route("/remarks", left, methods=["POST"])
    router.add_api_route("/remarks/case", made_case, methods=["POST"])
    router.add_api_route("/remarks/{remark_id}/settle", settled, methods=["POST"])


def remark_page(request: Request, found: Reader, done: Annotated[str, Query(max_length=8)] = "") -> Response:
    """The remarks, those of one place together; above them the form."""
    return _page(request, found, done=done)


def left(request: Request, found: ReaderPost, once: Field = "", text: Field = "", place: Field = "") -> Response:
    """One more remark. Danger in it opens a case at once, and its page."""
    parts = console_of(request).parts
    words, where = typed(text), " ".join(typed(place).split())
    try:
        if not _ONCE.fullmatch(once):
            raise Refused("stale", "画面が古いようです。書いたことは残っています。もう一度押してください。")
        with parts.sessions.begin() as session:
            said = remarks.Said("console", words, where, found.staff)
            made = remarks.leave(parts.office, session, said, parts.now(), once)
    except Refused as refusal:
        return _page(request, found, problem=refusal.message_ja, text=words, place=where, status=422)
    if made.case_id is not None and found.staff.role == "intake":
        return Response(status_code=303, headers={"Location": f"/console/cases/{made.case_id}?taken=1"})
    return Response(status_code=303, headers={"Location": f"{_LIST}?done={'danger' if made.case_id else 'left'}"})


def made_case(request: Request, found: Settler, remark: Annotated[list[int], Form()] = []) -> Response:  # noqa: B006 - read only
    """相談にする, one remark or several of one place."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            case_id, keys = remarks.make_case(parts.office, session, remark, found.staff, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, found, problem=refusal.message_ja, status=409)
    parts.office.vault.destroy(keys)
    return Response(status_code=303, headers={"Location": f"/console/cases/{case_id}"})


def settled(request: Request, remark_id: RemarkId, found: Settler, state: Field = "") -> Response:
    """覚えておく・消す."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            keys = remarks.settle(parts.office, session, remark_id, found.staff, state, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, found, problem=refusal.message_ja, status=409)
    parts.office.vault.destroy(keys)
    return Response(status_code=303, headers={"Location": f"{_LIST}?done={state}"})


def _page(
    request: Request, found: Visit, *, problem: str = "", text: str = "", place: str = "", done: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    parts = console_of(request).parts
    with reading(parts.sessions) as session:
        groups = remark_list.listed(parts.office, session, found.staff)
    return draw(
        request, "remarks.html", found, status, groups=groups, problem=problem, text=text, place=place, done=done,
        once=secrets.token_urlsafe(24), longest=remarks.LONGEST, place_longest=remarks.PLACE_LONGEST,
        state_ja=remarks.STATE_JA, way_ja=remarks.WAY_JA, entrance=f"{parts.public_url}/hitokoto",
    )  # fmt: skip
