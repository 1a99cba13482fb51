"""Workers of partners who enrolled (協定事業所の人): joining, leaving, what the conversation may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.partners.codes import find, today_of, valid
from bots.parts import Parts, Tenant
from handoff import agreements, reporters
from handoff.pack import Partner
from intake.clock import now_ms
from intake.conversation.effects import Enrol
from intake.door_records import Member
from intake.ids import new_id
from intake.records import Case, Contact
from intake.seal import Cell


class MemberOptions(TypedDict, total=False):
    """The part of `intake.conversation.Options` that says where the person works; empty for residents."""

    member: str
    member_professional: bool
    signs: tuple[str, ...]
    photos: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """A worker and the partner whose agreement holds today."""

    row: Member
    partner: Partner


def enrol(parts: Parts, session: Session, tenant: Tenant, contact: Contact, effect: Enrol, now: int) -> bool:
    """Write the worker down, or move them to another partner; False when the agreement is over by now."""
    partner = find(tenant, effect.partner)
    if partner is None or not valid(partner, today_of(now)):
        return False
    row = _row(session, tenant, contact)
    if row is None:
        row = Member(
            id=new_id(), tenant=tenant.name, contact_id=contact.id, partner=partner.code, joined_at=now
        )  # fmt: skip
        session.add(row)
    if row.left_at is not None or row.partner != partner.code:
        row.joined_at = now
    row.partner, row.left_at = partner.code, None
    name = (effect.name or "").strip()
    row.name_sealed = parts.vault.sealer.seal_text(contact.key_id, _cell(row), name) if name else None
    session.flush()
    return True


def leave(session: Session, tenant: Tenant, contact: Contact, now: int) -> bool:
    """「登録をやめる」: the name goes, the row stays with its days. False when the person was no member."""
    row = _row(session, tenant, contact)
    if row is None or row.left_at is not None:
        return False
    row.left_at, row.name_sealed = now, None
    return True


def membership(session: Session, tenant: Tenant, contact: Contact, now: int) -> Membership | None:
    """Where the person works, None for residents, who left, and whose agreement is over."""
    row = _row(session, tenant, contact)
    partner = find(tenant, row.partner) if row is not None and row.left_at is None else None
    if row is None or partner is None or not valid(partner, today_of(now)):
        return None
    return Membership(row, partner)


def member_options(
    parts: Parts, session: Session, tenant: Tenant, contact: Contact, now: int | None = None
) -> MemberOptions:
    """What the conversation must know of this person's work, to be put into its options."""
    found = membership(session, tenant, contact, now_ms() if now is None else now)
    if found is None:
        return {}
    return {
        "member": found.partner.name,
        "member_professional": found.partner.professional,
        "signs": found.partner.signs,
        "photos": tenant.pack.partner_photos,
    }


def keep_reporter(parts: Parts, session: Session, tenant: Tenant, contact: Contact, case: Case, now: int) -> None:
    """Put the worker who reports this case into the vault; nothing for residents' own cases."""
    if case.route not in reporters.ROUTES:
        return
    found = membership(session, tenant, contact, now)
    if found is None:
        about = reporters.About(channel=contact.channel)
    else:
        name = _name(parts, found.row)
        about = reporters.About(found.partner.code, found.partner.name, name, channel=contact.channel)
    reporters.keep(session, parts.vault, case, about, now)
    if found is not None:
        agreements.goes_first(tenant.office, session, case, found.partner)


def _name(parts: Parts, row: Member) -> str:
    return parts.vault.sealer.open_text(_cell(row), row.name_sealed) if row.name_sealed else ""


def _row(session: Session, tenant: Tenant, contact: Contact) -> Member | None:
    return session.scalar(select(Member).where(Member.tenant == tenant.name, Member.contact_id == contact.id))


def _cell(row: Member) -> Cell:
    return Cell(row.tenant, "members", "name_sealed", row.id)
