"""入っている端末: one's own sign-ins, for 管理 everybody's, and putting a browser out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from handoff import ledger, sign_ins
from handoff.console.draw import draw
from handoff.console.guard import Absent, Anyone, AnyonePost
from handoff.console.parts import console_of

Field = Annotated[str, Form()]


def add_sessions(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/sessions", sessions_page, methods=["GET"])
    router.add_api_route("/sessions", end, methods=["POST"])


def sessions_page(request: Request, found: Anyone) -> Response:
    """Where one is signed in; 管理 sees all of the town's."""
    console = console_of(request)
    now = console.parts.now()
    with console.reading() as session:
        own = sign_ins.sign_ins(session, console.tenant, now, staff_id=found.staff.id, token=found.token)
        others: tuple[sign_ins.SignIn, ...] = ()
        if found.staff.role == "manager":
            everybody = sign_ins.sign_ins(session, console.tenant, now, staff_id=None)
            others = tuple(one for one in everybody if one.staff_id != found.staff.id)
    return draw(request, "sessions.html", found, own=own, others=others)


def end(request: Request, found: AnyonePost, staff: Field = "", which: Field = "") -> Response:
    """この端末を出す (`which` is its name) or すべて出す (`all`): of oneself all but the browser that asks.

    Only 管理 may name somebody else; for others such a person is absent.
    """
    console = console_of(request)
    parts = console.parts
    whose = int(staff) if staff.isascii() and staff.isdecimal() and len(staff) < 20 else found.staff.id
    mine = whose == found.staff.id
    if not which or (not mine and found.staff.role != "manager"):
        raise Absent
    now = parts.now()
    with parts.sessions.begin() as session:
        but = found.token if mine and which == "all" else ""
        name = "" if which == "all" else which
        ended = sign_ins.put_out(session, console.tenant, whose, now, name=name, but=but)
        if ended:
            ledger.audit(
                session, parts.office.audit_key, console.tenant, at=now, action="sign_in_ended",
                staff_id=found.staff.id, detail=f"#{whose} {ended}",
            )  # fmt: skip
    return Response(status_code=303, headers={"Location": "/console/sessions"})
