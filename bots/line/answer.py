"""The answer lane for LINE: one raw event to one step of the conversation and one reply, in one transaction.

No model is asked: the danger lexicon and the script answer within milliseconds.
"""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.converse import converse
from bots.disaster_notice import pinned
from bots.line.facts import facts_for, options_for
from bots.line.parse import Parsed, parse
from bots.line.render import render
from bots.line.send import REPLY_TOKEN_MS
from bots.parts import Parts, Tenant
from bots.talk import Turn
from intake import cases, tombstones
from intake.clock import now_ms, to_datetime
from intake.conversation import values as talk
from intake.conversation.step import step
from intake.outbox import Draft
from intake.records import InboxEvent, Message
from intake.seal import Cell

_DAY_MS = 86_400_000
MAX_READ_TOKEN = 2_000


def answer_line(parts: Parts, session: Session, tenant: Tenant, event: InboxEvent) -> list[int]:
    """Take in one LINE event. Returns the data keys to destroy after the commit (けす)."""
    parsed = parse(json.loads(_raw(parts, event)))
    if parsed.user_id is None or parsed.source_kind != "user":
        _nobody(parts, session, tenant, event, parsed)
        return []
    now = now_ms()
    contact = cases.contact_of(session, parts.vault, tenant.name, "line", parsed.user_id, now)
    # Our own page may be taking in something of the same person just now (door lane).
    session.refresh(contact, with_for_update=True)
    contact.last_event_at = max(contact.last_event_at, event.event_at)
    late = _too_late(parts, session, tenant, parsed)
    if late:
        event.note = late
        return []
    turn = Turn(parts, tenant, session, event, contact, parsed.message_id, now)
    if parsed.read_token and len(parsed.read_token) <= MAX_READ_TOKEN:
        cases.keep_unread(parts.vault, contact, parsed.read_token)
    says = converse(turn, parsed.event)
    contact.page_sealed = None  # what our own page showed is no longer the newest
    says = pinned(turn, says)
    if says and parsed.mode == "active":
        _reply(turn, parsed, says)
    elif parsed.mode != "active":
        event.note = event.note or ("mode:standby" if parsed.mode == "standby" else "mode:strange")
    return turn.destroy


def _reply(turn: Turn, parsed: Parsed, says: tuple[talk.Say, ...]) -> None:
    contact, case = turn.contact, turn.case
    turn.parts.outbox.put(
        turn.session,
        Draft(
            tenant=turn.tenant.name,
            channel="line",
            purpose="answer",
            dedupe=f"in-{turn.event.id}",
            contact_id=contact.id,
            case_id=case.id if case else None,
            key_id=contact.key_id,
            body=json.dumps({"messages": render(says, facts_for(turn, says))}, ensure_ascii=False),
            reply_token=parsed.reply_token,
            reply_until=turn.event.received_at + REPLY_TOKEN_MS,
        ),
    )


def _nobody(parts: Parts, session: Session, tenant: Tenant, event: InboxEvent, parsed: Parsed) -> None:
    """A group, a room, or an event without a user: no case, a polite word in a group, and a visible record."""
    outcome = step(talk.State(), parsed.event, frozenset(), to_datetime(now_ms()), options_for(tenant, now_ms()))
    in_group = parsed.source_kind in ("group", "room")
    event.note = f"{parsed.source_kind if in_group else 'nobody'}:{type(parsed.event).__name__}"[:80]
    if isinstance(parsed.event, talk.Unsent):
        lookup = parts.vault.blind.of(tenant.name, "message", parsed.event.ref)
        tombstones.bury(session, tenant.name, lookup, now_ms())
    if isinstance(parsed.event, talk.Unknown) or not in_group:
        # Words of somebody whom LINE does not name stay readable for staff: there is nobody to open a case for.
        event.state = "unknown"
    if outcome.says and parsed.mode == "active" and parsed.reply_token and in_group:
        parts.outbox.put(
            session,
            Draft(
                tenant=tenant.name,
                channel="line",
                purpose="answer",
                # Once a day in each group: a bot that answers every line there only draws attention.
                dedupe=f"group-{event.partition[-32:]}-{event.received_at // _DAY_MS}",
                key_id=parts.vault.keys.of_day(tenant.name, "inbox", event.received_at, "group"),
                body=json.dumps({"messages": render(outcome.says, {"office": tenant.pack.office})}, ensure_ascii=False),
                reply_token=parsed.reply_token,
                reply_until=event.received_at + REPLY_TOKEN_MS,
            ),
        )


def _too_late(parts: Parts, session: Session, tenant: Tenant, parsed: Parsed) -> str:
    """Why this message must not be kept any more, "" when it may: it was taken back, or its newer wording is here."""
    if parsed.message_id is None:
        return ""
    lookup = parts.vault.blind.of(tenant.name, "message", parsed.message_id)
    if tombstones.buried(session, tenant.name, lookup):
        return "unsent_before_read"
    if isinstance(parsed.event, talk.Edited):
        return ""
    known = session.scalar(select(Message.id).where(Message.tenant == tenant.name, Message.lookup == lookup).limit(1))
    return "edited_before_read" if known else ""


def _raw(parts: Parts, event: InboxEvent) -> bytes:
    if event.raw_sealed is None:
        raise LookupError("the raw event was blanked")
    return parts.vault.sealer.open(Cell(event.tenant, "inbox", "raw_sealed", event.id), event.raw_sealed)
