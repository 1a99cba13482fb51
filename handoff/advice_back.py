"""お返事: what staff answered to a 支援者の相談, for the member of staff who asked, and for nobody else by this way.

In the caller's transaction; never commits. Reading is logged as every look at a case is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import String, func, literal, or_, select
from sqlalchemy.orm import Session

from handoff import answers, ledger
from handoff.desk_records import AdviceAsker
from handoff.login_records import Identity
from handoff.number import label_of
from handoff.office import NotFound, Office, StaffRef
from handoff.reach import asker_of
from handoff.records import Staff, Ticket
from intake.cases import person_text, text_of
from intake.records import Case, Message, Outgoing

MOST: Final = 50
"""How many of one's questions are listed, the newest first."""


@dataclass(frozen=True, slots=True)
class Mine:
    """One line of 「わたしが相談したこと」. `answered`: how many answers stand; `fresh`: one is new to the asker."""

    case_id: int
    label: str
    at: int
    state: str
    answered: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Back:
    """One answer: when, who of staff wrote it, and its words."""

    at: int
    who: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its asker reads it, with what came back."""

    case_id: int
    label: str
    at: int
    question: str = field(repr=False)
    answers: tuple[Back, ...] = ()


def mine(office: Office, session: Session, staff: StaffRef) -> tuple[Mine, ...]:
    """What this member of staff asked, the newest first; no word of it. What was erased is not there any more."""
    rows = session.execute(
        select(AdviceAsker, Case, Ticket)
        .join(Case, Case.id == AdviceAsker.case_id)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(
            AdviceAsker.tenant == office.tenant, AdviceAsker.staff_id == staff.id, Case.tenant == office.tenant,
            Case.erased_at.is_(None),
        )
        .order_by(AdviceAsker.at.desc(), AdviceAsker.case_id.desc())
        .limit(MOST)
    )  # fmt: skip
    return tuple(_line(session, asked, case, row) for asked, case, row in rows)


def fresh(session: Session, staff: StaffRef) -> int:
    """How many of one's questions have an answer that one has not read yet."""
    left = func.coalesce(Outgoing.sent_at, Message.at)
    source = literal("out:").concat(Outgoing.id.cast(String))
    found = (
        select(func.count(AdviceAsker.case_id.distinct()))
        .join(Outgoing, Outgoing.case_id == AdviceAsker.case_id)
        .join(Message, (Message.case_id == Outgoing.case_id) & (Message.source == source))
        .join(Case, Case.id == AdviceAsker.case_id)
        .where(
            AdviceAsker.tenant == staff.tenant, AdviceAsker.staff_id == staff.id, Case.erased_at.is_(None),
            Outgoing.purpose == "reply", Outgoing.state == "sent", Message.unsent_at.is_(None),
            or_(AdviceAsker.seen_at.is_(None), left > AdviceAsker.seen_at),
        )
    )  # fmt: skip
    return session.scalar(found) or 0


def open_mine(office: Office, session: Session, case_id: int, staff: StaffRef, now: int, where: str) -> Asked:
    """One question with its answers, for whoever asked it, logged as seen `where` (`console`, `slack`).

    Raises `NotFound`, alike for absent, erased and somebody else's.
    """
    asked = session.get(AdviceAsker, case_id)
    case = session.get(Case, case_id) if asked is not None else None
    mine_ = asked is not None and (asked.tenant, asked.staff_id) == (office.tenant, staff.id)
    if asked is None or case is None or not mine_ or staff.tenant != office.tenant or case.erased_at is not None:
        raise NotFound("not_found", "その相談は見つかりません。")
    asked.seen_at = now
    session.flush()
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="viewed", staff_id=staff.id, case_id=case.id,
        detail=where,
    )  # fmt: skip
    back = tuple(
        Back(at, _name(session, message), text_of(office.sealer, message))
        for message, at in _standing(session, case.id)
    )
    question = person_text(session, office.sealer, case)[0]
    return Asked(case.id, label_of(case.number, case.route), asked.at, question, back)


def to_tell(session: Session, sent: Outgoing) -> tuple[str, str] | None:
    """(Slack user id, number) of whoever is told that this answer is there; None when they are not in Slack."""
    case = session.get(Case, sent.case_id) if sent.case_id else None
    asker = asker_of(session, case) if case is not None else None
    if case is None or asker is None:
        return None
    subject = session.scalar(
        select(Identity.subject).where(
            Identity.tenant == case.tenant, Identity.issuer == "slack", Identity.staff_id == asker.id
        )
    )
    user = (subject or "").partition(":")[2]
    return (user, label_of(case.number, case.route)) if user else None


def _line(session: Session, asked: AdviceAsker, case: Case, row: Ticket) -> Mine:
    back = _standing(session, case.id)
    fresh = any(asked.seen_at is None or at > asked.seen_at for _, at in back)
    return Mine(case.id, label_of(case.number, case.route), asked.at, row.state, len(back), fresh)


def _standing(session: Session, case_id: int) -> tuple[tuple[Message, int], ...]:
    """The answers that left and were not taken back, with when they left, the oldest first."""
    return tuple(
        (answer.message, answer.row.sent_at or answer.message.at)
        for answer in answers.answers_of(session, case_id)
        if answer.row.state == "sent" and answer.message.unsent_at is None
    )


def _name(session: Session, message: Message) -> str:
    staff = session.get(Staff, message.staff_id) if message.staff_id is not None else None
    return staff.name if staff is not None else "職員"
