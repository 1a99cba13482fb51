"""Who is at the desk (職員の入り口): staff, linked identities, one-time login links and server-side sessions.

Only SHA-256 hashes of links and session tokens are stored; both are 256 random bits, so a hash needs no salt.
Every function works inside the caller's transaction and never commits.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from handoff.desk_records import CasePass
from handoff.login_records import ConsoleSession, Identity, LoginLink
from handoff.office import StaffRef
from handoff.records import Staff
from intake.clock import now_ms
from intake.ids import new_id

ROLES = ("intake", "worker", "manager", "auditor")
"""受付, 担当, 管理, 監査."""
LINK_TTL_MS = 15 * 60_000
INVITE_TTL_MS = 72 * 60 * 60_000
IDLE_MS = 30 * 60_000
ABSOLUTE_MS = 8 * 60 * 60_000
_TOUCH_MS = 60_000  # a session is written at most once a minute, so that reading pages stays free of write locks


class LoginRefused(Exception):
    """The link is unknown, used, too old, or its person may no longer sign in: one answer for all of them."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session, begun at `since` (ms). `stale` asks for `touch` when the person did something themselves."""

    staff: StaffRef
    stale: bool
    since: int


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
        issuer, subject = _keys(issuer, subject)
        session.add(Identity(id=new_id(), tenant=tenant, issuer=issuer, subject=subject, staff_id=staff_id))
        session.flush()
    elif known.staff_id != staff_id:
        raise ValueError("this identity is linked to somebody else")


def staff_by_identity(
    session: Session, tenant: str, issuer: str, subject: str, now: int | None = None
) -> StaffRef | None:
    """The active member of staff behind (issuer, subject), for Slack `("slack", "T…:U…")`; never by name or e-mail."""
    known = _identity(session, tenant, issuer, subject)
    return staff_ref(session, tenant, known.staff_id, now) if known else None


def staff_ref(session: Session, tenant: str, staff_id: int, now: int | None = None) -> StaffRef | None:
    """The active member of staff with this id, with the passes that are good at `now` (ms; None: this moment)."""
    row = session.get(Staff, staff_id)
    if row is None or row.tenant != tenant or not row.active:
        return None
    passes = passes_of(session, row, now_ms() if now is None else now) if row.role == "worker" else frozenset()
    titles = frozenset(row.titles.split(",")) - {""}
    return StaffRef(row.id, row.tenant, row.name, row.role, row.desk, passes, titles)


def passes_of(session: Session, row: Staff, now: int) -> frozenset[int]:
    """The cases that this person opened for a written reason and may still see (緊急の閲覧)."""
    return frozenset(
        session.scalars(
            select(CasePass.case_id).where(
                CasePass.staff_id == row.id, CasePass.tenant == row.tenant, CasePass.until > now
            )
        )
    )


def make_link(
    session: Session,
    tenant: str,
    staff_id: int,
    now: int,
    ttl_ms: int = LINK_TTL_MS,
    *,
    kind: str = "link",
    by: int | None = None,
) -> str:
    """A one-time token, good for `ttl_ms`: for `/console/login/{token}`, an `invite` for `/console/invite/{token}`.

    A new invitation ends the older ones of the same person. Raises `ValueError` for inactive staff.
    """
    if staff_ref(session, tenant, staff_id) is None:
        raise ValueError("no such active member of staff")
    if kind == "invite":
        void_links(session, tenant, staff_id, now, kind)
    token = secrets.token_urlsafe(32)
    session.add(
        LoginLink(
            token_hash=hash_of(token), tenant=tenant, staff_id=staff_id, kind=kind, by_staff=by, expires_at=now + ttl_ms
        )
    )
    session.flush()
    return token


