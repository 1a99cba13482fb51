"""Who writes in a case (書いている人): the person concerned, somebody else, or nobody knows. Only reads.

A consent that is asked in a talk (C0) is the person's own only where the person concerned answers it there. Whatever
says that somebody else writes stands: the way it came, the vault, the answer to 「だれのこと」, what staff set. Only a
human word makes it the person: their own answer, or staff's. What the machine read, and silence, make it nobody known.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from handoff import plan_store, reporters
from handoff.office import Office
from handoff.records import Ticket
from intake import given
from intake.records import Case
from triage.assessment import Reporter

OF_OTHERS: Final = frozenset({"advice", *reporters.ROUTES})
"""The routes by which staff or partners tell of somebody."""


class Writer(StrEnum):
    """Who it is. `UNKNOWN`: nobody said, or they would not say (未確認)."""

    PERSON = "person"
    OTHER = "other"
    UNKNOWN = "unknown"


def writer_of(office: Office, session: Session, case: Case) -> Writer:
    """Who writes in this case, as far as people said. No authorization check; `UNKNOWN` once it was erased."""
    if case.erased_at is not None:
        return Writer.UNKNOWN
    if case.route in OF_OTHERS or reporters.holds(session, office.tenant, case.id):
        return Writer.OTHER
    said = given.answers_of(office.sealer, case).get("who", "")
    row = session.get(Ticket, case.id)
    judged = plan_store.standing_of(office.sealer, row).chosen.get("reporter", "") if row is not None else ""
    if said not in ("", "self", "skip") or judged not in ("", Reporter.SELF, Reporter.UNKNOWN):
        return Writer.OTHER
    if judged == Reporter.UNKNOWN:
        return Writer.UNKNOWN
    return Writer.PERSON if "self" in (said, judged) else Writer.UNKNOWN
