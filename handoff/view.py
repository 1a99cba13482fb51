"""What staff see (見え方): the queue and one case, opened after an authorization check.

Reading a case is not silent: `open_case` writes the audit log in the caller's transaction.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import answers, ledger, linking, notices, plan_store, reporters, waking
from handoff.acting import seen_by
from handoff.number import label_of
from handoff.office import NotFound, Office, StaffRef
from handoff.promise import answered
from handoff.reach import answerable, language_of, reachable, way_of
from handoff.records import History
from handoff.view_item import item_of, item_with
from handoff.view_lines import lines_of, names_of
from handoff.view_queue import counts, queue, version
from handoff.view_values import VIEWS, CaseView, Counts, FoldedCase, Line, QueueItem, Step, Undoable
from handoff.wording import speaker_ja
from intake import cases, given
from intake.conversation.speech import answers_ja
from intake.records import Case, Contact

__all__ = [
    "VIEWS",
    "CaseView",
    "Counts",
    "FoldedCase",
    "Line",
    "QueueItem",
    "Step",
    "Undoable",
    "counts",
    "item_of",
    "open_case",
    "queue",
    "version",
]


def open_case(office: Office, session: Session, case_id: int, staff: StaffRef, now: int, where: str) -> CaseView:
    """One case, for `staff`, logged as seen `where` (`console`, `slack`). Raises `NotFound`."""
    case, ticket = seen_by(office, session, case_id, staff)
    names = names_of(session, [ticket.owner_id])
    # Locked in the order of everybody else: cases that stand under this one, this one, the audit log.
    folded = _folded(office, session, case, staff, now)
    session.flush()
    notices.opened(office, session, case, ticket, now)
    for each in (case.id, *(one.case_id for one in folded)):
        _log(office, session, each, staff, now, where)
    return CaseView(
        item=item_with(office, session, case, ticket, names),
        receipt=cases.receipt_of(office.sealer, case),
        lines=lines_of(office, session, case),
        steps=_steps(office, session, case, staff),
        plan=plan_store.plan_of(office.sealer, ticket),
        answers=_answers(office, case, where),
        name=_name(office, session, case),
        reachable=answerable(session, case),
        way=way_of(office, session, case),
        language=language_of(office, session, case),
        newest_id=answers.newest_id(session, case.id),
        undoable=answers.undoable(session, case.id, staff.id, now),
        speaker=ticket.speaker,
        folded=folded,
        whose=speaker_ja(case.route, of_another=reporters.holds(session, case.tenant, case.id)),
    )


def _log(office: Office, session: Session, case_id: int, staff: StaffRef, now: int, where: str) -> None:
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="viewed", staff_id=staff.id, case_id=case_id,
        detail=where,
    )  # fmt: skip


def _folded(office: Office, session: Session, main: Case, staff: StaffRef, now: int) -> tuple[FoldedCase, ...]:
    """The words of the cases folded into this one: they are read here, so the caller logs them as read."""
    found = []
    for row in waking.folded_under(session, main.id):
        try:
            case, _ = seen_by(office, session, row.case_id, staff)
        except NotFound:
            continue
        if case.contact_id == main.contact_id:
            row.opened_at = now
        else:
            notices.opened(office, session, case, row, now)
        label, to = label_of(case.number, case.route), reachable(session, case) is not None
        found.append(FoldedCase(case.id, label, case.route, lines_of(office, session, case), not answered(row), to))
    return tuple(found)


def _answers(office: Office, case: Case, where: str) -> tuple[tuple[str, str], ...]:
    """What the intake asked and heard. How to reach the person stays out of Slack."""
    heard = given.answers_of(office.sealer, case)
    if where == "slack" and "phone" in heard:
        heard["phone"] = "（受付の画面で見られます）"
    return answers_ja(heard)


def _steps(office: Office, session: Session, case: Case, staff: StaffRef) -> tuple[Step, ...]:
    hidden = set() if linking.visible(office, session, case.id, staff) else set(linking.STEPS.values())
    rows = session.scalars(select(History).where(History.case_id == case.id).order_by(History.at, History.id)).all()
    names = names_of(session, (row.staff_id for row in rows))
    return tuple(
        Step(
            at=row.at,
            actor=row.actor,
            staff_name=names.get(row.staff_id or 0, ""),
            what=row.what,
            detail=row.detail,
            note=ledger.note_of(office.sealer, row) if case.erased_at is None else "",
        )
        for row in rows
        if row.what not in hidden
    )


def _name(office: Office, session: Session, case: Case) -> str:
    """The name given in this case: one given in another of the same person's is not shown here.

    Who reports somebody else is not the person: a reporter's name stands in the vault alone.
    """
    if case.contact_id is None or case.erased_at is not None or case.identity == "anonymous":
        return ""
    if case.route in reporters.ROUTES:
        return ""
    return cases.name_of(office.sealer, session.get(Contact, case.contact_id))
