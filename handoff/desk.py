"""What staff do to a case (窓口の仕事): the effects around `ticket` and `plan`.

Every function works inside the caller's transaction and never commits; it writes history, audit and outgoing rows
together with the change, so that either all of it happened or none. Who may not see a case gets `NotFound`, the same
answer as for a case that does not exist.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from handoff import (
    answers,
    calls,
    correction_store,
    folding,
    judging,
    notices,
    plan_store,
    queue,
    reminders,
    ticket,
    waking,
)
from handoff.acting import alone, done, may_see, moved, owned, seen_by
from handoff.handing import accept, before_close, hand, take_back
from handoff.judged import Labels
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef, speaks
from handoff.promise import due_of
from handoff.reach import reachable, state_of
from handoff.records import Staff
from handoff.replying import MAX_REPLY_UNITS, reply, retry, undo_reply
from handoff.reports import file_report
from intake.cases import keep_talk, person_text
from intake.records import Contact
from triage.assessment import Kind, Urgency

__all__ = [
    "MAX_REPLY_UNITS",
    "Conflict",
    "NotFound",
    "Office",
    "Refused",
    "StaffRef",
    "accept",
    "file_report",
    "hand",
    "may_see",
    "reachable",
    "reply",
    "retry",
    "seen_by",
    "take_back",
    "undo_reply",
]


def claim(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """担当する. Raises `Conflict` when another person has it, `NotFound` when it may not be seen."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    alone(session, row)
    if row.owner_id == staff.id and row.state == ticket.State.CLAIMED:
        calls.acknowledge(office, session, case, row, now, staff)
        return
    if row.owner_id is not None:
        other = session.get(Staff, row.owner_id)
        name = other.name if other else "ほかの"
        raise Conflict("already_claimed", f"さきに{name}さんが担当になりました。内容は見られます。")
    row.state = moved(row, ticket.Action.CLAIM)
    row.owner_id, row.claimed_at = staff.id, now
    done(office, session, case, row, staff, now, "claimed")
    notices.assigned(office, session, case, row, now)


