"""Whom to ask first in a disaster whether they are safe (安否の確認リスト), out of what was said in open cases.

Only for people of staff, who write or call one by one: nothing goes out from here. Reading it is logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger, scope
from handoff.disaster_needs import Need
from handoff.gist import Gists
from handoff.number import label_of
from handoff.office import Office, Refused, StaffRef
from handoff.records import Ticket
from handoff.ticket import OPEN
from handoff.view_lines import names_of
from intake.records import Case

MOST: Final = 500
"""So many open cases are looked through, the newest first."""
PAGE: Final = 50
"""So many people stand on a page."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One open case with its reasons. `owner`: who has it, "" for nobody."""

    case_id: int
    label: str
    urgency: str
    owner: str
    place: str = field(repr=False)
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list. `total`: how many people in all; `whole`: whether every case has been opened."""

    people: tuple[AtRisk, ...]
    total: int
    whole: bool
    page: int

    @property
    def rest(self) -> int:
        """How many stand on later pages."""
        return max(self.total - self.page * PAGE, 0)


class _Place(NamedTuple):
    case_id: int
    version: int
    number: int
    route: str
    urgency: str
    owner_id: int | None


def listed(
    office: Office, session: Session, staff: StaffRef, now: int, gists: Gists | None = None, page: int = 1
) -> Listed:
    """The open cases that this person may see and that give a reason, most reasons first. The look is logged.

    With `gists` many that have not lain open are opened behind this page. Raises `Refused("no_right")` for 管理 and
    監査, who see no content.
    """
    if staff.role not in ("intake", "worker"):
        raise Refused("no_right", "この役割では、相談の中身を見られません。")
    places = _places(office, session, staff)
    gists = Gists() if gists is None else gists  # an empty one is false
    opened, whole = gists.open_soon(office, session, places)
    found = [place for place in places if place.case_id in opened and opened[place.case_id].needs]
    found.sort(key=lambda place: -len(opened[place.case_id].needs))
    shown = found[(page - 1) * PAGE : page * PAGE]
    names = names_of(session, (place.owner_id for place in shown))
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="disaster_list", staff_id=staff.id,
        detail=f"{len(shown)}",
    )  # fmt: skip
    people = tuple(
        AtRisk(place.case_id, label_of(place.number, place.route), place.urgency, names.get(place.owner_id or 0, ""),
               opened[place.case_id].place, opened[place.case_id].needs)
        for place in shown
    )  # fmt: skip
    return Listed(people, len(found), whole, page)


def _places(office: Office, session: Session, staff: StaffRef) -> list[_Place]:
    """The newest open cases, as far as they lie open in the database."""
    rows = session.execute(
        select(Case.id, Ticket.version, Case.number, Case.route, Ticket.urgency, Ticket.owner_id)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(Ticket.state.in_(OPEN), Ticket.kind == "consultation", Case.erased_at.is_(None))
        .where(Ticket.practice.is_(False), *scope.seen(office.tenant, staff))
        .order_by(Case.id.desc())
        .limit(MOST)
    )
    return [_Place._make(row) for row in rows]
