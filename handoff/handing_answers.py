"""What recipients answer to a つなぎ (受け取る・引き受ける・返す), or what staff write down of it; never commits.

Who accepts as 主担当 becomes the owner, at the desk that was asked; any other acceptance leaves the owner. Staff of a
desk that was asked need not be able to see the case for it: what they see until then is the packet.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import handing_rows as rows
from handoff import handover, ledger, queue, reminders, staff_notes, stopping, ticket
from handoff.acting import done, here, may_see, moved, seen_by
from handoff.handing_due import sender_of
from handoff.handover import Action, Actor, Standing
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.promise import due_of
from handoff.records import HandOver, Staff, Ticket
from intake.records import Case
from triage.assessment import Urgency

_STEP = {Action.RECEIVE: "received", Action.ACCEPT: "accepted", Action.RETURN: "returned"}


@dataclass(frozen=True, slots=True)
class _Found:
    """A つなぎ with its case, all locked."""

    case: Case
    row: Ticket
    over: HandOver


def receive(
    office: Office, session: Session, case_id: int, staff: StaffRef, now: int, *, over_id: int | None = None
) -> None:
    """受け取る: it arrived and somebody has read it. Raises what `accept` does; received before: nothing happens."""
    found = _addressed(office, session, case_id, staff, over_id)
    if found.over.state == handover.State.RECEIVED:
        return
    _answer(office, session, found, staff, Action.RECEIVE, now)


def accept(
    office: Office, session: Session, case_id: int, staff: StaffRef, now: int, *, over_id: int | None = None
) -> None:
    """引き受ける: as 主担当 they become the owner, and the case stands at the desk that was asked.

    Its workers see it from then on. Raises `Refused("own_case")` for the sender, who has it already,
    `Refused("not_your_desk")` for a worker of another desk, `Refused("which")` for 受付 when several desks are asked
    and none is named, `Refused("wrong_state")` when nothing waits, `NotFound`.
    """
    found = _addressed(office, session, case_id, staff, over_id)
    if found.row.owner_id == staff.id:
        raise Refused("own_case", "自分がつないだ相談です。つなぎを取り戻すか、つなぎ先の返事を書いてください。")
    _answer(office, session, found, staff, Action.ACCEPT, now)


def give_back(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    reason: str,
    now: int,
    *,
    over_id: int | None = None,
) -> None:
    """返す, with a reason. After it was accepted too: the case of a 主担当 goes back to the first desk's queue.

    Raises `Refused("note_needed")` and what `accept` does.
    """
    found = _addressed(office, session, case_id, staff, over_id, settled=True)
    _answer(office, session, found, staff, Action.RETURN, now, reason=reason)


def asked_of(office: Office, session: Session, case_id: int, staff: StaffRef) -> Case:
    """The case that this person was asked to take and may give back. Raises what `give_back` does."""
    return _addressed(office, session, case_id, staff, None, settled=True).case


def note_answer(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    over_id: int,
    answer: str,
    heard: str,
    reason: str,
    now: int,
) -> None:
    """返事を書く: what a desk without anybody here said by telephone or FAX. `heard`: who, when, how (kept sealed).

    Whoever has the case keeps it: nobody of that desk could work on it here. Raises `Refused("has_staff")` for a desk
    whose people answer here themselves (a receipt may be written down for any), `Refused("heard_needed")`.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    over = next((one for one in rows.of_case(session, case.id) if one.id == over_id), None)
    if over is None:
        raise NotFound("not_found", "そのつなぎは見つかりません。")
    if answer not in set(_STEP):
        raise Refused("bad_answer", "つなぎ先の返事を選んでください。")
    if answer != Action.RECEIVE and not rows.outside(session, office.tenant, over.to_desk):
        message = "この窓口の人は、取次を使っています。窓口の人か受付の人に、画面で答えてもらってください。"
        raise Refused("has_staff", message)
    found = _Found(case, row, over)
    _answer(office, session, found, staff, Action(answer), now, reason=reason, heard=heard, noted=Actor.NOTER)


def _addressed(
    office: Office, session: Session, case_id: int, staff: StaffRef, over_id: int | None, *, settled: bool = False
) -> _Found:
    """The つなぎ that this person may answer, with its case, locked. `settled`: what was accepted may be meant too."""
    if staff.tenant == office.tenant:
        here(session, staff)
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    if found is None or staff.tenant != office.tenant:
        raise NotFound("not_found", "その相談は見つかりません。")
    case, row = found
    overs = rows.of_case(session, case_id)
    mine = [over for over in overs if _asked(over, staff)]
    if not mine and not may_see(row, staff):
        raise NotFound("not_found", "その相談は見つかりません。")
    if over_id is not None:
        mine, overs = [one for one in mine if one.id == over_id], [one for one in overs if one.id == over_id]
    live = [over for over in mine if _answerable(over, settled=settled)]
    if not live:
        if any(rows.part_of(over).waits for over in overs):
            raise Refused("not_your_desk", "つなぎ先の窓口の人か、受付の人が答えてください。")
        raise Refused("wrong_state", "返事を待っているつなぎはありません。")
    waiting = [over for over in live if rows.part_of(over).waits] or live
    if len(waiting) > 1:
        raise Refused("which", "いくつかの窓口につないでいます。「届いたつなぎ」で、どの窓口の返事かを選んでください。")
    return _Found(case, row, waiting[-1])


