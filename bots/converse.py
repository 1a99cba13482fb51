"""One event of one person to one step of the conversation, on whatever channel it came (会話の一歩)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots import asides, returning, tongues
from bots.line.facts import options_for
from bots.partners import members
from bots.talk import Turn
from bots.towns import with_towns
from handoff.records import Ticket
from intake import cases
from intake.clock import to_datetime
from intake.conversation import values as talk
from intake.conversation.extra import bubble
from intake.conversation.flow import QUESTIONS
from intake.conversation.step import step
from intake.conversation.turn import ASIDE
from intake.records import Contact, Outgoing

_BEGINNING = frozenset({"l_danger", "p_danger"})
"""Questions asked before the next report has a case of its own: until then the contact still stands at the last one."""


def converse(turn: Turn, event: talk.Event, *, own_page: bool = False) -> tuple[talk.Say, ...]:
    """Step the conversation, carry out its effects, keep its state; returns what to say, still unfilled.

    `own_page`: the person sits at our own page, where everything may be said whatever the pack lets LINE carry.
    """
    parts, contact = turn.parts, turn.contact
    before = state_of(turn)
    beside = asides.answer(turn, before, event, own_page=own_page)
    if isinstance(beside, tuple):
        return beside
    event = beside
    words = words_of(event)
    alarm = parts.alarm.scan(words).kinds if words else frozenset()
    options = options_for(turn.tenant, turn.now, alarm)
    options = returning.with_known(turn, before, words, options)
    options = with_towns(turn.tenant.pack, before, words, options)
    options = replace(options, tongue=tongues.heard(before, words, options))
    options = replace(options, **members.member_options(parts, turn.session, turn.tenant, contact, turn.now))
    if own_page:
        options = replace(options, mode="talk")
    outcome = step(before, event, alarm, to_datetime(turn.now), options)
    turn.carry_out(outcome.effects)
    informs = options.mode == "info"  # who was told that nobody reads it must not find it read: counted, words unkept
    if words and not informs and any(isinstance(effect, talk.SmallTalk) for effect in outcome.effects):
        turn.keep_small_talk(words)
    state, says = outcome.state, outcome.says
    if turn.refused_erasure:
        # Nothing was deleted: the case stays open here too, and the question is over.
        state = replace(before, pending=before.resume, resume=None)
        says = (bubble(before, options, "delete_asked"),)
    elif says and turn.case and not state.hidden and _lost_a_reply(turn.session, contact):
        says = (bubble(state, options, "receipt_again"), *says)[:5]
    cases.keep_talk(parts.vault, contact, state.to_json())
    return (*says, *asides.after(turn, state, event))[:5] if says else says


def state_of(turn: Turn) -> talk.State:
    """The stored state, brought in line with what staff did meanwhile.

    The contact says whether a case is open; while a person of staff speaks, the bot's own questions rest.
    """
    stored = cases.talk_of(turn.parts.vault, turn.contact)
    state = talk.State.from_json(stored) if stored else talk.State()
    if state.case != (turn.contact.case_id is not None) and (state.case or state.pending not in _BEGINNING):
        state = state.without_case() if state.case else state.with_case()
    row = turn.session.get(Ticket, turn.contact.case_id) if turn.contact.case_id is not None else None
    return _resting(state) if row is not None and row.speaker == "human" and state.case else state


def _resting(state: talk.State) -> talk.State:
    """Without the intake's open question: words are only received. What the person began themselves (けす) goes on.

    The question comes back with 「相談」, or when staff give the talk back to the bot.
    """
    aside = state.pending in ASIDE
    asked = state.resume if aside else state.pending
    if asked is None or asked in ASIDE or (asked in QUESTIONS and QUESTIONS[asked].floats):
        return state
    return replace(state, pending=state.pending if aside else None, resume=None, left=asked, editing=False)


def words_of(event: talk.Event) -> str:
    """What the danger lexicon reads of an event: what the person typed, or the words of a sticker."""
    match event:
        case talk.Text(text) | talk.Edited(_, text):
            return text
        case talk.Sticker(words):
            return " ".join(words)
        case _:
            return ""


def _lost_a_reply(session: Session, contact: Contact) -> bool:
    """Whether the last answer's fate is unknown (送信不明): then the receipt number is said again."""
    last = session.scalar(
        select(Outgoing.state)
        .where(Outgoing.contact_id == contact.id, Outgoing.purpose == "answer", Outgoing.state != "waiting")
        .order_by(Outgoing.id.desc())
        .limit(1)
    )
    return last == "unknown"
