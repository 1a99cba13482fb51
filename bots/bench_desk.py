"""What a desk leaves behind in a town to measure on: corrections, requests, passes, own views, published figures."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots import bench_paper
from bots.parts import Parts, Tenant
from handoff import correct, facts, passes, requests, saved_views, statistics
from handoff.facts import Fact, month_of, month_start
from handoff.judged import Labels
from handoff.office import Office, StaffRef
from handoff.plan_store import reading_of
from handoff.records import Ticket
from handoff.view_filters import Filter
from intake.clock import now_ms
from intake.ids import new_id
from intake.records import Case
from triage.assessment import Domain

_EACH: Final = 60
_HOUR_MS: Final = 3_600_000
_A_MONTH: Final = 300
_VIEWS: Final = (
    Filter(domain=("child",)), Filter(urgency=("emergency", "high")), Filter(waiting="over"), Filter(language="other"),
    Filter(owner="me", waiting="day"), Filter(breadth="2"), Filter(route="lifeline"), Filter(state="held"),
)  # fmt: skip


def settle_in(parts: Parts, tenant: Tenant, staff: dict[str, StaffRef]) -> None:
    """Fill the lists of the console, over cases that are there. The newest live cases change by it."""
    office, now = tenant.office, now_ms()
    with parts.sessions.begin() as session:
        received = select(Ticket.case_id).where(Ticket.tenant == tenant.name, Ticket.state == "received")
        ids = session.scalars(received.order_by(Ticket.case_id).limit(2 * _EACH)).all()
        for number in range(saved_views.MOST):
            chosen = replace(_VIEWS[number % len(_VIEWS)], practice="without" if number % 3 else "")
            saved_views.save(session, staff["intake"], f"見方 {number}", chosen, now)
        for case_id in ids[:_EACH]:
            _correct(office, session, case_id, staff["intake"], now)
            requests.from_chat(office, session, session.get_one(Case, case_id), "disclosure", now)
        _open_some(office, session, staff["worker"], ids[_EACH:], now)
        _publish(office, session, now)
        bench_paper.lay(office, session, staff, now)


def _correct(office: Office, session: Session, case_id: int, who: StaffRef, now: int) -> None:
    reading = reading_of(office.sealer, session.get_one(Ticket, case_id))
    if reading is not None:
        shown = Labels.of(reading)
        wanted = replace(shown, domains=shown.domains ^ {Domain.ELDERLY})
        correct.correct(office, session, case_id, who, wanted, "", now, shown=shown)


def _open_some(office: Office, session: Session, who: StaffRef, ids: Sequence[int], now: int) -> None:
    """One pass an hour, the oldest first."""
    for number, case_id in enumerate(ids):
        label = f"T-{session.get_one(Case, case_id).number:04}"
        at = now - (len(ids) - number) * _HOUR_MS
        passes.ask(office, session, who, label, "夜の当直で、電話がかかってきたため", at)


def _publish(office: Office, session: Session, now: int) -> None:
    """A year of published figures out of facts of nobody."""
    rng, month = random.Random(20261122), "2025-04"  # noqa: S311 (made-up figures)
    while facts.closes_at(month) <= now and month < "2026-04":
        for _ in range(_A_MONTH):
            fact = _fact(rng, month)
            facts._keep(office, session, None, new_id(), fact, 1)
        month = facts.next_month(month)
    session.flush()
    while made := statistics.due(office, session, facts.closes_at("2026-03")):
        statistics.keep(session, office.tenant, made, now)
        session.flush()


def _fact(rng: random.Random, month: str) -> Fact:
    at = month_start(month) + rng.randrange(27 * 24) * _HOUR_MS
    domains = tuple(sorted({rng.choice(list(map(str, Domain))) for _ in range(rng.randint(0, 3))}))
    return Fact(
        month_of(at), hour=rng.randrange(24), weekday=rng.randrange(7), route=rng.choice(("resident", "web", "phone")),
        domains=domains, complexity="complex" if len(domains) > 1 else "single", urgency=rng.choice(("normal", "high")),
        first_ms=rng.randrange(72 * _HOUR_MS), first_by="reply", due_at=at + 24 * _HOUR_MS, opened_at=at,
        handed=((rng.choice(("kodomo", "hokatsu")), rng.choice(("accepted", "returned"))),),
    )  # fmt: skip
