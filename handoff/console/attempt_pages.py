"""本人に伝えた・会った on a case's page: what staff write down of a call, a visit, a letter, a talk at the counter."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from handoff import attempts
from handoff.console.case_pages import act, typed
from handoff.console.guard import CaseId, ReaderPost
from handoff.office import Office


def add_attempts(router: APIRouter) -> None:
    """Put the route on `router`."""
    router.add_api_route("/cases/{case_id}/attempt", attempt, methods=["POST"])


class AttemptForm(BaseModel):
    """The form, as it was posted."""

    way: str = ""
    result: str = ""
    at: str = ""
    said: str = ""
    look_on: str = ""
    interests: str = ""
    family: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What stands in the form again after a refusal."""
        return {
            "attempt_way": self.way, "attempt_result": self.result, "attempt_at": self.at,
            "attempt_said": typed(self.said), "look_on": self.look_on, "interests": typed(self.interests),
            "family": typed(self.family),
        }  # fmt: skip


def attempt(
    request: Request, case_id: CaseId, found: ReaderPost, form: Annotated[AttemptForm, Form()]
) -> Response:  # fmt: skip
    """Write it down; the timeline then shows it."""
    values = form.values

    def effect(office: Office, session: Session, now: int) -> None:
        what = attempts.Attempt(
            form.way, form.result, attempts.moment_of(form.at), values["attempt_said"], form.look_on.strip(),
            values["interests"], values["family"],
        )  # fmt: skip
        attempts.record(office, session, case_id, found.staff, what, now)

    return act(request, found, case_id, "attempt", effect, values, anchor="timeline")
