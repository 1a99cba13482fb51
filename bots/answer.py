"""The answer job (返事の仕事): takes in one inbox row. Runs in `serve`; needs no model.

Everything a row leads to is one transaction, so running the job again finds the row handled and does nothing.
A row that cannot be taken in after five tries is quarantined and shown to staff; it is never dropped.
"""

from __future__ import annotations

import time

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.line.answer import answer_line
from bots.parts import Parts
from bots.patience import AWAY
from bots.slack.answer import answer_slack
from bots.slack.roster import LookFirst
from intake.clock import now_ms
from intake.records import InboxEvent

TRIES = 5
_log = structlog.get_logger()


def answer(parts: Parts, inbox_id: int) -> str:
    """Take in the row; returns its state. While the database is away it waits, however long that takes."""
    tries = 0
    while True:
        try:
            return _once(parts, inbox_id)
        except LookFirst as first:
            first.look()  # outside the transaction, which is begun again
            continue
        except AWAY as error:
            # The database is away or busy. Its other errors speak of this row, and are counted below.
            _log.warning("answer_waits", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 (counted, then quarantined)
            tries += 1
            _log.warning("answer_failed", error=type(error).__name__, tries=tries)
            if tries >= TRIES:
                return quarantine(parts, inbox_id, type(error).__name__)
        time.sleep(min(0.05 * 2**tries, 2.0))


def quarantine(parts: Parts, inbox_id: int, code: str) -> str:
    """Set the row aside where staff see it."""
    with parts.sessions.begin() as session:
        event = _locked(session, inbox_id)
        if event is None:
            return "gone"
        event.state, event.note, event.handled_at = "quarantined", code[:80], now_ms()
        return event.state


def _once(parts: Parts, inbox_id: int) -> str:
    with parts.sessions.begin() as session:
        event = _locked(session, inbox_id)
        if event is None:
            return "handled"
        tenant = parts.tenants[event.tenant]
        keys = (answer_line if event.channel == "line" else answer_slack)(parts, session, tenant, event)
        if event.state == "new":
            event.state, event.raw_sealed = "answered", None
        event.handled_at = now_ms()
        state = event.state
    parts.vault.destroy(keys)
    return state


def _locked(session: Session, inbox_id: int) -> InboxEvent | None:
    return session.scalar(
        select(InboxEvent).where(InboxEvent.id == inbox_id, InboxEvent.state == "new").with_for_update()
    )
