"""What every act of staff shares (行いの土台): who may see a case, what the table allows, the books after it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, ledger, loop, ticket, waking
from handoff.number import label_of
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.records import Staff, Ticket
from handoff.scope import may_see
from intake.records import Case

__all__ = ["alone", "done", "here", "may_see", "moved", "owned", "seen_by"]


def seen_by(
    office: Office, session: Session, case_id: int, staff: StaffRef, *, lock: bool = False
) -> tuple[Case, Ticket]:
    """The case for this person. Raises `NotFound`, alike for absent and forbidden; with `lock` what `here` does too."""
    if lock and staff.tenant == office.tenant:  # of another town: nothing is found below
        here(session, staff)
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=lock)
    if found is None or not (may_see(found[1], staff) or _has_main(session, found[1], staff)):
        raise NotFound("not_found", "その相談は見つかりません。")
    return found


def here(session: Session, staff: StaffRef) -> None:
    """Who acts stays as they are until the transaction ends: nobody leaves or moves to another desk in the middle.

    Always before any ticket, which is the order of `handoff.leaving`: two locks the other way round would wait for
    ever. Raises `Refused("left")`, `Conflict("moved")` when role or desk changed since the request began.
    """
    row = session.scalar(
        select(Staff)
        .where(Staff.id == staff.id, Staff.tenant == staff.tenant)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    if row is None or not row.active:
        raise Refused("left", "この職員の登録は終わっています。何も変えていません。")
    if (row.role, row.desk) != (staff.role, staff.desk):
        raise Conflict("moved", "役割か窓口が変わりました。画面を読み直してください。何も変えていません。")


def _has_main(session: Session, row: Ticket, staff: StaffRef) -> bool:
    """Whether they work on the case into which this one was folded: its words come to them."""
    if row.folded_into is None or staff.tenant != row.tenant or staff.role not in ("intake", "worker"):
        return False
    return waking.owner_of(session, row) == staff.id


def alone(session: Session, row: Ticket) -> None:
    """Raises `Refused("folded")` for a case that stands under another: what happens to it is done there."""
    if row.folded_into is None:
        return
    main = session.get(Case, row.folded_into)
    label = label_of(main.number, main.route) if main is not None else ""
    raise Refused("folded", f"{label} にまとめた相談です。{label} のほうで進めるか、さきにほどいてください。")


def owned(office: Office, session: Session, case_id: int, staff: StaffRef) -> tuple[Case, Ticket]:
    """The case, locked, for its owner. Raises `Conflict` for anybody else who may see it."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.owner_id != staff.id:
        raise Conflict("not_owner", "担当の人だけができます。")
    return case, row


def moved(row: Ticket, action: ticket.Action, *, reason: ticket.CloseReason | None = None, note: str = "") -> str:
    """The state after the move, for `row.state`. Raises `Refused` with the table's reason; changes nothing."""
    try:
        return str(ticket.apply(ticket.State(row.state), action, ticket.Actor.PERSON, reason=reason, note=note))
    except ticket.NotAllowed as refusal:
        raise Refused(refusal.code, refusal.message_ja) from None


def done(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    staff: StaffRef,
    now: int,
    what: str,
    detail: str = "",
    note: str = "",
    *,
    at: int | None = None,
) -> None:
    """Write history and audit, and have the card redrawn: every act of staff ends here.

    Who takes, answers or hands the case looks after it: a call that is open has been heard. `at`: when it happened
    (ms UTC), where that was before `now`.
    """
    if what in calls.LOOKING:
        calls.acknowledge(office, session, case, row, now, staff)
    ledger.remember(
        session, office.sealer, case, at=now if at is None else at, actor="staff", staff_id=staff.id, what=what,
        detail=detail, note=note,
    )  # fmt: skip
    ledger.audit(
        session, office.audit_key, case.tenant, at=now, action=what, staff_id=staff.id, case_id=case.id, detail=detail
    )
    ledger.changed(session, office.outbox, row)
    loop.after(office, session, case, what)
