"""What staff do with a data request (請求への対応): making sure who asks, deciding, carrying out, telling the person.

In the caller's transaction; never commits. Nothing is carried out before 本人確認.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff import answers, erasure, facts, letters
from handoff.acting import done, seen_by
from handoff.correction_store import REFUSED as CORRECTION_REFUSED
from handoff.desk_records import DataRequest
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.reach import reachable
from handoff.records import Correction
from handoff.request_rows import OPEN, fits, found, hears, lock_beside, log, write
from intake.records import Case

_TOLD_JA: Final[Mapping[str, str]] = {
    "disclosure": "ご依頼の記録を用意しました。受け取り方は、職員からお伝えします。",
    "correction": "ご依頼のとおり、直したいことを記録に書き加えました。",
    "stop": "ご依頼のとおり、これからの統計と、機械の学習には使いません。",
    "refused": "ご依頼について、お応えできないことがありました。理由は、職員からお伝えします。",
}


def check(office: Office, session: Session, request_id: int, staff: StaffRef, how: str, now: int) -> None:
    """本人確認をした. `how` is needed: by what."""
    if not how.strip():
        raise Refused("how_needed", "どうやって確かめたかを書いてください（例：マイナンバーカード）。")
    row, case = _workable(office, session, request_id, staff)
    row.identity_checked, row.state = True, "working"
    write(office, session, case, row, staff, f"本人確認：{how.strip()}", now)
    log(office, session, case, row, staff, "request_checked", now)


def note(office: Office, session: Session, request_id: int, staff: StaffRef, text: str, now: int) -> None:
    """メモ to the request; it counts as being worked on."""
    if not text.strip():
        raise Refused("empty", "メモが空です。")
    row, case = _workable(office, session, request_id, staff)
    row.state = "working"
    write(office, session, case, row, staff, text.strip(), now)


def refuse(office: Office, session: Session, request_id: int, staff: StaffRef, reason: str, now: int) -> None:
    """応じない, with the reason that the person is told."""
    if not reason.strip():
        raise Refused("reason_needed", "応じない理由を書いてください。")
    row, case = _workable(office, session, request_id, staff)
    write(office, session, case, row, staff, f"応じない理由：{reason.strip()}", now)
    _decide(office, session, case, row, staff, "refused", now)
    _tell(office, session, case, row, staff, "refused", now)


def correct(office: Office, session: Session, request_id: int, staff: StaffRef, text: str, now: int) -> None:
    """訂正: what the person says is right, as a note beside what stands; nothing that was written is overwritten."""
    if not text.strip():
        raise Refused("empty", "本人が直してほしいことを書いてください。")
    row, case = _checked(office, session, request_id, staff, "correction")
    ticket = seen_by(office, session, case.id, staff, lock=True)[1]
    fits(text)
    done(office, session, case, ticket, staff, now, "person_corrected", note=text.strip())
    _decide(office, session, case, row, staff, "done", now)
    _tell(office, session, case, row, staff, "correction", now)


def stop(office: Office, session: Session, request_id: int, staff: StaffRef, now: int) -> None:
    """利用停止: out of the statistics to come and of what the machine learns from. The work on the case goes on."""
    row, case = _checked(office, session, request_id, staff, "stop")
    facts.leave(office, session, case.id)
    session.execute(
        update(Correction)
        .where(Correction.case_id == case.id)
        .values(state=CORRECTION_REFUSED, text_sealed=None, reviewed_by=staff.id, reviewed_at=now)
    )
    _decide(office, session, case, row, staff, "done", now)  # the audit log last: who reviews holds the row before it
    _tell(office, session, case, row, staff, "stop", now)


def delete(
    office: Office, session: Session, request_id: int, staff: StaffRef, reason: str, now: int
) -> list[int]:  # fmt: skip
    """削除: every word of the case goes. Returns the keys to destroy after the commit (`Vault.destroy`)."""
    lock_beside(session, request_id)
    row, case = _checked(office, session, request_id, staff, "deletion")
    keys = erasure.erase(office, session, case.id, staff, reason, now)
    _decide(office, session, case, row, staff, "done", now)
    others = update(DataRequest).where(DataRequest.case_id == case.id)
    session.execute(others.values(note_sealed=None))
    session.execute(others.where(DataRequest.state.in_(OPEN)).values(state="done", done_at=now, done_by=staff.id))
    if hears(row, case) and not office.shadow:
        erasure.tell(office, session, case, now)
    return keys


def disclosed(office: Office, session: Session, request_id: int, staff: StaffRef, hidden: int, now: int) -> None:
    """開示を決めた: `hidden` paragraphs were blacked out. Told once; every copy that leaves is on record."""
    row, case = found(office, session, request_id, staff, lock=True)
    if row.kind != "disclosure":
        raise NotFound("not_found", "その請求は見つかりません。")
    _sure(row)
    if row.state in OPEN:
        write(office, session, case, row, staff, f"開示を決めました（黒塗り {hidden} か所）。", now)
        _decide(office, session, case, row, staff, "done", now)
        _tell(office, session, case, row, staff, "disclosure", now)
    log(office, session, case, row, staff, "disclosed", now, f"hidden:{hidden}")


def _workable(office: Office, session: Session, request_id: int, staff: StaffRef) -> tuple[DataRequest, Case]:
    row, case = found(office, session, request_id, staff, lock=True)
    if row.state not in OPEN or case.erased_at is not None:
        raise Refused("over", "この請求は、もう終わっています。")
    return row, case


def _checked(
    office: Office, session: Session, request_id: int, staff: StaffRef, kind: str
) -> tuple[DataRequest, Case]:  # fmt: skip
    row, case = _workable(office, session, request_id, staff)
    if row.kind != kind:
        raise NotFound("not_found", "その請求は見つかりません。")
    _sure(row)
    return row, case


def _sure(row: DataRequest) -> None:
    if not row.identity_checked:
        raise Refused("unchecked", "さきに本人確認をしてください。")


def _decide(
    office: Office, session: Session, case: Case, row: DataRequest, staff: StaffRef, state: str, now: int
) -> None:
    row.state, row.done_at, row.done_by = state, now, staff.id
    log(office, session, case, row, staff, f"request_{state}", now)


def _tell(
    office: Office, session: Session, case: Case, row: DataRequest, staff: StaffRef, what: str, now: int
) -> None:  # fmt: skip
    contact = reachable(session, case)
    if contact is not None and hears(row, case) and not office.shadow:
        text, once = _TOLD_JA[what], f"{answers.OF_REQUEST}{row.id}-{what}"
        letters.send(office, session, case, contact, text, staff_id=staff.id, once=once, now=now)
