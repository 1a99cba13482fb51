"""見守り・訪問の記録: rows that wait for a person, and taking in a list as CSV with a look before anything changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile

from handoff import feed_csv, feed_register, feeds
from handoff.console.draw import draw
from handoff.console.guard import Visit, allow, posted, visit
from handoff.console.parts import console_of
from handoff.office import Conflict, Refused
from intake.db import reading

MOST: int = 150_000
"""Bytes of a file taken on screen; the form's own limit stands a little above. Longer ones go by the command line."""
_LIST = "/console/lists"
_LOOKED_AT = 20
Keeper = Annotated[Visit, Depends(allow(visit, "intake"))]
KeeperPost = Annotated[Visit, Depends(allow(posted, "intake"))]
RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Name = Annotated[str, Form(max_length=40)]


def add_lists(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/lists", list_page, methods=["GET"])
    router.add_api_route("/lists", uploaded, methods=["POST"])
    router.add_api_route("/lists/{row_id}/case", made_case, methods=["POST"])
    router.add_api_route("/lists/{row_id}/drop", dropped, methods=["POST"])


def list_page(request: Request, found: Keeper, done: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The rows that wait, and the form. `done`: how many rows came, as 「new-cases-known」, or what became of one."""
    return _page(request, found, done=done)


def uploaded(
    request: Request, found: KeeperPost, feed: Name = "", text: Annotated[str, Form()] = "", sure: Name = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:  # fmt: skip
    """First the look (確かめる), then with `sure` the taking in. A fault anywhere changes nothing."""
    parts = console_of(request).parts
    body = text.encode("utf-8", "replace") if sure == "yes" else file.file.read(MOST + 1) if file is not None else b""
    with reading(parts.sessions) as session:
        known = feed_register.find(session, parts.office.tenant, feed)
    if known is None:
        return _page(request, found, problem="どの記録かをえらんでください。", status=422)
    if len(body) > MOST:
        return _page(
            request, found, problem="ファイルが大きすぎます。分けるか、管理の人にたのんでください。", status=413
        )
    read = feed_csv.read(body, known.kind)
    if read.faults:
        return _page(request, found, faults=read.faults, feed=feed, status=422)
    if sure != "yes":
        return _page(request, found, read=read, feed=feed, text=feed_csv.decoded(body) or "")
    try:
        with parts.sessions.begin() as session:
            signs = {sign.key: sign for sign in read.signs}
            taken = feeds.take(parts.office, session, feed, signs, parts.now(), found.staff)
    except Refused as refusal:
        return _page(request, found, problem=refusal.message_ja, status=409)
    return Response(status_code=303, headers={"Location": f"{_LIST}?done={taken.new}-{taken.cases}-{taken.known}"})


def made_case(request: Request, row_id: RowId, found: KeeperPost) -> Response:
    """相談にする."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            case_id, keys = feeds.make_case(parts.office, session, row_id, found.staff, parts.now())
    except Conflict as conflict:
        return _page(request, found, problem=conflict.message_ja, status=409)
    parts.office.vault.destroy(keys)
    return Response(status_code=303, headers={"Location": f"/console/cases/{case_id}"})


def dropped(request: Request, row_id: RowId, found: KeeperPost) -> Response:
    """ちがう."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            keys = feeds.drop(parts.office, session, row_id, found.staff, parts.now())
    except Conflict as conflict:
        return _page(request, found, problem=conflict.message_ja, status=409)
    parts.office.vault.destroy(keys)
    return Response(status_code=303, headers={"Location": f"{_LIST}?done=dropped"})


def _page(
    request: Request, found: Visit, *, problem: str = "", faults: tuple[tuple[int, str], ...] = (),
    read: feed_csv.Read | None = None, feed: str = "", text: str = "", done: str = "", status: int = 200,
) -> Response:  # fmt: skip
    parts = console_of(request).parts
    with reading(parts.sessions) as session:
        known = [one for one in feed_register.listed(session, parts.office.tenant) if one.ended_at is None]
        rows = feeds.rows(parts.office, session)
        waiting = feeds.waiting(session, parts.office.tenant)
    counts = [int(part) for part in done.split("-")] if done.replace("-", "").isdigit() and done.count("-") == 2 else []
    return draw(
        request, "lists.html", found, status, known=known, rows=rows, waiting=waiting, problem=problem,
        faults=faults[:_LOOKED_AT], more=max(len(faults) - _LOOKED_AT, 0), read=read, feed=feed, text=text,
        counts=counts, dropped=done == "dropped", kinds=feed_register.KIND_JA, labels={one.name: one for one in known},
        looked_at=_LOOKED_AT,
    )  # fmt: skip
