"""Who is in our channels and who clicks (名簿): nobody reads cards or acts whom the town has not registered.

What Slack said of a person is remembered for some minutes in this process; nothing of it is stored.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.parts import Parts
from bots.settings import SlackSettings
from bots.slack import post
from bots.slack.outcome import Failure, ask
from bots.slack.parse import BadBody, from_payload
from handoff.login_records import Identity
from handoff.records import Staff
from intake.clock import now_ms, to_datetime
from intake.db import reading
from intake.outbox import Draft

Kind = Literal["staff", "guest", "bot", "unclear"]
STRANGER: Final = "stranger_in_channel"
MEMBERS_S, KIND_S, BOT_S = 60.0, 60.0, 600.0
"""How long an answer of Slack is good: who is made a guest is one to us a minute later."""
_PAGES: Final = 20
_OUR_BOTS: Final = frozenset({"USLACKBOT"})


class LookFirst(Exception):
    """Slack must be asked about a person before this click is done; `look` asks, outside any transaction."""

    def __init__(self, look: Callable[[], object]) -> None:
        super().__init__("look")
        self.look = look


@dataclass(slots=True)
class _Kept:
    value: Any
    until: float


class Memory:
    """What Slack said lately, by key. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = threading.Lock()
        self._clock = clock

    def get(self, key: tuple[str, str]) -> Any:
        """What is remembered, None when nothing (any more)."""
        with self._lock:
            found = self._kept.get(key)
            return found.value if found is not None and found.until > self._clock() else None

    def put(self, key: tuple[str, str], value: Any, seconds: float) -> None:
        """Remember for so long."""
        with self._lock:
            self._kept[key] = _Kept(value, self._clock() + seconds)

    def forget(self) -> None:
        """Remember nothing."""
        with self._lock:
            self._kept.clear()


MEMORY: Final = Memory()
"""Of this process."""


def kind_known(team_id: str, user_id: str) -> Kind | None:
    """What is remembered of a person, None when Slack must be asked."""
    found: Kind | None = MEMORY.get((team_id, user_id))
    return found


def kind_of(client: WebClient, team_id: str, user_id: str) -> Kind:
    """What kind of account it is (`users.info`), remembered. `unclear` when Slack does not say now."""
    known = kind_known(team_id, user_id)
    if known is not None:
        return known
    found = ask(lambda: client.users_info(user=user_id))
    kind = _kind(found["user"]) if isinstance(found, dict) and isinstance(found.get("user"), dict) else "unclear"
    MEMORY.put((team_id, user_id), kind, BOT_S if kind == "bot" else KIND_S)
    return kind


def linked_users(session: Session, tenant: str, team_id: str) -> frozenset[str]:
    """The Slack user ids of active staff in this workspace."""
    rows = session.scalars(
        select(Identity.subject)
        .join(Staff, Staff.id == Identity.staff_id)
        .where(Identity.tenant == tenant, Identity.issuer == "slack", Staff.active.is_(True))
    )
    return frozenset(user for team, _, user in (subject.partition(":") for subject in rows) if team == team_id)


def members_of(client: WebClient, channel: str) -> frozenset[str] | Failure:
    """Everybody in a channel, people and bots, remembered for a minute."""
    known: frozenset[str] | None = MEMORY.get(("members", f"{client.base_url}{channel}"))
    if known is not None:
        return known
    found: set[str] = set()
    cursor = ""
    for _ in range(_PAGES):
        page = ask(partial(client.conversations_members, channel=channel, limit=200, cursor=cursor or None))
        if not isinstance(page, dict):
            return page
        found.update(str(user) for user in page.get("members") or [])
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    MEMORY.put(("members", f"{client.base_url}{channel}"), frozenset(found), MEMBERS_S)
    return frozenset(found)


def strangers(client: WebClient, team_id: str, members: Collection[str], linked: Collection[str]) -> tuple[str, ...]:
    """The members of a channel who are neither registered nor bots, in order of their ids."""
    others = sorted(set(members) - set(linked) - _OUR_BOTS)
    return tuple(user for user in others if kind_of(client, team_id, user) != "bot")


def check(parts: Parts, client: WebClient, tenant: str, channel: str) -> post.Held | Failure | None:
    """Why nothing may be posted to this channel now, None when only registered people read it.

    Enforced as soon as one member of staff is linked: before that nobody could be registered.
    """
    slack = parts.tenants[tenant].settings.slack
    if slack is None:
        return None
    with reading(parts.sessions) as session:
        linked = linked_users(session, tenant, slack.team_id)
    if not linked:
        return None
    members = members_of(client, channel)
    if not isinstance(members, frozenset):
        return members
    if not strangers(client, slack.team_id, members, linked):
        return None
    _tell(parts, tenant, channel)
    return post.Held(STRANGER)


def look_first(slack: SlackSettings, payload: dict[str, Any]) -> None:
    """Raises `LookFirst` when it is not known whether the person who clicked is a guest.

    Asked by the durable half of a click, and never while its transaction holds anything.
    """
    try:
        arrival = from_payload(payload)
    except BadBody:
        return
    acts = arrival.kind in ("action", "submit", "shortcut", "command")
    if not acts or arrival.team_id != slack.team_id or not arrival.user_id:
        return
    if kind_known(arrival.team_id, arrival.user_id) is None:
        client = post.make_client(slack.bot_token.get_secret_value(), slack.api_base)
        raise LookFirst(lambda: kind_of(client, arrival.team_id, arrival.user_id))


def _tell(parts: Parts, tenant: str, channel: str) -> None:
    """Staff hear of it by the other ways, once a day and channel; the console shows what is held."""
    once = f"notify-stranger-{channel}-{to_datetime(now_ms()):%Y%m%d}"
    with parts.sessions.begin() as session:
        parts.outbox.put(session, Draft(tenant, "notify", "stranger", once))


def _kind(user: dict[str, Any]) -> Kind:
    if user.get("is_bot") or user.get("id") in _OUR_BOTS:
        return "bot"
    guest = ("is_restricted", "is_ultra_restricted", "is_stranger")
    return "guest" if any(user.get(flag) for flag in guest) else "staff"
