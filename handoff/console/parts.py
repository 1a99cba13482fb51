"""What the console is made of, given once by the composition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request

from handoff.console.settings_setup import TownSetup
from intake.db import reading

if TYPE_CHECKING:
    from handoff.console.feed import Feed
    from handoff.console.oidc import Provider
    from handoff.console.static_files import Shelf
    from handoff.gist import Gists
    from handoff.guideline import Installation
    from handoff.office import Office
    from handoff.opened import Memory
    from handoff.practice import Practice
    from handoff.scans import Scans


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """Everything from outside. `sessions` write; `session_key` signs CSRF tokens; `now` is ms since 1970 in UTC.

    `frame_ancestors` are origins that may frame the console, none by default. `secure_cookies` is false only on plain
    http of this machine.
    """

    office: Office
    sessions: sessionmaker[Session]
    public_url: str
    frame_ancestors: tuple[str, ...]
    secure_cookies: bool
    session_key: bytes = field(repr=False)
    now: Callable[[], int]
    installation: Installation | None = None
    """How this product is installed, for the self-check; None: this page cannot see it."""
    slack_team: str = ""
    """The Slack workspace whose people act here, "" for a town without Slack."""
    oidc: Provider | None = None
    """The provider whose accounts let staff in; None: links made on the command line only."""
    practice: Practice | None = None
    """Makes practice cases (練習); None: there is no such page."""
    scans: Scans | None = None
    """Looks at scanned papers (FAX・手紙); None: none can be put beside a case."""
    setup: TownSetup = field(default_factory=TownSetup)
    """What the settings pages show of the settings file."""
    packet_forms: Path | None = None
    """The folder of the town's own Excel forms for packets (様式), see `handoff.packet.xlsx`."""


@dataclass(frozen=True, slots=True)
class Console:
    """The parts with what is made of them once: templates, static files, the feed of changes, opened cases."""

    parts: ConsoleParts
    pages: Environment
    shelf: Shelf
    feed: Feed
    memory: Memory
    gists: Gists
    headers: Mapping[str, str]

    def reading(self) -> Session:
        """A session that only reads."""
        return reading(self.parts.sessions)

    @property
    def tenant(self) -> str:
        """The municipality that this console serves."""
        return self.parts.office.tenant

    @property
    def cookie(self) -> str:
        """The name of the session cookie."""
        return "__Host-toritsugi" if self.parts.secure_cookies else "toritsugi"


def console_of(request: Request) -> Console:
    """The console that a request came to (set by `guard.console_route`)."""
    found = request.state.console
    assert isinstance(found, Console)
    return found
