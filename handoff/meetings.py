"""会議の候補: per month and meeting the cases that may belong there, with why; people choose (`meeting_acts`).

A list holds numbers and codes. What the meeting is to decide shows to who may see the case, and to nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import facts, ledger, meeting_known, meeting_spots, meeting_why, sources
from handoff.flow_records import Agenda
from handoff.gist import Gist, Gists
from handoff.meeting_said import Said
from handoff.meeting_said import of_cases as said_of
from handoff.meeting_spots import Spot
from handoff.meeting_why import ordered, rooms
from handoff.number import case_label, label_of
from handoff.office import NotFound, Office, StaffRef
from handoff.pack import Meeting
from handoff.records import Ticket
from handoff.scope import coordinates, may_see
from handoff.view_lines import names_of
from intake.records import Case
from intake.seal import Cell

MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
PAGE: Final = 25
"""So many cases stand on a page of the list."""
STATE_JA: Final = {"candidate": "候補", "chosen": "議題", "dropped": "見送り", "discussed": "話し合った"}


@dataclass(frozen=True, slots=True)
class Item:
    """One case on the list. `opens`: whether who looks may see the case; without it `decide` and `result` are "".

    `number`: what it is called on paper. Never `L-0412`: that a partner reported it is not for members to know.
    """

    case_id: int
    label: str
    number: str
    domains: tuple[str, ...]
    """In Japanese."""
    why: tuple[str, ...]
    """Codes of `meeting_why.WHY_JA`."""
    basis: str
    state: str
    opens: bool
    decide: str = field(default="", repr=False)
    result: str = field(default="", repr=False)
    by: str = ""
    at: int | None = None
    row_id: int | None = None
    said: Said = field(default_factory=Said)
    """What the person said of the meeting."""

    @property
    def barred(self) -> bool:
        """Whether it may not be spoken of, since no consent to the meeting stands (any more)."""
        return self.basis == meeting_why.WITH_CONSENT and not self.said.agreed

    @property
    def urgent(self) -> bool:
        """Whether somebody asked not to wait for the meeting."""
        return "urgent" in self.why

    @property
    def why_ja(self) -> tuple[str, ...]:
        """The reasons in words."""
        return tuple(meeting_why.WHY_JA[code] for code in self.why)

    @property
    def state_ja(self) -> str:
        """Where it stands, in words."""
        return STATE_JA[self.state]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. `total`: how many in all; `whole`: whether every live case was looked at; `page` 0: all."""

    items: tuple[Item, ...]
    total: int
    whole: bool
    page: int

    @property
    def rest(self) -> int:
        """How many stand on later pages."""
        return max(self.total - self.page * PAGE, 0) if self.page else 0


def room(office: Office, meeting: str) -> Meeting:
    """The meeting of that id for which there is a list. Raises `NotFound`."""
    found = next((one for one in rooms(office.pack) if one.id == meeting), None)
    if found is None:
        raise NotFound("not_found", "その会議は見つかりません。")
    return found


def agenda(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, now: int, *,
    gists: Gists | None = None, page: int = 0, proposing: bool = True,
) -> Listed:  # fmt: skip
    """The list of a meeting in a month (`2026-12`): what is urgent and chosen first, candidates by urgency and number.

    Candidates that nobody touched are found anew each time (`proposing`), for this month and later ones; with `gists`
    many cases that have not lain open are opened behind this page. `page` 0 is all of it. Looking is on record.
    Raises `NotFound` for who does not bring cases together (推進員・受付), an unknown meeting or month.
    """
    if not coordinates(staff) or staff.tenant != office.tenant or not MONTH.fullmatch(month):
        raise NotFound("not_found", "ページがないか、見る権限がありません。")
    place, gists = room(office, meeting), Gists() if gists is None else gists  # an empty one is false
    touched = _stored(session, office.tenant, meeting, month)
    fresh, whole = (
        meeting_spots.proposed(office, session, place, now, gists)
        if proposing and month >= facts.month_of(now)
        else ((), True)
    )
    known = {spot.case_id for spot in touched}
    spots = sorted([*touched, *(spot for spot in fresh if spot.case_id not in known)], key=meeting_spots.order)
    shown = spots[(page - 1) * PAGE : page * PAGE] if page else spots
    items = _items(office, session, staff, place, shown, gists)
    _seen(office, session, staff, meeting, month, items, now)
    return Listed(items, len(spots), whole, page)


