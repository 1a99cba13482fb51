"""Times are stored as whole milliseconds since 1970 in UTC: the same number in SQLite and PostgreSQL."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now_ms() -> int:
    """Milliseconds since 1970-01-01T00:00:00Z."""
    return int(time.time() * 1000)


def to_datetime(ms: int) -> datetime:
    """The aware UTC datetime of `ms`."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC)


def to_ms(moment: datetime) -> int:
    """The inverse of `to_datetime`. Raises `ValueError` on a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place here")
    return int(moment.timestamp() * 1000)
