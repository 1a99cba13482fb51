"""The morning's figures of a desk (朝のまとめ): numbers and case labels, nothing of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from handoff import incoming
from handoff.clock import TOKYO
from handoff.desks import desk as desk_of
from handoff.hours import Hours, Span, at_minute
from handoff.number import label_of
from handoff.office import Office
from handoff.pack import Pack
from handoff.promise import answered
from handoff.records import Ticket
from handoff.ticket import OPEN
from intake.clock import to_datetime, to_ms
from intake.records import Case
from triage.assessment import Kind

_ALL_DAY: Final = (Span(0, 1440),)
_NAMED: Final = 8
"""How many labels stand behind a figure."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What waits at a desk. Every tuple holds case labels (`T-0412`), the longest waiting first."""

    desk: str
    opened: int
    overdue: tuple[str, ...]
    due_today: tuple[str, ...]
    unclaimed: tuple[str, ...]
    holds_end: tuple[str, ...]
    longest_ms: int
    longest: str
    looks: tuple[str, ...] = ()
    """Whose 次に見る日 has come (`handoff.attempts`)."""
    arrived: int = 0
    """How many つなぎ wait for this desk's answer (届いたつなぎ); at the desk that takes everything, for any desk's."""

    @property
    def empty(self) -> bool:
        """Whether nothing is open here, and nobody waits for this desk's answer."""
        return self.opened == 0 and self.arrived == 0


def gather(office: Office, session: Session, desk_id: str, now: int) -> Digest:
    """The figures of a desk at `now` (ms UTC): the town's for the fallback desk, else those of its own queue.

    Practice cases and cases folded into others are not counted; a held one is, but waits for nobody.
    """
    rows = session.execute(
        select(Ticket, Case.number, Case.route)
        .join(Case, Case.id == Ticket.case_id)
        .where(*_scope(office, desk_id))
        .order_by(Ticket.waiting_since, Ticket.case_id)
    ).all()
    tonight = to_ms(_midnight(now) + timedelta(days=1))
    live = [(row, label_of(number, route)) for row, number, route in rows]
    awake = [(row, label) for row, label in live if row.hold_until is None or row.hold_until <= now]
    waiting = [(row, label) for row, label in awake if not answered(row)]
    named = desk_of(office.pack, desk_id)
    return Digest(
        desk=named.name if named else office.pack.office,
        opened=len(live),
        overdue=tuple(label for row, label in waiting if row.due_at is not None and row.due_at < now),
        due_today=tuple(label for row, label in waiting if row.due_at is not None and now <= row.due_at < tonight),
        unclaimed=tuple(label for row, label in awake if row.owner_id is None),
        holds_end=tuple(
            label for row, label in live if row.hold_until is not None and now < row.hold_until < tonight
        ),
        longest_ms=now - waiting[0][0].waiting_since if waiting else 0,
        longest=waiting[0][1] if waiting else "",
        looks=tuple(label for row, label in live if row.look_at is not None and row.look_at < tonight),
        arrived=incoming.at_desk(session, office.tenant, "" if desk_id == office.pack.fallback else desk_id),
    )  # fmt: skip


def lines_ja(found: Digest) -> tuple[str, ...]:
    """The digest in words, one figure a line."""
    if found.empty:
        return ("待っている相談はありません。",)
    if found.opened == 0:
        return (_arrived_ja(found),)
    longest = f"{_wait_ja(found.longest_ms)}（{found.longest}）" if found.longest else "なし"
    return (
        f"開いている相談：{found.opened}件",
        f"期限をこえた：{_counted(found.overdue)}",
        f"きょうが期限：{_counted(found.due_today)}",
        f"担当がまだ：{_counted(found.unclaimed)}",
        f"保留がきょう終わる：{_counted(found.holds_end)}",
        f"いちばん長い待ち：{longest}",
        *((f"次に見る日がきた：{_counted(found.looks)}",) if found.looks else ()),
        *((_arrived_ja(found),) if found.arrived else ()),
    )


def _arrived_ja(found: Digest) -> str:
    return f"届いたつなぎ：返事待ち {found.arrived}件"


def title_ja(found: Digest) -> str:
    """「けさのまとめ：福祉まるごと相談」."""
    return f"けさのまとめ：{found.desk}"


def opening(pack: Pack, desk_id: str, day: date) -> tuple[datetime, datetime] | None:
    """When that desk opens and closes on a day in Tokyo, None when it stays closed or nobody knows.

    A desk that never closes is told when the office opens.
    """
    named = desk_of(pack, desk_id)
    hours = named.hours if named else None
    if hours is not None and hours.spans_on(day) == _ALL_DAY:
        hours = pack.hours
    spans = _spans(hours, day)
    return (at_minute(day, spans[0].opens), at_minute(day, spans[-1].closes)) if spans else None


def _spans(hours: Hours | None, day: date) -> tuple[Span, ...]:
    return hours.spans_on(day) if hours is not None else ()


def _scope(office: Office, desk_id: str) -> tuple[ColumnElement[bool], ...]:
    found = (
        Ticket.tenant == office.tenant,
        Ticket.state.in_(OPEN),
        Ticket.kind == Kind.CONSULTATION,
        Ticket.practice.is_(False),
        Ticket.folded_into.is_(None),
    )
    if desk_id == office.pack.fallback:
        return found
    return (*found, Ticket.owner_desk == desk_id)


def _counted(labels: tuple[str, ...]) -> str:
    if not labels:
        return "0件"
    more = f" ほか{len(labels) - _NAMED}件" if len(labels) > _NAMED else ""
    return f"{len(labels)}件（{'・'.join(labels[:_NAMED])}{more}）"


def _wait_ja(milliseconds: int) -> str:
    minutes = milliseconds // 60_000
    if minutes >= 2 * 1440:
        return f"{minutes // 1440}日"
    return f"{minutes // 60}時間{minutes % 60}分" if minutes >= 60 else f"{minutes}分"


def _midnight(now: int) -> datetime:
    return to_datetime(now).astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
