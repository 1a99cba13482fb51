"""Answering (返事): drafts that keep themselves, templates, a preview, sending, taking back, sending again."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desk, drafts, presence, replying, templates, view
from handoff.acting import seen_by
from handoff.console.case_pages import Draft, Field, Problem, act, case_answer, typed
from handoff.console.draw import draw
from handoff.console.guard import CaseId, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.first_line import first_line
from handoff.office import Conflict, NotFound, Office, Refused
from intake.cases import text_of
from intake.records import Message

_ONCE = re.compile(r"[0-9]{1,19}-[A-Za-z0-9_-]{16}")


def add_reply(router: APIRouter) -> None:
    """Put the routes of answers on `router`."""
    for action, route in (
        ("reply", reply), ("draft", keep_draft), ("undo", undo), ("retry", retry), ("give_back", give_back),
    ):  # fmt: skip
        router.add_api_route(f"/cases/{{case_id}}/{action}", route, methods=["POST"])


def reply(
    request: Request, case_id: CaseId, found: ReaderPost, text: Field = "", once: Field = "", seen: Field = "",
    template: Field = "", step: Field = "preview",
) -> Response:  # fmt: skip
    """返事: a preview first, then sent once however often the button is pressed."""
    text = typed(text)
    values = {"text": text, "once": once if _ONCE.fullmatch(once) else "", "seen": str(id_in(seen) or "")}
    if step == "template":
        return _with_template(request, found, case_id, template, values)
    if step == "draft":
        return act(
            request, found, case_id, "reply",
            lambda office, session, now: drafts.save(office, session, case_id, found.staff, text, now), values,
            anchor="reply",
        )  # fmt: skip
    if step != "send" or not values["once"].startswith(f"{case_id}-"):
        return _preview(request, found, case_id, step, values)
    upto = id_in(seen)
    return act(
        request, found, case_id, "reply",
        lambda office, session, now: desk.reply(
            office, session, case_id, found.staff, text, now, values["once"], seen_upto=upto
        ),
        values,
    )  # fmt: skip


def keep_draft(request: Request, case_id: CaseId, found: ReaderPost, text: Field = "") -> Response:
    """What was written so far, kept while the writer pauses; others see that somebody writes."""
    parts = console_of(request).parts
    now, text = parts.now(), typed(text)
    try:
        with parts.sessions.begin() as session:
            drafts.save(parts.office, session, case_id, found.staff, text, now)
            presence.look(session, parts.office.tenant, case_id, found.staff, bool(text.strip()), now)
    except NotFound:
        raise
    except Refused as refusal:
        return draw(request, "parts/draft_said.html", found, problem=refusal.message_ja, kept=False)
    return draw(request, "parts/draft_said.html", found, problem="", kept=bool(text.strip()))


def undo(request: Request, case_id: CaseId, found: ReaderPost, outgoing: Field = "") -> Response:
    """送信を取り消す, while it waits: the words come back into the box."""
    row_id = id_in(outgoing) or 0

    def effect(office: Office, session: Session, now: int) -> None:
        seen_by(office, session, case_id, found.staff)
        written = _written(office, session, case_id, found.staff.id, row_id)
        begun = drafts.load(office, session, case_id, found.staff)
        desk.undo_reply(office, session, case_id, found.staff, row_id, now)
        both = "\n\n".join(part for part in (written, begun) if part)
        if written and len(both) <= desk.MAX_REPLY_UNITS // 2:
            drafts.save(office, session, case_id, found.staff, both, now)

    return act(request, found, case_id, "undo", effect, anchor="reply")


def retry(request: Request, case_id: CaseId, found: ReaderPost, outgoing: Field = "") -> Response:
    """もう一度送る."""
    row_id = id_in(outgoing) or 0
    return act(
        request, found, case_id, "retry",
        lambda office, session, now: desk.retry(office, session, case_id, found.staff, row_id, now),
    )  # fmt: skip


def give_back(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """ボットに戻す."""
    return act(
        request, found, case_id, "give_back",
        lambda office, session, now: desk.give_back(office, session, case_id, found.staff, now),
    )  # fmt: skip


def _preview(request: Request, found: Visit, case_id: int, step: str, values: dict[str, str]) -> Response:
    problem, status = (None, 200) if step == "edit" else _fault(request, found, case_id, values)
    showing = step != "edit" and problem is None
    shown = first_line(values["text"]) if showing else None
    return case_answer(request, found, case_id, problem, Draft(showing, values), status, first_line=shown)


def _fault(request: Request, found: Visit, case_id: int, values: dict[str, str]) -> tuple[Problem | None, int]:
    """What would keep this answer from going, said before the preview: the words stay in the box."""
    console = console_of(request)
    try:
        with console.reading() as session:
            office = console.parts.office
            replying.check(office, session, case_id, found.staff, values["text"], id_in(values["seen"]))
    except NotFound:
        raise
    except Refused as refusal:
        return Problem("reply", refusal.message_ja, refusal.code), 409 if isinstance(refusal, Conflict) else 422
    return None, 200


def _with_template(request: Request, found: Visit, case_id: int, chosen: str, values: dict[str, str]) -> Response:
    """The box with a template behind what stands in it, for browsers without scripts."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        case = view.open_case(parts.office, session, case_id, found.staff, parts.now(), "console")
    known = {one.id: one.text for one in templates.reply_templates(parts.office.pack, case)}
    if chosen in known:
        values = values | {"text": "\n".join(part for part in (values["text"].rstrip(), known[chosen]) if part)}
    return case_answer(request, found, case_id, None, Draft(False, values))


def id_in(text: str) -> int | None:
    """The id of a message that a form carries, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 2**63 else None


def _written(office: Office, session: Session, case_id: int, staff_id: int, row_id: int) -> str:
    """The words of this person's answer that is about to be taken back."""
    message = session.scalar(
        select(Message).where(
            Message.case_id == case_id, Message.source == f"out:{row_id}", Message.staff_id == staff_id
        )
    )  # fmt: skip
    return text_of(office.sealer, message) if message is not None else ""
