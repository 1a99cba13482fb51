"""The sweeper (見回り): finds events and messages that no job is working on, and says so when nobody reads.

A safety net under the durable engine: a row that is still `new` after half a minute gets a new job, what a channel held
back is tried again, a job that died too often is set aside where staff see it, and events unread for a minute page the
person on call. It looks with reading sessions and writes only what it found, because it comes by every half minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bots.accept import answer_job
from bots.answer import quarantine
from bots.deliver import held_again, set_aside
from bots.durable import Job
from bots.media import fetch as media
from bots.media.receive import media_job
from bots.outbox import call_job, deliver_job
from bots.parts import Parts
from handoff import calls, overlay_desks, stranded, ticket
from handoff.overlay_rows import changes_of
from handoff.records import Call, Ticket
from intake import attachments, cases
from intake.clock import now_ms
from intake.db import reading
from intake.door_records import Reporter
from intake.outbox import Draft
from intake.records import Case, Contact, InboxEvent, Message, Outgoing

STALE_MS = 30_000
AGAIN_MS = 300_000
"""How often the same row gets a new job: while nobody works, jobs must not pile up."""
UNREAD_MS = 60_000
_NOTICE_MS = 600_000
_MOST = 200
_SHRED_MS = 7 * 24 * 3_600_000


def sweep(parts: Parts, dead: Iterable[tuple[str, str]]) -> list[str]:
    """One round. Every repair is idempotent: jobs that turn out to be alive find their row handled.

    `dead` are jobs that died too often (name, id); returns the ids of those whose row was set aside, which may go.
    """
    aside = [job_id for name, job_id in dead if _set_aside(parts, name, job_id)]
    now = now_ms()
    with reading(parts.sessions) as session:
        names = list(parts.tenants)
        jobs = [*_answers(session, names, now), *_deliveries(session, names, now), *_media(session, names, now)]
    if jobs:
        with parts.sessions.begin() as session:
            for job in jobs:
                parts.jobs.put(session, job)
    _finish_shredding(parts, now)
    _go_on_calling(parts, now)
    for tenant in parts.tenants:
        _say_unread(parts, tenant, now)
        _leave_no_closed_desk(parts, tenant, now)
        _leave_nothing_stranded(parts, tenant, now)
    return aside


def _set_aside(parts: Parts, name: str, job_id: str) -> bool:
    """Put the row of a dead job where staff see it; False for jobs without a row of their own."""
    if name not in ("answer", "deliver", "media"):
        return False
    row_id = int(job_id.split("-")[1])
    if name == "answer":
        quarantine(parts, row_id, "died_too_often")
    elif name == "media":
        media.set_aside(parts, row_id)
    else:
        set_aside(parts, row_id, "died_too_often")
    return True


def _answers(session: Session, tenants: list[str], now: int) -> Iterator[Job]:
    """A job for every event that nobody has taken in."""
    stale = session.execute(
        select(InboxEvent.id, InboxEvent.partition)
        .where(InboxEvent.tenant.in_(tenants), InboxEvent.state == "new", InboxEvent.received_at < now - STALE_MS)
        .order_by(InboxEvent.id)
        .limit(_MOST)
    )
    for row_id, lane in stale:
        yield answer_job(row_id, lane, f"-again-{now // AGAIN_MS}")


def _deliveries(session: Session, tenants: list[str], now: int) -> Iterator[Job]:
    """A job for every row whose delivery was lost, and for the last row of every lane that was held back."""
    late = now - 4 * STALE_MS
    lost = (
        Outgoing.state.in_(("waiting", "sending")),
        Outgoing.created_at < late,
        Outgoing.not_before < late,
    )
    for row_id, lane in [*_rows(session, tenants, lost), *_last_held(session, tenants, now)]:
        # Far apart, so that the successors of this job (attempt + 1, …) never meet those of the next round.
        yield deliver_job(row_id, lane, attempt=now // AGAIN_MS * 1_000)


def _media(session: Session, tenants: list[str], now: int) -> Iterator[Job]:
    """A job for every attachment that was to be fetched and was not."""
    for row_id in attachments.left_waiting(session, tenants, now - 4 * STALE_MS, _MOST):
        yield media_job(row_id, now // AGAIN_MS * 1_000)


def _rows(session: Session, tenants: list[str], where: tuple[ColumnElement[bool], ...]) -> list[tuple[int, str]]:
    found = session.execute(
        select(Outgoing.id, Outgoing.lane)
        .where(Outgoing.tenant.in_(tenants), *where)
        .order_by(Outgoing.id)
        .limit(_MOST)
    )
    return [(row_id, lane) for row_id, lane in found]


def _last_held(session: Session, tenants: list[str], now: int) -> list[tuple[int, str]]:
    found = session.execute(
        select(func.max(Outgoing.id), Outgoing.lane)
        .where(Outgoing.tenant.in_(tenants), held_again(now))
        .group_by(Outgoing.lane)
        .limit(_MOST)
    )
    return [(row_id, lane) for row_id, lane in found]


def _go_on_calling(parts: Parts, now: int) -> None:
    """A job for the next round of every call whose round is late: its job may have been lost."""
    with reading(parts.sessions) as session:
        open_calls = session.scalars(
            select(Call).where(Call.tenant.in_(parts.tenants), Call.state == "open").limit(_MOST)
        ).all()
        jobs = [
            call_job(call.case_id, call.id, call.step, again=f"-again-{now // AGAIN_MS}")
            for call in open_calls
            if calls.late(parts.tenants[call.tenant].office, session, call, now)
        ]
    for job in jobs:
        parts.jobs.put_now(job)


def _finish_shredding(parts: Parts, now: int) -> None:
    """Destroy the keys of erased cases, and of people who went with their last one, again.

    A crash right after the commit would have left one behind.
    """
    with reading(parts.sessions) as session:
        erased = [*session.scalars(select(Case.key_id).where(Case.erased_at > now - _SHRED_MS))]
        told = select(Reporter.key_id).join(Case, Case.id == Reporter.case_id)
        erased += session.scalars(told.where(Case.erased_at > now - _SHRED_MS))
        gone = (
            select(Contact.key_id).join(Case, Case.contact_id == Contact.id).where(Contact.lookup.startswith("gone-"))
        )
        erased += session.scalars(gone.where(Case.erased_at > now - _SHRED_MS))
    parts.vault.destroy(parts.vault.keys.present(erased))


def _leave_no_closed_desk(parts: Parts, tenant: str, now: int) -> None:
    """Cases that a process put into a closed desk's queue before it heard of the closing go to the successor."""
    office = parts.tenants[tenant].office
    with reading(parts.sessions) as session:
        changes = changes_of(session, tenant)
        closed = overlay_desks.heirs(office.pack, changes)
        if not closed or not overlay_desks.left_behind(session, tenant, closed):
            return
    with parts.sessions.begin() as session:
        overlay_desks.move_left_behind(office, session, office.pack, now, None, changes)


