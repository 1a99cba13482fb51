"""What wakes a case that was put aside (目をさます): a hold that ends, a word in a case folded into another.

The small part that the machine's side (`handoff.queue`) needs of `handoff.hold` and `handoff.folding`. Works in the
caller's transaction and never commits.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handoff import ledger
from handoff.desk_records import Fold, ReplyDraft
from handoff.office import Office
from handoff.records import Ticket
from intake.records import Case


def end_hold(office: Office, session: Session, case: Case, row: Ticket, now: int, actor: str) -> bool:
    """The case is in sight again. `actor`: who or what woke it (`person`, `machine`). False when it was not held.

    The caller counts the change (`ledger.changed`).
    """
    if row.hold_until is None:
        return False
    row.hold_until = None
    ledger.remember(session, office.sealer, case, at=now, actor=actor, what="hold_over")
    return True


def held(row: Ticket, now: int) -> bool:
    """Whether the case is out of the way at this moment."""
    return row.hold_until is not None and row.hold_until > now


def main_of(session: Session, row: Ticket) -> tuple[Case, Ticket] | None:
    """The case under which this one stands, locked with it (`ledger.lock_all`); None when it stands alone."""
    if row.folded_into is None:
        return None
    found = ledger.case_and_ticket(session, row.tenant, row.folded_into, lock=True)
    return found if found is not None and found[0].erased_at is None else None


def owner_of(session: Session, row: Ticket) -> int | None:
    """Who works on the case: of a folded one, who has the main case."""
    if row.folded_into is None:
        return row.owner_id
    return session.scalar(select(Ticket.owner_id).where(Ticket.case_id == row.folded_into))


def folded_under(session: Session, case_id: int) -> tuple[Ticket, ...]:
    """The tickets folded into this case, oldest first. Unlocked."""
    rows = select(Ticket).where(Ticket.folded_into == case_id).order_by(Ticket.case_id)
    return tuple(session.scalars(rows))


def part(
    office: Office, session: Session, case: Case, row: Ticket, now: int, *, staff_id: int | None = None
) -> Fold | None:
    """The case stands alone again; by the machine unless by `staff_id`. None when it stood alone already.

    The caller counts the change.
    """
    if row.folded_into is None:
        return None
    main = row.folded_into
    row.folded_into = None
    fold = session.scalar(
        select(Fold)
        .where(Fold.case_id == case.id, Fold.into_case == main, Fold.undone_at.is_(None))
        .order_by(Fold.id.desc())
        .limit(1)
    )
    if fold is not None:
        fold.undone_at, fold.undone_by = now, staff_id
    if staff_id is None:
        ledger.remember(session, office.sealer, case, at=now, actor="machine", what="unfolded")
    return fold


def erased(office: Office, session: Session, case: Case, row: Ticket, now: int) -> tuple[Ticket, ...]:
    """本人が消した: drafts of answers go, and so does its place under another case.

    Returns the tickets that stood under it and stand alone now; the caller has them called out.
    """
    session.execute(delete(ReplyDraft).where(ReplyDraft.case_id == case.id))
    row.hold_until = None
    part(office, session, case, row, now)
    freed = []
    for under in folded_under(session, case.id):
        found = ledger.case_and_ticket(session, row.tenant, under.case_id, lock=True)
        if found is not None and part(office, session, *found, now):
            ledger.changed(session, office.outbox, found[1])
            freed.append(found[1])
    return tuple(freed)
