"""Opening a case (受付): its number, its code, its place in the queue, at once and in the caller's transaction."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from handoff import number, queue
from handoff.office import Office
from handoff.records import Ticket
from intake import cases
from intake.records import Case, Contact
from triage.assessment import Kind


def open_case(
    office: Office, session: Session, *, channel: str, route: str, now: int, contact: Contact | None = None,
    kind: str = Kind.CONSULTATION,
) -> tuple[Case, Ticket]:  # fmt: skip
    """A new case with its ticket (記入中). `contact`: whose it is, None where nobody can be written to."""
    receipt = number.receipt(secrets.token_bytes(number.RECEIPT_BYTES))
    case = cases.open_case(
        session, office.vault, office.tenant, channel=channel, route=route, contact=contact, receipt=receipt, now=now
    )
    return case, queue.open_ticket(office, session, case, kind=kind, now=now)
