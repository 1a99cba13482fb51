"""The life of an answer of staff (返事のゆくえ): how long it waits, whether it may leave, what then stands.

An answer is a message of the case with its outgoing row (`out:<id>`). It leaves when its time to be taken back is over;
right before, `barred` looks once more at whose case it is. Works in the caller's transaction and never commits.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import ledger, notices, waking
from handoff.office import Office
from handoff.promise import MET, answered, due_of, rests
from handoff.records import History, Ticket
from handoff.view_values import Undoable
from intake.records import Case, Message, Outgoing
from triage.assessment import Urgency

EMERGENCY_SECONDS = 10
"""The longest wait of an answer to somebody in danger."""
UNDONE, OWNER_CHANGED = "undone", "owner_changed"
"""`Outgoing.error` of an answer that was taken back, and of one that another owner must look at first."""
OF_REQUEST = "request-"
"""Begins the `once` of what is told of a data request (`handoff.request_acts`): 受付 says it, whoever has the case."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of staff: its words and its way."""

    message: Message
    row: Outgoing

    @property
    def counts(self) -> bool:
        """Whether the person has it, or is to have it, as an answer to what they wrote."""
        if of_request(self.row):
            return False
        return self.row.error != UNDONE and not (self.row.state == "held" and self.row.error == OWNER_CHANGED)


def wait_seconds(office: Office, row: Ticket) -> int:
    """How long an answer in this case waits before it leaves."""
    return min(office.undo_seconds, EMERGENCY_SECONDS) if row.urgency == Urgency.EMERGENCY else office.undo_seconds


def of_request(row: Outgoing) -> bool:
    """Whether this tells what became of a data request: no answer to what the person wrote, and nobody's case."""
    return row.dedupe.startswith(f"reply-{OF_REQUEST}")


def waits(row: Outgoing, now: int) -> bool:
    """Whether this answer stands still so that it can be taken back."""
    return row.purpose == "reply" and row.state == "waiting" and row.attempts == 0 and row.not_before > now


def may_show(row: Outgoing) -> bool:
    """Whether our own page may show this answer to the person: not while it can be taken back, nor once it was."""
    if row.error == UNDONE or row.state == "held":
        return False
    if row.not_before == 0 or row.state == "sent":
        return True
    return row.channel != "web" and not (row.state == "waiting" and row.attempts == 0)


def answers_of(session: Session, case_id: int) -> tuple[Answer, ...]:
    """Every answer of staff in the case, oldest first."""
    said = select(Message).where(
        Message.case_id == case_id, Message.author == "staff", Message.source.startswith("out:")
    )  # fmt: skip
    by_row = {int(message.source[4:]): message for message in session.scalars(said)}
    rows = session.scalars(select(Outgoing).where(Outgoing.case_id == case_id, Outgoing.purpose == "reply"))
    found = (Answer(by_row[row.id], row) for row in rows if row.id in by_row)
    return tuple(sorted(found, key=lambda answer: (answer.message.at, answer.row.id)))


def undoable(session: Session, case_id: int, staff_id: int, now: int) -> tuple[Undoable, ...]:
    """What this member of staff wrote and can still take back."""
    return tuple(
        Undoable(answer.row.id, answer.row.not_before)
        for answer in answers_of(session, case_id)
        if answer.message.staff_id == staff_id and waits(answer.row, now)
    )


def newest_id(session: Session, case_id: int) -> int:
    """The newest message of the person or of staff that stands; 0 when there is none."""
    said = select(func.max(Message.id)).where(
        Message.case_id == case_id, Message.author.in_(("person", "staff")), Message.unsent_at.is_(None)
    )
    return session.scalar(said) or 0


def quiet_since(session: Session, case_id: int, at: int) -> bool:
    """Whether the person of this case wrote nothing after that time."""
    said = select(Message.id).where(Message.case_id == case_id, Message.author == "person", Message.at > at)
    return session.scalar(said.limit(1)) is None


def said_after(session: Session, case_id: int, seen_upto: int) -> bool:
    """Whether the person of this case said anything after the message of that id."""
    said = select(Message.id).where(
        Message.case_id == case_id, Message.author == "person", Message.id > seen_upto, Message.unsent_at.is_(None)
    )
    return session.scalar(said.limit(1)) is not None


