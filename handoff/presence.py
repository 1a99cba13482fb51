"""Who has a case open now (閲覧中), so that two people do not answer it without knowing of each other.

A look is fresh for 45 seconds: pages renew it, and a page without scripts counts once. Nothing of it is history.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handoff.desk_records import Presence
from handoff.office import StaffRef
from handoff.records import Staff
from intake.db import insert_ignore

FRESH_MS = 45_000
_STALE_MS = 600_000


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody who has the case open. `writing`: an answer to the person."""

    name: str
    writing: bool


def look(session: Session, tenant: str, case_id: int, staff: StaffRef, writing: bool, now: int) -> None:
    """`staff` has the case open now. The caller has asked whether they may."""
    key = {"case_id": case_id, "staff_id": staff.id}
    if insert_ignore(session, Presence, {**key, "tenant": tenant, "writing": writing, "at": now}):
        session.execute(delete(Presence).where(Presence.tenant == tenant, Presence.at < now - _STALE_MS))
        return
    session.execute(update(Presence).filter_by(**key).values(writing=writing, at=now))


def leave(session: Session, tenant: str, case_id: int, staff: StaffRef) -> None:
    """`staff` has closed the case. Leaving again changes nothing."""
    session.execute(delete(Presence).filter_by(tenant=tenant, case_id=case_id, staff_id=staff.id))


def looking(
    session: Session, tenant: str, case_ids: Iterable[int], now: int, but: int
) -> dict[int, tuple[Looking, ...]]:
    """Who looks at each of `case_ids` except the member of staff `but`; the caller may see these cases."""
    wanted = set(case_ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Presence.case_id, Staff.name, Presence.writing)
        .join(Staff, Staff.id == Presence.staff_id)
        .where(Presence.tenant == tenant, Presence.at > now - FRESH_MS, Presence.staff_id != but)
        .order_by(Presence.writing.desc(), Staff.name)
    )
    found: dict[int, tuple[Looking, ...]] = {}
    for case_id, name, writing in rows:
        if case_id in wanted:
            found[case_id] = (*found.get(case_id, ()), Looking(name, writing))
    return found


def looked_at(session: Session, tenant: str, now: int) -> tuple[int, ...]:
    """The cases that somebody has open now."""
    fresh = select(Presence.case_id).where(Presence.tenant == tenant, Presence.at > now - FRESH_MS)
    return tuple(session.scalars(fresh.distinct()))


def signature(session: Session, tenant: str, now: int) -> int:
    """A number that changes when somebody comes, goes, or begins to write (for live pages)."""
    rows = session.execute(
        select(Presence.case_id, Presence.staff_id, Presence.writing)
        .where(Presence.tenant == tenant, Presence.at > now - FRESH_MS)
        .order_by(Presence.case_id, Presence.staff_id)
    ).all()
    return zlib.crc32(repr([tuple(row) for row in rows]).encode()) if rows else 0


def words_ja(who: Iterable[Looking]) -> str:
    """「田中さんが閲覧中」, 「田中さんが返事を書いています」, both with several; "" for nobody."""
    who = tuple(who)
    parts = [(True, "が返事を書いています"), (False, "が閲覧中")]
    said = [
        "・".join(f"{one.name}さん" for one in who if one.writing is writing) + what
        for writing, what in parts
        if any(one.writing is writing for one in who)
    ]
    return "、".join(said)
