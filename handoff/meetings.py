"""会議の候補: per month and meeting the cases that may belong there, with why; people choose (`meeting_acts`).

A list holds numbers and codes. What the meeting is to decide shows to who may see the case, and to nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import facts, ledger, meeting_known, meeting_why, plan_store, sources
from handoff.flow_records import Agenda
from handoff.meeting_why import ordered, rooms
from handoff.number import label_of
from handoff.office import NotFound, Office, StaffRef
from handoff.pack import Meeting
from handoff.records import Staff, Ticket
from handoff.scope import coordinates, may_see
from handoff.ticket import OPEN
from intake.records import Case
from intake.seal import Cell, KeyDestroyed
from triage.assessment import Assessment, Kind
from triage.labels import DOMAIN_JA

MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
STATE_JA: Final = {"candidate": "候補", "chosen": "議題", "dropped": "見送り", "discussed": "話し合った"}


@dataclass(frozen=True, slots=True)
class Item:
    """One case on the list. `opens`: whether who looks may see the case; without it `decide` and `result` are ""."""

    case_id: int
    label: str
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


def room(office: Office, meeting: str) -> Meeting:
    """The meeting of that id for which there is a list. Raises `NotFound`."""
    found = next((one for one in rooms(office.pack) if one.id == meeting), None)
    if found is None:
        raise NotFound("not_found", "その会議は見つかりません。")
    return found


def agenda(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, now: int
) -> tuple[Item, ...]:  # fmt: skip
    """The list of a meeting in a month (`2026-12`), the urgent and chosen ones first. Looking is on record.

    Candidates that nobody touched are found anew each time, for this month and later ones. Raises `NotFound` for who
    does not bring cases together (推進員・受付), an unknown meeting or month.
    """
    if not coordinates(staff) or staff.tenant != office.tenant or not MONTH.fullmatch(month):
        raise NotFound("not_found", "ページがないか、見る権限がありません。")
    place = room(office, meeting)
    rows = _stored(session, office.tenant, meeting, month)
    touched = [_item(office, session, staff, row) for row in rows]
    fresh = _proposed(office, session, staff, place, now) if month >= facts.month_of(now) else ()
    known = {row.case_id for row in rows}
    items = [one for one in touched if one is not None] + [one for one in fresh if one.case_id not in known]
    _seen(office, session, staff, meeting, month, items, now)
    order = ("chosen", "candidate", "discussed", "dropped")
    return tuple(sorted(items, key=lambda one: (not one.urgent, order.index(one.state), one.label)))


def reasons_of(office: Office, session: Session, case: Case, row: Ticket, basis: str, now: int) -> tuple[str, ...]:
    """Why the machine proposes this case for a meeting of this basis now; empty when it does not."""
    return _reasons(office, session, [(case, row)], basis, now).get(case.id, ())


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


def _stored(session: Session, tenant: str, meeting: str, month: str) -> Sequence[Agenda]:
    wanted = select(Agenda).where(Agenda.tenant == tenant, Agenda.meeting == meeting, Agenda.month == month)
    return session.scalars(wanted.order_by(Agenda.id)).all()


def _proposed(
    office: Office, session: Session, staff: StaffRef, place: Meeting, now: int
) -> Iterable[Item]:  # fmt: skip
    """What nobody touched yet: cases that are under way, about a person, and not shared under another secrecy."""
    states = tuple(str(state) for state in (*OPEN, "handed"))
    pairs = session.execute(
        select(Case, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(
            Ticket.tenant == office.tenant, Ticket.state.in_(states), Ticket.kind == Kind.CONSULTATION,
            Ticket.practice.is_(False), Ticket.folded_into.is_(None), Case.erased_at.is_(None),
            Ticket.reading_sealed.is_not(None),
        )
        .order_by(Ticket.case_id)
    ).all()  # fmt: skip
    found = _reasons(office, session, [(case, row) for case, row in pairs], place.basis, now)
    for case, row in pairs:
        codes = found.get(case.id, ())
        if codes and not sources.goes_beyond(sources.restriction(session, case), place.basis):
            yield Item(
                case_id=case.id, label=label_of(case.number, case.route), domains=_domains(office, row), why=codes,
                basis=place.basis, state="candidate", opens=may_see(row, staff),
            )  # fmt: skip


def _reasons(
    office: Office, session: Session, pairs: Sequence[tuple[Case, Ticket]], basis: str, now: int
) -> Mapping[int, tuple[str, ...]]:
    known = meeting_known.of_cases(office, session, pairs, now)
    return {case_id: ordered(meeting_why.why(basis, one)) for case_id, one in known.items()}


def _item(office: Office, session: Session, staff: StaffRef, row: Agenda) -> Item | None:
    found = ledger.case_and_ticket(session, office.tenant, row.case_id)
    if found is None or found[0].erased_at is not None:
        return None
    case, ticket = found
    opens = may_see(ticket, staff)
    return Item(
        case_id=case.id, label=label_of(case.number, case.route), domains=_domains(office, ticket),
        why=ordered(row.why), basis=row.basis, state=row.state, opens=opens,
        decide=_words(office, row, "decide_sealed", row.decide_sealed) if opens else "",
        result=_words(office, row, "result_sealed", row.result_sealed) if opens else "",
        by=_name(session, row.by_staff), at=row.at, row_id=row.id,
    )  # fmt: skip


def _name(session: Session, staff_id: int | None) -> str:
    found = session.get(Staff, staff_id) if staff_id is not None else None
    return found.name if found is not None else ""


def _domains(office: Office, row: Ticket) -> tuple[str, ...]:
    try:
        read: Assessment | None = plan_store.reading_of(office.sealer, row)
    except KeyDestroyed:
        return ()
    return tuple(words for domain, words in DOMAIN_JA.items() if read is not None and domain in read.domains)


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
