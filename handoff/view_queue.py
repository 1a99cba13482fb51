"""The queue (受付の一覧) in a town of any size: live cases from one light query, what they say from memory.

Fast because only live cases (a few thousand at most) are looked at; what is over is read by pages of its own.
`docs/bench-console.md` says how fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from handoff import scope
from handoff.number import label_of
from handoff.office import Office, StaffRef
from handoff.opened import Memory
from handoff.records import Ticket
from handoff.view_filters import BUILT_IN, LIVE, OPEN, SEALED, SOON_MS, Filter, Place
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

    def of(self, view: str | Filter) -> tuple[Place, ...]:
        """The cases of a view in its order: urgent and long waiting first, 期限順 by its promise."""
        chosen = self._chosen(view)
        if view == "due":
            return tuple(sorted(chosen, key=lambda p: (p.due_at or 0, p.case_id)))
        return tuple(sorted(chosen, key=lambda p: (_RANK[p.urgency], p.waiting_since, p.case_id)))

    def count(self, view: str | Filter) -> int | None:
        """How many, None while that is not known yet."""
        sealed = view.sealed if isinstance(view, Filter) else view in SEALED
        return None if sealed and not self.whole else len(self._chosen(view))

    def counts(self) -> Counts:
        """The figures of the queue."""
        live = self.places
        waiting = [place for place in live if not place.answered and not place.held(self.now)]
        oldest = min((place.waiting_since for place in waiting if place.owner_id is None), default=0)
        left = [place.due_at - self.now for place in waiting if place.due_at is not None]
        return Counts(
            overdue=sum(one < 0 for one in left),
            due_soon=sum(0 <= one < SOON_MS for one in left),
            longest_wait_ms=self.now - oldest if oldest else 0,
            today=self.today,
            today_complex=self.today_complex,
            unclaimed=sum(place.state in OPEN and not place.held(self.now) for place in live),
            mine=sum(place.owner_id == self.staff.id for place in live),
            waiting_reply=sum(place.answered for place in live),
            handed=sum(place.state == "handed" for place in live),
        )

    def _chosen(self, view: str | Filter) -> Sequence[Place]:
        if view == "other":
            return self.aside
        keep = view.keeps if isinstance(view, Filter) else BUILT_IN.get(view, BUILT_IN["all"])
        opened, me, now = self.opened, self.staff.id, self.now
        return [place for place in self.places if keep(place, opened.get(place.case_id), me, now)]


def load(office: Office, session: Session, staff: StaffRef, now: int, memory: Memory, *, patient: bool = False) -> Live:
    """All live cases for `staff`. `patient`: every one is opened now, however many there are."""
    places = _places(session, _placed().where(Ticket.state.in_(LIVE), *scope.seen(office.tenant, staff)))
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
    opened = memory.open(office, session, places)
    names = names_of(session, (place.owner_id for place in places))
    into = {place.folded_into for place in places if place.folded_into is not None}
    labels = {
        case_id: label_of(number, route)
        for case_id, number, route in session.execute(select(Case.id, Case.number, Case.route).where(Case.id.in_(into)))
    }  # fmt: skip
    return tuple(
        _as_it_stands(opened[place.case_id], place, names, labels) for place in places if place.case_id in opened
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
    wanted = _placed().where(Ticket.state.in_(_OVER), *scope.seen(office.tenant, staff))
    if before is not None:
        at, case_id = before
        older = or_(Ticket.changed_at < at, and_(Ticket.changed_at == at, Ticket.case_id < case_id))
        wanted = wanted.where(Ticket.changed_at <= at, older)
    return _places(session, wanted.order_by(Ticket.changed_at.desc(), Ticket.case_id.desc()).limit(limit))


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
        Ticket.folded_into, Ticket.practice, Ticket.version, Ticket.changed_at, Contact.channel, Contact.blocked,
        Contact.hidden,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Ticket)
        .join(Case, Case.id == Ticket.case_id)
        .outerjoin(Contact, Contact.id == Case.contact_id)
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
        silence=_silence(item, place),
    )


def _silence(item: QueueItem, place: Place) -> str:
    """As `reach.silence`: another case of the same person may have changed how they are reached."""
    if place.channel != "line" or place.state == "erased":
        return item.silence
    return "blocked" if place.blocked else "hidden" if place.hidden else ""


def owner_names(session: Session, places: Iterable[Place]) -> dict[int, str]:
    """The names of those who have these cases, by their ids."""
    return names_of(session, (place.owner_id for place in places))


def alarms(live: Live) -> Iterable[Place]:
    """Cases of 今すぐ that nobody has taken."""
    return (p for p in live.of("open") if p.urgency == "emergency" and p.owner_id is None)