def reasons_of(office: Office, session: Session, case: Case, row: Ticket, place: Meeting, now: int) -> tuple[str, ...]:
    """Why the machine proposes this case for this meeting now; empty when it does not."""
    known = meeting_known.of_cases(office, session, [(case, row)], place, now).get(case.id)
    return ordered(meeting_why.why(place.basis, known)) if known is not None else ()


def row_of(session: Session, tenant: str, meeting: str, month: str, case_id: int) -> Agenda | None:
    """The stored row of a case on a list, locked."""
    return session.scalar(
        select(Agenda)
        .where(
            Agenda.tenant == tenant, Agenda.meeting == meeting, Agenda.month == month, Agenda.case_id == case_id
        )
        .with_for_update()
    )  # fmt: skip


def of_case(session: Session, case: Case) -> Sequence[Agenda]:
    """Where the case stands or stood on a list, the oldest first."""
    rows = select(Agenda).where(Agenda.tenant == case.tenant, Agenda.case_id == case.id)
    return session.scalars(rows.order_by(Agenda.month, Agenda.id)).all()


def cell(tenant: str, column: str, row_id: int) -> Cell:
    """Where a sealed word of a list stands."""
    return Cell(tenant, "agendas", column, row_id)


def _stored(session: Session, tenant: str, meeting: str, month: str) -> list[Spot]:
    """What people touched, unless it was erased."""
    wanted = (
        select(Agenda, Case.number, Case.route, Ticket.version, Ticket.urgency, Ticket.owner_desk)
        .join(Case, Case.id == Agenda.case_id)
        .join(Ticket, Ticket.case_id == Agenda.case_id)
        .where(Agenda.tenant == tenant, Agenda.meeting == meeting, Agenda.month == month, Case.erased_at.is_(None))
    )
    return [
        Spot(row.case_id, version, number, route, urgency, desk, why=ordered(row.why), row=row)
        for row, number, route, version, urgency, desk in session.execute(wanted.order_by(Agenda.id))
    ]


def _items(
    office: Office, session: Session, staff: StaffRef, place: Meeting, spots: Sequence[Spot], gists: Gists
) -> tuple[Item, ...]:
    opened = gists.open(office, session, spots)
    tickets = select(Ticket).where(Ticket.case_id.in_([spot.case_id for spot in spots]))
    seen = {row.case_id for row in session.scalars(tickets) if may_see(row, staff)}
    names = names_of(session, (spot.row.by_staff for spot in spots if spot.row is not None))
    for case_id in sources.kept_from(session, [spot.case_id for spot in spots], place.basis):
        opened.pop(case_id, None)  # what the machine read there, another meeting told
    said = said_of(office, session, place, [spot.case_id for spot in spots])
    return tuple(
        replace(
            _item(office, place, spot, spot.case_id in seen, opened.get(spot.case_id), names), said=said[spot.case_id]
        )
        for spot in spots
    )


def _item(
    office: Office, place: Meeting, spot: Spot, opens: bool, gist: Gist | None, names: Mapping[int, str]
) -> Item:  # fmt: skip
    row, number = spot.row, case_label(spot.number)
    label = label_of(spot.number, spot.route) if opens else number
    domains = gist.domains if gist is not None else ()
    if row is None:
        return Item(spot.case_id, label, number, domains, spot.why, place.basis, spot.state, opens)
    return Item(
        spot.case_id, label, number, domains, spot.why, row.basis, spot.state, opens,
        decide=_words(office, row, "decide_sealed", row.decide_sealed) if opens else "",
        result=_words(office, row, "result_sealed", row.result_sealed) if opens else "",
        by=names.get(row.by_staff or 0, ""), at=row.at, row_id=row.id,
    )  # fmt: skip


def _words(office: Office, row: Agenda, column: str, sealed: bytes | None) -> str:
    return "" if sealed is None else office.sealer.open_text(cell(office.tenant, column, row.id), sealed)


def _seen(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, items: Sequence[Item], now: int
) -> None:
    """The look at the list, and at each case of which words were shown."""
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="agenda_seen", staff_id=staff.id,
        detail=f"{meeting} {month} {len(items)}",
    )  # fmt: skip
    for one in items:
        if one.decide or one.result:
            ledger.audit(
                session, office.audit_key, office.tenant, at=now, action="agenda_read", staff_id=staff.id,
                case_id=one.case_id, detail=f"{meeting} {month}",
            )  # fmt: skip
