"""What a returning person's wishes do (戻ってきた人): guard, claim, begin something else, say how it went.

Effects of the conversation, inside the caller's transaction; `bots.talk.Turn` calls them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bots import metrics, moving, passphrase
from bots.web import links
from handoff import consents, ledger, number, queue, ticket
from handoff.consent_rows import SHARE, spoken_of
from handoff.office import Office
from handoff.writer import Writer, writer_of
from intake import cases
from intake.conversation import values as talk
from intake.door_records import Consent
from intake.records import Case, Contact, Outgoing

if TYPE_CHECKING:
    from bots.talk import Turn


def with_known(turn: Turn, state: talk.State, words: str, options: talk.Options) -> talk.Options:
    """The options with what the database says of this person and of the words of this event."""
    session, tenant = turn.session, turn.tenant
    found = ledger.case_and_ticket(session, tenant.name, turn.contact.case_id) if turn.contact.case_id else None
    if found is None or found[0].erased_at is not None:
        return replace(options, offered=passphrase.offered_words(), known=passphrase.known(turn, state, words))
    case, row = found
    rows = asked_here(tenant.office, session, case)
    return replace(
        options,
        closed=row.state == ticket.State.CLOSED,
        guarded=case.pass_hash is not None,
        offered=passphrase.offered_words(),
        consents=tuple((one.id, one.what, consents.desk_name(tenant.office, one.desk), one.state) for one in rows),
        unattended=tuple(one.id for one in rows if unattended(one)),
        bystander=bool(rows) and writer_of(tenant.office, session, case) is Writer.OTHER,
        known=passphrase.known(turn, state, words),
    )


def asked_here(office: Office, session: Session, case: Case) -> tuple[Consent, ...]:
    """The consents that whoever writes here may answer or take back.

    Nobody answers an open one for the person, nor sees what the person told staff by voice.
    """
    rows = tuple(one for one in consents.standing(session, case) if one.desk and one.state != "withdrawn")
    theirs = tuple(one for one in rows if one.state == "asked" or spoken_of(one))
    if theirs and writer_of(office, session, case) is Writer.OTHER:
        return tuple(one for one in rows if one not in theirs)
    return rows


def unattended(consent: Consent) -> bool:
    """Whether it is still open whether the person wants to be at the meeting."""
    return consent.what == SHARE and consent.state in consents.AGREED and not consent.attend


def carry_out(
    turn: Turn, effect: talk.SetPassphrase | talk.Claim | talk.NewCase | talk.Feedback | talk.AnswerConsent
) -> None:
    """Apply one of these effects."""
    match effect:
        case talk.SetPassphrase():
            set_passphrase(turn, effect)
        case talk.Claim():
            claim(turn, effect)
        case talk.NewCase():
            new_case(turn, effect)
        case talk.Feedback():
            feedback(turn, effect)
        case talk.AnswerConsent():
            answer_consent(turn, effect)


def set_passphrase(turn: Turn, effect: talk.SetPassphrase) -> None:
    """Guard the open case with these words, or with None leave it unguarded; words that fold to nothing do nothing."""
    case = turn.case
    if case is None or (effect.words is not None and not passphrase.fold(effect.words)):
        return
    case.pass_hash = passphrase.hash_of(effect.words) if effect.words is not None else None
    case.pass_tries, case.pass_locked_until = 0, None
    turn.remember("guarded" if effect.words is not None else "unguarded")


def claim(turn: Turn, effect: talk.Claim) -> None:
    """The case proven in this very event goes on with this contact; whoever had it gets nothing of it any more.

    Without that proof nothing happens: the number alone opens nothing.
    """
    session, contact = turn.session, turn.contact
    lookup = turn.parts.vault.blind.of(turn.tenant.name, "receipt", number.parse_receipt(effect.receipt) or "")
    found = session.scalar(select(Case.id).where(Case.tenant == turn.tenant.name, Case.receipt_lookup == lookup))
    if found is None or found != turn.proven:
        return
    pair = ledger.case_and_ticket(session, turn.tenant.name, found, lock=True)
    if pair is None or pair[0].erased_at is not None:
        return
    turn.case, turn.ticket = pair
    before = session.get(Contact, turn.case.contact_id) if turn.case.contact_id else None
    contact.case_id = turn.case.id
    turn.event.case_id = turn.case.id
    if before is not None and before.id == contact.id:
        return
    if before is not None:
        _leave(turn, before, turn.case)
    turn.case.contact_id, turn.case.channel = contact.id, contact.channel
    turn.remember("came_back")
    ledger.changed(session, turn.parts.outbox, turn.ticket)


def new_case(turn: Turn, effect: talk.NewCase) -> None:
    """The next words begin another case; those since the old one was closed move over, if they shall."""
    if effect.since_reopened and turn.case is not None and turn.ticket is not None:
        moving.since_reopened(turn)
        return
    turn.contact.case_id = None
    turn.case, turn.ticket = None, None


def feedback(turn: Turn, effect: talk.Feedback) -> None:
    """How it went after the end: kept in the history and counted; `again` makes the case wait for staff once more."""
    if turn.case is None or turn.ticket is None:
        return
    metrics.feedback(effect.answer)
    turn.remember("feedback", effect.answer)
    if effect.answer == "again":
        queue.person_wrote(turn.tenant.office, turn.session, turn.case, turn.ticket, turn.now)
    else:
        ledger.changed(turn.session, turn.parts.outbox, turn.ticket, quiet=True)


def answer_consent(turn: Turn, effect: talk.AnswerConsent) -> None:
    """The person's answer to a consent of their own open case."""
    if turn.case is None or turn.ticket is None:
        return
    way = "web" if turn.contact.channel == "web" else "button"
    consents.answer(turn.tenant.office, turn.session, turn.case, turn.ticket, effect.ask, effect.answer, way, turn.now)


def _leave(turn: Turn, before: Contact, case: Case) -> None:
    """The contact that had the case until now: it keeps nothing open, and what waits for it does not leave."""
    vault = turn.parts.vault
    if before.case_id == case.id:
        before.case_id = None
    before.page_sealed = None
    links.end_all(turn.session, before.id, turn.now)
    turn.session.execute(
        update(Outgoing)
        .where(Outgoing.contact_id == before.id, Outgoing.case_id == case.id, Outgoing.state == "waiting")
        .values(state="dropped", error="moved", body_sealed=None, reply_sealed=None)
    )
    if case.identity == "anonymous":
        return
    name = cases.name_of(vault.sealer, before)
    if name:
        cases.keep_name(vault, turn.contact, name)
        cases.keep_name(vault, before, None)
