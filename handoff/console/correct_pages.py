"""The form 「見立てを直す」 of a case page, posted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from handoff.console.case_pages import Field, act
from handoff.console.correct_form import labels_in, labels_out, posted_labels
from handoff.console.guard import Absent, CaseId, ReaderPost
from handoff.correct import correct
from handoff.office import Office, Refused

Many = Annotated[list[str], Form(default_factory=list)]


def add_correct(router: APIRouter) -> None:
    """Put the form's route on `router`."""
    router.add_api_route("/cases/{case_id}/correct", correct_labels, methods=["POST"])


def correct_labels(
    request: Request, case_id: CaseId, found: ReaderPost, *, domains: Many, themes: Many, reasons: Many,
    kind: Field = "", reporter: Field = "", complexity: Field = "", refuses: Field = "", note: Field = "",
    shown: Field = "", upto: Annotated[int, Form(ge=0, le=2**63 - 1)] = 0,
) -> Response:  # fmt: skip
    """見立てを直す. What no form of ours sends is answered like an absent page."""
    note = note.replace("\r\n", "\n").replace("\0", "")
    try:
        wanted = posted_labels(kind, reporter, domains, themes, complexity, reasons, refuses=refuses == "yes")
        looked_at = labels_in(shown)
    except Refused:
        raise Absent from None

    def effect(office: Office, session: Session, now: int) -> None:
        correct(office, session, case_id, found.staff, wanted, note, now, shown=looked_at, upto=upto)

    values = {"labels": labels_out(wanted), "shown": labels_out(looked_at), "correct_note": note}
    return act(request, found, case_id, "correct", effect, values)
