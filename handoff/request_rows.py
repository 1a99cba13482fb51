"""The rows of data requests (請求の行): finding, writing notes, logging. Shared by `requests` and `request_acts`."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger, reporters
from handoff.desk_records import DataRequest
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.scope import may_see
from intake.ids import new_id
from intake.records import Case
from intake.seal import Cell, KeyDestroyed

OPEN: Final = ("new", "working")
DAYS: Final = 30
"""個人情報保護法83条・94条・102条: a decision within thirty days."""
MAX_NOTE: Final = 2_000
_DAY_MS: Final = 86_400_000


def new(session: Session, case: Case, kind: str, way: str, by: int | None, now: int) -> DataRequest:
    """A new request of the case, due in `DAYS`."""
    row = DataRequest(
        id=new_id(), tenant=case.tenant, case_id=case.id, kind=kind, way=way, by_staff=by, at=now,
        due_at=now + DAYS * _DAY_MS, state="new", identity_checked=False,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def found(
    office: Office, session: Session, request_id: int, staff: StaffRef, *, lock: bool = False
) -> tuple[DataRequest, Case]:
    """The request with its case, for who may see that. Raises `NotFound`."""
    row = session.get(DataRequest, request_id, with_for_update=lock, populate_existing=True)
    both = ledger.case_and_ticket(session, office.tenant, row.case_id) if row is not None else None
    if row is None or both is None or row.tenant != office.tenant or not may_see(both[1], staff):
        raise NotFound("not_found", "その請求は見つかりません。")
    return row, both[0]


def lock_beside(session: Session, request_id: int) -> None:
    """Lock every request of the same case, in one order: who erases the case ends all of them."""
    same = select(DataRequest.case_id).where(DataRequest.id == request_id).scalar_subquery()
    rows = select(DataRequest.id).where(DataRequest.case_id == same).order_by(DataRequest.id)
    session.execute(rows.with_for_update()).all()


def hears(row: DataRequest, case: Case) -> bool:
    """Whether who asks is who writes to us in this case: a reporter must not hear what the reported person asks for."""
    return case.route not in reporters.ROUTES or row.way in ("line", "web")


def fits(text: str) -> None:
    """Raises `Refused("too_long")`."""
    if len(text) > MAX_NOTE:
        raise Refused("too_long", f"文が長すぎます（{MAX_NOTE:,}字まで）。")


def log(
    office: Office,
    session: Session,
    case: Case,
    row: DataRequest,
    staff: StaffRef,
    action: str,
    now: int,
    detail: str = "",
) -> None:
    """Into the audit log: the kind of the request and codes, never words."""
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff.id, case_id=case.id,
        detail=f"{row.kind} {detail}".strip(),
    )  # fmt: skip


def write(office: Office, session: Session, case: Case, row: DataRequest, staff: StaffRef, text: str, now: int) -> None:
    """One more note, sealed under the case's key."""
    fits(text)
    words = json.dumps([*notes(office, row), {"at": now, "who": staff.id, "text": text}], ensure_ascii=False)
    row.note_sealed = office.sealer.seal_text(case.key_id, _cell(row), words)


def notes(office: Office, row: DataRequest) -> list[dict[str, str | int]]:
    """Every note, oldest first; none once the case was erased."""
    if row.note_sealed is None:
        return []
    try:
        found: list[dict[str, str | int]] = json.loads(office.sealer.open_text(_cell(row), row.note_sealed))
    except KeyDestroyed:  # the case was erased, and with it what was written about the request
        return []
    return found


def _cell(row: DataRequest) -> Cell:
    return Cell(row.tenant, "data_requests", "note_sealed", row.id)
