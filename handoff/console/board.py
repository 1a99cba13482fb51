"""What the queue page shows, gathered in one read session (受付の一覧)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from fastapi import Request
from sqlalchemy.orm import Session

from handoff import view
from handoff.console import cards
from handoff.console.cards import Card
from handoff.console.parts import Console
from handoff.console.words import VIEW_GROUPS, VIEW_JA
from handoff.office import StaffRef
from handoff.view import Counts, QueueItem

LIMIT = 100
MAX_QUERY = 200


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One saved view with its count; None where counting says nothing."""

    view: str
    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """The list column with everything around it. `selected` is the case open beside it, or 0."""

    view: str
    query: str
    selected: int
    version: int
    cards: tuple[Card, ...]
    alarms: tuple[Card, ...]
    counts: Counts
    nav: tuple[tuple[str, tuple[NavEntry, ...]], ...]
    full: bool

    @property
    def title(self) -> str:
        """「受付の一覧」 for the open queue, else the name of the view."""
        return "受付の一覧" if self.view == "open" else VIEW_JA[self.view]


class Tally:
    """Counts of the saved views, kept per person until the queue changes: counting them means opening them."""

    def __init__(self, keep: int = 256) -> None:
        self._kept: OrderedDict[tuple[StaffRef, int], dict[str, int]] = OrderedDict()
        self._keep = keep
        self._lock = threading.Lock()

    def of(self, console: Console, session: Session, staff: StaffRef, version: int, now: int) -> dict[str, int]:
        """view → number of cases (at most `LIMIT`)."""
        key = (staff, version)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        counted = {
            name: len(view.queue(console.parts.office, session, staff, name, now, limit=LIMIT))
            for name in ("complex", "child", "lifeline", "foreign", "other")
        }
        with self._lock:
            self._kept[key] = counted
            if len(self._kept) > self._keep:
                self._kept.popitem(last=False)
        return counted


def gather(console: Console, staff: StaffRef, name: str, query: str, selected: int) -> Board:
    """The board for `staff`. An unknown view is the open queue; a query filters what this person may see."""
    name = name if name in VIEW_JA else "open"
    query = query.replace("\0", "").strip()[:MAX_QUERY]
    parts = console.parts
    now = parts.now()
    with console.reading() as session:
        version = view.version(session, console.tenant)
        waiting = view.queue(parts.office, session, staff, "open", now, limit=LIMIT)
        items = waiting if name == "open" else view.queue(parts.office, session, staff, name, now, limit=LIMIT)
        counts = view.counts(parts.office, session, staff, now)
        tally = console.tally.of(console, session, staff, version, now)
    shown = cards.found(items, query, desk_names(console)) if query else items
    return Board(
        view=name,
        query=query,
        selected=selected,
        version=version,
        cards=_cards(shown, staff, now),
        alarms=_cards(cards.unclaimed_emergencies(waiting), staff, now),
        counts=counts,
        nav=_nav(counts, tally),
        full=len(items) >= LIMIT,
    )


def desk_names(console: Console) -> dict[str, str]:
    """Desk id → its name in the pack."""
    return {desk.id: desk.name for desk in console.parts.office.pack.desks}


def where(request: Request) -> tuple[str, int]:
    """(view, selected case) of the page that htmx says it stands on, so that a refresh keeps the selection."""
    query = parse_qs(urlsplit(request.headers.get("hx-current-url", "")).query)
    return query.get("view", ["open"])[0], case_number(query.get("case", [""])[0])


def case_number(text: str) -> int:
    """The id in an address, or 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 2**63 else 0


def _cards(items: tuple[QueueItem, ...], staff: StaffRef, now: int) -> tuple[Card, ...]:
    return tuple(cards.card(item, staff.id, now) for item in items)


def _nav(counts: Counts, tally: dict[str, int]) -> tuple[tuple[str, tuple[NavEntry, ...]], ...]:
    known: dict[str, int] = {
        "open": counts.unclaimed, "mine": counts.mine, "replied": counts.waiting_reply, "handed": counts.handed,
        **tally,
    }  # fmt: skip
    return tuple(
        (group, tuple(NavEntry(name, VIEW_JA[name], known.get(name)) for name in names)) for group, names in VIEW_GROUPS
    )
