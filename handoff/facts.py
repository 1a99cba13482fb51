"""What a case counts as (統計の一行): codes without a word of anybody, sealed under the town's statistics key.

Facts follow their case until its month is published; from then on they stand still, so that two publications never
differ by what happened to one case. Practice cases, what is no 相談 and what a person wants out of the statistics
(利用停止) have none; an erased case counts as one case and nothing more. In the caller's transaction; never commits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from handoff import clock, plan_store, sources
from handoff.clock import TOKYO
from handoff.desk_records import CaseFact, DataRequest, PublishedFigures
from handoff.flow_records import Agenda, PlanState
from handoff.judged import REFUSES, Standing
from handoff.office import Office
from handoff.promise import TRIED
from handoff.records import HandOver, History, Ticket
from intake.clock import to_datetime, to_ms
from intake.ids import new_id
from intake.records import Case
from intake.seal import Cell, KeyDestroyed
from triage.assessment import THEMES, Complexity, Domain, Kind, Reason, Urgency

_CORRECTABLE: Final[Mapping[str, str]] = {
    **dict.fromkeys(map(str, Domain), "domains"),
    **dict.fromkeys(THEMES, "themes"),
    **dict.fromkeys(map(str, Reason), "complexity"),
    REFUSES: REFUSES,
}
CLOSE_DAYS: Final = 10
"""How long after its end a month still takes in what happens to its cases."""
UNREAD: Final = "unread"
"""The complexity of a case that nobody, man or machine, has read yet."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One case as codes. Times in ms; hour and weekday (0 is Monday) of the opening in Tokyo, -1 once erased."""

    month: str
    hour: int = -1
    weekday: int = -1
    route: str = ""
    """`Case.route`; `web` for a resident who wrote on our own page."""
    path: str = ""
    """The code of `handoff.path_codes`, "" for cases counted before there was one."""
    identity: str = ""
    language: str = ""
    domains: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    complexity: str = UNREAD
    urgency_first: str = ""
    """What the machine read."""
    urgency: str = ""
    first_ms: int | None = None
    """初動: from the opening until a person of staff first answered; where nobody did by then, until they first tried
    to reach the person by telephone, visit or letter, else until they took the case."""
    first_by: str = ""
    """`reply`, `attempt`, `claim`, or "" while nobody did any of it."""
    due_at: int | None = None
    """The promise at the opening, by the urgency that counts."""
    opened_at: int = 0
    closed: str = ""
    corrected: tuple[str, ...] = ()
    """The fields of the machine's reading that people corrected, `urgency` among them."""
    handed: tuple[tuple[str, str], ...] = ()
    """(desk, `sent` | `accepted` | `returned`) of each hand-over."""
    erased: bool = False
    purposes: tuple[str, ...] = ()
    """What each hand-over was for: as many as `handed`."""
    plans: tuple[str, ...] = ()
    """What came back from 重層的支援会議 (`handoff.plan_states`), each state once."""
    met: tuple[str, ...] = ()
    """The bases of the meetings that dealt with it: `C0` 重層的支援会議, `C1` 支援会議, `C9` 準支援会議 …"""

    def to_json(self) -> str:
        """Compact JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Fact:
        """The inverse of `to_json`."""
        data = json.loads(text)
        for name in ("domains", "themes", "corrected", "purposes", "plans", "met"):
            data[name] = tuple(data.get(name, ()))
        data["purposes"] = data["purposes"] or ("consult",) * len(data["handed"])
        data["handed"] = tuple((desk, state) for desk, state in data["handed"])
        return cls(**data)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What several cases need, looked up at once."""

    handed: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    purposes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    plans: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    met: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    paths: Mapping[int, str] = field(default_factory=dict)
    tried: Mapping[int, int] = field(default_factory=dict)
    """When staff first tried to reach the person outside the screen."""


def month_of(at: int) -> str:
    """`2026-11`: the month of `at` (ms) in Tokyo."""
    return to_datetime(at).astimezone(TOKYO).strftime("%Y-%m")


def month_start(month: str) -> int:
    """The first ms of `2026-11` in Tokyo."""
    year, number = month.split("-")
    return to_ms(datetime(int(year), int(number), 1, tzinfo=TOKYO))


