"""The page of one case and its forms (相談の画面). Works without JavaScript: posts, then 303 to a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from handoff import desk
from handoff.console import sheet
from handoff.console.draw import draw
from handoff.console.form_checks import is_fragment
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.office import Conflict, NotFound, Office, Refused

_ONCE = re.compile(r"[0-9]{1,19}-[A-Za-z0-9_-]{16}")
Field = Annotated[str, Form()]
Effect = Callable[[Office, Session, int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What was refused: the form's name and the words beside it. Nothing was changed."""

    form: str
    message: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed, shown again after a refusal or in the preview."""

    preview: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The typed value or ""."""
        return self.values.get(name, "")


def add_case(router: APIRouter) -> None:
    """Put the case's routes on `router`."""
    router.add_api_route("/cases/{case_id}", case_page, methods=["GET"])
    for action, route in (
        ("claim", claim), ("release", release), ("reply", reply), ("hand", hand), ("accept", accept),
        ("take_back", take_back), ("close", close),
        ("urgency", urgency), ("page", page), ("watch", watch), ("note", note), ("lift", lift),
    ):  # fmt: skip
        router.add_api_route(f"/cases/{{case_id}}/{action}", route, methods=["POST"])


def case_page(request: Request, case_id: CaseId, found: Reader) -> Response:
    """The whole case. Reading it is logged."""
    return _page(request, found, case_id)


def claim(request: Request, case_id: CaseId, found: ReaderPost, back: Field = "") -> Response:
    """担当する."""
    return act(
        request, found, case_id, "claim",
        lambda office, session, now: desk.claim(office, session, case_id, found.staff, now), back=back,
    )  # fmt: skip


def release(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """担当をやめる."""
    return act(
        request, found, case_id, "release",
        lambda office, session, now: desk.release(office, session, case_id, found.staff, now),
    )  # fmt: skip


def reply(
    request: Request, case_id: CaseId, found: ReaderPost, text: Field = "", once: Field = "", step: Field = "preview"
) -> Response:
    """返事: a preview first, then sent once however often the button is pressed."""
    text = typed(text)
    values = {"text": text, "once": once if _ONCE.fullmatch(once) else ""}
    if step != "send" or not values["once"].startswith(f"{case_id}-"):
        problem = None if text.strip() or step == "edit" else Problem("reply", "返事の文が空です。")
        showing = step != "edit" and problem is None
        return _page(request, found, case_id, problem, Draft(showing, values), 422 if problem else 200)
    return act(
        request, found, case_id, "reply",
        lambda office, session, now: desk.reply(office, session, case_id, found.staff, text, now, values["once"]),
        values,
    )  # fmt: skip


def hand(
    request: Request, case_id: CaseId, found: ReaderPost, to_desk: Field = "", basis: Field = "", ask: Field = "",
    keep: Field = "", heard: Field = "",
) -> Response:  # fmt: skip
    """つなぐ."""
    ask, keep, heard = typed(ask), typed(keep), typed(heard)
    values = {"to_desk": to_desk, "basis": basis, "ask": ask, "keep": keep, "heard": heard}
    return act(
        request, found, case_id, "hand",
        lambda office, session, now: desk.hand(
            office, session, case_id, found.staff, to_desk, basis, ask, keep, now, heard=heard
        ),
        values,
    )  # fmt: skip


def accept(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """引き受けた."""
    return act(
        request, found, case_id, "accept",
        lambda office, session, now: desk.accept(office, session, case_id, found.staff, now),
    )  # fmt: skip


def take_back(request: Request, case_id: CaseId, found: ReaderPost, reason: Field = "") -> Response:
    """つなぎを戻す."""
    reason = typed(reason)
    return act(
        request, found, case_id, "take_back",
        lambda office, session, now: desk.take_back(office, session, case_id, found.staff, reason, now),
        {"back_reason": reason},
    )  # fmt: skip


def close(request: Request, case_id: CaseId, found: ReaderPost, reason: Field = "", note: Field = "") -> Response:
    """閉じる."""
    note = typed(note)
    return act(
        request, found, case_id, "close",
        lambda office, session, now: desk.close(office, session, case_id, found.staff, reason, note, now),
        {"reason": reason, "note": note},
    )  # fmt: skip


def urgency(request: Request, case_id: CaseId, found: ReaderPost, urgency: Field = "", reason: Field = "") -> Response:
    """緊急度を直す."""
    reason = typed(reason)
    return act(
        request, found, case_id, "urgency",
        lambda office, session, now: desk.set_urgency(office, session, case_id, found.staff, urgency, reason, now),
        {"urgency": urgency, "reason": reason},
    )  # fmt: skip


def page(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """緊急として呼び出す."""
    return act(
        request, found, case_id, "page",
        lambda office, session, now: desk.page(office, session, case_id, found.staff, now),
    )  # fmt: skip


def watch(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """わたしが見ます: the call stops."""

    def effect(office: Office, session: Session, now: int) -> None:
        desk.watch(office, session, case_id, found.staff, now)

    return act(request, found, case_id, "watch", effect)


def note(request: Request, case_id: CaseId, found: ReaderPost, text: Field = "") -> Response:
    """メモ."""
    text = typed(text)
    return act(
        request, found, case_id, "note",
        lambda office, session, now: desk.note(office, session, case_id, found.staff, text, now), {"memo": text},
    )  # fmt: skip


def lift(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """その他 becomes a 相談."""
    return act(
        request, found, case_id, "lift",
        lambda office, session, now: desk.lift(office, session, case_id, found.staff, now),
    )  # fmt: skip


def act(
    request: Request,
    found: Visit,
    case_id: int,
    form: str,
    effect: Effect,
    values: Mapping[str, str] | None = None,
    *,
    back: str = "",
) -> Response:
    """Run `effect` in one transaction, committed here; a refusal rolls it back and stands beside the form."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            effect(parts.office, session, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return _page(request, found, case_id, Problem(form, refusal.message_ja), Draft(values=values or {}), status)
    if is_fragment(request):
        where = f"/console/cases/{case_id}/pane"
    else:
        where = f"/console/?case={case_id}" if back == "queue" else f"/console/cases/{case_id}"
    return Response(status_code=303, headers={"Location": where})


def _page(
    request: Request,
    found: Visit,
    case_id: int,
    problem: Problem | None = None,
    draft: Draft | None = None,
    status: int = 200,
) -> Response:
    opened = sheet.open_sheet(console_of(request), found.staff, case_id)
    name = "parts/pane.html" if is_fragment(request) else "case.html"
    return draw(request, name, found, status, sheet=opened, problem=problem, draft=draft or Draft())


def typed(text: str) -> str:
    """What a box held. Browsers send CRLF; NUL has no place in a text."""
    return text.replace("\r\n", "\n").replace("\0", "")
