"""Sign-ins on their way to the provider and back (入るとちゅう): bound to one browser, used once, good ten minutes.

Works in the caller's transaction and never commits. State and browser are stored as hashes; nonce and verifier are
worth nothing without the provider's answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from handoff.desk_records import SignInTry
from handoff.login import hash_of
from intake.db import insert_ignore

TRY_MS = 10 * 60_000
MOST = 2_000
"""Open tries of one municipality. More than that is no staff coming to work: then the oldest go, so that whoever opens
the address again and again fills no table and shuts nobody out."""


@dataclass(frozen=True, slots=True)
class Try:
    """One sign-in under way. `browser` is the cookie's value, `invite_hash` "" for an ordinary one."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    browser: str = field(repr=False)
    invite_hash: str = ""


def begin(session: Session, tenant: str, now: int, invite_hash: str = "") -> Try:
    """Write a new try down, and forget those whose time is over."""
    session.execute(delete(SignInTry).where(SignInTry.expires_at <= now))
    under_way = select(func.count()).select_from(SignInTry).where(SignInTry.tenant == tenant)
    if (too_many := (session.scalar(under_way) or 0) - MOST + 1) > 0:
        oldest = select(SignInTry.state_hash).where(SignInTry.tenant == tenant).order_by(SignInTry.expires_at)
        session.execute(delete(SignInTry).where(SignInTry.state_hash.in_(oldest.limit(too_many))))
    made = Try(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        browser=secrets.token_urlsafe(32),
        invite_hash=invite_hash,
    )
    insert_ignore(
        session,
        SignInTry,
        {
            "state_hash": hash_of(made.state),
            "tenant": tenant,
            "nonce": made.nonce,
            "verifier": made.verifier,
            "browser_hash": hash_of(made.browser),
            "invite_hash": invite_hash,
            "expires_at": now + TRY_MS,
        },
    )
    return made


def take(session: Session, tenant: str, state: str, browser: str, now: int) -> Try | None:
    """The try of this state, if this browser began it less than ten minutes ago; gone with that. None otherwise.

    A state that another browser brings stays: who steals an address must not be able to end somebody's sign-in.
    """
    found = session.execute(
        delete(SignInTry)
        .where(
            SignInTry.state_hash == hash_of(state),
            SignInTry.tenant == tenant,
            SignInTry.browser_hash == hash_of(browser),
            SignInTry.expires_at > now,
        )
        .returning(SignInTry.nonce, SignInTry.verifier, SignInTry.invite_hash)
    ).one_or_none()
    return Try(state, found.nonce, found.verifier, browser, found.invite_hash) if found else None
