"""A practice person answers what staff wrote (練習の相手の返事): a fixed line, some seconds later."""

from __future__ import annotations

from bots.durable import TIMERS, Job
from bots.parts import Parts
from bots.patience import patiently
from bots.practice.making import said
from bots.practice.people import person_of
from bots.settled import Settled
from handoff.practice import CHANNEL
from intake import cases
from intake.clock import now_ms
from intake.records import Case, Contact, Message, Outgoing

SECONDS = (6, 20)
"""Between these many seconds after an answer left."""
_LAST = "ありがとうございました。"


def heard(parts: Parts, row: Outgoing) -> Settled:
    """An answer of staff reached the practice person: they will answer. Everything else is only kept."""
    if row.purpose == "reply":
        first, last = SECONDS
        seconds = float(first + row.id % (last - first + 1))
        parts.jobs.put_now(Job(TIMERS, "practice", f"practice-{row.id:019d}", f"practice:{row.id}", (row.id,), seconds))
    return Settled("sent", via="page")


def answer(parts: Parts, row_id: int) -> str:
    """The practice person's line after the answer `row_id`; `gone` for a case that is over or shredded."""
    return patiently("practice", lambda: _answer(parts, row_id))


def _answer(parts: Parts, row_id: int) -> str:
    with parts.sessions.begin() as session:
        row = session.get(Outgoing, row_id)
        contact = session.get(Contact, row.contact_id, with_for_update=True) if row and row.contact_id else None
        case = session.get(Case, row.case_id) if row and row.case_id else None
        if contact is None or case is None or case.erased_at is not None or contact.channel != CHANNEL:
            return "gone"
        person = person_of(cases.address_of(parts.vault, contact).partition(":")[0])
        answers = session.query(Message).filter_by(case_id=case.id, author="staff").order_by(Message.id).all()
        mine = [index for index, message in enumerate(answers) if message.source == f"out:{row_id}"]
        lines = person.answers if person else ()
        index = mine[0] if mine else len(answers) - 1
        line = lines[index] if 0 <= index < len(lines) else _LAST
        return "said" if said(parts, session, contact, line, f"after-{row_id}", now_ms()) else "known"
