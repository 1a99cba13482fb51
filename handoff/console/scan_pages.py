"""紙（FAX・手紙）を添える: a scan beside what was taken down of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile

from handoff import scans
from handoff.console.case_pages import Problem, case_answer
from handoff.console.guard import Absent, CaseId, ReaderPost
from handoff.console.parts import console_of
from handoff.office import NotFound, Refused


def add_scans(router: APIRouter) -> None:
    """Put the route on `router`."""
    router.add_api_route("/cases/{case_id}/scan", scanned, methods=["POST"])


def scanned(
    request: Request, case_id: CaseId, found: ReaderPost, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """The scan is cleaned, then kept; on a refusal nothing changed."""
    parts = console_of(request).parts
    if parts.scans is None:
        raise Absent
    try:
        if file is None or not file.size:
            raise Refused("none", "ファイルをえらんでください。")
        if file.size > scans.MOST:
            raise Refused("too_large", "ファイルが大きすぎます（1 MB まで）。白黒でスキャンしてください。")
        scan = parts.scans.look(file.file, file.content_type or "", file.filename or "")
        with parts.sessions.begin() as session:
            scans.attach(parts.office, session, case_id, found.staff, scan, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        problem = Problem("scan", refusal.message_ja, refusal.code)
        return case_answer(request, found, case_id, problem=problem, status=422)
    return Response(status_code=303, headers={"Location": f"/console/cases/{case_id}#timeline"})