def answered_after(session: Session, case_id: int, staff_id: int, seen_upto: int) -> int | None:
    """Who else of staff answered after the message of that id; None when nobody did."""
    said = select(Message.staff_id).where(
        Message.case_id == case_id, Message.author == "staff", Message.id > seen_upto,
        Message.staff_id != staff_id, Message.source.startswith("out:"), Message.unsent_at.is_(None),
    )  # fmt: skip
    return session.scalar(said.order_by(Message.id.desc()).limit(1))


def barred(session: Session, outgoing: Outgoing) -> str:
    """Why an answer must not leave now: `erased`, `owner_changed`; "" when it may.

    It may while its writer has the case, or nobody has it. In a case folded into another, who has either counts.
    """
    case = session.get(Case, outgoing.case_id, populate_existing=True) if outgoing.case_id else None
    row = session.get(Ticket, outgoing.case_id, populate_existing=True) if outgoing.case_id else None
    if case is None or row is None or case.erased_at is not None:
        return "erased"
    if of_request(outgoing):
        return ""
    writer = session.scalar(
        select(Message.staff_id).where(Message.case_id == case.id, Message.source == f"out:{outgoing.id}")
    )
    owners = {row.owner_id, waking.owner_of(session, row)} - {None}
    return "" if not owners or writer in owners else OWNER_CHANGED


def hold_back(office: Office, session: Session, outgoing: Outgoing, now: int) -> None:
    """An answer whose case somebody else has by now stays here, and is said so in the history."""
    outgoing.state, outgoing.error = "held", OWNER_CHANGED
    session.flush()
    found = ledger.case_and_ticket(session, outgoing.tenant, outgoing.case_id or 0)
    if found is None:
        return
    case, row = found
    recount(office, session, case, row, now)
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="reply_held")
    ledger.changed(session, office.outbox, row)


def recount(office: Office, session: Session, case: Case, row: Ticket, now: int, gone: Message | None = None) -> None:
    """Set what the ticket says of answers to what stands: who waits for whom, since when, until when.

    `gone`: the answer that was taken back; who wrote after it waits from their first word that nobody answered.
    """
    stand = [answer.message.at for answer in answers_of(session, case.id) if answer.counts]
    stand += _met(session, case)
    row.replied_at, row.first_reply_at = max(stand, default=None), min(stand, default=None)
    row.speaker = _speaker(session, case, row.replied_at)
    if answered(row) or row.closed_at is not None:
        return
    if gone is not None and row.waiting_since > gone.at:
        row.waiting_since = _first_unanswered(session, case, row)
    calm = rests(office, session, case, row)
    row.due_at = None if calm else due_of(office, Urgency(row.urgency), row.waiting_since)
    notices.wait_later(office, session, row, now)


def _met(session: Session, case: Case) -> list[int]:
    """When staff reached the person outside the screen; what was said right before the case was written down counts."""
    at = select(History.at).where(History.case_id == case.id, History.what == MET)
    return [max(one, case.opened_at) for one in session.scalars(at)]


def _speaker(session: Session, case: Case, replied_at: int | None) -> str:
    if replied_at is None:
        return "bot"
    back = select(History.id).where(
        History.case_id == case.id, History.what == "given_back", History.at >= replied_at
    )  # fmt: skip
    return "returned" if session.scalar(back.limit(1)) is not None else "human"


def _first_unanswered(session: Session, case: Case, row: Ticket) -> int:
    """When the person first wrote after what was last answered or closed."""
    ends = select(func.max(History.at)).where(
        History.case_id == case.id, History.what.in_(("closed", "reopened"))
    )  # fmt: skip
    since = max(row.replied_at or 0, session.scalar(ends) or 0)
    first = session.scalar(
        select(func.min(Message.at)).where(
            Message.case_id == case.id, Message.author == "person", Message.at >= since
        )
    )  # fmt: skip
    return min(row.waiting_since, max(first, case.opened_at)) if first is not None else row.waiting_since
