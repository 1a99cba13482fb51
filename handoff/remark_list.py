"""The page 「気になった一言」: what was left, remarks of one place together, and the cases of that place.

受付 see all of them, 担当 those that they left themselves. Works in the caller's transaction and never commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import remarks
from handoff.acting import may_see
from handoff.number import label_of
from handoff.office import Office, StaffRef
from handoff.path_records import Remark
from handoff.places import Mark, marks_of
from handoff.records import Staff, Ticket
from intake.door_records import PlaceMark
from intake.records import Case

SHOWN: Final = 200
"""So many of the newest stand on the page."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One remark on the page. `by`: who left it, "" for nobody who said."""

    id: int
    text: str = field(repr=False)
    place: str = field(repr=False)
    by: str
    way: str
    state: str
    at: int


@dataclass(frozen=True, slots=True)
class Group:
    """Remarks of one place (同じ所の一言), or one alone; `cases` (id, label) of open cases of that place."""

    remarks: tuple[Seen, ...]
    cases: tuple[tuple[int, str], ...] = ()


def waiting(session: Session, tenant: str) -> int:
    """How many nobody has looked at."""
    wanted = select(func.count()).where(Remark.tenant == tenant, Remark.state == "new")
    return session.scalar(wanted) or 0


def listed(office: Office, session: Session, staff: StaffRef, *, state: str = "") -> tuple[Group, ...]:
    """受付: the remarks in `state` ("" for what is new or noted), those of one place together, the newest first.

    担当 see those that they left themselves. Raises `Refused("no_right")` for 管理 and 監査.
    """
    remarks.may(staff)
    wanted = select(Remark).where(Remark.tenant == office.tenant, Remark.text_sealed.is_not(None))
    wanted = wanted.where(Remark.state == state) if state else wanted.where(Remark.state.in_(("new", "noted")))
    if staff.role != "intake":
        wanted = wanted.where(Remark.staff_id == staff.id)
    rows = session.scalars(wanted.order_by(Remark.id.desc()).limit(SHOWN)).all()
    return tuple(_grouped(office, session, staff, rows))


def _grouped(office: Office, session: Session, staff: StaffRef, rows: Sequence[Remark]) -> Iterable[Group]:
    people = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_({row.staff_id for row in rows})))
    names = {one.id: one.name for one in people}
    seen = {row.id: _seen(office, row, names) for row in rows}
    marks = {row_id: _home(office, one.place) for row_id, one in seen.items()}
    known = _cases(office, session, staff, {lookup for lookup in marks.values() if lookup})
    done: set[int] = set()
    for row in rows:
        if row.id in done:
            continue
        mark = marks[row.id]
        same = [other.id for other in rows if mark and marks[other.id] == mark] or [row.id]
        done.update(same)
        yield Group(tuple(seen[one] for one in same), known.get(mark, ()))


def _home(office: Office, place: str) -> str:
    """The blind index of the place, as `handoff.sightings` keeps it of cases; "" where it names no address."""
    found: Sequence[Mark] = marks_of(place, office.pack.municipality)
    mark = next((one for one in found if one.kind in ("address", "customer")), None) or next(iter(found), None)
    return office.vault.blind.of(office.tenant, f"place-{mark.kind}", mark.key) if mark else ""


def _cases(
    office: Office, session: Session, staff: StaffRef, lookups: set[str]
) -> dict[str, tuple[tuple[int, str], ...]]:  # fmt: skip
    """lookup → (id, label) of the open cases of that place that this person may see."""
    if not lookups:
        return {}
    rows = session.execute(
        select(PlaceMark.lookup, Case, Ticket)
        .join(Case, Case.id == PlaceMark.case_id)
        .join(Ticket, Ticket.case_id == PlaceMark.case_id)
        .where(PlaceMark.tenant == office.tenant, PlaceMark.lookup.in_(lookups), Ticket.closed_at.is_(None))
        .where(Case.erased_at.is_(None))
    )
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for lookup, case, row in rows:
        if may_see(row, staff):
            found[lookup] = (*found.get(lookup, ()), (case.id, label_of(case.number, case.route)))
    return found


def _seen(office: Office, row: Remark, names: dict[int, str]) -> Seen:
    return Seen(
        row.id, remarks.opened(office, row, "text_sealed"), remarks.opened(office, row, "place_sealed"),
        names.get(row.staff_id or 0, ""), row.way,
        row.state, row.at,
    )  # fmt: skip
