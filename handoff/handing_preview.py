"""What would go out (つなぐ前に見る): the packet of a つなぎ as it would be, with every refusal; nothing is sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handoff import handing, ledger
from handoff.flow_records import Packet
from handoff.office import Office, StaffRef
from handoff.packet import store
from handoff.packet.as_json import Body
from handoff.records import HandOver


def preview(
    office: Office, session: Session, case_id: int, staff: StaffRef, what: handing.Sending, now: int
) -> tuple[Body, str]:
    """The packet's body without a number, and what would stay behind (`tax:2`). Logged as a look at the case.

    It is sent and rolled back to a savepoint, so that what is shown is what `handing.send` would make, consent heard
    just now included. Raises what that raises. Never commits.
    """
    place = session.begin_nested()
    try:
        over = session.get_one(HandOver, handing.send(office, session, case_id, staff, what, now)[0])
        packet = session.get_one(Packet, over.packet_id)
        body, dropped = store.body_of_row(office, packet), packet.dropped
    finally:
        place.rollback()
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="viewed", staff_id=staff.id, case_id=case_id,
        detail="packet_preview",
    )  # fmt: skip
    body["number"] = ""
    return body, dropped
