"""災害モード: what is said to everybody while it is on, and what rises. Works in the caller's transaction.

It sends nothing to anybody by itself: a case may be written to only by a person. Whoever writes while it is on reads
the town's notice once, in the first answer, and our own page shows it on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger
from handoff.acting import here
from handoff.disaster_words import slow_words, tables
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.path_records import Disaster, DisasterTold
from handoff.records import Staff
from intake.cases import person_text
from intake.db import insert_ignore
from intake.ids import new_id
from intake.records import Case
from triage.assessment import Assessment

LONGEST: Final = 200
MAY_SWITCH: Final = ("intake", "manager")


@dataclass(frozen=True, slots=True)
class On:
    """The mode as it is on. `notice`: what residents read, in the town's own words."""

    id: int
    notice: str
    by: str
    at: int

    def words(self, language: str) -> str:
        """The notice, and that answers may be slow, in the person's language."""
        return f"{self.notice}\n{slow_words(language)}"


def current(session: Session, tenant: str) -> On | None:
    """The mode, None while it is off."""
    found = session.execute(
        select(Disaster.id, Disaster.notice, Staff.name, Disaster.at)
        .join(Staff, Staff.id == Disaster.by_staff)
        .where(Disaster.tenant == tenant, Disaster.ended_at.is_(None))
        .order_by(Disaster.id.desc())
        .limit(1)
    ).first()
    return On(*found) if found is not None else None


def switch_on(office: Office, session: Session, staff: StaffRef, notice: str, now: int) -> None:
    """On, or with another notice where it is on already: then everybody is told anew, once.

    Raises `Refused`: `no_right`, `empty`, `too_long`.
    """
    words = notice.strip()
    _check(staff)
    if not words:
        raise Refused("empty", "住民が読むお知らせを書いてください。")
    if len(words) > LONGEST:
        raise Refused("too_long", f"お知らせは{LONGEST}字までです。短くしてください。")
    here(session, staff)
    _end(session, office.tenant, staff, now)
    session.add(Disaster(id=new_id(), tenant=office.tenant, notice=words, by_staff=staff.id, at=now))
    ledger.audit(session, office.audit_key, office.tenant, at=now, action="disaster_on", staff_id=staff.id)
    session.flush()


def switch_off(office: Office, session: Session, staff: StaffRef, now: int) -> None:
    """Off. What rose stays: only a person lowers. Raises `Refused("no_right")`, `Conflict` when it is off already."""
    _check(staff)
    here(session, staff)
    if not _end(session, office.tenant, staff, now):
        raise Conflict("off", "災害モードは、もう切れています。何も変えていません。")
    ledger.audit(session, office.audit_key, office.tenant, at=now, action="disaster_off", staff_id=staff.id)


def to_tell(session: Session, tenant: str, contact_id: int, now: int) -> On | None:
    """The mode if this person has not been told yet; marks them as told, so that it is said once."""
    on = current(session, tenant)
    if on is None:
        return None
    told = {"disaster_id": on.id, "contact_id": contact_id, "at": now}
    return on if insert_ignore(session, DisasterTold, told) else None


def wants_high(office: Office, session: Session, case: Case, read: Assessment) -> bool:
    """Whether the case speaks of the disaster while the mode is on: by the theme that was read, or by its words."""
    if current(session, office.tenant) is None:
        return False
    rise: Mapping[str, list[str]] = tables()["raise"]
    if not read.themes.isdisjoint(rise["themes"]):
        return True
    text, _ = person_text(session, office.sealer, case)
    return any(word in text for word in rise["words"])


def _end(session: Session, tenant: str, staff: StaffRef, now: int) -> bool:
    rows = session.scalars(
        select(Disaster).where(Disaster.tenant == tenant, Disaster.ended_at.is_(None)).with_for_update()
    ).all()
    for row in rows:
        row.ended_at, row.ended_by = now, staff.id
    return bool(rows)


def _check(staff: StaffRef) -> None:
    if staff.role not in MAY_SWITCH:
        raise Refused("no_right", "災害モードを変えられるのは、受付と管理の人です。")
