"""A photo, voice, film or file of a case (添付): behind the same door as the case, never kept by the browser."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from handoff.acting import seen_by
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader
from handoff.console.parts import console_of
from handoff.enclosed import Opened, enclosed_of, open_attachment
from intake import attachments
from intake.db import reading

_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")
AttachmentId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def add_attachments(router: APIRouter) -> None:
    """Put the routes on `router`."""
    where = "/cases/{case_id}/attachments/{attachment_id}"
    router.add_api_route(where, attachment, methods=["GET"])
    router.add_api_route(f"{where}/shown", shown, methods=["GET"])


def attachment(request: Request, case_id: CaseId, attachment_id: AttachmentId, found: Reader) -> Response:
    """Its bytes, or the part of them that a player asks for. Opening it is logged."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        opened = open_attachment(parts.office, session, case_id, attachment_id, found.staff, parts.now())
    return _answer(opened, request.headers.get("range", ""))


def shown(request: Request, case_id: CaseId, attachment_id: AttachmentId, found: Reader) -> Response:
    """Its place in the talk, asked for by a page on which it still waits; 204 while it does. Opens nothing."""
    parts = console_of(request).parts
    with reading(parts.sessions) as session:
        case, _ = seen_by(parts.office, session, case_id, found.staff)
        enclosed = enclosed_of(parts.office, session, case).values()
    one = next((one for one in enclosed if one.id == attachment_id), None)
    if one is None or one.state == attachments.WAITING:
        return Response(status_code=204)
    return draw(request, "parts/attachment.html", found, enclosed=one, base=f"/console/cases/{case_id}")


def _answer(opened: Opened, asked: str) -> Response:
    size = len(opened.body)
    headers = {
        "Content-Disposition": f'{"attachment" if opened.download else "inline"}; filename="{opened.file_name}"',
        "Accept-Ranges": "bytes",
        # Opened on its own, it may do nothing: no script, no plug-in, no form.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    part = _part(asked, size)
    if part is None:
        return Response(opened.body, 200, headers, opened.media_type)
    first, last = part
    if first >= size:
        return Response(b"", 416, headers | {"Content-Range": f"bytes */{size}"}, opened.media_type)
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(opened.body[first : last + 1], 206, headers, opened.media_type)


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that are asked for (RFC 9110, 14.1.2); None: everything, as for what we do not follow."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size - 1) if int(found[2]) else (size, size)
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    return None if first < size and last < first else (first, last)
