"""Notices to the person (お知らせ): we make you wait, somebody read it, somebody has it, it came to an end.

Neutral words of the script, pushed seldom: once a waiting period, one for reading and taking together, none while the
person hides or blocks, none outside the hours they want. Effects in the caller's transaction; nothing here commits.
Reporters hear of their reports from `handoff.loop` instead.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Literal, TypeAlias, cast, get_args

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from handoff import ledger, letters, loop, reminders, ticket
from handoff.office import Office
from handoff.overlay_texts import own_notice
from handoff.reach import options_of, reachable, seconds_until, state_of
from handoff.records import Ticket
from intake.clock import to_datetime
from intake.conversation.speech import notice as wording
from intake.outbox import Draft
from intake.records import Case, Contact, Outgoing
from intake.seal import Cell
from triage.assessment import Kind, Urgency

NoticeKind: TypeAlias = Literal["waiting", "read", "assigned", "closed", "returned"]
FOLD_MS = 600_000
"""Within this time after one of them, being read and being taken make no second push."""
_NO_QUESTION = frozenset(
    {ticket.CloseReason.PRANK, ticket.CloseReason.DUPLICATE, ticket.CloseReason.WISH, ticket.CloseReason.SUSPENDED}
)
"""After these ends nobody is asked whether the trouble is lighter."""


def wait_later(office: Office, session: Session, row: Ticket, now: int) -> None:
    """A waiting period began, or its promise got shorter: look again when half of the promised time has passed."""
    if row.due_at is None or row.kind != Kind.CONSULTATION:
        return
    reminders.watch(office, session, row, now)
    half = row.waiting_since + (row.due_at - row.waiting_since) // 2
    once = f"{row.waiting_since}.{row.due_at}"
    office.outbox.notice_later(session, row.case_id, "waiting", once, max(0.0, (half - now) / 1000))


def opened(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """A person of staff has the words before them: LINE shows 既読, and the first time the person is told."""
    contact = reachable(session, case)
    if contact is not None:
        _mark_read(office, session, contact, now)
    if row.opened_at is not None and row.opened_at >= row.waiting_since:
        return
    row.opened_at = now
    if row.state == ticket.State.DRAFT and row.urgency == Urgency.NORMAL:
        return  # they are still answering questions; a push would come in between
    if ticket.State(row.state) in ticket.OPEN and not _answered(row):
        tell(office, session, case, row, "read", str(row.waiting_since), now)


def assigned(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """Somebody took the case."""
    tell(office, session, case, row, "assigned", str(row.claimed_at or now), now)


def closed(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """The case came to an end: say so, and ask how it went, which nobody is asked who was in danger."""
    tell(office, session, case, row, "closed", str(row.closed_at or now), now)


def returned(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """The talk is the bot's again: who was told that a person answers must not take the bot for one."""
    tell(office, session, case, row, "returned", str(now), now)


def tell(office: Office, session: Session, case: Case, row: Ticket, kind: NoticeKind, once: str, now: int) -> str:
    """Push the notice, leave it for the hours that the person wants, or drop it. Returns which, as a code.

    `once`: what it is about; the same again is no second push.
    """
    if not _wanted(session, case, row, kind, now):
        return "no"
    contact = reachable(session, case)
    if contact is None:
        return "unreachable"
    state = state_of(office, contact)
    ringing = contact.channel == "line"
    quiet = kind == "closed" or (kind == "waiting" and row.urgency != Urgency.EMERGENCY)
    seconds = seconds_until(state.window, to_datetime(now), daytime=quiet) if ringing else 0.0
    if seconds is None:
        return "never"
    if seconds > 0:
        office.outbox.notice_later(session, case.id, kind, f"{once}+{now}", seconds)
        return "later"
    options = options_of(office)
    ended = kind == "closed" and (state.danger or row.urgency == Urgency.EMERGENCY)
    say = wording("ended" if ended else kind, state, options)
    own = "" if ended else own_notice(office.pack, kind, state.language or options.language)
    say = replace(say, text=own) if say is not None and own else say
    about = once.partition("+")[0].partition(".")[0]
    if say is None or not letters.notice(office, session, case, contact, say, once=f"notice-{kind}-{case.id}-{about}"):
        return "no"
    if kind == "waiting":
        ledger.remember(session, office.sealer, case, at=now, actor="machine", what="told_waiting")
    return "told"


def come_due(office: Office, session: Session, case_id: int, kind: str, once: str, now: int) -> str:
    """A notice that was left for later: what has changed meanwhile decides anew."""
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    if found is None or kind not in get_args(NoticeKind):
        return "gone"
    case, row = found
    if kind == "waiting" and not once.startswith(f"{row.waiting_since}."):
        return "over"
    return tell(office, session, case, row, cast("NoticeKind", kind), once, now)


def _wanted(session: Session, case: Case, row: Ticket, kind: NoticeKind, now: int) -> bool:
    """Whether the notice is still true and worth a push."""
    if case.erased_at is not None or row.kind != Kind.CONSULTATION or case.route in loop.ROUTES:
        return False
    if kind == "closed":
        return row.state == ticket.State.CLOSED and row.close_reason not in _NO_QUESTION
    if kind == "returned":
        return ticket.State(row.state) in ticket.OPEN and row.speaker == "returned"
    if ticket.State(row.state) not in ticket.OPEN or _answered(row):
        return False
    seen = row.opened_at is not None and row.opened_at >= row.waiting_since
    if kind == "waiting":
        return row.owner_id is None and not seen
    if kind == "assigned" and row.owner_id is None:
        return False
    return not _just_told(session, case, now)


def _answered(row: Ticket) -> bool:
    """Whether we wait for the person, and not they for us."""
    return row.replied_at is not None and row.replied_at >= row.waiting_since


def _just_told(session: Session, case: Case, now: int) -> bool:
    kinds = or_(*(Outgoing.dedupe.like(f"notice-{kind}-%") for kind in ("read", "assigned")))
    told = select(Outgoing.id).where(
        Outgoing.case_id == case.id, Outgoing.purpose == "notice", kinds, Outgoing.created_at > now - FOLD_MS
    )
    return session.scalar(told.limit(1)) is not None


def _mark_read(office: Office, session: Session, contact: Contact, now: int) -> None:
    if contact.unread_sealed is None or contact.channel != "line":
        return
    cell = Cell(contact.tenant, "contacts", "unread_sealed", contact.id)
    token = office.sealer.open_text(cell, contact.unread_sealed)
    contact.unread_sealed = None
    office.outbox.put(
        session,
        Draft(
            tenant=contact.tenant,
            channel="line",
            purpose="seen",
            dedupe=f"seen-{contact.id}-{now}",
            contact_id=contact.id,
            key_id=contact.key_id,
            body=json.dumps({"token": token}),
        ),
    )
