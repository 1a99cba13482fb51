"""One-time links and visits (一度だけの入り口・訪問): who sits at our own page. Only hashes of tokens are stored.

Every function works inside the caller's transaction and never commits.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from intake.door_records import DoorLink, DoorVisit
from intake.records import Contact

MINUTE_MS = 60_000
LINK_MS = 30 * MINUTE_MS
NOTICE_MS = 24 * 60 * MINUTE_MS
"""How long the link in a notice works: somebody may see it only in the evening."""
IDLE_MS = 30 * MINUTE_MS
WHOLE_MS = 8 * 60 * MINUTE_MS
_TOKEN_BYTES = 32
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that may see one contact's talk. `token` is the cookie's value."""

    token: str = field(repr=False)
    tenant: str
    contact_id: int
    seen_at: int

    def csrf(self, key: bytes) -> str:
        """The token of this visit's forms: an HMAC, so that nothing more need be stored."""
        return hmac.new(key, b"door\x1f" + self.token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def make_link(session: Session, contact: Contact, now: int, *, life_ms: int = LINK_MS) -> str:
    """The token of a fresh link to the contact's page, good once and for `life_ms`."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        DoorLink(
            token_hash=_hash(token),
            tenant=contact.tenant,
            contact_id=contact.id,
            created_at=now,
            expires_at=now + life_ms,
            used_at=None,
        )
    )
    return token


def use_link(session: Session, token: str, now: int) -> Visit | None:
    """Use the link up and begin a visit; None when it is unknown, used, too old, or the person hides the talk."""
    used = session.execute(
        update(DoorLink)
        .where(DoorLink.token_hash == _hash(token), DoorLink.used_at.is_(None), DoorLink.expires_at > now)
        .values(used_at=now)
        .returning(DoorLink.tenant, DoorLink.contact_id)
    ).first()
    contact = session.get(Contact, used.contact_id) if used else None
    if contact is None or contact.hidden:
        return None
    return begin(session, contact, now)


def begin(session: Session, contact: Contact, now: int) -> Visit:
    """A new visit of the contact's page; several at once are fine."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        DoorVisit(
            token_hash=_hash(token),
            tenant=contact.tenant,
            contact_id=contact.id,
            created_at=now,
            seen_at=now,
            ended_at=None,
        )
    )
    return Visit(token, contact.tenant, contact.id, now)


def visit_of(session: Session, token: str, now: int) -> Visit | None:
    """The visit of this cookie; None when it ended, was idle for 30 minutes, is 8 hours old, or the talk is hidden."""
    row = session.scalar(
        select(DoorVisit)
        .join(Contact, Contact.id == DoorVisit.contact_id)
        .where(
            DoorVisit.token_hash == _hash(token),
            DoorVisit.ended_at.is_(None),
            DoorVisit.seen_at > now - IDLE_MS,
            DoorVisit.created_at > now - WHOLE_MS,
            Contact.hidden.is_(False),
        )
    )
    return Visit(token, row.tenant, row.contact_id, row.seen_at) if row else None


def touch(session: Session, token: str, now: int) -> None:
    """The person did something: the idle time begins anew."""
    live = DoorVisit.token_hash == _hash(token), DoorVisit.ended_at.is_(None)
    session.execute(update(DoorVisit).where(*live).values(seen_at=now))


def end(session: Session, token: str, now: int) -> None:
    """This browser is done (この画面をとじる)."""
    live = DoorVisit.token_hash == _hash(token), DoorVisit.ended_at.is_(None)
    session.execute(update(DoorVisit).where(*live).values(ended_at=now))


def end_all(session: Session, contact_id: int, now: int) -> None:
    """Every browser and every unused link of the contact is done (かくす)."""
    visits = DoorVisit.contact_id == contact_id, DoorVisit.ended_at.is_(None)
    session.execute(update(DoorVisit).where(*visits).values(ended_at=now))
    links = DoorLink.contact_id == contact_id, DoorLink.used_at.is_(None)
    session.execute(update(DoorLink).where(*links).values(used_at=now))


def _hash(token: str) -> str:
    return hashlib.sha256(token[:_LONGEST].encode("utf-8", "replace")).hexdigest()


def tidy(session: Session, now: int) -> None:
    """Drop what opens nothing any more: links of yesterday, visits of last month (so long staff see the last look)."""
    session.execute(delete(DoorLink).where(DoorLink.expires_at < now - NOTICE_MS))
    session.execute(delete(DoorVisit).where(DoorVisit.seen_at < now - 30 * NOTICE_MS))
