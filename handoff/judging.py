"""Storing what a person set (職員の直しの記録): the labels that stand, the plan out of them, the pair for training.

In the caller's transaction, the ticket locked; writes no history, which every act does in its own words.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from handoff import correction_store, plan_store
from handoff.judged import Labels
from handoff.office import Office, StaffRef
from handoff.propose import propose
from handoff.records import Ticket
from intake.records import Case
from intake.seal import Sealer
from triage.assessment import Assessment, Kind, Urgency


def set_labels(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    staff: StaffRef,
    shown: Labels,
    wanted: Labels,
    now: int,
    *,
    upto: int | None = None,
) -> Assessment | None:
    """Let every label in which `wanted` differs from `shown` stand from now on.

    `upto`: id of the last message read when `shown` was drawn; without it that of the reading that counts now.
    Returns the reading as it then counts, None when nothing differs or nothing was read yet (then nothing is stored).
    """
    sealer = office.sealer
    machine, old = plan_store.machine_reading_of(sealer, row), plan_store.standing_of(sealer, row)
    new = old.changed(shown, wanted, row.read_upto if upto is None else min(upto, row.read_upto))
    if machine is None or new is old:
        return None
    counted = replace(new.over(machine, row.read_upto), urgency=Urgency(row.urgency))
    plan_store.keep_standing(sealer, case, row, new)
    plan_store.keep_plan(sealer, case, row, propose(office, session, case, counted, now))
    # An urgency that danger words or the plan raised is no opinion of staff: nothing is learnt from it.
    said = Labels.of(counted, Urgency(row.urgency) if row.urgency_by == "staff" else machine.urgency)
    correction_store.keep(session, sealer, case, staff.id, machine, said, row.read_upto, now)
    return counted


def before_people(sealer: Sealer, case: Case, row: Ticket) -> None:
    """The case is a 相談 (again), also when somebody said before that it is none: this no longer stands."""
    row.kind = str(Kind.CONSULTATION)
    standing = plan_store.standing_of(sealer, row)
    if standing.chosen.get("kind", Kind.CONSULTATION) != Kind.CONSULTATION:
        plan_store.keep_standing(sealer, case, row, standing.without_kind())
