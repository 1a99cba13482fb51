"""Contacts, cases and messages (連絡先・相談・やりとり): sealed writes and reads inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake import attachments, practice
from intake.db import insert_ignore, next_number
from intake.ids import new_id
from intake.keystore import KeyStore
from intake.records import Case, Contact, InboxEvent, Message, Outgoing
from intake.seal import BlindIndex, Cell, Sealer

READABLE = ("text", "sticker", "answer")
"""The kinds of messages whose words triage reads."""


@dataclass(frozen=True, slots=True)
class Vault:
    """What sealed rows need: keys, the sealer over them, and the blind index."""

    keys: KeyStore
    sealer: Sealer
    blind: BlindIndex

    def destroy(self, key_ids: Iterable[int]) -> None:
        """Destroy these keys for good: what they sealed is gone, in backups too. Call it after the commit."""
        for key_id in key_ids:
            self.keys.destroy(key_id)
            self.sealer.forget(key_id)


def contact_of(session: Session, vault: Vault, tenant: str, channel: str, address: str, now: int) -> Contact:
    """The contact with this channel address, made when it is new. No profile is read."""
    lookup = vault.blind.of(tenant, channel, address)
    found = session.scalar(
        select(Contact).where(Contact.tenant == tenant, Contact.channel == channel, Contact.lookup == lookup)
    )
    if found is not None:
        return found
    key_id, row_id = vault.keys.create(tenant, "contact"), new_id()
    contact = Contact(
        id=row_id,
        tenant=tenant,
        channel=channel,
        lookup=lookup,
        key_id=key_id,
        address_sealed=vault.sealer.seal_text(key_id, Cell(tenant, "contacts", "address_sealed", row_id), address),
        created_at=now,
    )
    session.add(contact)
    session.flush()
    return contact


def address_of(vault: Vault, contact: Contact) -> str:
    """The channel's id of the contact, to send to."""
    return vault.sealer.open_text(
        Cell(contact.tenant, "contacts", "address_sealed", contact.id), contact.address_sealed
    )


def talk_of(vault: Vault, contact: Contact) -> str | None:
    """The stored state of the conversation as JSON, None before the first step."""
    return _open(vault.sealer, contact.tenant, "contacts", "talk_sealed", contact.id, contact.talk_sealed)


def keep_talk(vault: Vault, contact: Contact, state: str) -> None:
    """Store the conversation's state."""
    cell = Cell(contact.tenant, "contacts", "talk_sealed", contact.id)
    contact.talk_sealed = vault.sealer.seal_text(contact.key_id, cell, state)


def keep_unread(vault: Vault, contact: Contact, token: str) -> None:
    """Store LINE's token by which the newest message is marked as read (既読), once a person of staff has read it."""
    cell = Cell(contact.tenant, "contacts", "unread_sealed", contact.id)
    contact.unread_sealed = vault.sealer.seal_text(contact.key_id, cell, token)


def keep_name(vault: Vault, contact: Contact, name: str | None) -> None:
    """Store (or with None forget) the name that the person chose to give."""
    cell = Cell(contact.tenant, "contacts", "name_sealed", contact.id)
    contact.name_sealed = vault.sealer.seal_text(contact.key_id, cell, name) if name else None


def name_of(sealer: Sealer, contact: Contact | None) -> str:
    """The name the person gave, or ""."""
    if contact is None:
        return ""
    return _open(sealer, contact.tenant, "contacts", "name_sealed", contact.id, contact.name_sealed) or ""


