"""What would go out (つなぐ前に見る): the packet of a つなぎ as it would be, with every refusal; nothing is sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handoff import handing, ledger
from handoff.flow_records import Packet
from handoff.office import Office, StaffRef
from handoff.packet import store
from handoff.packet.as_json import Body
from handoff.packet.issuing import as_seen
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


def send_as_seen(
    office: Office, session: Session, case_id: int, staff: StaffRef, what: handing.Sending, now: int, *, seen: str
) -> None:
    """Send what was looked at and nothing else; `seen`: `seal_of` the preview, "" when nobody asked for one.

    Raises `Conflict("unseen")` when the packet is another by now (the caller rolls back), and what `send` raises.
    """
    over = session.get_one(HandOver, handing.send(office, session, case_id, staff, what, now)[0])
    if seen:
        as_seen(store.body_of_row(office, session.get_one(Packet, over.packet_id)), seen)
