"""Making a packet from its own page (連絡票をつくる): who may, and the books. Never commits."""

from __future__ import annotations

import hmac

from sqlalchemy.orm import Session

from handoff import ledger
from handoff.acting import alone, seen_by
from handoff.office import Conflict, Office, StaffRef
from handoff.packet.as_json import Body, seal_of
from handoff.packet.drafting import Wish, draft
from handoff.packet.sheet import may_write
from handoff.packet.store import make


def preview(office: Office, session: Session, case_id: int, staff: StaffRef, wish: Wish, now: int) -> tuple[Body, str]:
    """The packet as it would be, and what would stay behind (`tax:2`); logged as a look at the case.

    Raises what `issue` raises.
    """
    case, row = seen_by(office, session, case_id, staff)
    if not may_write(row, staff):
        raise _not_theirs()
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="viewed", staff_id=staff.id, case_id=case.id,
        detail="packet_preview",
    )  # fmt: skip
    return draft(office, session, case, row, staff, wish, now)


def issue(
    office: Office, session: Session, case_id: int, staff: StaffRef, wish: Wish, now: int, *, seen: str
) -> int:  # fmt: skip
    """Make the packet; its id. For who works on the case and 受付. `seen`: `seal_of` the preview that they looked at.

    Raises `NotFound`, `Conflict("already_claimed")`, `Conflict("unseen")`, `Refused` as `store.make`.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    alone(session, row)
    if not may_write(row, staff):
        raise _not_theirs()
    as_seen(draft(office, session, case, row, staff, wish, now)[0], seen)
    packet = make(
        office, session, case, row, staff, kind=wish.kind, basis=wish.basis, recipients=wish.recipients, ask=wish.ask,
        keep=wish.keep, now=now, scope=wish.scope, decided_by=wish.decided_by, checked=wish.checked,
    )  # fmt: skip
    ledger.changed(session, office.outbox, row)
    return packet.id


def as_seen(body: Body, seen: str) -> None:
    """Raise `Conflict("unseen")` unless this is what somebody looked at: a new word or another tick changes it."""
    if not hmac.compare_digest(seal_of(body), seen if seen.isascii() else ""):
        raise Conflict("unseen", "見た内容と、いま出る内容がちがいます。もう一度、内容を見てください。")


def _not_theirs() -> Conflict:
    return Conflict("already_claimed", "連絡票は、担当の人と受付の人が作れます。何も変えていません。")
