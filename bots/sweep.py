"""The sweeper (見回り): finds events and cases that no job is working on, and says so when nobody reads.

A safety net under the durable engine: a row that is still `new` after half a minute gets a new job, a job that died too
often is set aside where staff see it, and events unread for a minute page the person on call.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from bots.accept import answer_job
from bots.answer import quarantine
from bots.outbox import deliver_job
from bots.parts import Parts
from handoff import ticket
from handoff.records import Ticket
from intake import cases
from intake.clock import now_ms
from intake.db import reading
from intake.outbox import Draft
from intake.records import Case, InboxEvent, Message, Outgoing

STALE_MS = 30_000
UNREAD_MS = 60_000
_NOTICE_MS = 600_000
_MOST = 200
_SHRED_MS = 7 * 24 * 3_600_000


def sweep(parts: Parts, dead: Iterable[tuple[str, str]]) -> None:
    """One round. Every repair is idempotent: jobs that turn out to be alive find their row handled."""
    for name, job_id in dead:
        if name == "answer":
            quarantine(parts, int(job_id.split("-")[1]), "died_too_often")
    now = now_ms()
    with parts.sessions.begin() as session:
        stale = session.execute(
            select(InboxEvent.id, InboxEvent.partition)
            .where(InboxEvent.state == "new", InboxEvent.received_at < now - STALE_MS)
            .order_by(InboxEvent.id)
            .limit(_MOST)
        ).all()
        for row_id, lane in stale:
            parts.jobs.put(session, answer_job(row_id, lane, f"-again-{now // STALE_MS}"))
        waiting = session.execute(
            select(Outgoing.id, Outgoing.lane)
            .where(
                Outgoing.state.in_(("waiting", "sending")),
                Outgoing.created_at < now - 4 * STALE_MS,
                Outgoing.not_before < now - 4 * STALE_MS,
            )
            .order_by(Outgoing.id)
            .limit(_MOST)
        ).all()
        for row_id, lane in waiting:
            parts.jobs.put(session, deliver_job(row_id, lane, attempt=now // STALE_MS))
    _finish_shredding(parts, now)
    for tenant in parts.tenants:
        _say_unread(parts, tenant, now)


def _finish_shredding(parts: Parts, now: int) -> None:
    """Destroy the keys of erased cases again: a crash right after the commit would have left one behind."""
    with reading(parts.sessions) as session:
        keys = session.scalars(select(Case.key_id).where(Case.erased_at > now - _SHRED_MS)).all()
    for key_id in keys:
        parts.vault.keys.destroy(key_id)
        parts.vault.sealer.forget(key_id)


def _say_unread(parts: Parts, tenant: str, now: int) -> None:
    """Events or cases that nobody has read for a minute: tell staff once in ten minutes."""
    has_words = (
        select(Message.id)
        .where(
            Message.case_id == Ticket.case_id,
            Message.author == "person",
            Message.kind.in_(cases.READABLE),
            Message.body_sealed.is_not(None),
        )
        .exists()
    )
    with parts.sessions.begin() as session:
        unread = session.scalar(
            select(func.count()).where(
                Ticket.tenant == tenant,
                Ticket.read_at.is_(None),
                Ticket.kind == "consultation",
                Ticket.state.in_(ticket.OPEN),
                Ticket.waiting_since < now - UNREAD_MS,
                has_words,  # a case of pictures or buttons alone has nothing that a machine reads
            )
        )
        late = session.scalar(
            select(func.count()).where(
                InboxEvent.tenant == tenant, InboxEvent.state == "new", InboxEvent.received_at < now - UNREAD_MS
            )
        )
        if unread or late:
            parts.outbox.put(
                session,
                Draft(tenant=tenant, channel="slack", purpose="health", dedupe=f"health-{tenant}-{now // _NOTICE_MS}"),
            )
