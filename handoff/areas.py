"""Where the person of concern lives (住んでいるところ): it decides who is asked, and nobody is refused by it.

Who wrote may live anywhere. Works in the caller's transaction and never commits; the words are in `residence`.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, desks, ledger, queue, ticket
from handoff.acting import done, seen_by
from handoff.office import Office, Refused, StaffRef
from handoff.pack import Pack
from handoff.records import History, Ticket
from handoff.residence import ELSEWHERE, NO_SUCH_TOWN_JA, QUESTIONS, area_of, choices, outside
from intake import given
from intake.records import Case

__all__ = ["QUESTIONS", "correct", "taken_back", "told"]


def told(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """The person answered: keep it, put an untouched case where it belongs, and plan anew."""
    _put(office, session, case, row, area_of(office.pack, given.answers_of(office.sealer, case)), now)


def taken_back(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """A message that gave answers was taken back. What staff wrote down themselves stays."""
    by_staff = select(History.id).where(History.case_id == case.id, History.what == "area").limit(1)
    if session.scalar(by_staff) is None:
        told(office, session, case, row, now)


def correct(office: Office, session: Session, case_id: int, staff: StaffRef, area: str, now: int) -> None:
    """Staff know better where the person lives. "" takes it back to 未確認.

    Raises `Refused("no_such_town")` for a name that is neither a place of the pack nor of the list.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if case.erased_at is not None:
        raise Refused("erased", "消された相談です。")
    wanted = _known(office.pack, area)
    if wanted == row.area:
        return
    _put(office, session, case, row, wanted, now)
    done(office, session, case, row, staff, now, "area", "outside" if outside(office.pack, wanted) else "set")


def _known(pack: Pack, area: str) -> str:
    words = " ".join(area.split())
    if not words or words == ELSEWHERE or words in choices(pack):
        return words
    found = area_of(pack, {"town": "other", "elsewhere": words})
    if found == ELSEWHERE:
        raise Refused("no_such_town", NO_SUCH_TOWN_JA)
    return found


def _put(office: Office, session: Session, case: Case, row: Ticket, area: str, now: int) -> None:
    if area == row.area:
        return
    before, row.area = row.area, area
    if row.owner_id is None and ticket.State(row.state) in {ticket.State.DRAFT, *ticket.IN_QUEUE}:
        came_from = desks.fallback(office.pack, before).id
        if row.owner_desk in {came_from, office.pack.fallback}:
            row.owner_desk = desks.fallback(office.pack, area).id
    calls.lives(office, session, case, before, area, now)
    queue.plan_anew(office, session, case, row, now)
    ledger.changed(session, office.outbox, row)
