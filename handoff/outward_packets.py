"""Packets for other systems (連携先が読む連絡票): heads for the town, content for the desk that it was handed to only.

The basis of a packet names its recipients, so a key without a desk reads no content. Every look is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desks, ledger, outward
from handoff.flow_records import Packet, PacketLook
from handoff.handover import THERE
from handoff.office import NotFound, Office, Refused
from handoff.packet.store import Opened, body_of_row, number_ja
from handoff.records import HandOver, Ticket
from handoff.tokens import TokenRef
from intake.ids import new_id
from intake.records import Case


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a packet went, and what became of it there."""

    desk: str
    name: str
    state: str
    lead: bool
    due_at: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """A packet without its content."""

    number: str
    case: str
    kind: str
    basis: str
    variant: str
    made_at: int
    stopped: bool
    recipients: tuple[Recipient, ...]


def heads(office: Office, session: Session, token: TokenRef, case_id: int) -> Sequence[Head]:
    """The packets of a case that `outward.case` gave to this token, oldest first; of a desk only those sent to it.

    Anonymous ones (準支援会議) are left out: to name them beside the case would tell whose they are.
    """
    named = select(Packet).where(Packet.case_id == case_id, Packet.variant != "anonymous")
    rows = session.scalars(named.order_by(Packet.id)).all()
    case = session.get_one(Case, case_id)
    label = outward.label(token, case, session.get_one(Ticket, case_id))
    made = [_head(office, session, label, row) for row in rows]
    return [head for head in made if not token.desk or any(one.desk == token.desk for one in head.recipients)]


def open_packet(office: Office, session: Session, token: TokenRef, number: int, now: int) -> Opened:
    """The content for the system of a desk that the packet was sent to; the look is on record with the key's id.

    Raises `NotFound`, alike for absent and not theirs; `Refused`: `no_desk` for a key of no desk, `stopped` once
    consent was taken back, `erased`.
    """
    if not token.desk:
        raise Refused("no_desk", "連絡票の中身は、届いた窓口の鍵だけで読めます。")
    packet = session.scalar(select(Packet).where(Packet.tenant == office.tenant, Packet.number == number))
    case = session.get(Case, packet.case_id) if packet is not None else None
    if packet is None or case is None or not _sent_to(session, packet, token.desk):
        raise NotFound("not_found", "その連絡票は見つかりません。")
    if packet.stopped_at is not None:
        raise Refused("stopped", "本人が同意を取り消したので、この連絡票はもう開けません。")
    if case.erased_at is not None or not packet.body_sealed:
        raise Refused("erased", "本人が消した相談です。連絡票も残っていません。")
    if not outward.usable(office, session, case):
        raise NotFound("not_found", "その連絡票は見つかりません。")
    session.add(
        PacketLook(
            id=new_id(), tenant=office.tenant, packet_id=packet.id, staff_id=None, token_id=token.id, way="api", at=now
        )
    )  # fmt: skip
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="api_packet", staff_id=None, case_id=case.id,
        detail=f"#{token.id} {number_ja(packet.number)}",
    )  # fmt: skip
    return Opened(
        packet.id, packet.case_id, number_ja(packet.number), packet.kind, packet.basis, packet.made_at, packet.dropped,
        body_of_row(office, packet),
    )  # fmt: skip


def _sent_to(session: Session, packet: Packet, desk: str) -> bool:
    sent = select(HandOver.id).where(
        HandOver.packet_id == packet.id, HandOver.to_desk == desk, HandOver.state.in_(THERE)
    )
    return session.scalar(sent) is not None


def _head(office: Office, session: Session, label: str, row: Packet) -> Head:
    sent = session.scalars(select(HandOver).where(HandOver.packet_id == row.id).order_by(HandOver.id)).all()
    return Head(
        number=number_ja(row.number), case=label, kind=row.kind, basis=row.basis,
        variant=row.variant, made_at=row.made_at, stopped=row.stopped_at is not None,
        recipients=tuple(
            Recipient(over.to_desk, over.desk_name or _name(office, over.to_desk), over.state, over.lead, over.due_at)
            for over in sent
        ),
    )  # fmt: skip


def _name(office: Office, desk_id: str) -> str:
    found = desks.desk(office.pack, desk_id)
    return found.name if found is not None else desk_id
