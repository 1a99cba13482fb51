"""請求: what people ask of their own data. For 受付, who sees all of the town's cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from handoff import disclosure, ledger, request_acts, requests
from handoff.acting import seen_by
from handoff.console import words
from handoff.console.case_pages import typed
from handoff.console.draw import draw
from handoff.console.guard import Visit, allow, posted, visit
from handoff.console.parts import console_of
from handoff.console.static_files import Shelf
from handoff.office import NotFound, Office, Refused

Desk = Annotated[Visit, Depends(allow(visit, "intake"))]
DeskPost = Annotated[Visit, Depends(allow(posted, "intake"))]
RequestId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Field = Annotated[str, Form()]
Ticks = Annotated[list[str], Form()]
Act = Callable[[Office, Session, int], object]


def add_requests(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/requests", list_page, methods=["GET"])
    router.add_api_route("/requests", entered, methods=["POST"])
    router.add_api_route("/requests/{request_id}", one_page, methods=["GET"])
    for action, route in (
        ("check", check), ("note", note), ("refuse", refuse), ("correct", correct), ("stop", stop), ("delete", delete),
        ("disclose", disclose),
    ):  # fmt: skip
        router.add_api_route(f"/requests/{{request_id}}/{action}", route, methods=["POST"])


def list_page(request: Request, found: Desk) -> Response:
    """Every request, the open ones by their due day; the form to write one down."""
    return _list(request, found)


def entered(
    request: Request, found: DeskPost, number: Field = "", kind: Field = "", way: Field = "", how: Field = "",
    text: Field = "",
) -> Response:  # fmt: skip
    """Write down what came at the counter, by telephone or by letter."""
    parts = console_of(request).parts
    how, text = typed(how), typed(text)
    try:
        with parts.sessions.begin() as session:
            made = requests.enter(
                parts.office, session, found.staff, number, kind, way, how, text, parts.now()
            )  # fmt: skip
    except Refused as refusal:
        values = {"number": number, "kind": kind, "way": way, "how": how, "text": text}
        return _list(request, found, refusal.message_ja, values)
    return Response(status_code=303, headers={"Location": f"/console/requests/{made}"})


def one_page(request: Request, request_id: RequestId, found: Desk) -> Response:
    """One request. Where it asks for disclosure, every paragraph of the record with its tick; reading it is logged."""
    return _one(request, found, request_id)


def check(request: Request, request_id: RequestId, found: DeskPost, how: Field = "") -> Response:
    """本人確認をした."""
    how = typed(how)
    return _act(request, found, request_id, lambda office, session, now: request_acts.check(
        office, session, request_id, found.staff, how, now))  # fmt: skip


def note(request: Request, request_id: RequestId, found: DeskPost, text: Field = "") -> Response:
    """メモ."""
    text = typed(text)
    return _act(request, found, request_id, lambda office, session, now: request_acts.note(
        office, session, request_id, found.staff, text, now))  # fmt: skip


def refuse(request: Request, request_id: RequestId, found: DeskPost, text: Field = "") -> Response:
    """応じない."""
    text = typed(text)
    return _act(request, found, request_id, lambda office, session, now: request_acts.refuse(
        office, session, request_id, found.staff, text, now))  # fmt: skip


def correct(request: Request, request_id: RequestId, found: DeskPost, text: Field = "") -> Response:
    """訂正."""
    text = typed(text)
    return _act(request, found, request_id, lambda office, session, now: request_acts.correct(
        office, session, request_id, found.staff, text, now))  # fmt: skip


def stop(request: Request, request_id: RequestId, found: DeskPost) -> Response:
    """利用停止."""
    return _act(request, found, request_id, lambda office, session, now: request_acts.stop(
        office, session, request_id, found.staff, now))  # fmt: skip


def delete(request: Request, request_id: RequestId, found: DeskPost, text: Field = "", sure: Field = "") -> Response:
    """削除: the keys are destroyed once the rows are gone for good."""
    parts = console_of(request).parts
    text = typed(text)
    if sure != "yes":
        return _one(request, found, request_id, "「元に戻せないことを確かめました」に印をつけてください。")
    try:
        with parts.sessions.begin() as session:
            keys = request_acts.delete(parts.office, session, request_id, found.staff, text, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _one(request, found, request_id, refusal.message_ja)
    parts.office.vault.destroy(keys)
    return Response(status_code=303, headers={"Location": "/console/requests"})


def disclose(
    request: Request, request_id: RequestId, found: DeskPost, mark: Field = "", form: Field = "html",
    hide: Ticks = [],  # noqa: B006 (FastAPI copies it)
) -> Response:  # fmt: skip
    """開示を決める: the file itself, once, with what was ticked blacked out. On record."""
    console = console_of(request)
    parts = console.parts
    now = parts.now()
    try:
        with parts.sessions.begin() as session:
            shown = requests.opened(parts.office, session, request_id, found.staff)
            case, row = seen_by(parts.office, session, shown.case_id, found.staff)
            record = disclosure.record_of(parts.office, session, case, row, now)
            if record.mark != mark:
                raise Refused("changed", "見ているあいだに、記録が変わりました。もう一度、見なおしてください。")
            hidden = frozenset(hide) & {one.id for one in record.paragraphs}
            request_acts.disclosed(parts.office, session, request_id, found.staff, len(hidden), now)
    except NotFound:
        raise
    except Refused as refusal:
        return _one(request, found, request_id, refusal.message_ja, ticked=frozenset(hide))
    made = words.moment(now, 0)
    if form == "json":
        body = json.dumps(disclosure.as_json(record, hidden, made), ensure_ascii=False, indent=1).encode()
        return _file(body, "application/json", f"kaiji-{record.label}.json")
    page = console.pages.get_template("disclosure_file.html").render(
        record=record, paragraphs=disclosure.blacked(record, hidden), groups=disclosure.GROUPS, made=made,
        town=parts.office.pack, style=_style(console.shelf), black=disclosure.BLACK,
    )  # fmt: skip
    return _file(page.encode("utf-8", "replace"), "text/html", f"kaiji-{record.label}.html")


def _style(shelf: Shelf) -> Markup:
    found = shelf.get("disclosure.css")
    assert found is not None
    return Markup(found.body.decode())  # noqa: S704 (ours)


def _file(body: bytes, media_type: str, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(body, media_type=media_type, headers={"Content-Disposition": disposition})


def _act(request: Request, found: Visit, request_id: int, act: Act) -> Response:
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            act(parts.office, session, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _one(request, found, request_id, refusal.message_ja)
    return Response(status_code=303, headers={"Location": f"/console/requests/{request_id}"})


def _list(
    request: Request, found: Visit, problem: str = "", values: dict[str, str] | None = None
) -> Response:  # fmt: skip
    console = console_of(request)
    with console.reading() as session:
        rows = requests.listed(console.parts.office, session)
    return draw(
        request, "requests.html", found, 422 if problem else 200, rows=rows, problem=problem, values=values or {},
        requests=requests,
    )  # fmt: skip


def _one(
    request: Request, found: Visit, request_id: int, problem: str = "", *,
    ticked: frozenset[str] | None = None,
) -> Response:  # fmt: skip
    parts = console_of(request).parts
    now = parts.now()
    with parts.sessions.begin() as session:
        shown = requests.opened(parts.office, session, request_id, found.staff)
        record = None
        if shown.kind == "disclosure" and not shown.erased and shown.checked:
            case, row = seen_by(parts.office, session, shown.case_id, found.staff)
            record = disclosure.record_of(parts.office, session, case, row, now)
            ledger.audit(
                session, parts.office.audit_key, parts.office.tenant, at=now, action="viewed",
                staff_id=found.staff.id, case_id=case.id, detail="disclosure",
            )  # fmt: skip
    return draw(
        request, "request.html", found, 422 if problem else 200, one=shown, record=record, problem=problem,
        ticked=ticked, requests=requests, groups=disclosure.GROUPS, told=words.SILENCE_JA.get(shown.silence, ""),
    )  # fmt: skip
