"""What staff do to a case (窓口の仕事): the effects around `ticket` and `plan`.

Every function works inside the caller's transaction and never commits; it writes history, audit and outgoing rows
together with the change, so that either all of it happened or none. Who may not see a case gets `NotFound`, the same
answer as for a case that does not exist.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handoff import basis as bases
from handoff import ledger, letters, queue, ticket
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.records import HandOver, Staff, Ticket
from handoff.reports import file_report
from intake.ids import new_id
from intake.records import Case, Contact
from intake.seal import Cell
from triage.assessment import Urgency

__all__ = ["Conflict", "NotFound", "Office", "Refused", "StaffRef", "file_report"]

MAX_REPLY_UNITS = 5_000
"""UTF-16 units of one LINE text message."""


def may_see(ticket_row: Ticket, staff: StaffRef) -> bool:
    """受付 sees the municipality's cases, 担当 their own and their desk's; 管理 and 監査 see no content."""
    if staff.tenant != ticket_row.tenant:
        return False
    if staff.role == "intake":
        return True
    return staff.role == "worker" and (
        ticket_row.owner_id == staff.id or (bool(staff.desk) and ticket_row.owner_desk == staff.desk)
    )


def seen_by(
    office: Office, session: Session, case_id: int, staff: StaffRef, *, lock: bool = False
) -> tuple[Case, Ticket]:
    """The case for this person. Raises `NotFound`, alike for absent and forbidden."""
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=lock)
    if found is None or not may_see(found[1], staff):
        raise NotFound("not_found", "その相談は見つかりません。")
    return found


def claim(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """担当する. Raises `Conflict` when another person has it, `NotFound` when it may not be seen."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.owner_id == staff.id and row.state == ticket.State.CLAIMED:
        return
    if row.owner_id is not None:
        other = session.get(Staff, row.owner_id)
        name = other.name if other else "ほかの"
        raise Conflict("already_claimed", f"さきに{name}さんが担当になりました。内容は見られます。")
    row.state = _moved(row, ticket.Action.CLAIM)
    row.owner_id, row.claimed_at = staff.id, now
    _done(office, session, case, row, staff, now, "claimed")


