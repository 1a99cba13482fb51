"""Who is at the desk (職員の入り口): staff, linked identities, one-time login links and server-side sessions.

Only SHA-256 hashes of links and session tokens are stored; both are 256 random bits, so a hash needs no salt.
Every function works inside the caller's transaction and never commits.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff.login_records import ConsoleSession, Identity, LoginLink
from handoff.office import StaffRef
from handoff.records import Staff
from intake.ids import new_id

ROLES = ("intake", "worker", "manager", "auditor")
"""受付, 担当, 管理, 監査."""
LINK_TTL_MS = 15 * 60_000
IDLE_MS = 30 * 60_000
ABSOLUTE_MS = 8 * 60 * 60_000
_TOUCH_MS = 60_000  # a session is written at most once a minute, so that reading pages stays free of write locks


class LoginRefused(Exception):
    """The link is unknown, used, too old, or its person may no longer sign in: one answer for all of them."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session. `stale` asks for `touch` when the person did something themselves."""

    staff: StaffRef
    stale: bool


def add_staff(session: Session, tenant: str, name: str, role: str, desk: str, now: int) -> int:
    """Write a new member of staff and return the id. Raises `ValueError` on an unknown role or an unusable name."""
    name = name.strip()
    if role not in ROLES:
        raise ValueError(f"unknown role, choose one of {', '.join(ROLES)}")
    if not 1 <= len(name) <= 64:
        raise ValueError("a name has 1 to 64 characters")
    row = Staff(id=new_id(), tenant=tenant, name=name, role=role, desk=desk, active=True, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def link_identity(session: Session, tenant: str, issuer: str, subject: str, staff_id: int) -> None:
    """Tie (issuer, subject) to a member of staff. Linking the same pair again to the same person changes nothing.

    Raises `ValueError` when the pair belongs to somebody else or the person is not of this tenant.
    """
    person = session.get(Staff, staff_id)
    if person is None or person.tenant != tenant:
        raise ValueError("no such member of staff")
    known = _identity(session, tenant, issuer, subject)
    if known is None:
        session.add(Identity(id=new_id(), tenant=tenant, issuer=issuer, subject=subject, staff_id=staff_id))
        session.flush()
    elif known.staff_id != staff_id:
        raise ValueError("this identity is linked to somebody else")


def staff_by_identity(session: Session, tenant: str, issuer: str, subject: str) -> StaffRef | None:
    """The active member of staff behind (issuer, subject), for Slack `("slack", "T…:U…")`; never by name or e-mail."""
    known = _identity(session, tenant, issuer, subject)
    return staff_ref(session, tenant, known.staff_id) if known else None


def staff_ref(session: Session, tenant: str, staff_id: int) -> StaffRef | None:
    """The active member of staff with this id, or None."""
    row = session.get(Staff, staff_id)
    if row is None or row.tenant != tenant or not row.active:
        return None
    return StaffRef(row.id, row.tenant, row.name, row.role, row.desk)


def make_link(session: Session, tenant: str, staff_id: int, now: int, ttl_ms: int = LINK_TTL_MS) -> str:
    """A one-time token for `/console/login/{token}`, good for `ttl_ms`. Raises `ValueError` for inactive staff."""
    if staff_ref(session, tenant, staff_id) is None:
        raise ValueError("no such active member of staff")
    token = secrets.token_urlsafe(32)
    session.add(LoginLink(token_hash=_hash(token), tenant=tenant, staff_id=staff_id, expires_at=now + ttl_ms))
    session.flush()
    return token


def redeem(session: Session, tenant: str, token: str, now: int) -> str:
    """Use the link up and return a new session token. Raises `LoginRefused`; two redemptions never both win."""
    used = session.execute(
        update(LoginLink)
        .where(
            LoginLink.token_hash == _hash(token),
            LoginLink.tenant == tenant,
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(LoginLink.staff_id)
    ).scalar_one_or_none()
    if used is None or staff_ref(session, tenant, used) is None:
        raise LoginRefused("the login link cannot be used")
    return start_session(session, tenant, used, now)


def start_session(session: Session, tenant: str, staff_id: int, now: int) -> str:
    """A new signed-in browser for `staff_id` and its token (only the hash is kept)."""
    token = secrets.token_urlsafe(32)
    session.add(ConsoleSession(token_hash=_hash(token), tenant=tenant, staff_id=staff_id, created_at=now, seen_at=now))
    session.flush()
    return token


def signed_in(session: Session, tenant: str, token: str, now: int) -> SignedIn | None:
    """Who holds this session token: None when unknown, revoked, 30 minutes idle, 8 hours old, or no longer active."""
    row = session.execute(
        select(ConsoleSession).where(
            ConsoleSession.token_hash == _hash(token),
            ConsoleSession.tenant == tenant,
            ConsoleSession.revoked_at.is_(None),
            ConsoleSession.seen_at > now - IDLE_MS,
            ConsoleSession.created_at > now - ABSOLUTE_MS,
        )
    ).scalar_one_or_none()
    person = staff_ref(session, tenant, row.staff_id) if row else None
    if row is None or person is None:
        return None
    return SignedIn(person, stale=now - row.seen_at >= _TOUCH_MS)


def touch(session: Session, tenant: str, token: str, now: int) -> None:
    """The person did something: their 30 idle minutes begin again. A revoked session stays revoked."""
    session.execute(
        update(ConsoleSession)
        .where(
            ConsoleSession.token_hash == _hash(token),
            ConsoleSession.tenant == tenant,
            ConsoleSession.revoked_at.is_(None),
        )
        .values(seen_at=now)
    )


def logout(session: Session, tenant: str, token: str, now: int) -> None:
    """End the session for good. Ending it again changes nothing."""
    session.execute(
        update(ConsoleSession)
        .where(
            ConsoleSession.token_hash == _hash(token),
            ConsoleSession.tenant == tenant,
            ConsoleSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def _identity(session: Session, tenant: str, issuer: str, subject: str) -> Identity | None:
    return session.execute(
        select(Identity).where(Identity.tenant == tenant, Identity.issuer == issuer, Identity.subject == subject)
    ).scalar_one_or_none()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
