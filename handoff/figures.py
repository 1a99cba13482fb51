"""今日の数字: how much there is to do now, for the whole town, by desk and by member of staff. Numbers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handoff.clock import TOKYO
from handoff.consents import desk_name
from handoff.office import Office
from handoff.records import Staff, Ticket
from handoff.ticket import OPEN
from intake.clock import to_datetime, to_ms
from intake.records import Case

_Time: TypeAlias = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
_SOON_MS = 30 * 60_000


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with one desk, one person or the town. Counts of open cases."""

    name: str
    open: int = 0
    waiting: int = 0
    """Of these, how many wait for an answer of ours."""
    unclaimed: int = 0
    overdue: int = 0
    soon: int = 0
    """Due within half an hour."""
    handed: int = 0
    held: int = 0
    urgent: int = 0
    """今すぐ or 高い."""


@dataclass(frozen=True, slots=True)
class Today:
    """The page. `longest_ms`: the longest wait of a case that nobody has, 0 for none."""

    whole: Load
    desks: tuple[Load, ...]
    people: tuple[Load, ...]
    came: int
    answered: int
    """Cases first answered today."""
    closed: int
    longest_ms: int


class _Place(NamedTuple):
    """Where one open case stands: columns of its ticket."""

    owner_desk: str
    owner_id: int | None
    state: str
    urgency: str
    waiting_since: int
    replied_at: int | None
    due_at: int | None
    hold_until: int | None


def today(office: Office, session: Session, now: int) -> Today:
    """The figures at `now`. Practice cases and folded ones are left out."""
    rows = _standing(session, office.tenant)
    names = session.execute(select(Staff.id, Staff.name).where(Staff.tenant == office.tenant))
    people: dict[int, str] = {row.id: row.name for row in names}
    by_desk: dict[str, list[_Place]] = defaultdict(list)
    by_owner: dict[int, list[_Place]] = defaultdict(list)
    for row in rows:
        by_desk[row.owner_desk].append(row)
        if row.owner_id is not None:
            by_owner[row.owner_id].append(row)
    loads = [_load(people.get(who, ""), found, now) for who, found in by_owner.items()]
    lonely = [row.waiting_since for row in rows if row.owner_id is None and not _answered(row)]
    midnight = to_ms(_midnight(to_datetime(now)))
    return Today(
        whole=_load("全体", rows, now),
        desks=tuple(_load(desk_name(office, desk), by_desk[desk], now) for desk in sorted(by_desk)),
        people=tuple(sorted(loads, key=lambda one: -one.open)),
        came=_since(office, session, midnight, Case.opened_at),
        answered=_since(office, session, midnight, Ticket.first_reply_at),
        closed=_since(office, session, midnight, Ticket.closed_at),
        longest_ms=now - min(lonely) if lonely else 0,
    )


def _standing(session: Session, tenant: str) -> list[_Place]:
    """The open 相談 of the town. Columns instead of objects: these would bring their sealed words along."""
    found = session.connection().execute(
        select(*(getattr(Ticket, name) for name in _Place._fields)).where(
            Ticket.tenant == tenant,
            Ticket.state.in_(OPEN),
            Ticket.kind == "consultation",
            Ticket.practice.is_(False),
            Ticket.folded_into.is_(None),
        )
    )
    return [_Place._make(row) for row in found]


def _load(name: str, rows: Iterable[_Place], now: int) -> Load:
    found = list(rows)
    waiting = [row for row in found if not _answered(row) and not _held(row, now)]
    due = [row.due_at - now for row in waiting if row.due_at is not None]
    return Load(
        name, len(found), len(waiting), sum(row.owner_id is None for row in found), sum(left < 0 for left in due),
        sum(0 <= left < _SOON_MS for left in due), sum(row.state == "handed" for row in found),
        sum(_held(row, now) for row in found), sum(row.urgency != "normal" for row in found),
    )  # fmt: skip


def _answered(row: _Place) -> bool:
    return row.replied_at is not None and row.replied_at >= row.waiting_since


def _held(row: _Place, now: int) -> bool:
    return row.hold_until is not None and row.hold_until > now


def _since(
    office: Office, session: Session, start: int, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
) -> int:
    wanted = select(func.count()).where(Ticket.kind == "consultation", Ticket.practice.is_(False))
    if column.class_ is Case:
        # The tenant is asked of the case alone: asked of the ticket too, SQLite reads every ticket of the town.
        came = select(Case.id).where(Case.tenant == office.tenant, column >= start)
        return session.scalar(wanted.where(Ticket.case_id.in_(came))) or 0
    return session.scalar(wanted.where(Ticket.tenant == office.tenant, column >= start)) or 0


def _midnight(at: datetime) -> datetime:
    return at.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
