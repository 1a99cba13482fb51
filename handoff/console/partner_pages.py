"""協定台帳, 通報した人 and 結びつき on the console. The reporter is shown once, after a reason, and never cached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import agreements, desks, linking, reporters
from handoff.acting import seen_by
from handoff.clock import TOKYO
from handoff.console.case_pages import Field, act, typed
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit, allow, visit
from handoff.console.parts import console_of
from handoff.number import label_of
from handoff.office import Office, Refused
from handoff.pack import Partner
from intake.clock import to_datetime
from intake.door_records import Member, Reporter

SOON = timedelta(days=90)
"""An agreement that ends within this time is shown as ending soon."""
Keeper = Annotated[Visit, Depends(allow(visit, "intake", "manager"))]
LinkId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One partner of the register. `last`: when its latest report came (ms), None when none did."""

    partner: Partner
    members: int
    last: int | None
    state: str
    """`over`, `soon` or `fine`."""
    desk: str = ""
    """To whom its reports go first, in words."""


def add_partners(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/partners", register_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/reporter", reporter_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/reporter", reporter_opened, methods=["POST"])
    router.add_api_route("/cases/{case_id}/links/{link_id}", link_decided, methods=["POST"])


def register_page(request: Request, found: Keeper) -> Response:
    """協定台帳: partners, how many of their workers enrolled, until when, the latest report. Nobody's name."""
    console = console_of(request)
    office, now = console.parts.office, console.parts.now()
    with console.reading() as session:
        entries = register(office, session, to_datetime(now).astimezone(TOKYO).date())
    return draw(request, "partners.html", found, entries=entries)


def register(office: Office, session: Session, today: date) -> tuple[Entry, ...]:
    """The register as it stands, those whose agreement needs somebody first."""
    members = _members(office, session)
    last = _last(office, session)
    entries = [
        Entry(one, members.get(one.code, 0), last.get(one.code), _state(one, today), _desk_ja(office, one))
        for one in office.pack.partners
    ]
    order = ("over", "soon", "fine")
    return tuple(sorted(entries, key=lambda entry: (order.index(entry.state), entry.partner.code)))


def reporter_page(request: Request, case_id: CaseId, found: Reader) -> Response:
    """The question for a reason."""
    return _reporter(request, found, case_id)


def reporter_opened(request: Request, case_id: CaseId, found: ReaderPost, reason: Field = "") -> Response:
    """通報した人を見る: answered with the page itself and never with a link to it, so that it is shown once."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            about = reporters.reveal(parts.office, session, case_id, found.staff, typed(reason), parts.now())
    except Refused as refusal:
        if refusal.code != "reason_needed":
            raise
        return _reporter(request, found, case_id, problem=refusal.message_ja, status=422)
    return _reporter(request, found, case_id, about=about)


def link_decided(
    request: Request, case_id: CaseId, link_id: LinkId, found: ReaderPost, move: Field = ""
) -> Response:  # fmt: skip
    """結びつける・ちがう・ほどく."""
    return act(
        request, found, case_id, "link",
        lambda office, session, now: linking.decide(office, session, link_id, found.staff, move, now),
    )  # fmt: skip


def _reporter(
    request: Request,
    found: Visit,
    case_id: int,
    *,
    about: reporters.About | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    console = console_of(request)
    office = console.parts.office
    with console.reading() as session:
        case, row = seen_by(office, session, case_id, found.staff)
        held, law = reporters.holds(session, office.tenant, case.id), reporters.law_ja(office, row)
    label = label_of(case.number, case.route)
    return draw(
        request, "reporter.html", found, status, case_id=case_id, label=label, held=held, law=law, about=about,
        problem=problem,
    )  # fmt: skip


def _desk_ja(office: Office, partner: Partner) -> str:
    found = desks.desk(office.pack, partner.desk)
    return found.name if found is not None else office.pack.office


def _state(partner: Partner, today: date) -> str:
    if partner.until is None:
        return "fine"
    return "over" if partner.until < today else "soon" if partner.until <= today + SOON else "fine"


def _members(office: Office, session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Member.partner, func.count())
        .where(Member.tenant == office.tenant, Member.left_at.is_(None))
        .group_by(Member.partner)
    )
    return {row[0]: row[1] for row in rows}


def _last(office: Office, session: Session) -> dict[str, int]:
    """code → ms of the latest report. The vault is opened here for the code alone, and only for the newest rows."""
    found: dict[str, int] = {}
    rows = session.scalars(
        select(Reporter)
        .where(Reporter.tenant == office.tenant, Reporter.about_sealed.is_not(None))
        .order_by(Reporter.at.desc())
        .limit(500)
    )
    for row in rows:
        code = agreements.code_of(office.sealer, row)
        if code and code not in found:
            found[code] = row.at
    return found
