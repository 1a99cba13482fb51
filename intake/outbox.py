"""How a room speaks outward: it writes a row. Nothing here calls a channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written to the outbox (送信箱).

    `dedupe` makes writing it twice harmless. `body` is what the channel needs, as JSON text; it is sealed under
    `key_id` (the case's or the contact's key). A Slack card has no body: it is drawn from the case when it is sent.
    `reply_token` is LINE's single-use token, good until `reply_until` (ms, UTC).
    """

    tenant: str
    channel: str
    purpose: str
    dedupe: str
    contact_id: int | None = None
    case_id: int | None = None
    key_id: int | None = None
    body: str | None = None
    reply_token: str | None = None
    reply_until: int | None = None
    delay_seconds: float = 0.0
    place: str = ""
    """A Slack channel besides the town's own; its rows have a lane of their own."""


class Outbox(Protocol):
    """What a room may ask for beyond its own transaction: rows and durable jobs that commit together with it."""

    def put(self, session: Session, draft: Draft) -> int | None:
        """The new row's id, or None when a row with this `dedupe` is there already."""
        ...

    def remind_later(self, session: Session, case_id: int, once: str, seconds: float) -> None:
        """Look at the case again after `seconds`, in case nobody has taken it by then; one job a case and `once`."""
        ...

    def call_later(self, session: Session, case_id: int, call_id: int, step: int, seconds: float) -> None:
        """Make round `step` of the call after `seconds`; one job a call and `step`."""
        ...

    def notice_later(self, session: Session, case_id: int, kind: str, once: str, seconds: float) -> None:
        """Look after `seconds` whether the person is to be told `kind`; one job a case, `kind` and `once`."""
        ...

    def read_later(self, session: Session, case_id: int, message_id: int) -> None:
        """Have triage read the case up to this message, as a durable job of the same commit."""
        ...