def _asked(over: HandOver, staff: StaffRef) -> bool:
    if staff.role == "intake":
        return True
    return staff.role == "worker" and bool(staff.desk) and over.to_desk == staff.desk


def _answerable(over: HandOver, *, settled: bool) -> bool:
    return over.state in (handover.THERE if settled else handover.UNSETTLED)


def _answer(
    office: Office,
    session: Session,
    found: _Found,
    staff: StaffRef,
    action: Action,
    now: int,
    *,
    reason: str = "",
    heard: str = "",
    noted: Actor = Actor.RECIPIENT,
) -> None:
    """One step of the table, what it does to the case, and the books."""
    case, row, over = found.case, found.row, found.over
    before, held = handover.State(over.state), rows.holding(session, case.id)
    if action is Action.ACCEPT and stopping.stopped(session, over):
        raise Refused("stopped", "本人が同意を取り消しました。引き受けられません。つないだ人に返してください。")
    try:
        after = handover.apply(before, action, noted, reason=reason, heard=heard)
    except ticket.NotAllowed as refusal:
        raise Refused(refusal.code, refusal.message_ja) from None
    if noted is Actor.RECIPIENT and action is Action.ACCEPT and over.lead:
        _take(session, row, over, staff, now)
        reminders.pressed_again(office, session, case, row, now)
    over.state = str(after)
    over.received_at, over.received_by = over.received_at or now, over.received_by or staff.id
    if action is not Action.RECEIVE:
        over.settled_at, over.settled_by = now, staff.id
    if words := "\n".join(part.strip() for part in (reason, heard) if part.strip()):
        over.reason_sealed = rows.sealed(office, case, over.id, "reason_sealed", words)
    sender = sender_of(row, over) if action is not Action.ACCEPT or not over.lead else over.by_staff
    if before is handover.State.ACCEPTED and _has(row, over):
        to_queue(office, session, case, row, staff, over.from_desk, over.by_staff, reason, now)
    elif held and not rows.holding(session, case.id):
        row.state = _settled(row, action, reason)
    done(office, session, case, row, staff, now, _STEP[action], over.to_desk, words)
    if action is not Action.RECEIVE:
        name, once = rows.name_of(office, over), f"{over.id}-{action}"
        kind = "back" if action is Action.RETURN else "answered"
        told = sender if sender != staff.id else None
        staff_notes.tell_one(office, session, case, told, kind, once, now, desk=name, at_desk=over.from_desk)
        stand = handover.standing(rows.part_of(one) for one in rows.together(session, over))
        if stand is Standing.SHARED:
            ledger.remember(
                session, office.sealer, case, at=now, actor="machine", what="hand_shared", detail=over.to_desk
            )  # fmt: skip


def _take(session: Session, row: Ticket, over: HandOver, staff: StaffRef, now: int) -> None:
    """主担当になる: the owner changes, whoever else has still to answer."""
    if ticket.State(row.state) in (ticket.State.CLOSED, ticket.State.ERASED, ticket.State.DRAFT):
        return  # a receipt of what is over: nobody takes it on
    others = [one for one in rows.of_case(session, row.case_id) if one.id != over.id and rows.part_of(one).holds]
    held = ticket.State(row.state) is ticket.State.HANDED
    row.state = moved(row, ticket.Action.ACCEPT if held and not others else ticket.Action.LEAD)
    row.last_owner_id, row.owner_id = row.owner_id or row.last_owner_id, staff.id
    row.owner_desk, row.claimed_at, row.hold_until = over.to_desk, now, None


def _settled(row: Ticket, action: Action, reason: str) -> str:
    """The last answer came: on its way no more. Who accepted as 主担当 has moved the case already."""
    if ticket.State(row.state) is not ticket.State.HANDED:
        return row.state
    if action is Action.RETURN:
        return moved(row, ticket.Action.RETURN, note=reason)
    return moved(row, ticket.Action.SETTLE)


def _has(row: Ticket, over: HandOver) -> bool:
    """Whether the case is at the desk that took it on."""
    return over.lead and row.owner_desk == over.to_desk and over.from_desk != over.to_desk


def to_queue(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    staff: StaffRef,
    desk: str,
    first: int | None,
    reason: str,
    now: int,
) -> None:
    """戻し: the case stands in that desk's queue again, and `first`, who sent it from there, hears of it first.

    The person is not told. Raises `Refused("note_needed")`. The caller writes the books.
    """
    was_over = ticket.State(row.state) is ticket.State.CLOSED
    row.state = moved(row, ticket.Action.BRING_BACK, note=reason)
    known = {one.id for one in office.pack.desks}
    row.owner_desk = desk if desk in known else office.pack.fallback
    row.last_owner_id, row.owner_id, row.hold_until = _still_here(session, row, first) or row.owner_id, None, None
    if was_over:
        row.closed_at, row.close_reason = None, ""
        row.waiting_since, row.due_at = now, due_of(office, Urgency(row.urgency), now)
    reminders.pressed_again(office, session, case, row, now)
    queue.remind_again(office, session, row)


def _still_here(session: Session, row: Ticket, staff_id: int | None) -> int | None:
    found = session.get(Staff, staff_id) if staff_id else None
    return found.id if found is not None and found.active and found.tenant == row.tenant else None
