"""Which cases may come before a meeting, found without opening any twice (会議の候補をさがす). Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from handoff import meeting_known, meeting_why, sources
from handoff.flow_records import Agenda
from handoff.gist import Gists
from handoff.meeting_why import ordered
from handoff.office import Office
from handoff.pack import Meeting
from handoff.path_records import CaseSource
from handoff.records import Ticket
from handoff.ticket import OPEN
from intake.records import Case
from triage.assessment import Kind, Urgency

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


def order(spot: Spot) -> tuple[bool, int, int, int]:
    """What does not wait for the meeting and what was chosen first, then by urgency, then the oldest."""
    return "urgent" not in spot.why, _ORDER.index(spot.state), -Urgency(spot.urgency).rank, spot.number


def proposed(
    office: Office, session: Session, place: Meeting, now: int, gists: Gists
) -> tuple[Sequence[Spot], bool]:  # fmt: skip
    """What may come before this meeting, and whether every live case was looked at.

    Cases that are under way, about a person, and not told under another meeting's secrecy.
    """
    places = [(Spot(*told), secrecy or "") for *told, secrecy in session.execute(_live(office.tenant))]
    opened, whole = gists.open_soon(office, session, [spot for spot, _ in places])
    found = [(opened[spot.case_id], spot.desk) for spot, _ in places if spot.case_id in opened]
    ids = select(Ticket.case_id).where(*_living(office.tenant))
    known = meeting_known.of_gists(office, session, found, ids, place, now)
    spots = []
    for spot, secrecy in places:
        one = known.get(spot.case_id)
        codes = meeting_why.why(place.basis, one) if one is not None else ()
        if codes and not sources.goes_beyond(secrecy, place.basis):
            spots.append(replace(spot, why=ordered(codes)))
    return spots, whole


def _live(tenant: str) -> Select[*tuple[Any, ...]]:
    """The first fields of a `Spot`, then the secrecy under which it was told."""
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
        Ticket.tenant == tenant, Ticket.state.in_(OPEN), Ticket.kind == Kind.CONSULTATION,
        Ticket.practice.is_(False), Ticket.folded_into.is_(None), Ticket.reading_sealed.is_not(None),
    )  # fmt: skip
