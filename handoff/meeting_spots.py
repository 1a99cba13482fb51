"""Which cases may come before a meeting, found without opening any twice (会議の候補をさがす). Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from handoff import meeting_known, meeting_why, sources
from handoff.flow_records import Agenda
from handoff.gist import Gists
from handoff.meeting_why import ordered
from handoff.office import Office
from handoff.path_records import CaseSource
from handoff.records import Ticket
from handoff.ticket import OPEN
from intake.records import Case
from triage.assessment import Kind, Urgency

_STATES: Final = tuple(str(state) for state in (*OPEN, "handed"))
_ORDER: Final = ("chosen", "candidate", "discussed", "dropped")


@dataclass(frozen=True, slots=True)
class Spot:
    """A case on the list of a meeting, as far as it lies open. `row`: what people decided, None where nobody did."""

    case_id: int
    version: int
    number: int
    route: str
    urgency: str
    desk: str
    why: tuple[str, ...] = ()
    row: Agenda | None = None

    @property
    def state(self) -> str:
        """Where it stands on the list."""
        return self.row.state if self.row is not None else "candidate"


class _Live(NamedTuple):
    case_id: int
    version: int
    number: int
    route: str
    urgency: str
    desk: str
    secrecy: str | None


def order(spot: Spot) -> tuple[bool, int, int, int]:
    """What does not wait for the meeting and what was chosen first, then by urgency, then the oldest."""
    return "urgent" not in spot.why, _ORDER.index(spot.state), -Urgency(spot.urgency).rank, spot.number


def proposed(
    office: Office, session: Session, basis: str, now: int, gists: Gists
) -> tuple[Sequence[Spot], bool]:  # fmt: skip
    """What may come before a meeting of this basis, and whether every live case was looked at.

    Cases that are under way, about a person, and not told under another meeting's secrecy.
    """
    places = [_Live._make(row) for row in session.execute(_live(office.tenant))]
    opened, whole = gists.open_soon(office, session, places)
    found = [(opened[place.case_id], place.desk) for place in places if place.case_id in opened]
    ids = select(Ticket.case_id).where(*_living(office.tenant))
    known = meeting_known.of_gists(session, office.tenant, found, ids, now)
    spots = []
    for place in places:
        one = known.get(place.case_id)
        codes = meeting_why.why(basis, one) if one is not None else ()
        if codes and not sources.goes_beyond(place.secrecy or "", basis):
            spots.append(Spot(*place[:6], why=ordered(codes)))
    return spots, whole


def _live(tenant: str) -> Select[*tuple[Any, ...]]:
    columns = select(
        Case.id, Ticket.version, Case.number, Case.route, Ticket.urgency, Ticket.owner_desk, CaseSource.secrecy
    )
    joined = (
        columns.select_from(Ticket)
        .join(Case, Case.id == Ticket.case_id)
        .outerjoin(CaseSource, CaseSource.case_id == Ticket.case_id)
    )
    return joined.where(Case.erased_at.is_(None), *_living(tenant))


def _living(tenant: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Ticket.tenant == tenant, Ticket.state.in_(_STATES), Ticket.kind == Kind.CONSULTATION,
        Ticket.practice.is_(False), Ticket.folded_into.is_(None), Ticket.reading_sealed.is_not(None),
    )  # fmt: skip
