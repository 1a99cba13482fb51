"""What the Slack bot of one municipality needs, handed in by the composition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, sessionmaker

from bots.slack.parse import SlackArrival
from handoff.office import Office
from triage.alarm import Alarm


@dataclass(frozen=True, slots=True)
class ActParts:
    """What a stored click needs when its job runs: whose workspace it must come from, and the office.

    With `alarm`, a report whose words speak of danger pages at once, before any model has read it.
    """

    tenant: str
    team_id: str
    channel_id: str
    office: Office
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True)
class SlackParts:
    """One municipality's Slack. `accept` commits the sealed arrival and its job, and is False when seen before.

    `accept` and everything on `sessions` blocks: call them off the event loop. `now` gives ms since 1970 UTC.
    """

    tenant: str
    team_id: str
    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_token: str | None = field(repr=False)
    api_base: str
    channel_id: str
    office: Office = field(repr=False)
    sessions: sessionmaker[Session] = field(repr=False)
    accept: Callable[[SlackArrival], bool]
    now: Callable[[], int]
    alarm: Alarm | None = None
    console_url: str = ""
    """Where the console stands, without a trailing slash."""

    @property
    def act(self) -> ActParts:
        """The part of it that `act.handle` needs."""
        return ActParts(self.tenant, self.team_id, self.channel_id, self.office, self.alarm)
