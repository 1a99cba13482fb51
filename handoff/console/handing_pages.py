"""つなぎ on the console: sending, what came to one's desk, what outside desks said, and the result of a meeting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from handoff import handing, handing_answers, handing_preview, incoming, plan_states
from handoff import handing_rows as rows
from handoff.console.case_pages import Draft, Field, Problem, act, case_answer, typed
from handoff.console.consent_pages import add_consents
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit
from handoff.console.packet_pages import dropped_ja
from handoff.console.parts import console_of
from handoff.number import label_of
from handoff.office import Conflict, NotFound, Office, Refused
from handoff.packet import pdf
from handoff.packet.as_json import seal_of
from intake.records import Case

OverId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_PAGE = "/console/incoming"
_Answer = Callable[[Office, Session, int, int], None]


def add_handing(router: APIRouter) -> None:
    """Put these routes, and those of consents, on `router`."""
    add_consents(router)
    router.add_api_route("/cases/{case_id}/hand", hand, methods=["POST"])
    router.add_api_route("/cases/{case_id}/note_answer", note_answer, methods=["POST"])
    router.add_api_route("/cases/{case_id}/meeting_result", meeting_result, methods=["POST"])
    router.add_api_route("/incoming", incoming_page, methods=["GET"])
    router.add_api_route("/incoming/{over_id}/receive", receive, methods=["POST"])
    router.add_api_route("/incoming/{over_id}/accept", accept, methods=["POST"])
    router.add_api_route("/incoming/{over_id}/give_back", give_back, methods=["POST"])


class HandForm(BaseModel):
    """The form つなぐ, as it was posted."""

    to_desk: list[str] = []
    basis: str = ""
    ask: str = ""
    keep: str = ""
    heard: str = ""
    by_whom: str = ""
    purpose: str = "consult"
    form: str = ""
    lead: str = handing.FIRST
    decided_by: str = ""
    due: str = ""
    checked: str = ""
    do: str = ""
    seen: str = ""

    def sending(self, office: Office) -> handing.Sending:
        """What is asked for. Raises `Refused("bad_due")`."""
        by = self.decided_by if len(self.decided_by) <= 19 else ""
        return handing.Sending(
            tuple(self.to_desk), self.basis, typed(self.ask), typed(self.keep), self.purpose,
            self.form if self.purpose == "participation" else "", self.lead,
            int(by) if by.isascii() and by.isdigit() and int(by) < 2**63 else None, typed(self.heard), self.by_whom,
            rows.end_of(self.due, office), typed(self.checked),
        )  # fmt: skip


def hand(request: Request, case_id: CaseId, found: ReaderPost, form: Annotated[HandForm, Form()]) -> Response:
    """つなぐ: to one or several desks; with `do=preview` only shown, with `do=edit` written anew."""

    def effect(office: Office, session: Session, now: int) -> None:
        handing_preview.send_as_seen(office, session, case_id, found.staff, form.sending(office), now, seen=form.seen)

    values = {name: typed(str(value)) for name, value in form.model_dump(exclude={"to_desk", "do", "seen"}).items()}
    written = values | {"to_desk": ",".join(form.to_desk), "form_sent": "1"}
    if form.do == "edit":
        return case_answer(request, found, case_id, None, Draft(values=written | {"confirm": "hand"}))
    if form.do != "preview":
        return act(request, found, case_id, "hand", effect, written, anchor="overs")
    try:
        return _preview(request, found, case_id, form, values)
    except NotFound:
        raise
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        problem = Problem("hand", refusal.message_ja, refusal.code)
        return case_answer(request, found, case_id, problem, Draft(values=written), status)


def _preview(request: Request, found: Visit, case_id: int, form: HandForm, values: dict[str, str]) -> Response:
    """The packet as it would go. Raises what `handing.send` raises."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        what = form.sending(parts.office)
        body, dropped = handing_preview.preview(parts.office, session, case_id, found.staff, what, parts.now())
        case = session.get_one(Case, case_id)
        label = label_of(case.number, case.route)
    fields = [*(("to_desk", one) for one in form.to_desk), *values.items()]
    return draw(
        request, "hand_preview.html", found, label=label, case_id=case_id, body=body, sheet=pdf.paper(body),
        dropped=dropped_ja(dropped), fields=fields, seen=seal_of(body),
    )  # fmt: skip


