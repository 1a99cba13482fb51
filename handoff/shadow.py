"""下見 (shadow mode): the machine's reading beside what people find, before a town goes live.

While `Office.shadow` holds, everything is taken in and read and nothing is said to anybody. Works in the caller's
transaction; never commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from handoff import correction_store, plan_store
from handoff.acting import done, seen_by
from handoff.judged import Labels
from handoff.office import Office, Refused, StaffRef
from handoff.records import History, Ticket
from handoff.view_item import item_of
from handoff.view_values import QueueItem
from intake.records import Case
from triage.assessment import Kind, Urgency

SAME, DIFFERENT = "shadow_same", "shadow_different"
VERDICTS: Final = {"same": SAME, "different": DIFFERENT}
LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class Compared:
    """A case with the machine's reading; `verdict` is a key of `VERDICTS`, "" while nobody said."""

    item: QueueItem
    opened_at: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often people found the reading right, by the last word on each case; `by_urgency` as (same, different)."""

    same: int
    different: int
    unsaid: int
    by_urgency: tuple[tuple[str, int, int], ...]

    @property
    def percent(self) -> int | None:
        """Of a hundred judged cases, how many agreed; None before the first."""
        judged = self.same + self.different
        return round(100 * self.same / judged) if judged else None


def compared(office: Office, session: Session, staff: StaffRef) -> tuple[Compared, ...]:
    """The newest cases that were read, those without a verdict first. Empty for whoever may not see them all."""
    if staff.tenant != office.tenant or staff.role != "intake":
        return ()
    rows = session.execute(
        select(Case, Ticket).join(Ticket, Ticket.case_id == Case.id).where(*_read(office)).order_by(Case.id.desc())
        .limit(LIMIT)
    ).all()  # fmt: skip
    said = _verdicts(session, office.tenant)
    found = [Compared(item_of(office, session, case, row), case.opened_at, said.get(case.id, "")) for case, row in rows]
    return tuple(sorted(found, key=lambda one: bool(one.verdict)))


def judge(office: Office, session: Session, case_id: int, staff: StaffRef, verdict: str, now: int) -> None:
    """人の判断と合っていた or ちがった. Agreement is kept for training; what differs is corrected on its page.

    Raises `NotFound`, `Refused("bad_verdict")`, `Refused("unread")` before the first reading.
    """
    what = VERDICTS.get(verdict)
    if what is None:
        raise Refused("bad_verdict", "「合っていた」か「ちがった」をえらんでください。")
    case, row = seen_by(office, session, case_id, staff, lock=True)
    machine = plan_store.machine_reading_of(office.sealer, row)
    if machine is None or case.erased_at is not None:
        raise Refused("unread", "まだ見立てができていません。すこし待ってください。")
    if what == SAME:
        counted = plan_store.reading_of(office.sealer, row) or machine
        labels = Labels.of(counted, Urgency(row.urgency))
        correction_store.keep(session, office.sealer, case, staff.id, machine, labels, row.read_upto, now)
    done(office, session, case, row, staff, now, what)


def agreement(session: Session, office: Office) -> Agreement:
    """The figures for 管理: numbers only."""
    said = _verdicts(session, office.tenant)
    rows = session.execute(select(Ticket.case_id, Ticket.urgency).where(*_read(office))).all()
    counts = {str(urgency): [0, 0] for urgency in reversed(Urgency)}
    for case_id, urgency in rows:
        if case_id in said:
            counts[urgency][said[case_id] != "same"] += 1
    same, different = (sum(pair[index] for pair in counts.values()) for index in (0, 1))
    by_urgency = tuple((urgency, pair[0], pair[1]) for urgency, pair in counts.items())
    return Agreement(same, different, len(rows) - same - different, by_urgency)


def _read(office: Office) -> tuple[ColumnElement[bool], ...]:
    return (
        Ticket.tenant == office.tenant, Ticket.kind == Kind.CONSULTATION, Ticket.read_at.is_not(None),
        Ticket.practice.is_(False), Ticket.state != "erased",
    )  # fmt: skip


def _verdicts(session: Session, tenant: str) -> dict[int, str]:
    """Case id → the last verdict."""
    last = (
        select(func.max(History.id))
        .where(History.tenant == tenant, History.what.in_((SAME, DIFFERENT)))
        .group_by(History.case_id)
    )
    rows = session.execute(select(History.case_id, History.what).where(History.id.in_(last)))
    return {case_id: "same" if what == SAME else "different" for case_id, what in rows}
