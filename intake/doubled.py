"""What is sent twice is taken in once (二重の送信): the inbox row that a form, or an act on our own page, leaves."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from intake.cases import Vault
from intake.db import insert_ignore
from intake.ids import new_id
from intake.records import InboxEvent


def key_of(what: str) -> str:
    """The event key of what was done, which must hold a mark of its own; the key tells nothing of it."""
    return hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()


def first_time(
    session: Session, vault: Vault, tenant: str, channel: str, what: str, now: int, *, lane: str = "", note: str = ""
) -> InboxEvent | None:  # fmt: skip
    """Its row, answered at once; None when it was taken in before, also by another process at the same moment.

    `lane`: what belongs into one order, by itself when not given.
    """
    row_id = new_id()
    values = {
        "id": row_id, "tenant": tenant, "channel": channel, "event_key": key_of(what),
        "partition": vault.blind.of(tenant, "lane", lane or what), "event_at": now, "received_at": now,
        "raw_sealed": None, "state": "answered", "note": note, "handled_at": now,
    }  # fmt: skip
    return session.get(InboxEvent, row_id) if insert_ignore(session, InboxEvent, values) else None
