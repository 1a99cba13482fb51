"""Consents on the console (同意を聞く・記録する): asking the person, writing down what was heard."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from handoff import consent_rows, consents
from handoff.console.case_pages import Draft, act, case_answer, typed
from handoff.console.guard import CaseId, ReaderPost
from handoff.console.parts import console_of
from handoff.office import Office


class Recipient(BaseModel):
    """Of whom it is: a desk (`what` handoff) or a meeting (`share`), each chosen in its own list."""

    what: str = consent_rows.HANDOFF
    to_desk: str = ""
    to_meeting: str = ""

    @property
    def to(self) -> str:
        """The id that counts."""
        return self.to_meeting if self.what == consent_rows.SHARE else self.to_desk


class AskForm(Recipient):
    """The form 本人に聞く. `person`: staff made sure that the person concerned writes."""

    person: str = ""
    sure: str = ""


class HeardForm(Recipient):
    """The form 口頭の答えを記録する."""

    state: str = ""
    by_whom: str = ""
    attend: str = ""
    how: str = ""
    named: str = ""


def add_consents(router: APIRouter) -> None:
    """Put the forms' routes on `router`."""
    router.add_api_route("/cases/{case_id}/consent", ask, methods=["POST"])
    router.add_api_route("/cases/{case_id}/heard", heard, methods=["POST"])


def ask(request: Request, case_id: CaseId, found: ReaderPost, form: Annotated[AskForm, Form()]) -> Response:
    """本人に聞く, after a second look: the question reaches the person at once."""
    name = consent_rows.recipient(console_of(request).parts.office, form.what, form.to)
    values = {one: getattr(form, one) for one in ("what", "to_desk", "to_meeting", "person")}
    if name and form.sure != "yes":
        return case_answer(
            request, found, case_id, None, Draft(values=values | {"confirm": "consent", "to_name": name})
        )

    def effect(office: Office, session: Session, now: int) -> None:
        sure = form.person == "yes"
        consents.ask(office, session, case_id, found.staff, form.what, form.to, now, person_sure=sure)

    return act(request, found, case_id, "consent", effect, values)


def heard(request: Request, case_id: CaseId, found: ReaderPost, form: Annotated[HeardForm, Form()]) -> Response:
    """口頭の答えを記録する."""
    how = typed(form.how)
    said = consents.Heard(form.to, form.state, form.by_whom, how, form.what, form.attend, typed(form.named))

    def effect(office: Office, session: Session, now: int) -> None:
        consents.record_by_staff(office, session, case_id, found.staff, said, now)

    names = ("what", "to_desk", "to_meeting", "state", "by_whom", "attend", "named")
    return act(
        request, found, case_id, "heard", effect, {f"heard_{one}": getattr(form, one) for one in names} | {"how": how}
    )