def _leave_nothing_stranded(parts: Parts, tenant: str, now: int) -> None:
    """Cases of people who are gone return to their desk's queue; who waits under a closed case stands alone again."""
    with reading(parts.sessions) as session:
        if not stranded.found(session, tenant):
            return
    with parts.sessions.begin() as session:
        stranded.bring_back(parts.tenants[tenant].office, session, now)


def _say_unread(parts: Parts, tenant: str, now: int) -> None:
    """Events or cases that nobody has read for a minute: tell staff once in ten minutes."""
    with reading(parts.sessions) as session:
        if not _unread(session, tenant, now):
            return
    once = f"health-{tenant}-{now // _NOTICE_MS}"
    with parts.sessions.begin() as session:
        for channel, dedupe in (("slack", once), ("notify", f"notify-{once}")):
            parts.outbox.put(session, Draft(tenant=tenant, channel=channel, purpose="health", dedupe=dedupe))


def _unread(session: Session, tenant: str, now: int) -> bool:
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
    unread = select(Ticket.case_id).where(
        Ticket.tenant == tenant,
        Ticket.read_at.is_(None),
        Ticket.kind == "consultation",
        Ticket.state.in_(ticket.OPEN),
        Ticket.waiting_since < now - UNREAD_MS,
        has_words,  # a case of pictures or buttons alone has nothing that a machine reads
    )
    late = select(InboxEvent.id).where(
        InboxEvent.tenant == tenant, InboxEvent.state == "new", InboxEvent.received_at < now - UNREAD_MS
    )
    return any(session.scalar(query.limit(1)) is not None for query in (unread, late))
