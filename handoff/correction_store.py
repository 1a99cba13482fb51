"""Corrections in the database (直しの保存): sealed under the case's key, so that they go when the case goes.

Works in the caller's transaction and never commits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handoff import plan_store
from handoff.judged import Labels
from handoff.records import Correction, Ticket
from intake.ids import new_id
from intake.records import Case
from intake.seal import Cell, Sealer
from triage.assessment import Assessment, Urgency

NEW, REVIEWED, REFUSED = "new", "reviewed", "refused"


@dataclass(frozen=True, slots=True)
class Record:
    """What the machine and the person said of the text up to message `upto`; not a word of the text itself."""

    machine: Labels
    person: Labels
    model: str
    upto: int

    def to_json(self) -> dict[str, object]:
        """A JSON-ready mapping."""
        return {
            "machine": self.machine.to_json(),
            "person": self.person.to_json(),
            "model": self.model,
            "upto": self.upto,
        }


def keep(
    session: Session,
    sealer: Sealer,
    case: Case,
    staff_id: int,
    machine: Assessment,
    person: Labels,
    upto: int,
    now: int,
) -> None:
    """Store what a person set. One that nobody has reviewed yet takes the place of the case's earlier one."""
    row = session.scalar(
        select(Correction).where(Correction.case_id == case.id, Correction.state == NEW).with_for_update()
    )
    if row is None:
        row = Correction(id=new_id(), tenant=case.tenant, case_id=case.id, state=NEW)
        session.add(row)
    record = Record(Labels.of(machine), person, machine.model_version, upto)
    words = json.dumps(record.to_json(), ensure_ascii=False)
    row.at, row.staff_id = now, staff_id
    row.record_sealed = sealer.seal_text(case.key_id, _cell(row, "record_sealed"), words)


def keep_urgency(
    session: Session, sealer: Sealer, case: Case, row: Ticket, staff_id: int, wanted: Urgency, now: int
) -> None:
    """As `keep`, for an urgency that a person set; nothing while the machine has read nothing."""
    machine, counted = plan_store.machine_reading_of(sealer, row), plan_store.reading_of(sealer, row)
    if machine is not None and counted is not None:
        keep(session, sealer, case, staff_id, machine, Labels.of(counted, wanted), row.read_upto, now)


def record_of(sealer: Sealer, row: Correction) -> Record:
    """What was said. Raises `KeyDestroyed` when the case was erased."""
    data = json.loads(sealer.open_text(_cell(row, "record_sealed"), row.record_sealed))
    return Record(
        Labels.from_json(data["machine"]), Labels.from_json(data["person"]), str(data["model"]), int(data["upto"])
    )


def keep_text(sealer: Sealer, case: Case, row: Correction, text: str) -> None:
    """Store the text that a reviewer wrote."""
    row.text_sealed = sealer.seal_text(case.key_id, _cell(row, "text_sealed"), text)


def text_of(sealer: Sealer, row: Correction) -> str:
    """The reviewer's text, "" before the review. Raises `KeyDestroyed` when the case was erased."""
    return "" if row.text_sealed is None else sealer.open_text(_cell(row, "text_sealed"), row.text_sealed)


def case_erased(session: Session, case_id: int) -> None:
    """Drop all corrections of a case that the person erased (けす)."""
    session.execute(delete(Correction).where(Correction.case_id == case_id))


def words_gone(session: Session, case_id: int, now: int) -> None:
    """Somebody took words back (取消): nothing is learnt from the case as it was. What people set still stands."""
    session.execute(
        update(Correction)
        .where(Correction.case_id == case_id, Correction.state != REFUSED)
        .values(state=REFUSED, text_sealed=None, reviewed_by=None, reviewed_at=now)
    )


def _cell(row: Correction, column: str) -> Cell:
    return Cell(row.tenant, "corrections", column, row.id)
