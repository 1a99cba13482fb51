"""Answers begun and not sent (下書き): one a case and member of staff, sealed under the case's key.

In the caller's transaction; never commits. A draft is no act: neither history nor audit knows of it.
"""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from handoff.acting import seen_by
from handoff.desk_records import ReplyDraft
from handoff.office import Office, Refused, StaffRef
from intake.db import insert_ignore
from intake.records import Case
from intake.seal import Cell

MAX_UNITS = 5_000
"""UTF-16 units, as of an answer."""


def save(office: Office, session: Session, case_id: int, staff: StaffRef, text: str, now: int) -> None:
    """Keep what was written so far; nothing but blanks throws the draft away.

    Raises `Refused("too_long")` (what was kept before stays), `Refused("erased")`, `NotFound`.
    """
    case, _ = seen_by(office, session, case_id, staff)
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。")
    if len(text.encode("utf-16-le", "replace")) // 2 > MAX_UNITS:
        raise Refused("too_long", "文が長すぎます（5,000字まで）。ここまでの下書きは残っています。")
    if not text.strip():
        forget(session, case.id, staff.id)
        return
    sealed = office.sealer.seal_text(case.key_id, _cell(case, staff), text)
    mine, words = {"case_id": case.id, "staff_id": staff.id}, {"text_sealed": sealed, "at": now}
    if not insert_ignore(session, ReplyDraft, {**mine, **words, "tenant": case.tenant}):  # two windows of one person
        session.execute(update(ReplyDraft).filter_by(**mine).values(**words))


def load(office: Office, session: Session, case_id: int, staff: StaffRef) -> str:
    """Their own draft, "" when there is none. Raises `NotFound`."""
    case, _ = seen_by(office, session, case_id, staff)
    row = session.get(ReplyDraft, (case.id, staff.id), populate_existing=True) if case.erased_at is None else None
    return office.sealer.open_text(_cell(case, staff), row.text_sealed) if row is not None else ""


def drop(office: Office, session: Session, case_id: int, staff: StaffRef) -> None:
    """Throw it away. Raises `NotFound`."""
    case, _ = seen_by(office, session, case_id, staff)
    forget(session, case.id, staff.id)


def forget(session: Session, case_id: int, staff_id: int) -> None:
    """The draft is sent or not wanted any more. No authorization check."""
    session.execute(delete(ReplyDraft).where(ReplyDraft.case_id == case_id, ReplyDraft.staff_id == staff_id))


def _cell(case: Case, staff: StaffRef) -> Cell:
    return Cell(case.tenant, "reply_drafts", f"text_sealed:{staff.id}", case.id)
