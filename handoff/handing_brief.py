"""How the つなぎ of a case stand, in codes and desk names alone (つなぎの様子): what a card in a channel may show."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import handing_rows as rows
from handoff import handover, stopping
from handoff.office import Office


@dataclass(frozen=True, slots=True)
class Brief:
    """One つなぎ without a word of anybody. `due_at` in ms UTC while an answer is waited for and a time is known."""

    desk_name: str
    state: handover.State
    purpose: handover.Purpose
    lead: bool
    waits: bool
    due_at: int | None = None
    stopped: bool = False
    """The person withdrew the consent on which it went."""


def briefs(office: Office, session: Session, case_id: int) -> tuple[Brief, ...]:
    """Those of the last packet, and earlier ones that still wait for an answer, in the order sent. Opens no seal."""
    found = [row for row in rows.of_case(session, case_id) if row.state != handover.State.TAKEN_BACK]
    last = (found[-1].at, found[-1].by_staff) if found else None
    made = []
    for row in found:
        part = rows.part_of(row)
        if part.waits or (row.at, row.by_staff) == last:
            due_at = row.due_at if part.waits else None
            stopped = part.state is not handover.State.RETURNED and stopping.stopped(session, row)
            name = rows.name_of(office, row)
            made.append(Brief(name, part.state, part.purpose, part.lead, part.waits, due_at, stopped))
    return tuple(made)