def next_month(month: str) -> str:
    """`2026-12` after `2026-11`."""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"


def closes_at(month: str) -> int:
    """When (ms) the month is published: `CLOSE_DAYS` after its end."""
    return month_start(next_month(month)) + CLOSE_DAYS * 86_400_000


def open_from(session: Session, tenant: str) -> str:
    """The first month that is not published yet, "" while none is."""
    periods = session.scalars(select(PublishedFigures.period).where(PublishedFigures.tenant == tenant))
    months = [period for period in periods if period[5:].isdigit()]
    return next_month(max(months)) if months else ""


def stopped(tenant: str) -> Select[int]:
    """The cases that are used for no statistics and no training any more (利用停止)."""
    done = (DataRequest.kind == "stop", DataRequest.state == "done")
    return select(DataRequest.case_id).where(DataRequest.tenant == tenant, *done)


def refresh(office: Office, session: Session, limit: int = 200) -> int:
    """Bring up to `limit` facts up to date with their cases; returns how many it was. 0: all are."""
    first = open_from(session, office.tenant)
    rows = session.execute(
        select(Case, Ticket, CaseFact)
        .join(Ticket, Ticket.case_id == Case.id)
        .outerjoin(CaseFact, CaseFact.case_id == Case.id)
        .where(
            Case.tenant == office.tenant,
            Case.opened_at >= (month_start(first) if first else 0),
            Ticket.practice.is_(False),
            or_(
                and_(
                    CaseFact.case_id.is_(None), Ticket.kind == Kind.CONSULTATION, Case.id.not_in(stopped(office.tenant))
                ),
                CaseFact.at < Ticket.changed_at,
            ),
        )
        .limit(limit)
    ).all()
    batch = replace(
        _batch(session, [row[0].id for row in rows]), paths=sources.paths_of(session, [row[0] for row in rows])
    )
    for case, ticket, known in rows:
        if known is not None and ticket.kind != Kind.CONSULTATION:
            session.delete(known)
            continue
        try:
            fact = fact_of(office, case, ticket, batch)
        except KeyDestroyed:  # an old backup was put back: what was erased since stays erased
            fact = Fact(month_of(case.opened_at), erased=True)
        _keep(office, session, known, case.id, fact, ticket.changed_at)
    session.flush()
    return len(rows)


def fact_of(office: Office, case: Case, ticket: Ticket, batch: _Batch) -> Fact:
    """What the case counts as now."""
    month = month_of(case.opened_at)
    if case.erased_at is not None:
        return Fact(month, erased=True)
    local = to_datetime(case.opened_at).astimezone(TOKYO)
    sealer, pack = office.sealer, office.pack
    read, machine = plan_store.reading_of(sealer, ticket), plan_store.machine_reading_of(sealer, ticket)
    standing = plan_store.standing_of(sealer, ticket)
    urgency = Urgency(ticket.urgency)
    due = clock.due(urgency, local, pack.sla, pack.hours, on_call=pack.on_call.available)
    tried = batch.tried.get(case.id)
    first = ticket.first_reply_at or tried or ticket.claimed_at
    how = "reply" if ticket.first_reply_at else "attempt" if tried else "claim" if ticket.claimed_at else ""
    return Fact(
        month=month,
        hour=local.hour,
        weekday=local.weekday(),
        route="web" if case.route == "resident" and case.channel == "web" else case.route,
        path=batch.paths.get(case.id, ""),
        identity=case.identity,
        language=read.language if read else "",
        domains=tuple(sorted(map(str, read.domains))) if read else (),
        themes=tuple(sorted(read.themes)) if read else (),
        complexity=str(read.complexity) if read and (standing or not read.needs_human) else _unsure(read is not None),
        urgency_first=str(machine.urgency) if machine else "",
        urgency=str(urgency),
        first_ms=max(first - case.opened_at, 0) if first else None,
        first_by=how,
        due_at=to_ms(due.at) if due.at else None,
        opened_at=case.opened_at,
        closed=ticket.close_reason,
        corrected=corrected_in(standing, by_staff=ticket.urgency_by == "staff"),
        handed=batch.handed.get(case.id, ()),
        purposes=batch.purposes.get(case.id, ()),
        plans=batch.plans.get(case.id, ()),
        met=batch.met.get(case.id, ()),
    )


