"""When the App Home is drawn anew (ホームの描きなおし): outgoing rows, at most one a person and quarter of a minute.

Works in the caller's transaction and never commits.
"""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.slack.gate import Stranger, staff_of
from bots.slack.parse import SlackArrival
from bots.slack.parts import ActParts
from handoff.acting import may_see
from handoff.desk_records import SlackHome
from handoff.login import staff_ref
from handoff.office import Office
from handoff.records import Ticket
from intake.outbox import Draft

ROUND_MS: Final = 15_000
"""However much changes, a home is drawn once in this time."""
IDLE_MS: Final = 30 * 24 * 3_600_000
"""Who did not open it for so long sees it anew when they come back."""


def notices_key(office: Office, now: int) -> int:
    """The key under which what staff are told is sealed: it goes with the day's inbox."""
    return office.vault.keys.of_day(office.tenant, "inbox", now, "notices")


def opened(parts: ActParts, session: Session, arrival: SlackArrival, now: int, inbox_id: int) -> None:
    """Somebody opened the home: draw it, and remember whose it is. Who is not linked sees how to be."""
    try:
        staff = staff_of(session, parts.tenant, parts.team_id, arrival)
    except Stranger as stranger:
        if stranger.code != "not_linked":
            return
    else:
        home = SlackHome(tenant=parts.tenant, user_id=arrival.user_id, staff_id=staff.id, opened_at=now)
        known = session.get(SlackHome, (parts.tenant, arrival.user_id))
        home.drawn_at = known.drawn_at if known else 0
        session.merge(home)
    redraw(parts.office, session, arrival.user_id, f"in-{inbox_id}", now)


def redraw(office: Office, session: Session, user_id: str, once: str, now: int, delay_seconds: float = 0.0) -> None:
    """Ask for one person's home as it then is."""
    draft = Draft(
        tenant=office.tenant,
        channel="slack",
        purpose="home",
        dedupe=f"home-{user_id}-{once}",
        key_id=notices_key(office, now),
        body=json.dumps({"user": user_id}),
        delay_seconds=delay_seconds,
    )
    office.outbox.put(session, draft)


def concerned(office: Office, session: Session, ticket: Ticket, now: int) -> list[str]:
    """The Slack users whose home shows this case, or showed it: who may see it, had it last, or left."""
    homes = session.scalars(
        select(SlackHome).where(SlackHome.tenant == office.tenant, SlackHome.opened_at > now - IDLE_MS)
    )
    found = []
    for home in homes:
        staff = staff_ref(session, office.tenant, home.staff_id)
        if staff is None or may_see(ticket, staff) or ticket.last_owner_id == staff.id:
            found.append(home.user_id)
    return found


def after_change(office: Office, session: Session, users: list[str], now: int) -> None:
    """Have these homes drawn anew at the end of the round, once however often this is asked."""
    number, into = divmod(now, ROUND_MS)
    for user_id in users:
        redraw(office, session, user_id, f"r{number}", now, delay_seconds=(ROUND_MS - into) / 1000 + 0.5)