def open_case(
    session: Session,
    vault: Vault,
    tenant: str,
    *,
    channel: str,
    route: str,
    contact: Contact | None,
    receipt: str,
    now: int,
) -> Case:
    """A new case with its number and data key (受付). `receipt` is stored sealed and found by blind index only."""
    key_id, row_id = vault.keys.create(tenant, "case"), new_id()
    case = Case(
        id=row_id,
        tenant=tenant,
        number=_number(session, tenant, channel),
        receipt_lookup=vault.blind.of(tenant, "receipt", receipt),
        receipt_sealed=vault.sealer.seal_text(key_id, Cell(tenant, "cases", "receipt_sealed", row_id), receipt),
        key_id=key_id,
        contact_id=contact.id if contact else None,
        channel=channel,
        route=route,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return case


def _number(session: Session, tenant: str, channel: str) -> int:
    """The next of the town, or of the series of its practice cases: these take no number of real ones."""
    if channel == practice.CHANNEL:
        return practice.FIRST + next_number(session, tenant, practice.CHANNEL)
    return next_number(session, tenant, "case")


def receipt_of(sealer: Sealer, case: Case) -> str:
    """The case's receipt code (`7K3M-92Q5`), "" after it was erased."""
    return _open(sealer, case.tenant, "cases", "receipt_sealed", case.id, case.receipt_sealed) or ""


def add_message(
    session: Session,
    sealer: Sealer,
    case: Case,
    *,
    source: str,
    author: str,
    kind: str,
    text: str,
    at: int,
    lookup: str | None = None,
    staff_id: int | None = None,
) -> int | None:
    """Append to the case; None when `source` was written before."""
    row_id = new_id()
    cell = Cell(case.tenant, "messages", "body_sealed", row_id)
    new = insert_ignore(
        session,
        Message,
        {
            "id": row_id,
            "tenant": case.tenant,
            "case_id": case.id,
            "source": source,
            "author": author,
            "staff_id": staff_id,
            "kind": kind,
            "body_sealed": sealer.seal_text(case.key_id, cell, text),
            "lookup": lookup,
            "at": at,
        },
    )
    return row_id if new else None


def text_of(sealer: Sealer, message: Message) -> str:
    """What the message says, "" when it was unsent or erased."""
    return _open(sealer, message.tenant, "messages", "body_sealed", message.id, message.body_sealed) or ""


def person_text(session: Session, sealer: Sealer, case: Case, *, upto: int | None = None) -> tuple[str, int]:
    """All of the person's words in the case joined by newlines, and the id of the last message (0 when none).

    With `upto` only as far as the message of that id.
    """
    messages = person_messages(session, case, upto=upto)
    words = [text_of(sealer, message) for message in messages if message.kind in READABLE]
    return "\n".join(word for word in words if word), max((message.id for message in messages), default=0)


def person_messages(session: Session, case: Case, *, upto: int | None = None) -> Sequence[Message]:
    """The rows of the person's words, in order, without what was taken back; with `upto` as far as that id."""
    chosen = select(Message).where(
        Message.case_id == case.id, Message.author == "person", Message.body_sealed.is_not(None)
    )
    if upto is not None:
        chosen = chosen.where(Message.id <= upto)
    return session.scalars(chosen.order_by(Message.id)).all()


def forget_message(session: Session, tenant: str, lookup: str, now: int) -> list[int]:
    """Null the content of an unsent message wherever it stands; returns the cases concerned (取消)."""
    attachments.forget_message(session, tenant, lookup)
    return list(
        session.scalars(
            update(Message)
            .where(Message.tenant == tenant, Message.lookup == lookup)
            .values(body_sealed=None, unsent_at=now)
            .returning(Message.case_id)
        )
    )


def erase_case(session: Session, case: Case, now: int) -> None:
    """Null every sealed value of the case. The caller destroys the key after the commit (crypto-shredding)."""
    session.execute(update(Message).where(Message.case_id == case.id).values(body_sealed=None))
    session.execute(update(Outgoing).where(Outgoing.case_id == case.id).values(body_sealed=None, reply_sealed=None))
    session.execute(update(InboxEvent).where(InboxEvent.case_id == case.id).values(raw_sealed=None))
    attachments.forget_case(session, case.id)
    case.receipt_sealed = case.answers_sealed = None
    case.erased_at = now


def forget_contact(contact: Contact) -> None:
    """Empty a person's address (保存期間が過ぎた). Who writes again is somebody new. The caller destroys the key."""
    contact.lookup = f"gone-{contact.id}"
    contact.address_sealed = b""
    contact.name_sealed = contact.talk_sealed = contact.unread_sealed = contact.page_sealed = None
    contact.case_id = None


def _open(sealer: Sealer, tenant: str, table: str, column: str, row_id: int, sealed: bytes | None) -> str | None:
    return None if sealed is None else sealer.open_text(Cell(tenant, table, column, row_id), sealed)
