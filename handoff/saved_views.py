"""A person's own ways of looking at the queue (保存した見方): named filters, in an order of their own, at most 20."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff.desk_records import SavedView
from handoff.office import NotFound, Refused, StaffRef
from handoff.view_filters import Filter, stored
from intake.db import insert_ignore
from intake.ids import new_id

MOST = 20
MOST_NAME = 40
_TAKEN = "同じ名前の見方があります。べつの名前にしてください。"


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved view."""

    id: int
    name: str
    filter: Filter


def views_of(session: Session, staff: StaffRef) -> tuple[Saved, ...]:
    """What this person saved, in their order."""
    return tuple(Saved(row.id, row.name, stored(row.filters)) for row in _rows(session, staff))


def save(session: Session, staff: StaffRef, name: str, chosen: Filter, now: int) -> int:
    """Keep `chosen` under `name`; returns its id. Raises `Refused`."""
    rows = _rows(session, staff)
    name = _named(name, [row.name for row in rows])
    if len(rows) >= MOST:
        raise Refused("too_many", f"保存できる見方は {MOST} 件までです。使わないものを消してください。")
    if not chosen:
        raise Refused("nothing", "しぼる条件を 1 つ以上えらんでください。")
    row_id, at = new_id(), max(now, max((row.at for row in rows), default=0) + 1)
    row = {"id": row_id, "tenant": staff.tenant, "staff_id": staff.id, "name": name, "filters": chosen.to_json()}
    if not insert_ignore(session, SavedView, {**row, "at": at}):  # a second click, or another window, was as quick
        raise Refused("taken", _TAKEN)
    return row_id


def rename(session: Session, staff: StaffRef, view_id: int, name: str) -> None:
    """Another name. Raises `NotFound` or `Refused`."""
    row = _own(session, staff, view_id)
    wanted = _named(name, [other.name for other in _rows(session, staff) if other.id != view_id])
    try:
        with session.begin_nested():
            row.name = wanted
    except IntegrityError:  # meanwhile another one got this name
        raise Refused("taken", _TAKEN) from None


def remove(session: Session, staff: StaffRef, view_id: int) -> None:
    """Throw it away. Raises `NotFound`."""
    session.delete(_own(session, staff, view_id))


def move(session: Session, staff: StaffRef, view_id: int, by: int) -> None:
    """One place up (`by` -1) or down (1); at the end nothing happens. Raises `NotFound`."""
    row = _own(session, staff, view_id)
    rows = _rows(session, staff)
    here = [other.id for other in rows].index(row.id)
    there = here + (1 if by > 0 else -1)
    if 0 <= there < len(rows):
        other = rows[there]
        row.at, other.at = other.at, row.at  # `at` is the place in the order


def _rows(session: Session, staff: StaffRef) -> list[SavedView]:
    mine = select(SavedView).where(SavedView.staff_id == staff.id, SavedView.tenant == staff.tenant)
    return list(session.scalars(mine.order_by(SavedView.at, SavedView.id)))


def _own(session: Session, staff: StaffRef, view_id: int) -> SavedView:
    row = session.get(SavedView, view_id)
    if row is None or row.staff_id != staff.id or row.tenant != staff.tenant:
        raise NotFound("not_found", "その見方は見つかりません。")
    return row


def _named(name: str, others: list[str]) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Refused("empty", "見方の名前を書いてください。")
    if len(name) > MOST_NAME:
        raise Refused("too_long", f"名前は {MOST_NAME} 文字までにしてください。")
    if name in others:
        raise Refused("taken", _TAKEN)
    return name
