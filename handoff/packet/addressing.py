"""The address of a 連絡票への返信 (あて名): set in from the vault while printing, and kept nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from handoff import reporters
from handoff.acting import seen_by
from handoff.basis import REPLY
from handoff.office import Office, Refused, StaffRef
from handoff.packet.answering import SENDER
from handoff.packet.as_json import Body
from handoff.packet.store import Opened, open_packet

_BODY: Final = "organisation"
"""The id of a sender of whom only the body is known."""


def opened_for(
    office: Office, session: Session, case_id: int, packet_id: int, staff: StaffRef, reason: str, now: int
) -> Opened:
    """The reply with its address, for paper. The vault is opened with `reason`, which stands in history and audit log.

    Raises `Refused`: `no_sender` for another packet, `reason_needed`; `NotFound`, and what `open_packet` raises.
    """
    case, _ = seen_by(office, session, case_id, staff)  # who was only asked reads the packet, and not who reported
    opened = open_packet(office, session, packet_id, staff, "pdf", now, case_id=case_id)
    if opened.basis != REPLY.code:
        raise Refused("no_sender", "この書面には、渡す先がもう書いてあります。あて名を入れる相手の記録はありません。")
    about = reporters.reveal(office, session, case_id, staff, reason, now)
    return replace(opened, body=addressed(opened.body, about, case.route))


def addressed(body: Body, about: reporters.About, route: str) -> Body:
    """The packet with the sender's name from the vault, for paper alone. Of a caller the vault holds beside the name
    whose relative or neighbour they are: that is no part of an address.
    """
    organisation = about.organisation if route == "professional" else ""
    name = " ".join(one for one in (organisation, about.name) if one) or SENDER.name
    to = _BODY if organisation and not about.name else SENDER.id
    return body | {"recipients": [one | {"name": name, "id": to} for one in body["recipients"]]}
