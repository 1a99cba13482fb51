"""The promise to the person as the ticket keeps it (約束の時刻): ms UTC, by the pack's hours."""

from __future__ import annotations

from handoff import clock
from handoff.office import Office
from handoff.records import Ticket
from intake.clock import to_datetime, to_ms
from triage.assessment import Urgency


def due_of(office: Office, urgency: Urgency, since: int) -> int | None:
    """When a person who waits since then is to have an answer; None when nothing can be promised."""
    pack = office.pack
    promise = clock.due(urgency, to_datetime(since), pack.sla, pack.hours, on_call=pack.on_call.available)
    return to_ms(promise.at) if promise.at else None


def answered(row: Ticket) -> bool:
    """Whether we wait for the person, and not they for us."""
    return row.replied_at is not None and row.replied_at >= row.waiting_since