def corrected_in(standing: Standing, *, by_staff: bool) -> tuple[str, ...]:
    """The fields in which people said otherwise than the machine. `by_staff`: they set the urgency."""
    fields = {*standing.chosen, *(_CORRECTABLE.get(label, "") for label in standing.marked)} - {""}
    return tuple(sorted(fields | ({"urgency"} if by_staff else set())))


def of_months(office: Office, session: Session, first: str, last: str) -> list[Fact]:
    """Every fact of these months and those between."""
    rows = session.execute(
        select(CaseFact.case_id, CaseFact.facts_sealed).where(
            CaseFact.tenant == office.tenant, CaseFact.month >= first, CaseFact.month <= last
        )
    )
    return [Fact.from_json(office.sealer.open_text(_cell(office.tenant, row_id), body)) for row_id, body in rows]


def first_month(session: Session, tenant: str) -> str:
    """The earliest month that has a fact, "" without any."""
    return session.scalar(select(func.min(CaseFact.month)).where(CaseFact.tenant == tenant)) or ""


def leave(office: Office, session: Session, case_id: int) -> None:
    """The case leaves the statistics (けす・利用停止). What was published stays as it is, about nobody any more.

    In an open month the fact goes, and an erased case comes back as a bare number; in a published one it is cut loose
    from the case, because the quarter and the year must still add up.
    """
    row = session.get(CaseFact, case_id)
    if row is None or row.tenant != office.tenant:
        return
    first = open_from(session, office.tenant)
    if first and row.month < first:
        fact = Fact.from_json(office.sealer.open_text(_cell(row.tenant, case_id), row.facts_sealed))
        _keep(office, session, None, new_id(), fact, row.at)
    session.execute(delete(CaseFact).where(CaseFact.case_id == case_id))


def _unsure(read: bool) -> str:
    return str(Complexity.UNCLEAR) if read else UNREAD


def _batch(session: Session, case_ids: Sequence[int]) -> _Batch:
    if not case_ids:
        return _Batch()
    purposes = select(HandOver.case_id, HandOver.purpose).where(HandOver.case_id.in_(case_ids)).order_by(HandOver.id)
    plans = select(PlanState.case_id, PlanState.state).where(PlanState.case_id.in_(case_ids)).distinct()
    met = select(Agenda.case_id, Agenda.basis).where(Agenda.case_id.in_(case_ids), Agenda.state == "discussed")
    first = select(History.case_id, func.min(History.at).label("at"))
    tried = session.execute(
        first.where(History.case_id.in_(case_ids), History.what.in_(TRIED)).group_by(History.case_id)
    )
    return _Batch(
        _handed(session, case_ids), _grouped(session, purposes), _grouped(session, plans.order_by(PlanState.state)),
        _grouped(session, met.distinct().order_by(Agenda.basis)), tried={row.case_id: row.at for row in tried},
    )  # fmt: skip


def _grouped(session: Session, query: Select[int, str]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for case_id, value in session.execute(query):
        found[case_id] = (*found.get(case_id, ()), value)
    return found


def _handed(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    if case_ids:
        columns = select(HandOver.case_id, HandOver.to_desk, HandOver.state)
        rows = session.execute(columns.where(HandOver.case_id.in_(case_ids)).order_by(HandOver.id))
        for case_id, desk, state in rows:
            found[case_id] = (*found.get(case_id, ()), (desk, _ANSWER.get(state, state)))
    return found


_ANSWER: Final = {"received": "sent", "taken_back": "sent"}
"""As the statistics count them: what was neither taken on nor given back has no answer."""


def _keep(office: Office, session: Session, row: CaseFact | None, row_id: int, fact: Fact, at: int) -> None:
    if row is None:
        row = CaseFact(case_id=row_id, tenant=office.tenant, month=fact.month, key_id=0)
        session.add(row)
    row.at = at
    row.key_id = office.vault.keys.scoped(office.tenant, "statistics", fact.month[:4])
    row.facts_sealed = office.sealer.seal_text(row.key_id, _cell(office.tenant, row_id), fact.to_json())


def _cell(tenant: str, row_id: int) -> Cell:
    return Cell(tenant, "case_facts", "facts_sealed", row_id)
