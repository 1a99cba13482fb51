"""What stands around a case's words on its timeline (経過): who opened it when, and what was told to staff outside.

Read out of the audit log and the outgoing rows; codes and times only, no content. No authorization check: ask only
about a case that was opened for this person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.clock import TOKYO
from handoff.office import Office, StaffRef
from handoff.records import Audit
from handoff.view_lines import names_of
from intake.clock import to_datetime
from intake.records import Outgoing

LOOKS: Final = ("viewed", "attachment_opened", "printed")
"""Actions of the audit log that are a look at content."""
POSTS: Final = ("card", "page", "taken", "reminder", "glass")
_TOLD: Final = ("sent", "unknown", "failed", "held")
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Look:
    """One person's looks of one day and kind: the first and the last (ms UTC), and how many. `where`: `console`, …"""

    at: int
    last_at: int
    staff_id: int
    staff_name: str
    action: str
    where: str
    times: int


@dataclass(frozen=True, slots=True)
class Post:
    """What was said outside the console on one day: `channel` slack or notify. `arrived` is False for what failed."""

    at: int
    last_at: int
    channel: str
    purpose: str
    arrived: bool
    times: int


@dataclass(frozen=True, slots=True)
class Around:
    """`seen_before`: when this person last opened the case before now, 0 when never."""

    looks: tuple[Look, ...] = ()
    posts: tuple[Post, ...] = ()
    seen_before: int = 0


def around(office: Office, session: Session, case_id: int, staff: StaffRef) -> Around:
    """Looks and posts of the case, folded by person and day, after the look of `staff` was logged."""
    rows = session.scalars(
        select(Audit)
        .where(Audit.case_id == case_id, Audit.tenant == office.tenant, Audit.action.in_(LOOKS))
        .order_by(Audit.seq.desc())
        .limit(_MOST)
    ).all()
    mine = [row.at for row in rows if row.staff_id == staff.id and row.action == "viewed"]
    names = names_of(session, (row.staff_id for row in rows))
    return Around(_looks(reversed(rows), names), _posts(office, session, case_id), mine[1] if len(mine) > 1 else 0)


def _looks(rows: Iterable[Audit], names: dict[int, str]) -> tuple[Look, ...]:
    folded: dict[tuple[object, ...], Look] = {}
    for row in rows:
        staff_id, where = row.staff_id or 0, row.detail if row.action == "viewed" else ""
        key = (_day(row.at), staff_id, row.action, where)
        known = folded.get(key)
        first, times = (known.at, known.times + 1) if known else (row.at, 1)
        folded[key] = Look(first, row.at, staff_id, names.get(staff_id, ""), row.action, where, times)
    return tuple(folded.values())


def _posts(office: Office, session: Session, case_id: int) -> tuple[Post, ...]:
    rows = session.execute(
        select(Outgoing.created_at, Outgoing.sent_at, Outgoing.channel, Outgoing.purpose, Outgoing.state)
        .where(
            Outgoing.case_id == case_id,
            Outgoing.tenant == office.tenant,
            Outgoing.channel.in_(("slack", "notify")),
            Outgoing.purpose.in_(POSTS),
            Outgoing.state.in_(_TOLD),
            Outgoing.via != "update",  # a card drawn anew rings nobody
        )
        .order_by(Outgoing.id.desc())
        .limit(_MOST)
    ).all()
    folded: dict[tuple[object, ...], Post] = {}
    for created_at, sent_at, channel, purpose, state in reversed(rows):
        at, arrived = sent_at or created_at, state in ("sent", "unknown")
        key = (_day(at), channel, purpose, arrived)
        known = folded.get(key)
        first, times = (known.at, known.times + 1) if known else (at, 1)
        folded[key] = Post(first, at, channel, purpose, arrived, times)
    return tuple(folded.values())


def _day(at: int) -> object:
    return to_datetime(at).astimezone(TOKYO).date()
