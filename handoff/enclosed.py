"""What a person sent beside words, as staff see it (添付の見え方); opening one is on record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import ledger
from handoff.acting import seen_by
from handoff.office import NotFound, Office, StaffRef
from handoff.records import Audit
from intake import attachments
from intake.door_records import Attachment
from intake.records import Case
from intake.seal import KeyDestroyed

OPENED = "attachment_opened"
_ONE_LOOK_MS = 600_000
"""A player asks for a film in many pieces: within ten minutes that is one opening."""
_LATEST = 500
KIND_JA = {"image": "写真", "audio": "音声", "video": "動画", "file": "ファイル"}
STATE_JA = {
    "waiting": "受けとっています。届くと、ここに出ます。",
    "gone": "内容はもうありません（本人が取り消したか、LINE から消えました）。",
    "too_large": "大きすぎるため、受けとれませんでした。必要なら、分けて送るようにお願いしてください。",
    "unsafe": "安全に開けない形だったため、受けとりませんでした。必要なら、写真で送るようにお願いしてください。",
    "failed": "LINE から受けとれませんでした。必要なら、もう一度送るようにお願いしてください。",
}
_EXTENSION = {
    "image/jpeg": "jpg", "image/png": "png", "audio/mp4": "m4a", "video/mp4": "mp4", "application/pdf": "pdf",
    "text/plain": "txt", "application/x-ole-storage": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One attachment without its bytes. `number` counts those of its kind in the case from 1; `duration` in ms."""

    id: int
    kind: str
    number: int
    state: str
    size: int
    duration: int
    name: str
    """The file's name as the person sent it, or ""."""

    @property
    def title(self) -> str:
        """「写真 1」."""
        return f"{KIND_JA.get(self.kind, '添付')} {self.number}"

    @property
    def why(self) -> str:
        """What staff are told while there is nothing to open, "" when there is."""
        return STATE_JA.get(self.state, "")

    @property
    def length(self) -> str:
        """「1分5秒」, or "" for what has no duration."""
        minutes, seconds = divmod(round(self.duration / 1000), 60)
        return "" if not self.duration else f"{minutes}分{seconds}秒" if minutes else f"{seconds}秒"


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes of one attachment. `download`: never to be shown by the browser itself."""

    body: bytes
    media_type: str
    file_name: str
    download: bool


def enclosed_of(office: Office, session: Session, case: Case) -> dict[int, Enclosed]:
    """Every attachment of the case by its message."""
    found: dict[int, Enclosed] = {}
    seen: dict[str, int] = {}
    for row in attachments.of_case(session, case.id):
        seen[row.kind] = number = seen.get(row.kind, 0) + 1
        name = attachments.name_of(office.sealer, row) if case.erased_at is None else ""
        found[row.message_id] = Enclosed(row.id, row.kind, number, row.state, row.size, row.duration, name)
    return found


def open_attachment(
    office: Office, session: Session, case_id: int, attachment_id: int, staff: StaffRef, now: int
) -> Opened:
    """The attachment for `staff`, logged. Raises `NotFound`, alike for absent, forbidden and not kept."""
    case, _ = seen_by(office, session, case_id, staff)
    row = session.get(Attachment, attachment_id)
    if row is None or row.case_id != case.id or row.tenant != office.tenant:
        raise NotFound("not_found", "その添付は見つかりません。")
    try:
        body = attachments.body_of(office.sealer, row)
    except KeyDestroyed:
        body = None
    if body is None:
        raise NotFound("not_found", "その添付は見つかりません。")
    _log(office, session, case, row, staff, now)
    number = enclosed_of(office, session, case)[row.message_id].number
    download = row.kind == "file"
    return Opened(
        body=body,
        media_type="application/octet-stream" if download else row.media_type,
        file_name=f"{row.kind}-{number}.{_EXTENSION.get(row.media_type, 'bin')}",
        download=download,
    )


def _log(office: Office, session: Session, case: Case, row: Attachment, staff: StaffRef, now: int) -> None:
    detail = str(row.id)
    newest = session.scalar(select(func.max(Audit.seq)).where(Audit.tenant == case.tenant)) or 0
    looked = session.scalar(
        select(Audit.id)
        .where(
            Audit.tenant == case.tenant,
            Audit.seq > newest - _LATEST,  # the log grows for ever, and only its numbers are indexed
            Audit.case_id == case.id,
            Audit.staff_id == staff.id,
            Audit.action == OPENED,
            Audit.detail == detail,
            Audit.at > now - _ONE_LOOK_MS,
        )
        .limit(1)
    )
    if looked is None:
        ledger.audit(
            session,
            office.audit_key,
            case.tenant,
            at=now,
            action=OPENED,
            staff_id=staff.id,
            case_id=case.id,
            detail=detail,
        )
