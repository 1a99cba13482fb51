"""What a person sent beside words (添付): rows of `Attachment`, sealed under the key of their case.

Effects work in the caller's transaction. What a row holds of the person goes when the message is taken back (取消)
or the case is erased (けす).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import CursorResult, Update, select, update
from sqlalchemy.orm import Session

from intake.door_records import Attachment
from intake.ids import new_id
from intake.records import Case, Message
from intake.seal import Cell, Sealer

WAITING, KEPT, GONE, TOO_LARGE, UNSAFE, FAILED = "waiting", "kept", "gone", "too_large", "unsafe", "failed"
KINDS = ("image", "audio", "video", "file")
"""The kinds of messages that have an attachment."""
_NAME_MOST = 200


def create(
    session: Session, sealer: Sealer, case: Case, message_id: int, kind: str, *, name: str = "", now: int
) -> Attachment:
    """The row of a message that was just written: `waiting` until its bytes are here. `name`: the file's, as sent."""
    row = Attachment(
        id=new_id(),
        tenant=case.tenant,
        case_id=case.id,
        message_id=message_id,
        kind=kind,
        state=WAITING,
        media_type="",
        size=0,
        duration=0,
        note="",
        created_at=now,
        not_before=0,
    )
    if name:
        row.name_sealed = sealer.seal_text(case.key_id, _cell(row, "name_sealed"), name[:_NAME_MOST])
    session.add(row)
    session.flush()
    return row


def locked(session: Session, attachment_id: int) -> Attachment | None:
    """The row if it still waits; others wait for this transaction."""
    row = session.get(Attachment, attachment_id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.state == WAITING else None


def keep(sealer: Sealer, case: Case, row: Attachment, body: bytes, media_type: str, duration: int, now: int) -> None:
    """Store the cleaned bytes; `duration` in ms. Raises `KeyDestroyed` when the case was erased meanwhile."""
    row.body_sealed = sealer.seal(case.key_id, _cell(row, "body_sealed"), body)
    row.media_type, row.size, row.duration = media_type, len(body), duration
    row.state, row.note, row.fetched_at = KEPT, "", now


def hold(sealer: Sealer, case: Case, row: Attachment, body: bytes) -> None:
    """Seal the bytes as they came until they are cleaned; nobody can open them. Raises as `keep`."""
    row.body_sealed = sealer.seal(case.key_id, _cell(row, "body_sealed"), body)


def held_of(sealer: Sealer, row: Attachment) -> bytes | None:
    """The bytes that wait to be cleaned, None where the channel still holds them. Raises as `body_of`."""
    sealed = row.body_sealed if row.state == WAITING else None
    return None if sealed is None else sealer.open(_cell(row, "body_sealed"), sealed)


def settle(row: Attachment, state: str, note: str, now: int) -> None:
    """Nothing will be kept: `gone`, `too_large`, `unsafe` or `failed`, and why as a code."""
    row.state, row.note, row.fetched_at = state, note[:80], now
    row.body_sealed = None


def body_of(sealer: Sealer, row: Attachment) -> bytes | None:
    """The kept bytes, None when there are none. Raises `Unreadable` when they were moved or changed."""
    sealed = row.body_sealed if row.state == KEPT else None
    return None if sealed is None else sealer.open(_cell(row, "body_sealed"), sealed)


def name_of(sealer: Sealer, row: Attachment) -> str:
    """The file's name as the person sent it, or ""."""
    return "" if row.name_sealed is None else sealer.open_text(_cell(row, "name_sealed"), row.name_sealed)


def of_case(session: Session, case_id: int) -> list[Attachment]:
    """Every attachment of the case in the order it came, without its bytes."""
    return list(session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)))


def states_of(session: Session, case_id: int) -> dict[int, str]:
    """The state of each attachment of the case by its message."""
    which = select(Attachment.message_id, Attachment.state).where(Attachment.case_id == case_id)
    return {row.message_id: row.state for row in session.execute(which)}


def left_waiting(session: Session, tenants: Iterable[str], before: int, most: int) -> list[int]:
    """Those that should have been fetched by `before` and that perhaps no job is working on."""
    return list(
        session.scalars(
            select(Attachment.id)
            .where(
                Attachment.tenant.in_(list(tenants)),
                Attachment.state == WAITING,
                Attachment.created_at < before,
                Attachment.not_before < before,
            )
            .order_by(Attachment.id)
            .limit(most)
        )
    )


def forget_message(session: Session, tenant: str, lookup: str) -> int:
    """取消: null what came with the messages of this blind index; returns how many attachments it was."""
    messages = select(Message.id).where(Message.tenant == tenant, Message.lookup == lookup)
    return _forget(session, update(Attachment).where(Attachment.message_id.in_(messages)), "unsent")


def forget_case(session: Session, case_id: int) -> int:
    """けす: null every attachment of the case; returns how many."""
    return _forget(session, update(Attachment).where(Attachment.case_id == case_id), "erased")


def _forget(session: Session, which: Update, note: str) -> int:
    values = {"body_sealed": None, "name_sealed": None, "state": GONE, "note": note, "size": 0, "duration": 0}
    done = session.execute(which.values(**values))
    return done.rowcount if isinstance(done, CursorResult) else 0


def _cell(row: Attachment, column: str) -> Cell:
    return Cell(row.tenant, "attachments", column, row.id)
