"""What the queue page shows, gathered in one read session (受付の一覧)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import Request
from sqlalchemy.orm import Session

from handoff import presence, saved_views, view_queue
from handoff.console import cards, finding
from handoff.console.cards import Card
from handoff.console.filter_form import FilterForm, choices_of, filter_form
from handoff.console.finding import MAX_QUERY, desk_names
from handoff.console.parts import Console
from handoff.console.words import VIEW_GROUPS, VIEW_JA
from handoff.office import StaffRef
from handoff.saved_views import Saved
from handoff.view import Counts, QueueItem
from handoff.view_filters import Filter, Place, read_filter
from handoff.view_queue import Live
from intake.clock import now_ms

__all__ = ["LIMIT", "Board", "NavEntry", "Wanted", "desk_names", "gather", "wanted_of", "where"]

LIMIT = 50
ERASED_LATELY_MS = 1_200_000
"""Longer than anything stays in memory unused (`opened.IDLE_SECONDS`)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see. `view`: a built-in one, `s<id>` a saved one, `custom` for `chosen`."""

    view: str = "open"
    query: str = ""
    selected: int = 0
    chosen: Filter = field(default_factory=Filter)
    page: int = 1
    before: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One view with its count; None where it is not known yet or says nothing."""

    view: str
    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """The list column with everything around it. `selected` is the case open beside it, or 0."""

    view: str
    title: str
    query: str
    selected: int
    version: int
    cards: tuple[Card, ...]
    alarm: Card | None
    """The first case of 今すぐ that nobody has taken."""
    alarm_count: int
    counts: Counts
    nav: tuple[tuple[str, tuple[NavEntry, ...]], ...]
    total: int | None
    more: str
    """The address of the next page of this list, "" at its end."""
    first_page: bool
    note: str
    form: FilterForm
    counting: bool
    """Whether some counts are still being made."""
    looking: Mapping[int, str]
    """Case id → who else has it open, in words."""

    @property
    def address(self) -> str:
        """The query of this page's address without the case that is open beside it."""
        return urlencode([("view", self.view), *(self.form.pairs if self.view == "custom" else ())])


def gather(console: Console, staff: StaffRef, wanted: Wanted) -> Board:
    """The board for `staff`. An unknown view is the open queue; a query searches all that this person may see."""
    parts, memory = console.parts, console.memory
    now = parts.now()
    query = wanted.query.replace("\0", "").strip()[:MAX_QUERY]
    with console.reading() as session:
        version = view_queue.version(session, console.tenant)
        erased = view_queue.erased_since(session, console.tenant, now_ms() - ERASED_LATELY_MS)
        memory.drop(erased)
        console.gists.drop(erased)
        saved = saved_views.views_of(session, staff)
        view, name, chosen = _resolved(wanted, saved)
        live = view_queue.load(parts.office, session, staff, now, memory)
        if query:
            found = finding.find(console, session, live, query, LIMIT)
            shown, note, more = found.items, found.note, ""
            total: int | None = len(shown)
        else:
            shown, total, more = _listed(console, session, live, wanted, view, chosen)
            note = ""
        alarms = live.alarms()
        listed = tuple(item for item in shown if alarms and item.case_id == alarms[0].case_id)
        first = listed or view_queue.items(parts.office, session, alarms[:1], memory)
        looks = presence.looking(session, console.tenant, (item.case_id for item in shown), now, staff.id)
        choices = choices_of(console, session)
    return Board(
        view=view,
        title=name,
        query=query,
        selected=wanted.selected,
        version=version,
        cards=_cards(shown, staff, now),
        alarm=next(iter(_cards(first, staff, now)), None),
        alarm_count=len(alarms),
        counts=live.counts(),
        nav=_nav(live, saved),
        total=total,
        more=more,
        first_page=wanted.page == 1 and wanted.before is None,
        note=note,
        form=filter_form(choices, chosen if isinstance(chosen, Filter) else Filter()),
        counting=not live.whole,
        looking={case_id: presence.words_ja(who) for case_id, who in looks.items()},
    )


def wanted_of(given: Mapping[str, list[str]], query: str = "") -> Wanted:
    """What an address asks for."""

    def one(name: str) -> str:
        return (given.get(name) or [""])[-1]

    at, _, case_id = one("before").partition("-")
    before = (case_number(at), case_number(case_id)) if case_number(case_id) else None
    return Wanted(
        view=one("view") or "open",
        query=query,
        selected=case_number(one("case")),
        chosen=read_filter(given),
        page=max(1, min(case_number(one("page")), 1000)),
        before=before,
    )


def where(request: Request, query: str) -> Wanted:
    """What the page that htmx says it stands on wants, so that a refresh keeps view and selection."""
    return wanted_of(parse_qs(urlsplit(request.headers.get("hx-current-url", "")).query), query)


def case_number(text: str) -> int:
    """The id in an address, or 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 2**63 else 0


def _resolved(wanted: Wanted, saved: tuple[Saved, ...]) -> tuple[str, str, str | Filter]:
    """(view, its title, what chooses its cases)."""
    for one in saved:
        if wanted.view == f"s{one.id}":
            return wanted.view, one.name, one.filter
    if wanted.view == "custom" and wanted.chosen:
        return "custom", "しぼった一覧", wanted.chosen
    view = wanted.view if wanted.view in VIEW_JA else "open"
    return view, "受付の一覧" if view == "open" else VIEW_JA[view], view


def _listed(
    console: Console, session: Session, live: Live, wanted: Wanted, view: str, chosen: str | Filter
) -> tuple[tuple[QueueItem, ...], int | None, str]:
    """(cards, how many in all, the address of the next page)."""
    office, memory = console.parts.office, console.memory
    if chosen == "closed":
        over = view_queue.closed(office, session, live.staff, limit=LIMIT + 1, before=wanted.before)
        last = over[LIMIT - 1] if len(over) > LIMIT else None
        more = urlencode({"view": view, "before": f"{last.changed_at}-{last.case_id}"}) if last else ""
        return view_queue.items(office, session, over[:LIMIT], memory), None, more
    places: tuple[Place, ...] = live.of(chosen)
    start = (wanted.page - 1) * LIMIT
    pairs = chosen.pairs() if view == "custom" and isinstance(chosen, Filter) else ()
    more = urlencode([("view", view), *pairs, ("page", wanted.page + 1)]) if len(places) > start + LIMIT else ""
    return view_queue.items(office, session, places[start : start + LIMIT], memory), len(places), more


def _cards(items: tuple[QueueItem, ...], staff: StaffRef, now: int) -> tuple[Card, ...]:
    return tuple(cards.card(item, staff.id, now) for item in items)


def _nav(live: Live, saved: tuple[Saved, ...]) -> tuple[tuple[str, tuple[NavEntry, ...]], ...]:
    groups = [
        (group, tuple(NavEntry(v, VIEW_JA[v], None if v == "closed" else live.count(v)) for v in views))
        for group, views in VIEW_GROUPS
    ]
    own = tuple(NavEntry(f"s{one.id}", one.name, live.count(one.filter)) for one in saved)
    return (*groups[:2], ("自分の見方", own), *groups[2:])
