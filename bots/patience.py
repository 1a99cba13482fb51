"""Waiting for the database (待つ): what a job does while it is away, however long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""The database is away or busy. Its other errors speak of the row at hand, and waiting does not mend them."""
WAIT_SECONDS = 1.0
T = TypeVar("T")
_log = structlog.get_logger()


def patiently(name: str, job: Callable[[], T]) -> T:
    """The result of `job`, done again until the database is there. Any other error goes up. `name` is for the log."""
    while True:
        try:
            return job()
        except AWAY as error:
            _log.warning(f"{name}_waits", error=type(error).__name__)
        time.sleep(WAIT_SECONDS)
