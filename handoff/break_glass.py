"""Opening the LINE user number of an anonymous person in mortal danger (番号を開く): asked why, logged, told to others.

Works in the caller's transaction and never commits. What is opened is returned once and stands nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, reporters, rota
from handoff.acting import done, seen_by
from handoff.number import label_of
from handoff.office import Office, Refused, StaffRef
from handoff.records import Audit, Staff, Ticket
from intake import cases
from intake.ids import new_id
from intake.outbox import Draft
from intake.records import Case, Contact
from triage.assessment import Urgency

LEAST_REASON = 10
"""Characters of a reason that says something."""
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """What the asker sees once: the person's id on the channel and the name that they gave ("" when none)."""

    channel: str
    address: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Looked:
    """One opening, for 管理 and 監査: no content."""

    at: int
    who: str
    case: str


def open_number(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, now: int) -> Opened:
    """The channel's id of the person. History keeps the reason (sealed), the audit log who looked, others are told.

    Raises `NotFound` for who may not see the case; `Refused("reason_needed")` below `LEAST_REASON` characters,
    `Refused("not_emergency")` unless the case is 今すぐ, `Refused("no_contact")` where there is no such number,
    `Refused("reporter")` where the number would be that of somebody who reported another person's trouble.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if len("".join(reason.split())) < LEAST_REASON:
        raise Refused("reason_needed", f"理由を {LEAST_REASON} 文字以上で書いてください。")
    contact = opening_of(session, case, row)
    found = Opened(contact.channel, cases.address_of(office.vault, contact), cases.name_of(office.sealer, contact))
    done(office, session, case, row, staff, now, "break_glass", note=reason.strip())
    _tell(office, session, case)
    return found


def opening_of(session: Session, case: Case, row: Ticket) -> Contact:
    """The contact whose number could be opened now. Raises `Refused` as `open_number` does."""
    if row.urgency != Urgency.EMERGENCY:
        raise Refused("not_emergency", "緊急度が「今すぐ」の相談だけで開けます。先に緊急度を上げてください。")
    if case.route in reporters.ROUTES:  # it would be the reporter's, and the police would look for the wrong person
        raise Refused(
            "reporter",
            "ほかの人からの知らせなので、困っている本人の番号はありません。知らせた人のことは「通報した人」で見ます。",
        )
    contact = session.get(Contact, case.contact_id) if case.contact_id and case.erased_at is None else None
    if contact is None or contact.channel != "line":
        raise Refused("no_contact", "この相談には、開ける LINE の利用者番号がありません。")
    return contact


def lately(session: Session, tenant: str) -> tuple[Looked, ...]:
    """The last openings, newest first (監査と管理の一覧)."""
    rows = session.execute(
        select(Audit.at, Staff.name, Case.number, Case.route)
        .join(Case, Case.id == Audit.case_id)
        .outerjoin(Staff, Staff.id == Audit.staff_id)
        .where(Audit.tenant == tenant, Audit.action == "break_glass")
        .order_by(Audit.seq.desc())
        .limit(_SHOWN)
    )
    return tuple(Looked(at, name or "", label_of(number, route)) for at, name, number, route in rows)


def _tell(office: Office, session: Session, case: Case) -> None:
    """A word without content to Slack, and to the first addresses of the rota."""
    once = f"glass-{new_id()}"
    slack = Draft(tenant=case.tenant, channel="slack", purpose="glass", dedupe=once, case_id=case.id)
    office.outbox.put(session, slack)
    names = rota.names_of(office.pack.on_call, 0)
    calls.notify(office, session, case, names, purpose="glass", once=once)
