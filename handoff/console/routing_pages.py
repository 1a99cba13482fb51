"""住んでいるところと、つなぎ先の考え方: where the person lives, the four checks, the desks with reasons, transfers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from handoff import areas, complexity, residence, transfer
from handoff import handing_rows as rows
from handoff.acting import seen_by
from handoff.basis import BASES
from handoff.consent_rows import WHOSE_JA
from handoff.console import sheet
from handoff.console.case_pages import Field, Problem, typed
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.console.settings_parts import Form
from handoff.office import Conflict, Office, Refused

_BASES = ("C0", "C3", "C8", "C2a", "C2b", "C2c", "C2d")
"""On what a case may go to another municipality; meetings of this one are no way there."""


def add_routing(router: APIRouter) -> None:
    """Put the page and its forms on `router`."""
    router.add_api_route("/cases/{case_id}/routing", routing_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/area", area_sent, methods=["POST"])
    router.add_api_route("/cases/{case_id}/transfer", transfer_sent, methods=["POST"])
    router.add_api_route("/cases/{case_id}/receipt", receipt_sent, methods=["POST"])


def routing_page(request: Request, case_id: CaseId, found: Reader) -> Response:
    """The page. Reading it is logged."""
    return _page(request, found, case_id)


def area_sent(request: Request, case_id: CaseId, found: ReaderPost, area: Field = "", other: Field = "") -> Response:
    """住んでいるところを直す: one of the pack's places, or another municipality by its name."""
    name = typed(other).strip() if area == "other" else area
    if area == "other" and not name:
        name = residence.ELSEWHERE
    return _act(
        request, found, case_id, "area",
        lambda office, session, now: areas.correct(office, session, case_id, found.staff, name, now),
        {"area": area, "other": other},
    )  # fmt: skip


def transfer_sent(request: Request, case_id: CaseId, found: ReaderPost, sent: Form) -> Response:
    """ほかの市町村に引きつぐ."""
    values = {name: typed(sent.one(name)) for name in ("town", "desk", "basis", "ask", "keep", "heard", "by_whom")}
    wish = transfer.Wish(
        values["town"], values["basis"], values["ask"], values["keep"], values["desk"].strip(),
        found.staff.id if sent.one("decide") == "yes" else None, values["heard"], values["by_whom"],
    )  # fmt: skip
    return _act(
        request, found, case_id, "transfer",
        lambda office, session, now: transfer.send(office, session, case_id, found.staff, wish, now), values,
    )  # fmt: skip


def receipt_sent(
    request: Request, case_id: CaseId, found: ReaderPost, who: Field = "", when: Field = "", way: Field = ""
) -> Response:
    """受け取りを記録する."""

    def effect(office: Office, session: Session, now: int) -> None:
        seen_by(office, session, case_id, found.staff)
        over = transfer.waiting(session, case_id)
        if over is None:
            raise Refused("wrong_state", "受け取りを待っている引きつぎはありません。")
        transfer.received(office, session, case_id, found.staff, over.id, typed(who), typed(when), way, now)

    return _act(request, found, case_id, "receipt", effect, {"who": who, "when": when, "way": way})


def _act(
    request: Request,
    found: Visit,
    case_id: int,
    form: str,
    effect: Callable[[Office, Session, int], object],
    values: Mapping[str, str],
) -> Response:
    console = console_of(request)
    try:
        with console.parts.sessions.begin() as session:
            effect(console.parts.office, session, console.parts.now())
    except (Refused, Conflict) as refusal:
        problem = Problem(form, refusal.message_ja, refusal.code)
        return _page(request, found, case_id, problem, values, 409 if isinstance(refusal, Conflict) else 422)
    return RedirectResponse(f"/console/cases/{case_id}/routing?saved=1", 303)


def _page(
    request: Request,
    found: Visit,
    case_id: int,
    problem: Problem | None = None,
    values: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    console = console_of(request)
    opened = sheet.open_sheet(console, found.staff, case_id)
    office = console.parts.office
    with console.reading() as session:
        case, row = seen_by(office, session, case_id, found.staff)
        waits = transfer.waiting(session, case_id)
        over = rows.over_of(office, session, case, waits) if waits is not None and case.erased_at is None else None
        area = row.area
    item, plan = opened.case.item, opened.case.plan
    return draw(
        request, "routing.html", found, status=status, sheet=opened, label=item.label, base=f"/console/cases/{case_id}",
        area=area, where=residence.where_ja(office.pack, area), outside=residence.mark_ja(office.pack, area),
        whose=WHOSE_JA, choices=residence.choices(office.pack), many=bool(office.pack.areas), plan=plan, over=over,
        checks=complexity.checks(item.assessment) if item.assessment else (), ways=transfer.WAYS,
        bases=tuple(BASES[code] for code in _BASES), problem=problem, draft=values or {},
        known={one.id: one for one in office.pack.desks},
        saved=request.query_params.get("saved") == "1", mine=item.owner_id == found.staff.id,
    )  # fmt: skip
