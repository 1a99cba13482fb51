"""What is known of many cases for the lists of meetings, looked up at once (会議の候補のもと). Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from handoff import plan_store, stance
from handoff.clock import TOKYO
from handoff.consents import AGREED
from handoff.flow_records import PlanState
from handoff.meeting_why import Known
from handoff.office import Office
from handoff.plan import breadth
from handoff.plan_rules import ABUSE
from handoff.plan_values import Consent as Said
from handoff.plan_values import NextStep
from handoff.records import CaseLink, HandOver, Ticket
from intake.clock import to_datetime
from intake.door_records import Consent
from intake.records import Case
from intake.seal import KeyDestroyed
from triage.assessment import Assessment, Complexity, Reason, Reporter

STUCK_DAYS = 14
"""A つなぎ without any answer for so long does not move."""
RETURNED_DAYS = 60
"""A つなぎ that came back within this time counts."""
REVIEW_DAYS = 31
DAY_MS = 86_400_000
_OUTSIDERS = frozenset({Reporter.NEIGHBOR, Reporter.LIFELINE, Reporter.PROFESSIONAL})
_ROUTES = frozenset({"lifeline", "professional", "meeting", "feed", "remark"})


def of_cases(
    office: Office, session: Session, pairs: Sequence[tuple[Case, Ticket]], now: int
) -> Mapping[int, Known]:  # fmt: skip
    """By case id. A case that was erased meanwhile, or that nobody read yet, is left out."""
    ids = [case.id for case, _ in pairs]
    handed, agreed = _handed(session, ids), _agreed(session, ids)
    linked, plans = _linked(session, office.tenant, ids), _plans(session, ids)
    found: dict[int, Known] = {}
    for case, row in pairs:
        try:
            read = plan_store.reading_of(office.sealer, row)
            if read is None:
                continue
            found[case.id] = _known(office, case, row, read, handed[case.id], case.id in agreed, linked[case.id],
                                    plans.get(case.id), now)  # fmt: skip
        except KeyDestroyed:
            continue
    return found


def _known(
    office: Office, case: Case, row: Ticket, read: Assessment, handed: Sequence[HandOver], consent: bool, linked: int,
    plan: PlanState | None, now: int,
) -> Known:  # fmt: skip
    said = stance.consent_of(office.sealer, case)
    going = {over.to_desk for over in handed if over.state in ("sent", "received", "accepted")}
    return Known(
        meeting_rule=_rule(office, row),
        consent=consent,
        refused=read.refuses_support or said is Said.REFUSED,
        complex=read.complexity is Complexity.COMPLEX,
        household=Reason.HOUSEHOLD in read.complexity_reasons,
        gap=Reason.GAP in read.complexity_reasons,
        abuse=bool(read.themes & ABUSE),
        third_party=read.reporter in _OUTSIDERS or case.route in _ROUTES,
        breadth=breadth(read),
        desks=len(going | {row.owner_desk}),
        linked=linked,
        stuck=any(_stuck(over, now) for over in handed),
        review=plan is not None and bool(plan.next_on) and plan.next_on <= _day(now + REVIEW_DAYS * DAY_MS),
        suspended=plan is not None and plan.state == "suspended",
    )


def _rule(office: Office, row: Ticket) -> str:
    plan = plan_store.plan_of(office.sealer, row)
    if plan is None or NextStep.MEETING not in (plan.next_step, *plan.also):
        return ""
    return plan.rule if plan.rule in ("S1", "S2") else "S1"


def _stuck(over: HandOver, now: int) -> bool:
    if over.state == "returned":
        return over.at > now - RETURNED_DAYS * DAY_MS
    late = over.due_at is not None and over.due_at < now
    return over.state in ("sent", "received") and (late or over.at < now - STUCK_DAYS * DAY_MS)


def _handed(session: Session, ids: Sequence[int]) -> Mapping[int, list[HandOver]]:
    found: dict[int, list[HandOver]] = defaultdict(list)
    for over in session.scalars(select(HandOver).where(HandOver.case_id.in_(ids))):
        found[over.case_id].append(over)
    return found


def _agreed(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """The cases of which the person agreed, and still agrees, that something goes to somebody."""
    newest: dict[tuple[int, str, str], str] = {}
    rows = select(Consent).where(Consent.case_id.in_(ids), Consent.what.in_(("handoff", "share")))
    for row in session.scalars(rows.order_by(Consent.id)):
        newest[row.case_id, row.what, row.desk] = row.state
    return frozenset(case_id for (case_id, _, _), state in newest.items() if state in AGREED)


def _linked(session: Session, tenant: str, ids: Sequence[int]) -> Mapping[int, int]:
    found: dict[int, int] = defaultdict(int)
    rows = select(CaseLink).where(
        CaseLink.tenant == tenant, CaseLink.state == "confirmed",
        or_(CaseLink.low_case.in_(ids), CaseLink.high_case.in_(ids)),
    )  # fmt: skip
    for link in session.scalars(rows):
        found[link.low_case] += 1
        found[link.high_case] += 1
    return found


def _plans(session: Session, ids: Sequence[int]) -> Mapping[int, PlanState]:
    """The newest state of each plan."""
    rows = select(PlanState).where(PlanState.case_id.in_(ids)).order_by(PlanState.id)
    return {row.case_id: row for row in session.scalars(rows)}


def _day(at: int) -> str:
    return to_datetime(at).astimezone(TOKYO).date().isoformat()
