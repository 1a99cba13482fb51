"""閲覧の記録: who looked at what and did what, whether the log is whole, and looks that stand out. No content.

監査 sees all of it; 管理 who signed in and what became of people; 受付 who looked at a case that they may see.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import func, select

from handoff import break_glass, ledger, unusual, watching
from handoff.acting import seen_by
from handoff.console import words
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Overseer, Visit, allow, visit
from handoff.console.logs import ACTION_JA
from handoff.console.parts import console_of
from handoff.csv_text import csv_file
from handoff.number import label_of, parse_label
from handoff.records import Audit

Auditor = Annotated[Visit, Depends(allow(visit, "auditor"))]
Desk = Annotated[Visit, Depends(allow(visit, "intake"))]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
CHECKED = 1_000
"""How many of the newest entries are checked whenever the page is opened; the button checks all."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def add_audit(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/audit", audit_page, methods=["GET"])
    router.add_api_route("/audit.csv", audit_csv, methods=["GET"])
    router.add_api_route("/audit/unusual", unusual_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/looks", looks_page, methods=["GET"])


def audit_page(
    request: Request, found: Overseer, before: Before = None, staff: str = "", group: str = "", number: str = "",
    day: str = "", check: str = "",
) -> Response:  # fmt: skip
    """The log with its filters, a page at a time, newest first."""
    console = console_of(request)
    wanted = _wanted(found, staff, group, number, day)
    key, tenant = console.parts.office.audit_key, console.tenant
    with console.reading() as session:
        shown = watching.entries(session, tenant, wanted, before)
        people = watching.people(session, tenant)
        fresh = before is None
        opened = break_glass.lately(session, tenant) if fresh and not wanted.number and not wanted.day else ()
        newest = session.scalar(select(func.max(Audit.seq)).where(Audit.tenant == tenant)) or 0
        first = 1 if check == "all" else newest - CHECKED + 1
        broken = ledger.verify_audit(session, key, tenant, first) if fresh else None
    fields = {"staff": wanted.staff or "", "group": wanted.group, "number": number if wanted.number else "", "day": day}
    asked = urlencode({name: value for name, value in fields.items() if value})
    return draw(
        request, "audit.html", found, entries=shown, broken=broken, before=before, full=len(shown) >= watching.PAGE,
        glass=opened, people=people, wanted=wanted, asked=asked, groups=_groups(found), actions=ACTION_JA,
        fields=fields, part=first > 1, checked=CHECKED, newest=newest,
    )  # fmt: skip


def audit_csv(
    request: Request, found: Overseer, staff: str = "", group: str = "", number: str = "", day: str = ""
) -> Response:  # fmt: skip
    """What the filters leave as a file. That it was made is on record itself."""
    console = console_of(request)
    wanted, now = _wanted(found, staff, group, number, day), console.parts.now()
    with console.parts.sessions.begin() as session:
        shown = watching.entries(session, console.tenant, wanted, limit=watching.MOST_EXPORTED)
        ledger.audit(
            session, console.parts.office.audit_key, console.tenant, at=now, action="audit_exported",
            staff_id=found.staff.id, detail=str(len(shown)),
        )  # fmt: skip
    lines = [
        [str(one.seq), words.moment(one.at, 0), one.who, ACTION_JA.get(one.action, one.action), one.case]
        for one in shown
    ]
    body = csv_file([["番", "いつ", "だれが", "何を", "相談"], *lines])
    return Response(body, media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="kiroku.csv"'})


def unusual_page(request: Request, found: Auditor) -> Response:
    """Looks that stand out, by plain rules, with the reason in words."""
    console = console_of(request)
    with console.reading() as session:
        hours = console.parts.office.pack.hours
        shown = unusual.unusual(session, console.tenant, console.parts.now(), hours)
    return draw(
        request, "unusual.html", found, shown=shown, many=unusual.MANY_CASES, days=unusual.DAYS, most=unusual.MOST
    )


def looks_page(request: Request, case_id: CaseId, found: Desk) -> Response:
    """Who looked at this case. Raises `NotFound` as the case itself does."""
    console = console_of(request)
    with console.reading() as session:
        case, _ = seen_by(console.parts.office, session, case_id, found.staff)
        shown = watching.of_case(session, console.tenant, case.id)
        label = label_of(case.number, case.route)
    return draw(request, "looks.html", found, entries=shown, label=label, case_id=case_id, actions=ACTION_JA)


def _groups(found: Visit) -> dict[str, str]:
    groups = {code: name for code, (name, _) in watching.GROUPS.items()}
    return groups if found.staff.role == "auditor" else {"sign_ins": groups["sign_ins"]}


def _wanted(found: Visit, staff: str, group: str, number: str, day: str) -> watching.Wanted:
    """The filters as far as they make sense; what does not is left out. 管理 sees sign-ins and people only."""
    known = group if group in watching.GROUPS else ""
    return watching.Wanted(
        int(staff) if staff.isascii() and staff.isdigit() and len(staff) < 19 else 0,
        known if found.staff.role == "auditor" else "sign_ins",
        (parse_label(number) or 0) if number.strip() else 0,
        day if _DAY.fullmatch(day) and _real(day) else "",
    )


def _real(day: str) -> bool:
    try:
        return date.fromisoformat(day).year > 2000
    except ValueError:
        return False
