"""The queue (受付の一覧) in a town of any size: live cases from one light query, what they say from memory.

Fast because only live cases (a few thousand at most) are looked at; what is over is read by pages of its own.
`docs/bench-console.md` says how fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from handoff import scope
from handoff.number import label_of
from handoff.office import Office, StaffRef
from handoff.opened import Memory
from handoff.path_records import CaseSource
from handoff.records import Ticket
from handoff.ticket import OPEN
from handoff.view_filters import BUILT_IN, SEALED, SOON_MS, Filter, Place, belongs
from handoff.view_lines import names_of
from handoff.view_values import Counts, QueueItem
from intake.clock import to_datetime, to_ms
from intake.records import Case, Contact
from triage.assessment import Complexity, Urgency

_TOKYO = ZoneInfo("Asia/Tokyo")
_OVER = ("closed", "erased")
_RANK = {str(urgency): -urgency.rank for urgency in Urgency}
CLOSED_SEARCHED = 300
"""So many of the cases that are over are searched for words."""
_LATE_COMMIT_MS = 120_000
"""Rows that changed so long before the newest still count one by one: their commit may come after it."""


@dataclass(frozen=True, slots=True)
class Live:
    """Every live case that one person may see, at one moment. `whole`: whether all of them have been opened."""

    staff: StaffRef
    now: int
    places: tuple[Place, ...]
    """The live 相談."""
    aside: tuple[Place, ...]
    """What is no 相談 (その他)."""
    opened: dict[int, QueueItem]
    whole: bool
    today: int
    today_complex: int
    _views: dict[str, list[Place]] = field(default_factory=dict, repr=False, compare=False)
    _passing: dict[tuple[str, object], frozenset[int]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, view: str | Filter) -> tuple[Place, ...]:
        """The cases of a view in its order: urgent and long waiting first, 期限順 by its promise."""
        chosen = self._chosen(view)
        if view == "due":
            return tuple(sorted(chosen, key=lambda p: (p.due_at or 0, p.case_id)))
        return _ranked(chosen)

    def alarms(self) -> tuple[Place, ...]:
        """Cases of 今すぐ that nobody has taken."""
        return _ranked(p for p in self._chosen("open") if p.urgency == "emergency" and p.owner_id is None)

    def count(self, view: str | Filter) -> int | None:
        """How many, None while that is not known yet."""
        sealed = view.sealed if isinstance(view, Filter) else view in SEALED
        return None if sealed and not self.whole else len(self._chosen(view))

    def counts(self) -> Counts:
        """The figures of the queue."""
        views, now = self._sorted_out(), self.now
        lonely = (p for p in self.places if p.owner_id is None and not p.answered and not p.held(now))
        oldest = min((place.waiting_since for place in lonely), default=0)
        left = [place.due_at - now for place in views.get("due", ()) if place.due_at is not None]
        return Counts(
            overdue=sum(one < 0 for one in left),
            due_soon=sum(0 <= one < SOON_MS for one in left),
            longest_wait_ms=now - oldest if oldest else 0,
            today=self.today,
            today_complex=self.today_complex,
            unclaimed=len(views.get("open", ())),
            mine=len(views.get("mine", ())),
            waiting_reply=len(views.get("replied", ())),
            handed=len(views.get("handed", ())),
        )

    def _chosen(self, view: str | Filter) -> Sequence[Place]:
        if isinstance(view, Filter):
            return self._filtered(view)
        if view == "other":
            return self.aside
        return self._sorted_out().get(view, ()) if view in BUILT_IN and view != "all" else self.places

    def _filtered(self, view: Filter) -> Sequence[Place]:
        chosen: frozenset[int] | None = None
        for key, test in view.tests(self.staff.id, self.now).items():
            if key not in self._passing:
                opened = self.opened
                self._passing[key] = frozenset(p.case_id for p in self.places if test(p, opened.get(p.case_id)))
            chosen = self._passing[key] if chosen is None else chosen & self._passing[key]
        return self.places if chosen is None else [place for place in self.places if place.case_id in chosen]

    def _sorted_out(self) -> dict[str, list[Place]]:
        """The cases of every built-in view, looked through once."""
        if not self._views:
            self._views["all"] = list(self.places)
            for place in self.places:
                for view in belongs(place, self.opened.get(place.case_id), self.staff.id, self.now):
                    self._views.setdefault(view, []).append(place)
        return self._views


def load(office: Office, session: Session, staff: StaffRef, now: int, memory: Memory, *, patient: bool = False) -> Live:
    """All live cases for `staff`. `patient`: every one is opened now, however many there are."""
    places = _places(session, _placed().where(Ticket.state.in_(OPEN), *scope.seen(office.tenant, staff)))
    midnight = to_ms(to_datetime(now).astimezone(_TOKYO).replace(hour=0, minute=0, second=0, microsecond=0))
    over = _places(
        session,
        _placed().where(
            Case.tenant == office.tenant,
            Case.opened_at >= midnight,
            Ticket.state.in_(_OVER),
            Ticket.kind == "consultation",
            *scope.seen(office.tenant, staff),
        ),
    )
    both = (*places, *over)
    if patient:
        opened, whole = memory.open(office, session, both), True
    else:
        opened, whole = memory.open_soon(
            office, session, both, lambda: closed(office, session, staff, limit=CLOSED_SEARCHED)
        )
    today = [p for p in both if p.opened_at >= midnight and p.kind == "consultation"]
    read = [opened[p.case_id].assessment for p in today if p.case_id in opened]
    complex_ones = sum(one is not None and one.complexity is Complexity.COMPLEX for one in read)
    live = tuple(place for place in places if place.live)
    aside = tuple(place for place in places if place.aside)
    return Live(staff, now, live, aside, opened, whole, len(today), complex_ones)


def items(office: Office, session: Session, places: Sequence[Place], memory: Memory) -> tuple[QueueItem, ...]:
    """The cards of these cases, opened, with what stands around them as it is now."""
    if not places:
        return ()
    opened = memory.open(office, session, places)
    names = names_of(session, (place.owner_id for place in places))
    into = {place.folded_into for place in places if place.folded_into is not None}
    labels = _labels(session, into) if into else {}
    silent = _silences(session, [place.case_id for place in places if place.state != "erased"])
    return tuple(
        replace(
            _as_it_stands(opened[place.case_id], place, names, labels),
            silence=silent.get(place.case_id, opened[place.case_id].silence),
        )
        for place in places
        if place.case_id in opened
    )


def queue(
    office: Office,
    session: Session,
    staff: StaffRef,
    view: str,
    now: int,
    *,
    limit: int = 100,
    memory: Memory | None = None,
) -> tuple[QueueItem, ...]:
    """One view as this person may see it. 管理 and 監査 see no content."""
    memory = memory or Memory()
    if view == "closed":
        return items(office, session, closed(office, session, staff, limit=limit), memory)
    live = load(office, session, staff, now, memory, patient=True)
    return items(office, session, live.of(view)[:limit], memory)


def counts(office: Office, session: Session, staff: StaffRef, now: int, memory: Memory | None = None) -> Counts:
    """The figures of the queue, for what this person may see."""
    return load(office, session, staff, now, memory or Memory(), patient=True).counts()


def closed(
    office: Office, session: Session, staff: StaffRef, *, limit: int, before: tuple[int, int] | None = None
) -> tuple[Place, ...]:
    """What is over, the newest change first; `before` is (changed_at, case_id) of the last one already shown."""
    over = select(Ticket.changed_at, Ticket.case_id).where(Ticket.tenant == office.tenant, Ticket.state.in_(_OVER))
    if before is not None:
        at, case_id = before
        older = or_(Ticket.changed_at < at, and_(Ticket.changed_at == at, Ticket.case_id < case_id))
        over = over.where(Ticket.changed_at <= at, older)
    over = over.order_by(Ticket.changed_at.desc(), Ticket.case_id.desc()).limit(limit)
    # A page for each way to see a case: each follows an index and stops, where one search for all reads the town.
    ways = scope.ways(office.tenant, replace(staff, passes=frozenset()))
    rows = {(at, case_id) for way in ways for at, case_id in session.execute(over.where(way))}
    if staff.passes and staff.role == "worker":  # few, and by their ids alone: with an order SQLite reads the town
        mine = select(Ticket.changed_at, Ticket.case_id, Ticket.tenant, Ticket.state)
        opened = session.execute(mine.where(Ticket.case_id.in_(sorted(staff.passes))))
        fitting = ((at, i) for at, i, owner, state in opened if owner == office.tenant and state in _OVER)
        rows |= {row for row in fitting if before is None or row < before}
    newest = [case_id for _, case_id in sorted(rows, reverse=True)[:limit]]
    found = {place.case_id: place for place in _places(session, _placed().where(Ticket.case_id.in_(newest)))}
    return tuple(found[case_id] for case_id in newest if case_id in found)


def numbered(office: Office, session: Session, staff: StaffRef, number: int) -> tuple[Place, ...]:
    """The case with this number, whatever became of it, if this person may see it."""
    return _places(session, _placed().where(Case.number == number, *_own(office), *scope.seen(office.tenant, staff)))


def received(office: Office, session: Session, staff: StaffRef, receipt: str) -> tuple[Place, ...]:
    """The case with this receipt code (受付番号), if this person may see it."""
    lookup = office.vault.blind.of(office.tenant, "receipt", receipt)
    found = _placed().where(Case.receipt_lookup == lookup, *_own(office), *scope.seen(office.tenant, staff))
    return _places(session, found)


def version(session: Session, tenant: str) -> int:
    """A number that changes whenever anything in the queue changed (for live pages), and rises but for late commits.

    A commit may come after one that was stamped later, so the newest stamp alone would miss it: the changes of the two
    minutes before it are added up.
    """
    newest = session.scalar(select(func.max(Ticket.changed_at)).where(Ticket.tenant == tenant))
    if newest is None:
        return 0
    lately = Ticket.changed_at >= newest - _LATE_COMMIT_MS
    total = session.scalar(select(func.sum(Ticket.version + 1)).where(Ticket.tenant == tenant, lately)) or 0
    return int(newest) * 100_000 + int(total) % 100_000


def erased_since(session: Session, tenant: str, since: int) -> tuple[int, ...]:
    """The cases that were erased from `since` (ms) on: their words must leave the memory."""
    wanted = select(Ticket.case_id).where(Ticket.tenant == tenant, Ticket.changed_at >= since, Ticket.state == "erased")
    return tuple(session.scalars(wanted))


def _own(office: Office) -> tuple[ColumnElement[bool], ...]:
    return (Case.tenant == office.tenant,)


def _placed() -> Select[*tuple[Any, ...]]:
    columns = (
        Case.id, Case.number, Case.route, Case.identity, Case.opened_at, Ticket.state, Ticket.kind, Ticket.urgency,
        Ticket.waiting_since, Ticket.due_at, Ticket.replied_at, Ticket.owner_id, Ticket.owner_desk, Ticket.hold_until,
        Ticket.folded_into, Ticket.practice, Ticket.version, Ticket.changed_at, CaseSource.path,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Ticket)
        .join(Case, Case.id == Ticket.case_id)
        .outerjoin(CaseSource, CaseSource.case_id == Ticket.case_id)
    )


def _places(session: Session, wanted: Select[*tuple[Any, ...]]) -> tuple[Place, ...]:
    # Past the ORM, which would look at every row for itself.
    return tuple(Place._make(row) for row in session.connection().execute(wanted).all())


def _as_it_stands(item: QueueItem, place: Place, names: dict[int, str], labels: dict[int, str]) -> QueueItem:
    return replace(
        item,
        state=place.state,
        kind=place.kind,
        urgency=place.urgency,
        identity=place.identity,
        waiting_since=place.waiting_since,
        due_at=place.due_at,
        owner_id=place.owner_id,
        owner_name=names.get(place.owner_id or 0, ""),
        owner_desk=place.owner_desk,
        hold_until=place.hold_until,
        folded_into=place.folded_into,
        folded_label=labels.get(place.folded_into or 0, ""),
        practice=place.practice,
    )


def _labels(session: Session, case_ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Case.id, Case.number, Case.route).where(Case.id.in_(case_ids)))
    return {case_id: label_of(number, route) for case_id, number, route in rows}


def _silences(session: Session, case_ids: Sequence[int]) -> dict[int, str]:
    """As `reach.silence`, for people on LINE: another case of theirs may have changed how they are reached."""
    rows = session.execute(
        select(Case.id, Contact.blocked, Contact.hidden)
        .join(Contact, Contact.id == Case.contact_id)
        .where(Case.id.in_(case_ids), Contact.channel == "line")
    )
    return {case_id: "blocked" if blocked else "hidden" if hidden else "" for case_id, blocked, hidden in rows}


def _ranked(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda p: (_RANK[p.urgency], p.waiting_since, p.case_id)))


def owner_names(session: Session, places: Iterable[Place]) -> dict[int, str]:
    """The names of those who have these cases, by their ids."""
    return names_of(session, (place.owner_id for place in places))
