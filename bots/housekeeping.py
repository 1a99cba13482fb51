"""Housekeeping (片づけ): once an hour, what has served its time goes. Nothing that staff still need is touched.

Jobs that ended a week ago; raw events that nobody could read; the day keys under which they and small notices were
sealed; data keys whose row was never written, because the transaction around them was rolled back, or whose row gave
up its words while the process died before it destroyed the key. On SQLite the write-ahead logs are emptied, for they
keep old pages. And the statistics follow the cases (`handoff.facts`): what is over is published.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Engine, func, select, true, update
from sqlalchemy.orm import Session

from bots import durable
from bots.parts import Parts, Tenant
from bots.web import links
from handoff import facts, statistics
from handoff.flow_records import Lesson
from handoff.outward_records import Incident, WebhookTarget
from handoff.path_records import Feed, FeedRow, Offer, Remark
from intake.clock import to_datetime
from intake.db import is_sqlite, reading
from intake.door_records import Reporter
from intake.records import Case, Contact, InboxEvent

DAY_MS = 24 * 3_600_000
JOBS_DAYS = 7
RAW_DAYS = 30
"""How long an unreadable raw event stays, unless the pack's `retention_days.raw_event` says otherwise."""
_KEY_DAYS = 5
"""How much longer its day key stays: blanking comes first, and a backup of the data may be a few days behind."""
_ORPHAN_DAYS = (1, 30)
"""No transaction lasts a day; older than a month they were looked at many times."""
_FEW = 3
_COUNT_SECONDS = 15.0
_PURGE, _ROUNDS, _BATCH = 500, 10, 500
_OWNERS: Mapping[tuple[str, ...], tuple[type[Any], ...]] = {
    ("case", "contact", "reporter"): (Case, Contact, Reporter),
    ("remark",): (Remark,),
    ("feed",): (FeedRow, Feed),
    ("offer",): (Offer,),
    ("lesson",): (Lesson,),
    ("incident",): (Incident,),
    ("hook",): (WebhookTarget,),
}
"""Purposes of keys → the tables whose rows each have such a key of their own."""
_EMPTY: Mapping[type[Any], ColumnElement[bool]] = {
    Remark: Remark.text_sealed.is_(None),
    FeedRow: FeedRow.body_sealed.is_(None),
    Feed: Feed.ended_at.is_not(None),
    Offer: Offer.text_sealed.is_(None),
    WebhookTarget: WebhookTarget.ended_at.is_not(None),
}
"""Which of their rows hold nothing any more."""
_log = structlog.get_logger()


def tidy(parts: Parts, now: int, purge: Callable[[str, int], int] = durable.purge) -> bool:
    """One round, safe to repeat and to run in several processes. True when there is more to purge at once."""
    for tenant in parts.tenants.values():
        _blank_raw(parts, tenant, now)
        parts.vault.destroy(_old_day_keys(parts, tenant, now))
    for purposes in _OWNERS:
        parts.vault.destroy(_orphans(parts, purposes, now))
        parts.vault.destroy(_emptied(parts, purposes, now))
    with parts.sessions.begin() as session:
        links.tidy(session, now)
    more = [_count(parts, tenant, now) for tenant in parts.tenants.values()]
    for engine in (parts.engine, parts.vault.keys.engine):
        shorten_log(engine)
    ended = to_datetime(now - JOBS_DAYS * DAY_MS).isoformat()
    return all(purge(ended, _PURGE) == _PURGE for _ in range(_ROUNDS)) or any(more)


def _count(parts: Parts, tenant: Tenant, now: int) -> bool:
    """Bring the statistics up to date and publish what is due, for some seconds at most. True when more is left."""
    until = time.monotonic() + _COUNT_SECONDS
    while time.monotonic() < until:
        with parts.sessions.begin() as session:
            if facts.refresh(tenant.office, session):
                continue
        with reading(parts.sessions) as session:
            made = statistics.due(tenant.office, session, now)
        if not made:
            return False
        with parts.sessions.begin() as session:
            statistics.keep(session, tenant.name, made, now)
    return True


