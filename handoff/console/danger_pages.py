"""What may be done for an anonymous person in mortal danger (命の危険のとき), and opening their number (番号を開く).

The page informs; it decides nothing. Opening the number needs a reason and a second press, and is shown once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import basis, break_glass, ledger, numbers
from handoff.acting import seen_by
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit
from handoff.console.parts import Console, console_of
from handoff.console.words import ROUTE_JA
from handoff.number import label_of
from handoff.office import NotFound, Refused
from handoff.proxy import WAY_JA
from intake import cases
from intake.records import Case, Message

_CHANNEL_JA = {"line": "LINE", "slack": "Slack", "web": "ウェブの入り口", **WAY_JA}
Field = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Known:
    """What the town knows of the person of one case, without their words."""

    case_id: int
    label: str
    channel: str
    route: str
    receipt: str
    last_at: int | None
    place: bool
    """Whether a place was sent in the talk."""
    refusal: str
    """Why the number cannot be opened, "" when it can."""


def add_danger(router: APIRouter) -> None:
    """Put these routes on `router`."""
    router.add_api_route("/danger", general_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/danger", case_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/glass", open_glass, methods=["POST"])


def general_page(request: Request, found: Reader) -> Response:
    """The page for any case."""
    return _page(request, found, None)


def case_page(request: Request, case_id: CaseId, found: Reader) -> Response:
    """The page with what is known of one case. Opening it is logged, as reading the case is."""
    console = console_of(request)
    now = console.parts.now()
    with console.parts.sessions.begin() as session:
        shown = _known(console, session, case_id, found)
        ledger.audit(
            session, console.parts.office.audit_key, console.tenant, at=now, action="viewed",
            staff_id=found.staff.id, case_id=case_id, detail="danger",
        )  # fmt: skip
    return _page(request, found, shown)


def open_glass(
    request: Request, case_id: CaseId, found: ReaderPost, reason: Field = "", step: Field = "confirm"
) -> Response:
    """Ask again first; then open, log and show it in this one answer."""
    console = console_of(request)
    reason = reason.replace("\r\n", "\n").replace("\0", "")
    with console.reading() as session:
        shown = _known(console, session, case_id, found)
    fault = shown.refusal or ("" if _said(reason) else f"理由を {break_glass.LEAST_REASON} 文字以上で書いてください。")
    if fault or step != "open":
        asking = not fault and step == "confirm"
        return _page(request, found, shown, reason=reason, fault=fault, asking=asking, status=422 if fault else 200)
    try:
        with console.parts.sessions.begin() as session:
            parts = console.parts
            opened = break_glass.open_number(parts.office, session, case_id, found.staff, reason, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, found, shown, reason=reason, fault=refusal.message_ja, status=422)
    return _page(request, found, shown, opened=opened)


def _said(reason: str) -> bool:
    return len("".join(reason.split())) >= break_glass.LEAST_REASON


def _known(console: Console, session: Session, case_id: int, found: Visit) -> Known:
    office = console.parts.office
    case, row = seen_by(office, session, case_id, found.staff)
    of_person = (Message.case_id == case.id, Message.author == "person", Message.unsent_at.is_(None))
    place = select(Message.id).where(*of_person, Message.kind == "location").limit(1)
    try:
        break_glass.opening_of(session, case, row)
        refusal = ""
    except Refused as why:
        refusal = why.message_ja
    return Known(
        case_id=case.id,
        label=_label(case),
        channel=_CHANNEL_JA.get(case.channel, case.channel),
        route=ROUTE_JA.get(case.route, ""),
        receipt=cases.receipt_of(office.sealer, case) if case.erased_at is None else "",
        last_at=session.scalar(select(func.max(Message.at)).where(*of_person)),
        place=session.scalar(place) is not None,
        refusal=refusal,
    )


def _label(case: Case) -> str:
    return label_of(case.number, case.route)


def _page(
    request: Request,
    found: Visit,
    known: Known | None,
    *,
    reason: str = "",
    fault: str = "",
    asking: bool = False,
    opened: break_glass.Opened | None = None,
    status: int = 200,
) -> Response:
    pack = console_of(request).parts.office.pack
    police, fire = numbers.lines_for((), pack)[:2]
    return draw(
        request, "danger.html", found, status, known=known, reason=reason, fault=fault, asking=asking, opened=opened,
        police=police, fire=fire, law=basis.BASES["C3"], least=break_glass.LEAST_REASON,
    )  # fmt: skip
