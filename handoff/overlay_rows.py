"""The rows of changes on screen, read (設定の変更の行)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.desk_records import SettingChange
from handoff.overlay import Change
from intake.records import Counter

COUNTER = "settings"
"""The series that rises with every change: what processes look at, and the lock of those who write."""


def counter(session: Session, tenant: str) -> int:
    """How many changes there were; 0 before the first. One row by its key."""
    return session.scalar(select(Counter.value).where(Counter.tenant == tenant, Counter.name == COUNTER)) or 0


def changes_of(session: Session, tenant: str) -> tuple[Change, ...]:
    """Every change of the town, oldest first."""
    rows = session.execute(
        select(SettingChange.id, SettingChange.kind, SettingChange.key, SettingChange.value)
        .where(SettingChange.tenant == tenant)
        .order_by(SettingChange.id)
    )
    return tuple(Change(*row) for row in rows)