def shorten_log(engine: Engine) -> None:
    """On SQLite: empty the write-ahead log, which keeps what was taken back and the keys that were destroyed.

    Gives up after a second while somebody reads; the next hour tries again.
    """
    path = engine.url.database
    if not is_sqlite(engine) or not path:
        return
    with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _raw_days(tenant: Tenant) -> int:
    return tenant.pack.retention_days.get("raw_event", RAW_DAYS)


def _blank_raw(parts: Parts, tenant: Tenant, now: int) -> None:
    with parts.sessions.begin() as session:
        session.execute(
            update(InboxEvent)
            .where(
                InboxEvent.tenant == tenant.name,
                InboxEvent.state.in_(("unknown", "quarantined")),
                InboxEvent.received_at < now - _raw_days(tenant) * DAY_MS,
                InboxEvent.raw_sealed.is_not(None),
            )
            .values(raw_sealed=None)
        )


def _old_day_keys(parts: Parts, tenant: Tenant, now: int) -> list[int]:
    """The inbox keys that seal nothing any more. A key serves one day from its making on."""
    before = now - (_raw_days(tenant) + _KEY_DAYS) * DAY_MS
    with reading(parts.sessions) as session:
        waiting = session.scalar(
            select(func.min(InboxEvent.received_at)).where(InboxEvent.tenant == tenant.name, InboxEvent.state == "new")
        )
    if waiting is not None:
        before = min(before, waiting - DAY_MS)  # however long nobody worked, what was accepted must open
    return [key_id for key_id, owner in parts.vault.keys.made(("inbox",), before) if owner == tenant.name]


def _emptied(parts: Parts, purposes: tuple[str, ...], now: int) -> list[int]:
    """Keys whose row is there and gave up its words: whoever took them died before the key. However old, however many:
    no wrong or older database says so of a row that still holds something.
    """
    tables = [table for table in _OWNERS[purposes] if table in _EMPTY]
    made = [key_id for key_id, _ in parts.vault.keys.made(purposes, now)] if tables else []
    with reading(parts.sessions) as session:
        return sorted(_named(session, made, {table: _EMPTY[table] for table in tables}))


def _orphans(parts: Parts, purposes: tuple[str, ...], now: int) -> list[int]:
    """Keys that no row names. None where the data do not seem to be those of these keys.

    With an empty or older database (a wrong URL, a restored backup) most keys would look like orphans, and destroying
    them would destroy the real data: so an orphan must lie between known keys, and orphans must be few.
    """
    youngest, oldest = (now - days * DAY_MS for days in _ORPHAN_DAYS)
    made = [key_id for key_id, _ in parts.vault.keys.made(purposes, youngest, oldest)]
    if not made:
        return []
    with reading(parts.sessions) as session:
        first, last = _range(session)
        named = _named(session, made, {table: true() for table in _OWNERS[purposes]})
    found = [key_id for key_id in made if first < key_id < last and key_id not in named]
    if len(found) > max(_FEW, len(made) // 10):
        _log.error("too_many_orphaned_keys", orphans=len(found), keys=len(made))
        return []
    return found


def _range(session: Session) -> tuple[int, int]:
    """The oldest and the newest key that a case, contact or reporter names, (0, 0) when none does."""
    tables = next(iter(_OWNERS.values()))
    ends = [session.execute(select(func.min(table.key_id), func.max(table.key_id))).one() for table in tables]
    known = [key_id for pair in ends for key_id in pair if key_id is not None]
    return min(known, default=0), max(known, default=0)


def _named(session: Session, key_ids: Sequence[int], tables: Mapping[type[Any], ColumnElement[bool]]) -> set[int]:
    """Those keys that a row of these tables, of which the condition holds, has as its own."""
    found: set[int] = set()
    for start in range(0, len(key_ids), _BATCH):
        batch = key_ids[start : start + _BATCH]
        for table, wanted in tables.items():
            found.update(session.scalars(select(table.key_id).where(table.key_id.in_(batch), wanted)))
    return found