def note_answer(
    request: Request, case_id: CaseId, found: ReaderPost, over: Annotated[int, Form(ge=1, le=2**63 - 1)],
    answer: Field = "", heard: Field = "", reason: Field = "",
) -> Response:  # fmt: skip
    """返事を書く: what a desk said by telephone or FAX."""
    heard, reason = typed(heard), typed(reason)
    return act(
        request, found, case_id, "note_answer",
        lambda office, session, now: handing_answers.note_answer(
            office, session, case_id, found.staff, over, answer, heard, reason, now
        ),
        {"over": str(over), "answer": answer, "heard_how": heard, "note_reason": reason}, anchor="overs",
    )  # fmt: skip


def meeting_result(
    request: Request, case_id: CaseId, found: ReaderPost, state: Field = "", plan_number: Field = "",
    next_on: Field = "", main_desk: Field = "", note: Field = "",
) -> Response:  # fmt: skip
    """会議の結果を書く."""
    what = plan_states.Result(state, typed(plan_number), next_on.strip(), main_desk, typed(note))

    def effect(office: Office, session: Session, now: int) -> None:
        plan_states.record(office, session, case_id, found.staff, what, now)

    values = {
        "plan_state": state, "plan_number": what.plan_number, "next_on": next_on, "main_desk": main_desk,
        "plan_note": what.note,
    }  # fmt: skip
    return act(request, found, case_id, "meeting_result", effect, values, anchor="overs")


def incoming_page(request: Request, found: Reader, done: Annotated[str, Query(max_length=12)] = "") -> Response:
    """届いたつなぎ."""
    return _page(request, found, done=done)


def receive(request: Request, over_id: OverId, found: ReaderPost) -> Response:
    """受け取る."""
    return _answer(
        request, found, over_id, "receive",
        lambda office, session, case_id, now: handing_answers.receive(
            office, session, case_id, found.staff, now, over_id=over_id
        ),
    )  # fmt: skip


def accept(request: Request, over_id: OverId, found: ReaderPost) -> Response:
    """引き受ける."""
    return _answer(
        request, found, over_id, "accept",
        lambda office, session, case_id, now: handing_answers.accept(
            office, session, case_id, found.staff, now, over_id=over_id
        ),
    )  # fmt: skip


def give_back(request: Request, over_id: OverId, found: ReaderPost, reason: Field = "") -> Response:
    """返す（理由）."""
    reason = typed(reason)
    return _answer(
        request, found, over_id, "back",
        lambda office, session, case_id, now: handing_answers.give_back(
            office, session, case_id, found.staff, reason, now, over_id=over_id
        ),
        reason,
    )  # fmt: skip


def _answer(request: Request, found: Visit, over_id: int, done: str, effect: _Answer, reason: str = "") -> Response:
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            case_id = rows.case_of(session, parts.office.tenant, over_id)
            if case_id is None:
                raise NotFound("not_found", "そのつなぎは見つかりません。")
            effect(parts.office, session, case_id, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return _page(request, found, problem=refusal.message_ja, wrong=over_id, reason=reason, status=status)
    return Response(status_code=303, headers={"Location": f"{_PAGE}?done={done}#over-{over_id}"})


def _page(
    request: Request, found: Visit, *, done: str = "", problem: str = "", wrong: int = 0, reason: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        listed = incoming.arrived(parts.office, session, found.staff, parts.now())
    return draw(
        request, "incoming.html", found, status, arrived=listed, done=done, wrong_reason=problem, wrong=wrong,
        typed_reason=reason,
    )  # fmt: skip
