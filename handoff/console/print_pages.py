"""連絡票 on paper: one black-and-white A4 sheet of a case, drawn for printing. Who reported it is never on it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from handoff import ledger
from handoff.console import sheet
from handoff.console.board import desk_names
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader
from handoff.console.parts import console_of
from handoff.handed import last_handed


def add_print(router: APIRouter) -> None:
    """Put the route on `router`."""
    router.add_api_route("/cases/{case_id}/print", print_page, methods=["GET"])


def print_page(request: Request, case_id: CaseId, found: Reader) -> Response:
    """The sheet. Opening it is logged as a look and as `printed`."""
    console = console_of(request)
    parts = console.parts
    opened = sheet.open_sheet(console, found.staff, case_id)
    with parts.sessions.begin() as session:
        handed = last_handed(parts.office, session, case_id)
        ledger.audit(
            session, parts.office.audit_key, console.tenant, at=parts.now(), action="printed",
            staff_id=found.staff.id, case_id=case_id,
        )  # fmt: skip
    desk = desk_names(console).get(found.staff.desk, parts.office.pack.office)
    return draw(request, "print.html", found, sheet=opened, handed=handed, desk=desk)
