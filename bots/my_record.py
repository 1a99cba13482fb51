"""「わたしの記録」: what we hold of a person and whom it went to, in a few plain lines.

Labels come from the summary words of the person's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from handoff import clock_words, consents, desks, named, number, requests, ticket
from handoff.consent_rows import spoken_of
from handoff.handover import THERE
from handoff.packet import visitor
from handoff.reach import options_of, state_of
from handoff.records import HandOver, Ticket
from handoff.writer import Writer, writer_of
from intake import cases, given
from intake.clock import to_datetime
from intake.conversation.script import load
from intake.conversation.speech import summarise
from intake.door_records import Consent
from intake.records import Case, Message

if TYPE_CHECKING:
    from bots.talk import Turn

_ASKED = {"disclosure": "see", "correction": "correct", "stop": "stop"}
"""Kind of a request → the button that asks for it."""


def record_words(turn: Turn) -> str:
    """The fact `{record}`: one line each for what is there; "" without a case."""
    case = turn.case
    if case is None:
        return ""
    office, state = turn.tenant.office, state_of(turn.tenant.office, turn.contact)
    options = options_of(office)
    language = state.language or options.language
    heads = load(language).summary
    rows = [
        f"{heads['record_receipt']}：{_receipt(turn, case)}",
        f"{heads['record_since']}：{clock_words.date_words(to_datetime(case.opened_at), language)}",
        f"{heads['record_messages']}：{_messages(turn, case)}",
        f"{heads['record_name']}：{_name(turn, case) or heads['record_anonymous']}",
        *summarise(state, options, "", given.answers_of(office.sealer, case)).splitlines(),
    ]
    other = writer_of(office, turn.session, case) is Writer.OTHER
    if not (other and _of_abuse(turn, case)):  # a desk tells, too: of violence at home, or of a child
        rows += _desk(turn, case, heads["record_desk"])
    if not other:  # whom the person is being helped by is not for a relative or a neighbour to read
        rows.append(f"{heads['record_told']}：{_told(turn, case) or heads['record_nobody']}")
    for consent in consents.standing(turn.session, case):
        if consent.desk and not (other and spoken_of(consent)):
            said = heads.get(f"record_{consent.state}", consent.state)
            said += _attend(consent, language)
            rows.append(f"{heads['record_consent']}：{named.name_of(office, consent)}（{said}）")
    asked = load(language).ask["data"].choices
    for kind in requests.asked_in_talk(turn.session, case):
        if kind in _ASKED:
            rows.append(f"{heads['record_request']}：{asked[_ASKED[kind]][0]}")
    if case.pass_hash is not None:
        rows.append(f"{heads['record_guard']}：{heads['record_guarded']}")
    if days := turn.tenant.pack.retention_days.get("consultation", 0):
        rows.append(f"{heads['record_kept']}：{clock_words.kept_words(days, language)}")
    return "\n".join(rows)


def _receipt(turn: Turn, case: Case) -> str:
    if case.route in number.REPORTED:
        return number.label_of(case.number, case.route)
    return cases.receipt_of(turn.parts.vault.sealer, case)


def _messages(turn: Turn, case: Case) -> int:
    said = select(func.count()).where(
        Message.case_id == case.id, Message.author == "person", Message.body_sealed.is_not(None)
    )
    return turn.session.scalar(said) or 0


def _name(turn: Turn, case: Case) -> str:
    return "" if case.identity == "anonymous" else cases.name_of(turn.parts.vault.sealer, turn.contact)


def _attend(consent: Consent, language: str) -> str:
    """Whether they want to be at the meeting, as they pressed it; "" where they said nothing."""
    known = consent.state in consents.AGREED and consent.attend not in ("", "skip")
    return f"、{load(language).menu[f'consent_attend_{consent.attend}']}" if known else ""


def _desk(turn: Turn, case: Case, head: str) -> list[str]:
    """The desk that looks after the person, once somebody of it does; nobody's own name. Who reports hears no desk."""
    row = turn.session.get(Ticket, case.id)
    if row is None or row.state not in ticket.OWNED or case.route in number.REPORTED:
        return []
    found = desks.desk(turn.tenant.pack, row.owner_desk)
    return [f"{head}：{found.name if found is not None else turn.tenant.pack.office}"]


def _of_abuse(turn: Turn, case: Case) -> bool:
    row = turn.session.get(Ticket, case.id)
    return row is None or visitor.of_abuse(turn.tenant.office, turn.session, case, row)


def _told(turn: Turn, case: Case) -> str:
    """The desks that it was handed to and not given back by."""
    found = turn.session.scalars(
        select(HandOver.to_desk).where(HandOver.case_id == case.id, HandOver.state.in_(THERE)).order_by(HandOver.id)
    )
    return "、".join(dict.fromkeys(consents.desk_name(turn.tenant.office, to) for to in found))
