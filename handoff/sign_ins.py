"""Where somebody is signed in (入っている端末): the list, and putting a browser out. Never commits.

A session is named by the first letters of its stored hash: nothing can be done with them but this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff.login import hash_of, living
from handoff.login_records import ConsoleSession
from handoff.records import Staff

NAME_LENGTH = 16
NEW_MS = 30 * 60_000
"""So long a sign-in elsewhere is told to who is signed in already."""
_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_MACHINES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignIn:
    """One living session. `name`: for the form that ends it; `here`: the browser that looks."""

    name: str
    staff_id: int
    staff_name: str
    via: str
    browser: str
    since: int
    seen: int
    here: bool


def browser_words(agent: str) -> str:
    """「Chrome・Windows」 out of a `User-Agent`, "" when it says neither: enough to know one's own again."""
    kind = next((word for mark, word in _BROWSERS if mark in agent), "")
    machine = next((word for mark, word in _MACHINES if mark in agent), "")
    return "・".join(word for word in (kind, machine) if word)


def sign_ins(session: Session, tenant: str, now: int, *, staff_id: int | None, token: str = "") -> tuple[SignIn, ...]:
    """The living sessions of one person, or of everybody (`staff_id` None), the newest first."""
    wanted = (
        select(ConsoleSession, Staff.name)
        .join(Staff, Staff.id == ConsoleSession.staff_id)
        .where(ConsoleSession.tenant == tenant, Staff.active.is_(True), *living(now))
        .order_by(ConsoleSession.created_at.desc(), ConsoleSession.token_hash)
    )
    if staff_id is not None:
        wanted = wanted.where(ConsoleSession.staff_id == staff_id)
    mine = hash_of(token) if token else ""
    return tuple(
        SignIn(
            name=row.token_hash[:NAME_LENGTH],
            staff_id=row.staff_id,
            staff_name=name,
            via=row.via,
            browser=row.browser,
            since=row.created_at,
            seen=row.seen_at,
            here=row.token_hash == mine,
        )
        for row, name in session.execute(wanted)
    )


def put_out(session: Session, tenant: str, staff_id: int, now: int, *, name: str = "", but: str = "") -> int:
    """End one session of this person by its name, or all ("") but the one with token `but`. Says how many ended."""
    wanted = [
        ConsoleSession.tenant == tenant,
        ConsoleSession.staff_id == staff_id,
        ConsoleSession.revoked_at.is_(None),
    ]
    if name:
        if not re.fullmatch(rf"[0-9a-f]{{{NAME_LENGTH}}}", name):
            return 0
        wanted.append(ConsoleSession.token_hash.startswith(name))
    if but:
        wanted.append(ConsoleSession.token_hash != hash_of(but))
    ended = session.execute(
        update(ConsoleSession).where(*wanted).values(revoked_at=now).returning(ConsoleSession.token_hash)
    )
    return len(ended.all())


def elsewhere(session: Session, tenant: str, staff_id: int, since: int, now: int) -> str:
    """The browser in words of a session that this person began after `since` and lately; "" when there is none."""
    found = session.scalar(
        select(ConsoleSession.browser)
        .where(
            ConsoleSession.tenant == tenant,
            ConsoleSession.staff_id == staff_id,
            ConsoleSession.created_at > max(since, now - NEW_MS),
            *living(now),
        )
        .order_by(ConsoleSession.created_at.desc())
        .limit(1)
    )
    return "" if found is None else found or "別の端末"
