"""聞きとりシート: what staff know for the forms, each with its source. For who works on the case, and 受付."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from handoff.acting import seen_by
from handoff.console import hearing_form
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.console.settings_form import Sent
from handoff.console.settings_parts import sent_form
from handoff.number import label_of
from handoff.office import Conflict, NotFound, Refused
from handoff.packet import sheet as sheets
from handoff.packet.fields import said, sections
from handoff.packet.heard import heard_of
from handoff.packet.values import Entry, Member

Form = Annotated[Sent, Depends(sent_form)]


def add_hearing(router: APIRouter) -> None:
    """Put the page on `router`."""
    router.add_api_route("/cases/{case_id}/hearing", hearing_page, methods=["GET"])
    router.add_api_route("/cases/{case_id}/hearing", hearing_save, methods=["POST"])


def hearing_page(request: Request, case_id: CaseId, found: Reader, saved: str = "") -> Response:
    """The sheet as it stands. Reading it is logged."""
    return _page(request, found, case_id, saved=saved == "1")


def hearing_save(request: Request, case_id: CaseId, found: ReaderPost, sent: Form) -> Response:
    """Keep what was written; after a refusal everything typed stands there again."""
    parts = console_of(request).parts
    version = int(text) if (text := sent.one("version")).isascii() and text.isdigit() and len(text) < 10 else 0
    household = hearing_form.household_of(sent)
    typed: dict[str, Entry] = {}
    try:
        with parts.sessions.begin() as session:
            case, row = seen_by(parts.office, session, case_id, found.staff)
            heard = heard_of(parts.office, session, case, row)
            typed = hearing_form.entries_of(sent, heard.entries)
            sheets.save(parts.office, session, case_id, found.staff, typed, household, version, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return _page(request, found, case_id, problem=refusal.message_ja, status=status, typed=(typed, household))
    return Response(status_code=303, headers={"Location": f"/console/cases/{case_id}/hearing?saved=1"})


def _page(
    request: Request, found: Visit, case_id: int, *, saved: bool = False, problem: str = "", status: int = 200,
    typed: tuple[dict[str, Entry], tuple[Member, ...]] | None = None,
) -> Response:  # fmt: skip
    console = console_of(request)
    parts = console.parts
    with parts.sessions.begin() as session:
        case, row = seen_by(parts.office, session, case_id, found.staff)
        sheet = sheets.read(parts.office, session, case, row, found.staff, parts.now())
        mine = sheets.may_write(row, found.staff) and case.erased_at is None
        label = label_of(case.number, case.route)
    entries = {**sheet.entries, **(typed[0] if typed else {})}
    household = typed[1] if typed else sheet.household
    return draw(
        request, "hearing.html", found, status, label=label, case_id=case_id, sheet=sheet, entries=entries,
        household=household, rows=min(len(household) + 3, hearing_form.ROWS), mine=mine, saved=saved, problem=problem,
        by_section=hearing_form.by_section(), sections=sections(), sources=hearing_form.sources(parts.office.pack),
        code=hearing_form.source_code, shown=said, longest=sheets.LONGEST,
    )  # fmt: skip
