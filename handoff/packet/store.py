"""Packets made, kept and opened (連絡票の保管): numbered, cut, sealed under the case's key; who saw one is logged.

In the caller's transaction; never commits. A packet is never changed afterwards; a withdrawn consent stops it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger
from handoff.acting import seen_by
from handoff.flow_records import Packet, PacketLook
from handoff.handover import THERE
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.packet.as_json import Body
from handoff.packet.drafting import Wish, draft
from handoff.packet.sealed import body_of_row, cell, stop
from handoff.records import HandOver, Staff, Ticket
from intake.db import next_number
from intake.ids import new_id
from intake.records import Case

__all__ = ["WAYS", "Listed", "Look", "Opened", "body_of_row", "make", "number_ja", "open_packet", "packets_of", "stop"]

WAYS: Final = ("screen", "pdf", "xlsx", "json", "api", "print")


@dataclass(frozen=True, slots=True)
class Opened:
    """A packet as somebody reads it. `body` is as the schema has it; `dropped`: `tax:2,reporter:1`, for its makers."""

    id: int
    case_id: int
    number: str
    kind: str
    basis: str
    made_at: int
    dropped: str
    body: Body = field(repr=False)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw a packet."""

    at: int
    who: str
    way: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A packet in the list of its case."""

    id: int
    number: str
    kind: str
    title: str
    variant: str
    basis: str
    recipients: tuple[str, ...]
    made_at: int
    made_by: str
    stopped_at: int | None
    dropped: str
    looks: tuple[Look, ...]


def number_ja(number: int) -> str:
    """`P-0012`, printed on every sheet."""
    return f"P-{number:04d}"


def make(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    staff: StaffRef,
    *,
    kind: str,
    basis: str,
    recipients: Sequence[str],
    ask: str,
    keep: str,
    now: int,
    scope: str = "",
    decided_by: int | None = None,
    checked: str = "",
) -> Packet:
    """A new packet of the case, cut to its basis. The caller locked the case and looked whether `staff` may act on it.

    `recipients`: ids of desks or meetings of the pack, or plain names. `ask`: what is asked of them (required).
    `decided_by`: who decided by name, where the basis asks for it. `checked`: how somebody made sure that nobody can be
    recognised, required on C9 (準支援会議). With consent (C0) each recipient must be agreed to; where the person agreed
    to their own words alone, the scope becomes "text". Raises `Refused` with the reason; then nothing was written.
    """
    if basis == "C9" and not checked.strip():
        raise Refused("unchecked", "だれのことか分からないことを、どう確かめたかを書いてください（再識別の確認）。")
    wish = Wish(kind, basis, tuple(recipients), ask, keep, scope, decided_by, checked)
    body, dropped = draft(office, session, case, row, staff, wish, now)
    number, packet_id = next_number(session, office.tenant, "packet"), new_id()
    body["number"] = number_ja(number)
    sealed = office.sealer.seal_text(
        case.key_id, cell(office.tenant, packet_id), json.dumps(body, ensure_ascii=False)
    )  # fmt: skip
    packet = Packet(
        id=packet_id,
        tenant=office.tenant,
        case_id=case.id,
        number=number,
        kind=kind,
        basis=basis,
        variant=body["variant"],
        body_sealed=sealed,
        dropped=dropped,
        decided_by=decided_by,
        made_by=staff.id,
        made_at=now,
    )
    session.add(packet)
    session.flush()
    detail = f"{number_ja(number)} {kind} {basis}"
    ledger.remember(
        session, office.sealer, case, at=now, actor="staff", staff_id=staff.id, what="packet_made", detail=detail
    )
    _log(office, session, case.id, staff.id, "packet_made", detail, now)
    return packet


def open_packet(
    office: Office, session: Session, packet_id: int, staff: StaffRef, way: str, now: int, *, case_id: int | None = None
) -> Opened:
    """The packet for this person: of a case that they may see, or sent to their desk. The look is written down.

    `way` is one of `WAYS`. `case_id`: only when it belongs to that case. Raises `NotFound`, alike for absent and
    forbidden; `Refused("stopped")` once consent was withdrawn, `Refused("erased")` after けす.
    """
    if way not in WAYS:
        raise ValueError("no such way to see a packet")
    packet = session.get(Packet, packet_id, populate_existing=True)
    if packet is None or packet.tenant != office.tenant or case_id not in (None, packet.case_id):
        raise NotFound("not_found", "その連絡票は見つかりません。")
    case = _case_for(office, session, packet, staff)
    if packet.stopped_at is not None:
        raise Refused("stopped", "本人が同意を取り消したので、この連絡票はもう開けません。渡した先に連絡してください。")
    if case.erased_at is not None or not packet.body_sealed:
        raise Refused("erased", "本人が消した相談です。連絡票も残っていません。")
    look = PacketLook(
        id=new_id(), tenant=office.tenant, packet_id=packet.id, staff_id=staff.id, token_id=None, way=way, at=now
    )  # fmt: skip
    session.add(look)
    _log(office, session, case.id, staff.id, "packet_seen", f"{number_ja(packet.number)} {way}", now)
    return Opened(
        packet.id, packet.case_id, number_ja(packet.number), packet.kind, packet.basis, packet.made_at, packet.dropped,
        body_of_row(office, packet),
    )  # fmt: skip


def packets_of(office: Office, session: Session, case: Case) -> tuple[Listed, ...]:
    """The packets of a case with who saw them, the newest first; () once it was erased. No authorization check."""
    if case.erased_at is not None:
        return ()
    rows = session.scalars(select(Packet).where(Packet.case_id == case.id).order_by(Packet.id.desc())).all()
    looks = session.scalars(
        select(PacketLook).where(PacketLook.packet_id.in_([row.id for row in rows])).order_by(PacketLook.id)
    ).all()
    ids = {row.made_by for row in rows} | {look.staff_id for look in looks if look.staff_id is not None}
    names = {row.id: row.name for row in session.scalars(select(Staff).where(Staff.id.in_(ids)))} if ids else {}
    return tuple(
        Listed(
            id=row.id, number=number_ja(row.number), kind=row.kind, title=body["title"], variant=body["variant_name"],
            basis=body["basis"]["name"], recipients=tuple(one["name"] for one in body["recipients"]),
            made_at=row.made_at, made_by=names.get(row.made_by, ""), stopped_at=row.stopped_at, dropped=row.dropped,
            looks=tuple(
                Look(look.at, names.get(look.staff_id or 0, "連携先のしくみ"), look.way)
                for look in looks
                if look.packet_id == row.id
            ),
        )
        for row, body in ((row, body_of_row(office, row)) for row in rows if row.body_sealed)
    )  # fmt: skip


def _case_for(office: Office, session: Session, packet: Packet, staff: StaffRef) -> Case:
    try:
        return seen_by(office, session, packet.case_id, staff)[0]
    except NotFound:
        sent = select(HandOver.id).where(
            HandOver.packet_id == packet.id, HandOver.to_desk == staff.desk, HandOver.state.in_(THERE)
        )
        case = session.get(Case, packet.case_id)
        theirs = staff.tenant == office.tenant and staff.role == "worker" and bool(staff.desk)
        if case is None or not theirs or session.scalar(sent) is None:
            raise NotFound("not_found", "その連絡票は見つかりません。") from None
        return case


def _log(office: Office, session: Session, case_id: int, staff_id: int, action: str, detail: str, now: int) -> None:
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff_id, case_id=case_id,
        detail=detail,
    )  # fmt: skip
