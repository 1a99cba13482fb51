"""廃棄: destroying what has served its time, one case a transaction. The caller destroys the keys after the commit.

A crash in between is mended by the sweeper, as after けす. What was destroyed stands in `Shredded`: a number, a kind,
the rule, when and by whom; nothing of what it said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from handoff import consents, ledger, queue, reporters, retention, sightings
from handoff.desk_records import ReplyDraft
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.outward_records import Shredded
from handoff.path_records import FeedRow, Offer, Remark
from handoff.retention import BLOCKED_JA, days_of
from intake import cases
from intake.door_records import Member
from intake.records import Case, Contact

_LOOSE: Final[dict[str, type[Remark | FeedRow | Offer]]] = {"remark": Remark, "feed": FeedRow, "offer": Offer}
"""Records outside of cases, each under a key of its own."""
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Gone:
    """One line of the log of what was destroyed."""

    at: int
    label: str
    kind: str
    why: str
    days: int
    staff_id: int | None


def shred(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> list[int]:
    """Destroy a case whose time is over; returns the keys to destroy after the commit.

    Raises `NotFound`; `Refused`: `no_right`, `not_due`, `kept`, and the codes of `BLOCKED_JA`.
    """
    if staff.role != "manager":
        raise Refused("no_right", "廃棄は、管理の人が行います。")
    known = session.get(Case, case_id)
    # The contact before the ticket, in the order of the answer lane.
    contact = (
        session.get(Contact, known.contact_id, with_for_update=True) if known is not None and known.contact_id else None
    )
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    if found is None or found[0].erased_at is not None or found[1].practice:
        raise NotFound("not_found", "その相談は見つかりません。")
    case, row = found
    due = retention.due_of(office, session, case, row)
    if row.state != "closed" or due.until > now:
        raise Refused("not_due", f"{due.label} は、まだ保存期間の中です。")
    if due.kept:
        raise Refused("kept", f"{due.label} は、廃棄を止めてあります。")
    if due.blocked:
        raise Refused(due.blocked, f"{due.label}：{BLOCKED_JA[due.blocked]}。")
    keys = [*reporters.forget(session, case), case.key_id]
    queue.erased(office, session, case, row, now, staff_id=staff.id, what="shredded")
    sightings.forget(session, case)
    cases.erase_case(session, case, now)
    consents.case_erased(session, case.id, now)
    session.execute(delete(ReplyDraft).where(ReplyDraft.case_id == case.id))
    if contact is not None and _last(session, contact, case):
        cases.forget_contact(contact)
        keys.append(contact.key_id)
    retention.log(session, office.tenant, due.label, due.kind, "expired", now, days=days_of(office, due.kind),
        case_id=case.id, staff_id=staff.id)  # fmt: skip
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="shredded", staff_id=staff.id, case_id=case.id
    )  # fmt: skip
    return keys


def _last(session: Session, contact: Contact, case: Case) -> bool:
    """Whether nothing else is about this person: no other case of theirs, no enrolment with a partner."""
    other = select(Case.id).where(Case.contact_id == contact.id, Case.id != case.id, Case.erased_at.is_(None))
    enrolled = select(Member.id).where(Member.contact_id == contact.id, Member.left_at.is_(None))
    return session.scalar(other.limit(1)) is None and session.scalar(enrolled.limit(1)) is None


def loose(office: Office, session: Session, now: int) -> dict[str, int]:
    """How many settled records outside of cases have served their time, by kind."""
    found: dict[str, int] = {}
    for kind, table in _LOOSE.items():
        query = select(func.count()).select_from(table).where(*_over(office, table, kind, now))
        found[kind] = session.scalar(query) or 0
    return found


def shred_loose(office: Office, session: Session, kind: str, staff: StaffRef, now: int) -> list[int]:
    """Destroy them (at most `_MOST` at a time); returns the keys to destroy after the commit.

    Raises `Refused`: `no_right`, `no_kind`.
    """
    if staff.role != "manager":
        raise Refused("no_right", "廃棄は、管理の人が行います。")
    table = _LOOSE.get(kind)
    if table is None:
        raise Refused("no_kind", "記録の種類を選んでください。")
    rows: Sequence[Any] = session.scalars(
        select(table).where(*_over(office, table, kind, now)).limit(_MOST).with_for_update()
    ).all()
    for row in rows:
        for column in ("text_sealed", "place_sealed", "body_sealed", "reach_sealed"):
            if hasattr(row, column):
                setattr(row, column, None)
    if rows:
        days = days_of(office, kind)
        retention.log(session, office.tenant, f"{len(rows)}件", kind, "expired", now, days=days, staff_id=staff.id)
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action="shredded", staff_id=staff.id,
            detail=f"{kind} {len(rows)}",
        )  # fmt: skip
    return [row.key_id for row in rows]


def _over(
    office: Office, table: type[Remark | FeedRow | Offer], kind: str, now: int
) -> tuple[ColumnElement[bool], ...]:
    sealed = table.body_sealed if issubclass(table, FeedRow) else table.text_sealed
    return (
        table.tenant == office.tenant, table.state != "new", sealed.is_not(None),
        table.settled_at < now - days_of(office, kind) * retention.DAY_MS,
    )  # fmt: skip


def gone(session: Session, tenant: str, limit: int = 200) -> Sequence[Gone]:
    """What was destroyed, the newest first."""
    rows = session.scalars(select(Shredded).where(Shredded.tenant == tenant).order_by(Shredded.id.desc()).limit(limit))
    return [Gone(row.at, row.label, row.kind, row.why, row.days, row.staff_id) for row in rows]
