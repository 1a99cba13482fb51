"""What is known of many cases for the lists of meetings, looked up at once (会議の候補のもと). Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from handoff.clock import TOKYO
from handoff.consent_rows import AGREED, SHARE, agreed, rooms
from handoff.flow_records import PlanState
from handoff.gist import Gist, gist_of
from handoff.handover import THERE, UNSETTLED
from handoff.meeting_why import Known
from handoff.office import Office
from handoff.opened import case_rows
from handoff.pack import Meeting
from handoff.records import CaseLink, HandOver, Ticket
from intake.clock import to_datetime
from intake.door_records import Consent
from intake.records import Case
from intake.seal import KeyDestroyed

STUCK_DAYS: Final = 14
"""A つなぎ without any answer for so long does not move."""
RETURNED_DAYS: Final = 60
"""A つなぎ that came back within this time counts."""
REVIEW_DAYS: Final = 31
DAY_MS: Final = 86_400_000

Ids = Sequence[int] | Select[int]
"""The cases that are asked about, or what finds them: many ids by themselves are slow to send."""


class _Over(NamedTuple):
    to_desk: str
    state: str
    at: int
    due_at: int | None


def of_cases(
    office: Office, session: Session, pairs: Sequence[tuple[Case, Ticket]], place: Meeting, now: int
) -> Mapping[int, Known]:  # fmt: skip
    """By case id, for this meeting. A case that was erased meanwhile, or that nobody read yet, is left out."""
    found: list[tuple[Gist, str]] = []
    for case, row in pairs:
        try:
            found.append((gist_of(office, session, case, row), row.owner_desk))
        except KeyDestroyed:
            continue
    return of_gists(office, session, found, [case.id for case, _ in pairs], place, now)


def of_gists(
    office: Office, session: Session, found: Iterable[tuple[Gist, str]], ids: Ids, place: Meeting, now: int
) -> Mapping[int, Known]:
    """The same for cases that lie open: each with the desk that has it. `ids` finds at least these."""
    handed, said = _handed(session, ids), said_of_meetings(session, ids)
    linked, plans = _linked(session, office.tenant, ids), _plans(session, ids)
    asked = {place.id} if place.basis == "C0" else {room.id for room in rooms(office)}
    consenting = _consenting(office, session, said, asked)
    soon, none = _day(now + REVIEW_DAYS * DAY_MS), ("", "")
    known: dict[int, Known] = {}
    for gist, desk in found:
        if gist.read:
            case_id, overs = gist.case_id, handed.get(gist.case_id, ())
            next_on, state = plans.get(case_id, none)
            going = {over.to_desk for over in overs if over.state in THERE}
            answers = {state for room, state in said.get(case_id, {}).items() if room in asked}
            known[case_id] = Known(
                signs=gist.signs, consent=case_id in consenting, declined="refused" in answers,
                desks=len(going | {desk}), linked=linked.get(case_id, 0),
                stuck=any(_stuck(over, now) for over in overs), review=bool(next_on) and next_on <= soon,
                suspended=state == "suspended",
            )  # fmt: skip
    return known


def _stuck(over: _Over, now: int) -> bool:
    if over.state == "returned":
        return over.at > now - RETURNED_DAYS * DAY_MS
    late = over.due_at is not None and over.due_at < now
    return over.state in UNSETTLED and (late or over.at < now - STUCK_DAYS * DAY_MS)


def _handed(session: Session, ids: Ids) -> Mapping[int, list[_Over]]:
    found: dict[int, list[_Over]] = defaultdict(list)
    columns = select(HandOver.case_id, HandOver.to_desk, HandOver.state, HandOver.at, HandOver.due_at)
    for row in session.execute(columns.where(HandOver.case_id.in_(ids))):
        found[row.case_id].append(_Over(row.to_desk, row.state, row.at, row.due_at))
    return found


def said_of_meetings(session: Session, ids: Ids) -> Mapping[int, Mapping[str, str]]:
    """Of each case: meeting → the newest answer to 会議で関係機関と考える (a state of `Consent`).

    What was agreed to for a desk, and the words alone given to one, are no answer about a meeting.
    """
    newest: dict[int, dict[str, str]] = defaultdict(dict)
    columns = select(Consent.case_id, Consent.desk, Consent.state)
    wanted = columns.where(Consent.case_id.in_(ids), Consent.what == SHARE)
    for case_id, room, state in session.execute(wanted.order_by(Consent.id)):
        newest[case_id][room] = state
    return newest


def _consenting(
    office: Office, session: Session, said: Mapping[int, Mapping[str, str]], asked: AbstractSet[str]
) -> frozenset[int]:
    """The cases in which a consent to one of the `asked` meetings stands, as `agreed` has it."""
    found = {case_id: [room for room in asked if states.get(room) in AGREED] for case_id, states in said.items()}
    cases = case_rows(session, [case_id for case_id, given in found.items() if given])
    return frozenset(
        case.id for case, _ in cases if any(agreed(office, session, case, SHARE, room) for room in found[case.id])
    )


def _linked(session: Session, tenant: str, ids: Ids) -> Mapping[int, int]:
    found: dict[int, int] = defaultdict(int)
    wanted = select(CaseLink.low_case, CaseLink.high_case).where(
        CaseLink.tenant == tenant, CaseLink.state == "confirmed",
        or_(CaseLink.low_case.in_(ids), CaseLink.high_case.in_(ids)),
    )  # fmt: skip
    for low, high in session.execute(wanted):
        found[low] += 1
        found[high] += 1
    return found


def _plans(session: Session, ids: Ids) -> Mapping[int, tuple[str, str]]:
    """The newest state of each plan: (its next review, its state)."""
    columns = select(PlanState.case_id, PlanState.next_on, PlanState.state)
    rows = session.execute(columns.where(PlanState.case_id.in_(ids)).order_by(PlanState.id))
    return {case_id: (next_on, state) for case_id, next_on, state in rows}


def _day(at: int) -> str:
    return to_datetime(at).astimezone(TOKYO).date().isoformat()
