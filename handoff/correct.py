"""見立てを直す: a person corrects what the machine read. In the caller's transaction; never commits.

What is set stands above every later reading (`handoff.judged`), the plan is proposed anew from it, and the pair of
both opinions is kept for training (`handoff.correction_store`). The urgency has its own way (`desk.set_urgency`).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handoff import desk, judging, plan_store, ticket
from handoff.acting import done, moved, seen_by
from handoff.judged import Labels
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.records import Ticket
from triage.assessment import Assessment, Complexity, Kind, Urgency

MAX_NOTE = 2_000
_UNREAD = "まだ見立てができていません。すこし待ってから直してください。"
_NOTHING = "直したところがありません。変えてから押してください。"
_REASONS = "「複合」のときは、理由（①②③）を一つ以上えらんでください。"
_NEWER = "見ているあいだに、新しいことばが届きました。読んでから、もう一度直してください。"
_URGENT = "緊急度が「ふつう」ではない相談です。相談以外にするときは、さきに緊急度を下げてください。"


def correct(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    labels: Labels,
    note: str,
    now: int,
    *,
    shown: Labels | None = None,
    upto: int | None = None,
) -> None:
    """Set every label in which `labels` differs from `shown`, the labels that the person had before them.

    Without `shown` those that count now. `upto`: id of the last message read when `shown` was drawn
    (`QueueItem.read_upto`); what was read since is not judged by it. `labels.urgency` is not looked at; the `note` is
    kept, sealed, in the history. Raises `NotFound`, `Refused("unread")` before the first reading,
    `Refused("nothing")` when nothing differs, `Refused("reasons_needed")` for 複合 without a reason,
    `Refused("urgent")` for an urgent case that would no longer be a 相談, `Conflict("changed")` when words that the
    person did not see would go out of sight with the kind, `Refused("too_long")`, and the table's refusal for an
    erased case.
    """
    if len(note) > MAX_NOTE:
        raise Refused("too_long", f"メモが長すぎます（{MAX_NOTE:,}字まで）。")
    _, row = seen_by(office, session, case_id, staff)
    read = plan_store.reading_of(office.sealer, row)
    looked_at = shown or (Labels.of(read) if read else None)
    if looked_at and _becomes_consultation(row, looked_at, labels):
        desk.lift(office, session, case_id, staff, now)  # it locks the person's row first, so it must come first
    case, row = seen_by(office, session, case_id, staff, lock=True)
    moved(row, ticket.Action.CORRECT)
    if row.reading_sealed is None or looked_at is None:
        raise Refused("unread", _UNREAD)
    counted = judging.set_labels(office, session, case, row, staff, looked_at, labels.settled(), now, upto=upto)
    if counted is None:
        raise Refused("nothing", _NOTHING)
    if counted.kind is not Kind.CONSULTATION and upto is not None and upto < row.read_upto:
        raise Conflict("changed", _NEWER)
    _check(row, looked_at, counted)
    if counted.kind is not looked_at.kind:
        row.kind = str(counted.kind)
    done(office, session, case, row, staff, now, "corrected", note=note.strip())


def _becomes_consultation(row: Ticket, shown: Labels, labels: Labels) -> bool:
    return row.kind != Kind.CONSULTATION and labels.kind is Kind.CONSULTATION is not shown.kind


def _check(row: Ticket, before: Labels, counted: Assessment) -> None:
    """Refuse what would be wrong by the guideline, or would put an urgent case out of sight."""
    unexplained = counted.complexity is Complexity.COMPLEX and not counted.complexity_reasons
    if unexplained and (before.complexity is not Complexity.COMPLEX or before.complexity_reasons):
        raise Refused("reasons_needed", _REASONS)
    if counted.kind is not Kind.CONSULTATION and before.kind is Kind.CONSULTATION and row.urgency != Urgency.NORMAL:
        raise Refused("urgent", _URGENT)
