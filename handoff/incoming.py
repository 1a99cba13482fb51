"""What was handed to one's desk (届いたつなぎ): what waits for an answer first, then what was answered lately.

受付 see what came to every desk of the town, 担当 what came to theirs. What is read here is logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import handing_rows as rows
from handoff import handover, ledger, stopping
from handoff.acting import may_see
from handoff.handing_rows import Over
from handoff.number import case_label, label_of
from handoff.office import Office, StaffRef
from handoff.records import HandOver, Ticket
from intake.records import Case

LATELY_MS: Final = 30 * 86_400_000
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Arrived:
    """One つなぎ that came. `opens`: whether this person may open the case itself. `stopped`: consent was withdrawn."""

    over: Over
    label: str
    urgency: str
    opens: bool
    mine: bool
    stopped: bool


def arrived(office: Office, session: Session, staff: StaffRef, now: int) -> tuple[Arrived, ...]:
    """What came to this person's desk, waiting ones first, the nearest deadline on top. Logged as seen."""
    if staff.tenant != office.tenant or staff.role not in ("intake", "worker"):
        return ()
    wanted = select(HandOver, Case, Ticket).join(Case, Case.id == HandOver.case_id)
    wanted = wanted.join(Ticket, Ticket.case_id == HandOver.case_id).where(
        HandOver.tenant == office.tenant, Case.erased_at.is_(None), HandOver.state != "taken_back"
    )
    if staff.role == "worker":
        wanted = wanted.where(HandOver.to_desk == staff.desk)
    recent = (HandOver.state.in_(handover.UNSETTLED)) | (HandOver.settled_at >= now - LATELY_MS)
    found = session.execute(wanted.where(recent).order_by(HandOver.at.desc()).limit(_MOST)).all()
    made = [_arrived(office, session, staff, over, case, row) for over, case, row in found if staff.desk or _all(staff)]
    for one in (one for one in made if one.over.part.waits):
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action="handover_seen", staff_id=staff.id,
            case_id=one.over.case_id, detail=one.over.desk,
        )  # fmt: skip
    return tuple(sorted(made, key=lambda one: (not one.over.part.waits, one.over.due_at or 2**62, -one.over.at)))


def waiting(session: Session, tenant: str, staff: StaffRef) -> int:
    """How many wait for an answer of this person's desk (受付: of any), as `arrived` lists them; 0 for other roles."""
    if staff.tenant != tenant or staff.role not in ("intake", "worker") or not (staff.desk or _all(staff)):
        return 0
    return at_desk(session, tenant, staff.desk if staff.role == "worker" else "")


def at_desk(session: Session, tenant: str, desk: str) -> int:
    """How many wait for the answer of that desk, "" for any."""
    wanted = select(HandOver.state, HandOver.purpose).join(Case, Case.id == HandOver.case_id)
    wanted = wanted.where(HandOver.tenant == tenant, Case.erased_at.is_(None), HandOver.state.in_(handover.UNSETTLED))
    if desk:
        wanted = wanted.where(HandOver.to_desk == desk)
    return sum(
        handover.Part("", handover.State(state), rows.purpose_of(purpose)).waits
        for state, purpose in session.execute(wanted)
    )


def _all(staff: StaffRef) -> bool:
    return staff.role == "intake"


def _arrived(office: Office, session: Session, staff: StaffRef, row: HandOver, case: Case, place: Ticket) -> Arrived:
    over, opens = rows.over_of(office, session, case, row), may_see(place, staff)
    label = label_of(case.number, case.route) if opens else case_label(case.number)
    return Arrived(
        over, rows.NAMELESS_JA if over.basis == "C9" and not opens else label, place.urgency, opens,
        place.owner_id == staff.id,
        over.state is not handover.State.RETURNED and stopping.stopped(session, row),
    )  # fmt: skip