def release(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """担当をやめる: back to the desk's queue."""
    case, row = _owned(office, session, case_id, staff)
    row.state = _moved(row, ticket.Action.RELEASE)
    row.last_owner_id, row.owner_id = row.owner_id, None
    _done(office, session, case, row, staff, now, "released")
    queue.remind_again(office, session, row)


def reply(office: Office, session: Session, case_id: int, staff: StaffRef, text: str, now: int, once: str) -> None:
    """返信: the text goes to the person's channel as written. `once` makes a repeated click harmless.

    Raises `Refused("empty")`, `Refused("too_long")` (over 5,000 UTF-16 units), `Refused("no_channel")` when the
    person cannot be reached (blocked, hidden, erased, or reported from Slack), `Conflict` when another person owns it.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.owner_id not in (None, staff.id):
        other = session.get(Staff, row.owner_id)
        raise Conflict("already_claimed", f"いまの担当は{other.name if other else 'ほかの'}さんです。送っていません。")
    if not text.strip():
        raise Refused("empty", "返事の文が空です。")
    if len(text.encode("utf-16-le", "replace")) // 2 > MAX_REPLY_UNITS:
        raise Refused("too_long", "文が長すぎます（5,000字まで）。分けて送ってください。")
    contact = reachable(session, case)
    if contact is None:
        raise Refused("no_channel", "この方には LINE で届きません。連絡先を確かめてください。")
    if row.owner_id is None:
        row.state = _moved(row, ticket.Action.CLAIM)
        row.owner_id, row.claimed_at = staff.id, now
    if not letters.send(
        office.outbox, office.sealer, session, case, contact, text, staff_id=staff.id, once=once, now=now
    ):
        return
    row.replied_at, row.due_at = now, None
    _done(office, session, case, row, staff, now, "replied")


def reachable(session: Session, case: Case) -> Contact | None:
    """The contact to whom an answer can go now, None when there is none."""
    contact = session.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None or contact.channel != "line" or contact.blocked or contact.hidden or case.erased_at:
        return None
    return contact


def hand(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    to_desk: str,
    basis: str,
    ask: str,
    keep: str,
    now: int,
) -> None:
    """つなぐ: to a desk of the pack, with a basis code, what we ask for and what we keep doing (both required)."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if to_desk not in {desk.id for desk in office.pack.desks}:
        raise Refused("no_desk", "つなぎ先を選んでください。")
    if not ask.strip() or not keep.strip():
        raise Refused("incomplete", "「お願いしたいこと」と「こちらで続けること」を書いてください。")
    verdict = bases.may_share(basis, decided_by=staff.name, rooms=office.pack.room_codes, consent=basis == "C0")
    if not verdict.allowed:
        raise Refused(verdict.code, verdict.message_ja)
    if row.owner_id not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人がつないでください。")
    row.state = _moved(row, ticket.Action.HAND)
    row.owner_id = row.owner_id or staff.id
    row_id = new_id()
    session.add(
        HandOver(
            id=row_id,
            tenant=case.tenant,
            case_id=case.id,
            from_desk=row.owner_desk,
            to_desk=to_desk,
            basis=basis,
            ask_sealed=office.sealer.seal_text(case.key_id, Cell(case.tenant, "handovers", "ask_sealed", row_id), ask),
            keep_sealed=office.sealer.seal_text(
                case.key_id, Cell(case.tenant, "handovers", "keep_sealed", row_id), keep
            ),
            by_staff=staff.id,
            at=now,
        )
    )
    _done(office, session, case, row, staff, now, "handed", f"{to_desk} {basis}")


def close(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, note: str, now: int) -> None:
    """閉じる with a reason of `ticket.CloseReason`; `other` needs a note."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.owner_id not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人が閉じてください。")
    try:
        why = ticket.CloseReason(reason)
    except ValueError:
        raise Refused("reason_needed", "閉じる理由を選んでください。") from None
    row.state = _moved(row, ticket.Action.CLOSE, reason=why, note=note)
    row.closed_at, row.close_reason, row.due_at = now, str(why), None
    row.last_owner_id = row.owner_id or staff.id
    _done(office, session, case, row, staff, now, "closed", str(why), note)


def set_urgency(
    office: Office, session: Session, case_id: int, staff: StaffRef, urgency: str, reason: str, now: int
) -> None:
    """緊急度を直す. Lowering needs a reason; the promise already made to the person stays unless it gets shorter."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    try:
        wanted = Urgency(urgency)
    except ValueError:
        raise Refused("bad_urgency", "緊急度を選んでください。") from None
    current = Urgency(row.urgency)
    if wanted is current:
        return
    lower = wanted.rank < current.rank
    _moved(row, ticket.Action.LOWER if lower else ticket.Action.RAISE, note=reason)
    if not lower:
        queue.raise_urgency(office, session, case, row, wanted, now, staff_id=staff.id)
    row.urgency, row.urgency_by = str(wanted), "staff"
    _done(office, session, case, row, staff, now, "lowered" if lower else "raised", str(wanted), reason)
    if lower:
        queue.remind_again(office, session, row)


def page(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """緊急として呼び出す: everybody on call."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    queue.page(office, session, row, now)
    _done(office, session, case, row, staff, now, "paged")


def note(office: Office, session: Session, case_id: int, staff: StaffRef, text: str, now: int) -> None:
    """メモ: seen by staff only."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if not text.strip():
        raise Refused("empty", "メモが空です。")
    _done(office, session, case, row, staff, now, "noted", note=text)


def lift(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """その他 becomes a 相談: a person saw more in it than the machine did."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.kind == "consultation":
        return
    row.kind = "consultation"
    _done(office, session, case, row, staff, now, "lifted")
    queue.remind_again(office, session, row)


def _owned(office: Office, session: Session, case_id: int, staff: StaffRef) -> tuple[Case, Ticket]:
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.owner_id != staff.id:
        raise Conflict("not_owner", "担当の人だけができます。")
    return case, row


def _moved(row: Ticket, action: ticket.Action, *, reason: ticket.CloseReason | None = None, note: str = "") -> str:
    try:
        return str(ticket.apply(ticket.State(row.state), action, ticket.Actor.PERSON, reason=reason, note=note))
    except ticket.NotAllowed as refusal:
        raise Refused(refusal.code, refusal.message_ja) from None


def _done(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    staff: StaffRef,
    now: int,
    what: str,
    detail: str = "",
    note: str = "",
) -> None:
    ledger.remember(
        session, office.sealer, case, at=now, actor="staff", staff_id=staff.id, what=what, detail=detail, note=note
    )
    ledger.audit(
        session, office.audit_key, case.tenant, at=now, action=what, staff_id=staff.id, case_id=case.id, detail=detail
    )
    ledger.changed(session, office.outbox, row)
