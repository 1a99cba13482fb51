"""The answer lane for LINE: one raw event to one step of the conversation and one reply, in one transaction.

No model is asked: the danger lexicon and the script answer within milliseconds.
"""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.line.facts import facts_for, options_for
from bots.line.parse import Parsed, parse
from bots.line.render import render
from bots.line.send import REPLY_TOKEN_MS
from bots.parts import Parts, Tenant
from bots.talk import Turn
from intake import cases, tombstones
from intake.clock import now_ms, to_datetime
from intake.conversation import values as talk
from intake.conversation.extra import bubble
from intake.conversation.step import step
from intake.outbox import Draft
from intake.records import Contact, InboxEvent, Message, Outgoing
from intake.seal import Cell

_DAY_MS = 86_400_000


def answer_line(parts: Parts, session: Session, tenant: Tenant, event: InboxEvent) -> list[int]:
    """Take in one LINE event. Returns the data keys to destroy after the commit (けす)."""
    parsed = parse(json.loads(_raw(parts, event)))
    if parsed.user_id is None or parsed.source_kind != "user":
        _nobody(parts, session, tenant, event, parsed)
        return []
    now = now_ms()
    contact = cases.contact_of(session, parts.vault, tenant.name, "line", parsed.user_id, now)
    contact.last_event_at = max(contact.last_event_at, event.event_at)
    late = _too_late(parts, session, tenant, parsed)
    if late:
        event.note = late
        return []
    turn = Turn(parts, tenant, session, event, contact, parsed.message_id, now)
    says = converse(turn, parsed.event)
    if says and parsed.mode == "active":
        _reply(turn, parsed, says)
    elif parsed.mode != "active":
        event.note = event.note or ("mode:standby" if parsed.mode == "standby" else "mode:strange")
    return turn.destroy


def converse(turn: Turn, event: talk.Event) -> tuple[talk.Say, ...]:
    """Step the conversation, carry out its effects, keep its state; returns what to say, still unfilled."""
    parts, contact = turn.parts, turn.contact
    before = _state(turn)
    words = _words(event)
    alarm = parts.alarm.scan(words).kinds if words else frozenset()
    options = options_for(turn.tenant, turn.now, alarm)
    outcome = step(before, event, alarm, to_datetime(turn.now), options)
    turn.carry_out(outcome.effects)
    if words and any(isinstance(effect, talk.SmallTalk) for effect in outcome.effects):
        turn.keep_small_talk(words)
    state, says = outcome.state, outcome.says
    if turn.refused_erasure:
        # Nothing was deleted: the case stays open here too, and the question is over.
        state = replace(before, pending=before.resume, resume=None)
        says = (bubble(before, options, "delete_asked"),)
    elif says and turn.case and not state.hidden and _lost_a_reply(turn.session, contact):
        says = (bubble(state, options, "receipt_again"), *says)[:5]
    cases.keep_talk(parts.vault, contact, state.to_json())
    return says


def _state(turn: Turn) -> talk.State:
    """The stored state, brought in line with what staff did meanwhile: the contact says whether a case is open."""
    stored = cases.talk_of(turn.parts.vault, turn.contact)
    state = talk.State.from_json(stored) if stored else talk.State()
    if state.case == (turn.contact.case_id is not None):
        return state
    return state.without_case() if state.case else state.with_case()


def _words(event: talk.Event) -> str:
    match event:
        case talk.Text(text) | talk.Edited(_, text):
            return text
        case talk.Sticker(words):
            return " ".join(words)
        case _:
            return ""


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


def _lost_a_reply(session: Session, contact: Contact) -> bool:
    """Whether the last answer's fate is unknown (送信不明): then the receipt number is said again."""
    last = session.scalar(
        select(Outgoing.state)
        .where(Outgoing.contact_id == contact.id, Outgoing.purpose == "answer", Outgoing.state != "waiting")
        .order_by(Outgoing.id.desc())
        .limit(1)
    )
    return last == "unknown"


def _raw(parts: Parts, event: InboxEvent) -> bytes:
    if event.raw_sealed is None:
        raise LookupError("the raw event was blanked")
    return parts.vault.sealer.open(Cell(event.tenant, "inbox", "raw_sealed", event.id), event.raw_sealed)
