"""Opening a case outside one's own desk for a written reason (緊急の閲覧): logged, told at once, looked at by 監査.

Whether there is a case with a number: numbers run from 1 without gaps, so that much is no secret; but nobody is to
feel their way through them. Every try needs a written reason first and costs one of five an hour, whatever comes of
it, and stands in the audit log. An answer 「開けませんでした」 is the same, byte for byte, for a number that does not
exist, a case that its person erased, and another municipality's. What exists is opened and everybody concerned hears
of it: who asks 「is there a case?」 signs for it.

Works in the caller's transaction and never commits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import calls, ledger, rota
from handoff.desk_records import CasePass
from handoff.number import label_of, parse_label
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.records import Staff, Ticket
from handoff.scope import may_see
from intake.db import insert_ignore
from intake.ids import new_id
from intake.outbox import Draft
from intake.records import Case, Counter
from intake.seal import Cell

GOOD_MS = 4 * 3_600_000
LEAST_REASON = 10
"""Characters of a reason that says something."""
MOST_REASON = 1_000
TRIES = 5
"""Within one clock hour, of one person."""
_HOUR_MS = 3_600_000
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """`case_id` of what was opened, None when there is nothing to open."""

    case_id: int | None


@dataclass(frozen=True, slots=True)
class Passed:
    """One opening, for 監査 and 管理. `reason` is for 監査 only ("" else): it is written to them."""

    id: int
    at: int
    until: int
    who: str
    case: str
    seen: str
    """Who confirmed having looked at it, "" while nobody has."""
    confirmed: bool
    reason: str = field(repr=False)


def ask(office: Office, session: Session, staff: StaffRef, number: str, reason: str, now: int) -> Outcome:
    """Open the case of this number for four hours. What may be seen anyway costs nothing and is no pass.

    Raises `Refused("bad_number" | "reason_needed" | "reason_long")` before anything is looked up, and
    `Refused("too_many")`. The caller commits also when nothing was opened: the try counts.
    """
    count = parse_label(number)
    if count is None:
        raise Refused("bad_number", "番号を、T-0412 のように書いてください。")
    if len("".join(reason.split())) < LEAST_REASON:
        raise Refused("reason_needed", f"理由を {LEAST_REASON} 文字以上で書いてください。")
    if len(reason) > MOST_REASON:
        raise Refused("reason_long", f"理由は {MOST_REASON} 文字までで書いてください。")
    case, row = _found(session, office.tenant, count)
    if case is not None and row is not None and may_see(row, staff):
        return Outcome(case.id)
    _count(session, staff, now)
    if case is None or row is None:
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action="pass_missed", staff_id=staff.id
        )  # fmt: skip
        return Outcome(None)
    _write(office, session, case, staff, reason.strip(), now)
    return Outcome(case.id)


def lately(office: Office, session: Session, reader: StaffRef) -> tuple[Passed, ...]:
    """The last passes, newest first; with their reasons for 監査."""
    rows = session.execute(
        select(CasePass, Case, Staff.name)
        .join(Case, Case.id == CasePass.case_id)
        .outerjoin(Staff, Staff.id == CasePass.staff_id)
        .where(CasePass.tenant == office.tenant)
        .order_by(CasePass.at.desc(), CasePass.id.desc())
        .limit(_SHOWN)
    ).all()
    confirmed = {one.seen_by for one, _, _ in rows if one.seen_by is not None}
    people = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(confirmed)))
    names: dict[int, str] = {person.id: person.name for person in people}
    return tuple(
        Passed(
            id=row.id,
            at=row.at,
            until=row.until,
            who=name or "",
            case=label_of(case.number, case.route),
            seen=names.get(row.seen_by or 0, ""),
            confirmed=row.seen_by is not None,
            reason=_reason(office, row, case) if reader.role == "auditor" else "",
        )
        for row, case, name in rows
    )


def unseen(session: Session, tenant: str) -> int:
    """How many passes nobody of 監査 has confirmed."""
    return len(session.scalars(select(CasePass.id).where(CasePass.tenant == tenant, CasePass.seen_by.is_(None))).all())


def confirm(office: Office, session: Session, pass_id: int, staff: StaffRef, now: int) -> None:
    """監査 has looked at this pass. Nobody confirms a pass of their own. Raises `NotFound`; again changes nothing."""
    row = session.get(CasePass, pass_id, with_for_update=True)
    if row is None or row.tenant != office.tenant or staff.role != "auditor" or row.staff_id == staff.id:
        raise NotFound("not_found", "その記録は見つかりません。")
    if row.seen_by is None:
        row.seen_by = staff.id
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action="pass_seen", staff_id=staff.id,
            case_id=row.case_id,
        )  # fmt: skip


def end_of(session: Session, tenant: str, staff_id: int, now: int) -> None:
    """End the living passes of somebody who leaves or moves."""
    living = update(CasePass).where(CasePass.tenant == tenant, CasePass.staff_id == staff_id, CasePass.until > now)
    session.execute(living.values(until=now))


def _found(session: Session, tenant: str, number: int) -> tuple[Case | None, Ticket | None]:
    case = session.scalar(
        select(Case).where(Case.tenant == tenant, Case.number == number, Case.erased_at.is_(None))
    )  # fmt: skip
    row = session.get(Ticket, case.id) if case is not None else None
    return case, row


def _count(session: Session, staff: StaffRef, now: int) -> None:
    """One try more in this clock hour (hour × 1000 + tries). Raises `Refused("too_many")`."""
    name, hour = f"pass-{staff.id}", now // _HOUR_MS
    insert_ignore(session, Counter, {"tenant": staff.tenant, "name": name, "value": 0})
    mine = (Counter.tenant == staff.tenant, Counter.name == name)
    value = session.scalar(select(Counter.value).where(*mine).with_for_update()) or 0
    tries = value % 1000 if value // 1000 == hour else 0
    if tries >= TRIES:
        raise Refused("too_many", f"1時間に {TRIES} 回までです。急ぐときは、受付の人にたのんでください。")
    session.execute(update(Counter).where(*mine).values(value=hour * 1000 + tries + 1))


def _write(office: Office, session: Session, case: Case, staff: StaffRef, reason: str, now: int) -> None:
    row_id = new_id()
    cell = Cell(case.tenant, "case_passes", "reason_sealed", row_id)
    session.add(
        CasePass(
            id=row_id,
            tenant=case.tenant,
            case_id=case.id,
            staff_id=staff.id,
            reason_sealed=office.sealer.seal_text(case.key_id, cell, reason),
            at=now,
            until=now + GOOD_MS,
        )
    )
    session.flush()
    ledger.remember(
        session, office.sealer, case, at=now, actor="staff", staff_id=staff.id, what="pass_opened", note=reason
    )
    ledger.audit(
        session, office.audit_key, case.tenant, at=now, action="pass_opened", staff_id=staff.id, case_id=case.id
    )
    once = f"pass-{row_id}"
    office.outbox.put(session, Draft(tenant=case.tenant, channel="slack", purpose="pass", dedupe=once, case_id=case.id))
    names = rota.names_of(office.pack.on_call, 0)
    calls.notify(office, session, case, names, purpose="pass", once=once)


def _reason(office: Office, row: CasePass, case: Case) -> str:
    """What they wrote; it goes with the case's words."""
    if case.erased_at is not None:
        return ""
    return office.sealer.open_text(Cell(row.tenant, "case_passes", "reason_sealed", row.id), row.reason_sealed)
