"""Consents on the console (同意を聞く・記録する): asking the person, writing down what was heard."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from handoff import consents, desks
from handoff.console.case_pages import Draft, Field, act, case_answer, typed
from handoff.console.guard import CaseId, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.office import Office


def add_consents(router: APIRouter) -> None:
    """Put the forms' routes on `router`."""
    router.add_api_route("/cases/{case_id}/consent", ask, methods=["POST"])
    router.add_api_route("/cases/{case_id}/heard", heard, methods=["POST"])


def ask(
    request: Request, case_id: CaseId, found: ReaderPost, to_desk: Field = "", what: Field = "handoff", sure: Field = ""
) -> Response:
    """本人に聞く, after a second look: the question reaches the person at once."""
    chosen = desks.desk(console_of(request).parts.office.pack, to_desk)
    if chosen is not None and sure != "yes":
        values = {"confirm": "consent", "to_desk": to_desk, "desk_name": chosen.name}
        return case_answer(request, found, case_id, None, Draft(values=values))
    return act(
        request, found, case_id, "consent",
        lambda office, session, now: _ask(office, session, case_id, found, what, to_desk, now), {"to_desk": to_desk},
    )  # fmt: skip


def heard(
    request: Request, case_id: CaseId, found: ReaderPost, to_desk: Field = "", state: Field = "", how: Field = ""
) -> Response:
    """口頭の答えを記録する."""
    how = typed(how)
    return act(
        request, found, case_id, "heard",
        lambda office, session, now: _heard(office, session, case_id, found, to_desk, state, how, now),
        {"heard_desk": to_desk, "heard_state": state, "how": how},
    )  # fmt: skip


def _ask(office: Office, session: Session, case_id: int, found: Visit, what: str, desk: str, now: int) -> None:
    consents.ask(office, session, case_id, found.staff, what, desk, now)


def _heard(
    office: Office, session: Session, case_id: int, found: Visit, desk: str, state: str, how: str, now: int
) -> None:
    consents.record_by_staff(office, session, case_id, found.staff, desk, state, how, now)
