"""事故の記録: leaks and what may be one, with what is due. 管理 writes, 監査 reads, and the log says that they did."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from handoff import incidents, ledger
from handoff.clock import TOKYO
from handoff.console.case_pages import Field, typed
from handoff.console.draw import draw
from handoff.console.guard import ManagerPost, Overseer, Visit
from handoff.console.parts import console_of
from handoff.office import Conflict, NotFound, Refused
from intake.clock import to_datetime

IncidentId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_PAGE = "/console/incidents"


def add_incidents(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/incidents", incidents_page, methods=["GET"])
    router.add_api_route("/incidents", written, methods=["POST"])
    router.add_api_route("/incidents/{incident_id}/step", stepped, methods=["POST"])


def incidents_page(request: Request, found: Overseer) -> Response:
    """All of the town, and for 管理 the form."""
    return _page(request, found)


def written(
    request: Request, found: ManagerPost, known_on: Field = "", kind: Field = "", people: Field = "", what: Field = "",
    cause: Field = "", measures: Field = "",
) -> Response:  # fmt: skip
    """Write one down."""
    parts = console_of(request).parts
    values = {
        "known_on": known_on, "kind": kind, "people": people, "what": typed(what), "cause": typed(cause),
        "measures": typed(measures),
    }  # fmt: skip
    try:
        told = incidents.Told(
            _day(known_on), kind, _count(people), values["what"], values["cause"], values["measures"]
        )  # fmt: skip
        with parts.sessions.begin() as session:
            incidents.add(parts.office, session, found.staff, told, parts.now())
    except Refused as refusal:
        return _page(request, found, values=values, problem=refusal.message_ja, status=422)
    return Response(status_code=303, headers={"Location": _PAGE})


def stepped(request: Request, incident_id: IncidentId, found: ManagerPost, step: Field = "") -> Response:
    """A step was taken today."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            incidents.stepped(parts.office, session, found.staff, incident_id, step, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _page(
            request, found, problem=refusal.message_ja, status=409 if isinstance(refusal, Conflict) else 422
        )  # fmt: skip
    return Response(status_code=303, headers={"Location": f"{_PAGE}#i{incident_id}"})


def _page(
    request: Request, found: Visit, *, values: dict[str, str] | None = None, problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    parts = console_of(request).parts
    now = parts.now()
    with parts.sessions.begin() as session:
        listed = incidents.entries(parts.office, session)
        if listed:
            ledger.audit(
                session, parts.office.audit_key, parts.office.tenant, at=now, action="incidents_seen",
                staff_id=found.staff.id,
            )  # fmt: skip
    return draw(
        request, "incidents.html", found, status, listed=listed, kinds=incidents.KIND_JA, steps=incidents.STEP_JA,
        values=values or {}, problem=problem, today=to_datetime(now).astimezone(TOKYO).date(),
        longest=incidents.LONGEST, writes=found.staff.role == "manager",
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("bad_day", "知った日を、2026-11-20 のように書いてください。") from None


def _count(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refused("bad_people", "人数を数字で書いてください。分からないときは、空のままにします。")
    return int(text)
