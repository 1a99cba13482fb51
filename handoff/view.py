"""What staff see (見え方): the queue and one case, opened after an authorization check.

Reading a case is not silent: `open_case` writes the audit log in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy import case as case_when
from sqlalchemy.orm import Session

from handoff import ledger, linking, notices, plan_store, reporters
from handoff.desk import reachable, seen_by
from handoff.office import Office, StaffRef
from handoff.reach import language_of, way_of
from handoff.records import History, Ticket
from handoff.view_item import item_of, item_with
from handoff.view_lines import lines_of, names_of
from handoff.view_values import VIEWS, CaseView, Counts, Line, QueueItem, Step, Undoable
from intake import cases, given
from intake.clock import to_datetime, to_ms
from intake.conversation.speech import answers_ja
from intake.records import Case, Contact
from intake.seal import Cell
from triage.assessment import Assessment, Complexity, Domain, Urgency

__all__ = [
    "VIEWS",
    "CaseView",
    "Counts",
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

_TOKYO = ZoneInfo("Asia/Tokyo")
_SOON_MS = 30 * 60_000
_OPEN = ("draft", "received")
_LIVE = ("draft", "received", "claimed", "handed")


def queue(
    office: Office, session: Session, staff: StaffRef, view: str, now: int, *, limit: int = 100
) -> tuple[QueueItem, ...]:
    """The queue by urgency, then waiting time, as this person may see it. 管理 and 監査 see no content."""
    rows = session.execute(_chosen(office, staff, view).limit(limit * 3 if view in _CONTENT else limit)).all()
    names = names_of(session, (ticket.owner_id for _, ticket in rows))
    items = [item_with(office, session, case, ticket, names) for case, ticket in rows]
    keep = _CONTENT.get(view)
    return tuple(item for item in items if keep is None or keep(item))[:limit]


def counts(office: Office, session: Session, staff: StaffRef, now: int) -> Counts:
    """The figures of the queue, for what this person may see."""
    live = (Ticket.state.in_(_LIVE), Ticket.kind == "consultation", *_scope(office, staff))
    waiting = (*live, or_(Ticket.replied_at.is_(None), Ticket.replied_at < Ticket.waiting_since))
    midnight = to_ms(to_datetime(now).astimezone(_TOKYO).replace(hour=0, minute=0, second=0, microsecond=0))

    def number(*where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(Ticket).where(*where)) or 0

    oldest = session.scalar(select(func.min(Ticket.waiting_since)).where(*waiting, Ticket.owner_id.is_(None)))
    today = session.execute(
        select(Case, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(Case.opened_at >= midnight, Ticket.kind == "consultation", *_scope(office, staff))
    ).all()
    readings = [plan_store.reading_of(office.sealer, ticket) for _, ticket in today]
    return Counts(
        overdue=number(*waiting, Ticket.due_at < now),
        due_soon=number(*waiting, Ticket.due_at >= now, Ticket.due_at < now + _SOON_MS),
        longest_wait_ms=now - oldest if oldest else 0,
        today=len(readings),
        today_complex=sum(reading is not None and reading.complexity is Complexity.COMPLEX for reading in readings),
        unclaimed=number(*live, Ticket.state.in_(_OPEN)),
        mine=number(*live, Ticket.owner_id == staff.id),
        waiting_reply=number(*live, Ticket.replied_at >= Ticket.waiting_since),
        handed=number(*live, Ticket.state == "handed"),
    )


def open_case(office: Office, session: Session, case_id: int, staff: StaffRef, now: int, where: str) -> CaseView:
    """One case, for `staff`, logged as seen `where` (`console`, `slack`). Raises `NotFound`."""
    case, ticket = seen_by(office, session, case_id, staff)
    names = names_of(session, [ticket.owner_id])
    notices.opened(office, session, case, ticket, now)
    ledger.audit(
        session,
        office.audit_key,
        case.tenant,
        at=now,
        action="viewed",
        staff_id=staff.id,
        case_id=case.id,
        detail=where,
    )
    return CaseView(
        item=item_with(office, session, case, ticket, names),
        receipt=cases.receipt_of(office.sealer, case),
        lines=lines_of(office, session, case),
        steps=_steps(office, session, case, staff),
        plan=plan_store.plan_of(office.sealer, ticket),
        answers=_answers(office, case, where),
        name=_name(office, session, case),
        reachable=reachable(session, case) is not None,
        way=way_of(office, session, case),
        language=language_of(office, session, case),
    )


def version(session: Session, tenant: str) -> int:
    """A number that changes whenever anything in the queue changed (for live pages)."""
    total = session.scalar(select(func.sum(Ticket.version)).where(Ticket.tenant == tenant)) or 0
    return int(total) + (session.scalar(select(func.count()).where(Ticket.tenant == tenant)) or 0)


def _chosen(office: Office, staff: StaffRef, view: str) -> Select[Case, Ticket]:
    by_urgency = case_when({str(urgency): -urgency.rank for urgency in Urgency}, value=Ticket.urgency)
    consultation = Ticket.kind == "consultation"
    live = and_(consultation, Ticket.state.in_(_LIVE))
    where: dict[str, ColumnElement[bool]] = {
        "open": and_(consultation, Ticket.state.in_(_OPEN)),
        "mine": and_(live, Ticket.owner_id == staff.id),
        "replied": and_(live, Ticket.replied_at >= Ticket.waiting_since),
        "handed": and_(live, Ticket.state == "handed"),
        "lifeline": and_(live, Case.route == "lifeline"),
        "other": and_(Ticket.kind != "consultation", Ticket.state.in_(_LIVE)),
        "closed": Ticket.state.in_(("closed", "erased")),
    }
    return (
        select(Case, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(where.get(view, live), *_scope(office, staff))
        .order_by(by_urgency, Ticket.waiting_since, Ticket.case_id)
    )


def _scope(office: Office, staff: StaffRef) -> tuple[ColumnElement[bool], ...]:
    """The same rule as `desk.may_see`, as SQL."""
    mine = Ticket.tenant == office.tenant
    if staff.tenant != office.tenant or staff.role not in ("intake", "worker"):
        return (mine, Ticket.case_id == -1)
    if staff.role == "intake":
        return (mine,)
    own: ColumnElement[bool] = Ticket.owner_id == staff.id
    return (mine, or_(own, Ticket.owner_desk == staff.desk) if staff.desk else own)


_CONTENT: dict[str, Callable[[QueueItem], bool]] = {
    "complex": lambda item: item.breadth >= 3,
    "child": lambda item: item.assessment is not None and Domain.CHILD in item.assessment.domains,
    "foreign": lambda item: item.assessment is not None and _foreign(item.assessment),
}
"""Views that depend on sealed readings: chosen after opening them."""


def _foreign(read: Assessment) -> bool:
    """Life in another language: as a trouble told in Japanese, or as the language of the text itself."""
    return "foreign" in read.themes or read.unread_reason == "language" or read.language not in ("ja", "und")


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
            note=_note(office, row) if case.erased_at is None else "",
        )
        for row in rows
        if row.what not in hidden
    )


def _note(office: Office, row: History) -> str:
    if row.note_sealed is None:
        return ""
    return office.sealer.open_text(Cell(row.tenant, "history", "note_sealed", row.id), row.note_sealed)


def _name(office: Office, session: Session, case: Case) -> str:
    """The name given in this case: one given in another of the same person's is not shown here.

    Who reports somebody else is not the person: a reporter's name stands in the vault alone.
    """
    if case.contact_id is None or case.erased_at is not None or case.identity == "anonymous":
        return ""
    if case.route in reporters.ROUTES:
        return ""
    return cases.name_of(office.sealer, session.get(Contact, case.contact_id))