def void_links(session: Session, tenant: str, staff_id: int, now: int, kind: str = "") -> None:
    """End the unused links of this person (of one kind, or "" for all)."""
    unused = [LoginLink.tenant == tenant, LoginLink.staff_id == staff_id, LoginLink.used_at.is_(None)]
    if kind:
        unused.append(LoginLink.kind == kind)
    session.execute(update(LoginLink).where(*unused, LoginLink.expires_at > now).values(expires_at=now))


def redeem(session: Session, tenant: str, token: str, now: int, *, kind: str = "link", browser: str = "") -> str:
    """Use the link of this kind up and return a new session token. Raises `LoginRefused`; two never both win."""
    used = use_link(session, tenant, hash_of(token), kind, now)
    return start_session(session, tenant, used.id, now, via=kind, browser=browser)


def use_link(session: Session, tenant: str, token_hash: str, kind: str, now: int) -> StaffRef:
    """Use the link up; whom it lets in. Raises `LoginRefused`."""
    used = session.execute(
        update(LoginLink)
        .where(
            LoginLink.token_hash == token_hash,
            LoginLink.tenant == tenant,
            LoginLink.kind == kind,
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(LoginLink.staff_id)
    ).scalar_one_or_none()
    person = staff_ref(session, tenant, used, now) if used is not None else None
    if person is None:
        raise LoginRefused("the login link cannot be used")
    return person


def start_session(
    session: Session, tenant: str, staff_id: int, now: int, *, via: str = "link", browser: str = ""
) -> str:
    """A new signed-in browser for `staff_id` and its token (only the hash is kept). `browser`: its kind in words."""
    token = secrets.token_urlsafe(32)
    session.add(
        ConsoleSession(
            token_hash=hash_of(token),
            tenant=tenant,
            staff_id=staff_id,
            via=via,
            browser=browser[:60],
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def signed_in(session: Session, tenant: str, token: str, now: int) -> SignedIn | None:
    """Who holds this session token: None when unknown, revoked, 30 minutes idle, 8 hours old, or no longer active."""
    found = session.execute(
        select(ConsoleSession, Staff)  # together: `staff_ref` finds the person in the session and asks nothing
        .join(Staff, Staff.id == ConsoleSession.staff_id)
        .where(ConsoleSession.token_hash == hash_of(token), ConsoleSession.tenant == tenant, *living(now))
    ).one_or_none()
    person = staff_ref(session, tenant, found[1].id, now) if found else None
    if found is None or person is None:
        return None
    return SignedIn(person, stale=now - found[0].seen_at >= _TOUCH_MS, since=found[0].created_at)


def living(now: int) -> tuple[ColumnElement[bool], ...]:
    """Sessions that still let somebody in at `now`, as conditions on `ConsoleSession`."""
    return (
        ConsoleSession.revoked_at.is_(None),
        ConsoleSession.seen_at > now - IDLE_MS,
        ConsoleSession.created_at > now - ABSOLUTE_MS,
    )


def touch(session: Session, tenant: str, token: str, now: int) -> None:
    """The person did something: their 30 idle minutes begin again. A revoked session stays revoked."""
    session.execute(
        update(ConsoleSession)
        .where(
            ConsoleSession.token_hash == hash_of(token),
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
            ConsoleSession.token_hash == hash_of(token),
            ConsoleSession.tenant == tenant,
            ConsoleSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def _identity(session: Session, tenant: str, issuer: str, subject: str) -> Identity | None:
    issuer, subject = _keys(issuer, subject)
    return session.execute(
        select(Identity).where(Identity.tenant == tenant, Identity.issuer == issuer, Identity.subject == subject)
    ).scalar_one_or_none()


def _keys(issuer: str, subject: str) -> tuple[str, str]:
    """As they are stored: too long ones (an issuer may be any address, OpenID Connect Core 2) by their hash."""
    return _short(issuer, 64), _short(subject, 160)


def _short(value: str, most: int) -> str:
    return value if len(value) <= most else f"sha256:{hash_of(value)[: most - 7]}"


def hash_of(token: str) -> str:
    """What is stored of a link or session token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
