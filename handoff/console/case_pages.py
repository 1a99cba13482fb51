"""The page of one case and its plain forms (相談の画面). Works without JavaScript: posts, then 303 to a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from handoff import desk, numbers, presence
from handoff.acting import seen_by
from handoff.console import sheet
from handoff.console.draw import draw
from handoff.console.form_checks import is_fragment
from handoff.console.guard import CaseId, QuietReader, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.office import Conflict, NotFound, Office, Refused

Field = Annotated[str, Form()]
Effect = Callable[[Office, Session, int], object]


@dataclass(frozen=True, slots=True)
class Problem:
    """What was refused: the form's name and the words beside it. Nothing was changed."""

    form: str
    message: str
    code: str = ""


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
    router.add_api_route("/cases/{case_id}/news", news, methods=["GET"])
    router.add_api_route("/cases/{case_id}/fresh", fresh, methods=["GET"])
    for action, route in (
        ("claim", claim), ("release", release), ("accept", accept), ("take_back", take_back),
        ("urgency", urgency), ("page", page), ("watch", watch), ("note", note), ("lift", lift),
    ):  # fmt: skip
        router.add_api_route(f"/cases/{{case_id}}/{action}", route, methods=["POST"])


def case_page(request: Request, case_id: CaseId, found: Reader, taken: str = "") -> Response:
    """The whole case. Reading it is logged. `taken`: it was taken down a moment ago."""
    return case_answer(request, found, case_id, taken=taken == "1")


def news(
    request: Request, case_id: CaseId, found: QuietReader, since: Annotated[int, Query(ge=0, le=2**62)] = 0
) -> Response:
    """The bar 「新しい動きがあります」 where the case changed after version `since`, else 204. No content."""
    console = console_of(request)
    with console.reading() as session:
        _, row = seen_by(console.parts.office, session, case_id, found.staff)
    if row.version <= since:
        return Response(status_code=204)
    return draw(request, "parts/news_bar.html", found, base=f"/console/cases/{case_id}")


def fresh(request: Request, case_id: CaseId, found: Reader) -> Response:
    """The case's column and reading anew, without the forms: what is being written stays. Reading it is logged."""
    opened = sheet.open_sheet(console_of(request), found.staff, case_id)
    return draw(
        request, "parts/case_fresh.html", found, sheet=opened, base=f"/console/cases/{case_id}", problem=None,
        draft=Draft(),
    )  # fmt: skip


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


def urgency(request: Request, case_id: CaseId, found: ReaderPost, urgency: Field = "", reason: Field = "") -> Response:
    """緊急度を直す."""
    reason = typed(reason)
    return act(
        request, found, case_id, "urgency",
        lambda office, session, now: desk.set_urgency(office, session, case_id, found.staff, urgency, reason, now),
        {"urgency": urgency, "reason": reason},
    )  # fmt: skip


def page(request: Request, case_id: CaseId, found: ReaderPost, sure: Field = "") -> Response:
    """緊急として呼び出す, after a second look: it rings for everybody on duty."""
    if sure != "yes":
        return case_answer(request, found, case_id, None, Draft(values={"confirm": "page"}))
    return act(
        request, found, case_id, "page",
        lambda office, session, now: desk.page(office, session, case_id, found.staff, now),
    )  # fmt: skip


def watch(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """わたしが見ます: the call stops."""
    return act(
        request, found, case_id, "watch",
        lambda office, session, now: desk.watch(office, session, case_id, found.staff, now),
    )  # fmt: skip


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
    anchor: str = "",
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
        problem = Problem(form, refusal.message_ja, refusal.code)
        return case_answer(request, found, case_id, problem, Draft(values=values or {}), status)
    if is_fragment(request):
        where = f"/console/cases/{case_id}/pane"
    else:
        where = f"/console/?case={case_id}" if back == "queue" else f"/console/cases/{case_id}"
        where += f"#{anchor}" if anchor else ""
    return Response(status_code=303, headers={"Location": where})


def case_answer(
    request: Request,
    found: Visit,
    case_id: int,
    problem: Problem | None = None,
    draft: Draft | None = None,
    status: int = 200,
    *,
    taken: bool = False,
    first_line: object = None,
) -> Response:
    """The case's page, or its pane for htmx. Reading it is logged, and others see who has it open."""
    console = console_of(request)
    opened = sheet.open_sheet(console, found.staff, case_id)
    with console.parts.sessions.begin() as session:
        presence.look(session, console.tenant, case_id, found.staff, False, console.parts.now())
    police, fire = numbers.lines_for((), console.parts.office.pack)[:2]
    return draw(
        request, "parts/pane.html" if is_fragment(request) else "case.html", found, status, sheet=opened,
        problem=problem, draft=draft or Draft(), taken=taken, first_line=first_line, police=police, fire=fire,
    )  # fmt: skip


def typed(text: str) -> str:
    """What a box held. Browsers send CRLF; NUL has no place in a text."""
    return text.replace("\r\n", "\n").replace("\0", "")
