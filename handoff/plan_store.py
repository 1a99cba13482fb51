"""A plan and a reading in the database (提案の保存): sealed JSON under the case's key, for they quote the person."""

from __future__ import annotations

import json

from handoff.plan import Plan
from handoff.records import Ticket
from intake.records import Case
from intake.seal import Cell, Sealer
from triage.assessment import Assessment


def keep(sealer: Sealer, case: Case, row: Ticket, assessment: Assessment, plan: Plan) -> None:
    """Store what triage read and what is proposed."""
    row.reading_sealed = _sealed(sealer, case, row, "reading_sealed", assessment.to_json())
    row.plan_sealed = _sealed(sealer, case, row, "plan_sealed", plan.to_json())


def forget(row: Ticket) -> None:
    """Drop both: their quotes may hold words that were taken back. The case counts as unread again."""
    row.reading_sealed = row.plan_sealed = None
    row.read_upto = 0


def reading_of(sealer: Sealer, row: Ticket) -> Assessment | None:
    """What triage read, None before the first reading."""
    if row.reading_sealed is None:
        return None
    cell = Cell(row.tenant, "tickets", "reading_sealed", row.case_id)
    return Assessment.from_json(json.loads(sealer.open_text(cell, row.reading_sealed)))


def plan_of(sealer: Sealer, row: Ticket) -> Plan | None:
    """What is proposed, None before the first reading."""
    if row.plan_sealed is None:
        return None
    cell = Cell(row.tenant, "tickets", "plan_sealed", row.case_id)
    return Plan.from_json(json.loads(sealer.open_text(cell, row.plan_sealed)))


def _sealed(sealer: Sealer, case: Case, row: Ticket, column: str, value: dict[str, object]) -> bytes:
    return sealer.seal_text(
        case.key_id, Cell(row.tenant, "tickets", column, row.case_id), json.dumps(value, ensure_ascii=False)
    )