def release(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """担当をやめる: back to the desk's queue, in everybody's sight: what was put aside is no longer."""
    case, row = owned(office, session, case_id, staff)
    alone(session, row)
    row.state = moved(row, ticket.Action.RELEASE)
    row.last_owner_id, row.owner_id, row.hold_until = row.owner_id, None, None
    reminders.pressed_again(office, session, case, row, now)
    done(office, session, case, row, staff, now, "released")
    queue.remind_again(office, session, row)


def close(
    office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, note: str, now: int, *,
    seen_upto: int | None = None,
) -> None:  # fmt: skip
    """閉じる with a reason of `ticket.CloseReason`; `other` needs a note.

    `seen_upto`: the newest message that whoever closes had before them (`CaseView.newest_id`); raises
    `Conflict("words_meanwhile")` when the person wrote after it. `Refused("folded_waits")`: see `folding.before_close`.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.owner_id not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人が閉じてください。")
    alone(session, row)
    try:
        why = ticket.CloseReason(reason)
    except ValueError:
        raise Refused("reason_needed", "閉じる理由を選んでください。") from None
    closed = moved(row, ticket.Action.CLOSE, reason=why, note=note)
    if seen_upto is not None and answers.said_after(session, case.id, seen_upto):
        raise Conflict("words_meanwhile", "新しいことばが届いたので、閉じていません。読み直してください。")
    folding.before_close(session, case)
    before_close(office, session, case, row, staff, why, now)
    row.state = closed
    row.closed_at, row.close_reason = now, str(why)
    row.due_at = row.hold_until = row.look_at = None
    row.last_owner_id = row.owner_id or staff.id
    calls.end(session, case.id)
    done(office, session, case, row, staff, now, "closed", str(why), note)
    notices.closed(office, session, case, row, now)


def reopen(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, now: int) -> None:
    """もう一度ひらく, with a written reason: back to its desk's queue, with a promise from now on.

    Raises `Refused("note_needed")` without a reason, `Refused("erased")`, `Refused("wrong_state")` when it is open.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    row.state = moved(row, ticket.Action.REOPEN, note=reason)
    row.closed_at, row.close_reason = None, ""
    row.last_owner_id, row.owner_id = row.owner_id or row.last_owner_id, None
    row.waiting_since, row.due_at = now, due_of(office, Urgency(row.urgency), now)
    done(office, session, case, row, staff, now, "reopened", note=reason)
    queue.remind_again(office, session, row)
    notices.wait_later(office, session, row, now)


def give_back(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """ボットに戻す: the bot may ask its own questions again; the one that stood open when staff answered comes back.

    The person hears of it (`notices.returned`).

    Only for the owner, or while nobody has the case. Raises `Refused("bot_speaks")` when no person speaks.
    """
    case, _ = seen_by(office, session, case_id, staff)
    # The contact before the ticket, in the order of the answer lane: two locks the other way round would wait for ever.
    contact = session.get(Contact, case.contact_id, with_for_update=True) if case.contact_id else None
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if waking.owner_of(session, row) not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人がボットに戻してください。")
    if row.speaker != "human" or ticket.State(row.state) not in ticket.OPEN:
        raise Refused("bot_speaks", "いまは、ボットがお話ししています。")
    row.speaker = "returned"
    if contact is not None and contact.case_id == case.id:
        state = state_of(office, contact)
        if state.pending is None and state.left is not None:
            keep_talk(office.vault, contact, replace(state, pending=state.left, left=None, nudged=False).to_json())
    notices.returned(office, session, case, row, now)
    done(office, session, case, row, staff, now, "given_back")


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
    moved(row, ticket.Action.LOWER if lower else ticket.Action.RAISE, note=reason)
    if not lower:
        queue.raise_urgency(office, session, case, row, wanted, now, staff_id=staff.id)
    row.urgency, row.urgency_by = str(wanted), "staff"
    correction_store.keep_urgency(session, office.sealer, case, row, staff.id, wanted, now)
    done(office, session, case, row, staff, now, "lowered" if lower else "raised", str(wanted), reason)
    if lower:
        queue.remind_again(office, session, row)


def page(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """緊急として呼び出す: everybody on call."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    speaks(office)
    moved(row, ticket.Action.RAISE)  # a call about a case that is over would be dropped on its way
    queue.page(office, session, row, now)
    done(office, session, case, row, staff, now, "paged")


def watch(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> bool:
    """わたしが見ます: the call has been heard and stops. False when none is open (any more)."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    return calls.acknowledge(office, session, case, row, now, staff)


def note(office: Office, session: Session, case_id: int, staff: StaffRef, text: str, now: int) -> None:
    """メモ: seen by staff only."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if not text.strip():
        raise Refused("empty", "メモが空です。")
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。")
    done(office, session, case, row, staff, now, "noted", note=text)


def lift(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """その他 becomes a 相談: a person saw more in it than the machine did. What they write next belongs to it."""
    case, _ = seen_by(office, session, case_id, staff)
    # The contact before the ticket, in the order of the answer lane: two locks the other way round would wait for ever.
    contact = session.get(Contact, case.contact_id, with_for_update=True) if case.contact_id else None
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.kind == "consultation":
        return
    row.kind = "consultation"
    read = plan_store.reading_of(office.sealer, row)
    if read is not None:
        judging.set_labels(
            office, session, case, row, staff, Labels.of(read), replace(Labels.of(read), kind=Kind.CONSULTATION), now
        )
    if contact is not None and contact.case_id is None and case.erased_at is None:
        contact.case_id = case.id
    done(office, session, case, row, staff, now, "lifted")
    queue.remind_again(office, session, row)
    _, last = person_text(session, office.sealer, case)
    if last and row.read_at is None:
        office.outbox.read_later(session, case.id, last)
