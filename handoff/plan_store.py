"""A plan and a reading in the database (提案の保存): sealed JSON under the case's key, for they quote the person.

The machine's reading is kept as it is; what people set lies above it (`handoff.judged`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from handoff.judged import Standing
from handoff.plan import Plan
from handoff.records import Ticket
from intake.records import Case
from intake.seal import Cell, Sealer
from triage.assessment import Assessment, Urgency


def keep(sealer: Sealer, case: Case, row: Ticket, assessment: Assessment, plan: Plan) -> None:
    """Store what triage read and what is proposed."""
    row.reading_sealed = _sealed(sealer, case, row, "reading_sealed", assessment.to_json())
    keep_plan(sealer, case, row, plan)


def keep_plan(sealer: Sealer, case: Case, row: Ticket, plan: Plan) -> None:
    """Store what is proposed anew."""
    row.plan_sealed = _sealed(sealer, case, row, "plan_sealed", plan.to_json())


def keep_standing(sealer: Sealer, case: Case, row: Ticket, standing: Standing) -> None:
    """Store what people set."""
    row.judged_sealed = _sealed(sealer, case, row, "judged_sealed", standing.to_json())


def forget(row: Ticket) -> None:
    """Drop reading and plan: their quotes may hold words that were taken back. The case counts as unread again."""
    row.reading_sealed = row.plan_sealed = None
    row.read_upto = 0


def reading_of(sealer: Sealer, row: Ticket) -> Assessment | None:
    """The reading as it counts, with what people set above what the machine read; None before the first reading."""
    found = machine_reading_of(sealer, row)
    if found is None:
        return None
    counted = standing_of(sealer, row).over(found, row.read_upto)
    return replace(counted, urgency=Urgency(row.urgency)) if row.urgency_by == "staff" else counted


def machine_reading_of(sealer: Sealer, row: Ticket) -> Assessment | None:
    """What triage read, None before the first reading."""
    data = _opened(sealer, row, "reading_sealed", row.reading_sealed)
    return None if data is None else Assessment.from_json(data)


def standing_of(sealer: Sealer, row: Ticket) -> Standing:
    """What people set; false when nobody did."""
    data = _opened(sealer, row, "judged_sealed", row.judged_sealed)
    return Standing() if data is None else Standing.from_json(data)


def plan_of(sealer: Sealer, row: Ticket) -> Plan | None:
    """What is proposed, None before the first reading."""
    data = _opened(sealer, row, "plan_sealed", row.plan_sealed)
    return None if data is None else Plan.from_json(data)


def _opened(sealer: Sealer, row: Ticket, column: str, sealed: bytes | None) -> dict[str, Any] | None:
    if sealed is None:
        return None
    data: dict[str, Any] = json.loads(sealer.open_text(Cell(row.tenant, "tickets", column, row.case_id), sealed))
    return data


def _sealed(sealer: Sealer, case: Case, row: Ticket, column: str, value: dict[str, object]) -> bytes:
    return sealer.seal_text(
        case.key_id, Cell(row.tenant, "tickets", column, row.case_id), json.dumps(value, ensure_ascii=False)
    )
