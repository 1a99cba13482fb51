"""What happens to a ticket without staff: the person writes, the machine reads, time passes (受付の列).

Works in the caller's transaction and never commits. The machine raises urgency and never lowers it, closes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import (
    calls,
    correction_store,
    disaster,
    facts,
    judging,
    ledger,
    notices,
    plan_store,
    practice,
    retention,
    rota,
    staff_notes,
    ticket,
    waking,
)
from handoff.judged import Standing
from handoff.number import label_of
from handoff.office import Office
from handoff.packet import forgetting
from handoff.plan import Plan
from handoff.promise import answered, due_again, due_of, rests
from handoff.propose import propose
from handoff.records import History, Ticket
from handoff.reminders import REMIND_SECONDS, quiet_seconds
from intake.outbox import Draft
from intake.records import Case
from triage.assessment import Assessment, Kind, Urgency

FIRST_CARD_SECONDS = 15.0
"""How long the first card waits for the reading; then it is posted unread, so that no model can hold up an alert."""
_SAME_ROUND = 0.9
"""Within this part of its interval a second reminder is the same one, said by another series."""
_ACTED = ("wants_human", "alarm", "lifted", "corrected")


def open_ticket(office: Office, session: Session, case: Case, *, kind: str, now: int) -> Ticket:
    """Put a new case in the fallback desk's queue (記入中)."""
    row = Ticket(
        case_id=case.id,
        tenant=case.tenant,
        state=str(ticket.State.DRAFT),
        kind=kind,
        urgency=str(Urgency.NORMAL),
        waiting_since=now,
        due_at=due_of(office, Urgency.NORMAL, now),
        owner_desk=office.pack.fallback,
        changed_at=now,
        practice=case.channel == practice.CHANNEL,
    )
    session.add(row)
    session.flush()
    ledger.remember(session, office.sealer, case, at=now, actor="person", what="opened", detail=case.route)
    if kind == Kind.CONSULTATION:
        ledger.redraw(session, office.outbox, row, delay_seconds=FIRST_CARD_SECONDS)
        remind_again(office, session, row)
        notices.wait_later(office, session, row, now)
    return row


def remind_again(office: Office, session: Session, row: Ticket) -> None:
    """Begin to call the case out: when it is new, gets more or less urgent, or nobody has it any more.

    An older series that still runs is folded by `remind`.
    """
    once = f"{row.urgency}-{row.version}.0"
    office.outbox.remind_later(session, row.case_id, once, REMIND_SECONDS[Urgency(row.urgency)])


def person_wrote(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """A new message of the person: they wait for us again; a closed case opens again and tells who had it last.

    A hold ends. A word in a case folded into another wakes that one, as if it had come there.
    """
    move = ticket.transition(ticket.State(row.state), ticket.Action.MESSAGE, ticket.Actor.RESIDENT)
    if answered(row) or (row.due_at is None and rests(office, session, case, row)):
        row.due_at, row.waiting_since = due_again(office, row, now), now
    if row.state == ticket.State.CLOSED:
        _tell_main(office, session, case, row, now)
        row.closed_at, row.close_reason = None, ""
        row.waiting_since, row.due_at = now, due_of(office, Urgency(row.urgency), now)
        ledger.remember(session, office.sealer, case, at=now, actor="person", what="reopened")
    if move.owner is ticket.Owner.CLEAR:
        row.last_owner_id, row.owner_id = row.owner_id or row.last_owner_id, None
    row.state = str(move.to)
    if row.waiting_since == now:
        notices.wait_later(office, session, row, now)
    woke = waking.end_hold(office, session, case, row, now, "person")
    ledger.changed(session, office.outbox, row, quiet=row.kind != Kind.CONSULTATION or row.read_at is None)
    if move.owner is ticket.Owner.CLEAR or woke:
        remind_again(office, session, row)
    if (main := waking.main_of(session, row)) is not None:
        person_wrote(office, session, *main, now)


def _tell_main(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """Whoever had it last (主担当) hears first of a word after the end, above all after a 中断."""
    kind = "woken" if row.close_reason == ticket.CloseReason.SUSPENDED else "after_end"
    last, once = row.owner_id or row.last_owner_id, str(row.version)
    staff_notes.tell_one(office, session, case, last, kind, once, now, at_desk=row.owner_desk)


def finish(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """記入中 becomes 受付済: the person is done, or was silent for 30 minutes."""
    if case.finished_at is not None:
        return
    case.finished_at = now
    row.state = str(ticket.apply(ticket.State(row.state), ticket.Action.FINISH, ticket.Actor.MACHINE))
    ledger.remember(session, office.sealer, case, at=now, actor="person", what="finished")
    ledger.changed(session, office.outbox, row, quiet=row.kind != Kind.CONSULTATION)


def erased(
    office: Office, session: Session, case: Case, row: Ticket, now: int, *, staff_id: int | None = None,
    what: str = "erased",
) -> None:  # fmt: skip
    """記録を消した: what remains is that there was a case, when, and who took its words away.

    With `staff_id`: staff carry it out on request (`handoff.erasure`, which asks the table and for the reason), or,
    `what` being `shredded`, because its time is over (`handoff.shredding`, which writes its own log).
    """
    if staff_id is None:
        row.state = str(ticket.apply(ticket.State(row.state), ticket.Action.ERASE, ticket.Actor.RESIDENT))
    row.state = str(ticket.State.ERASED)
    facts.leave(office, session, case.id)
    row.reading_sealed = row.plan_sealed = row.judged_sealed = None
    row.owner_id = row.due_at = row.look_at = None
    calls.end(session, case.id)
    correction_store.case_erased(session, case.id)
    forgetting.forget(session, case.id)
    freed = waking.erased(office, session, case, row, now)
    actor = "person" if staff_id is None else "staff"
    ledger.remember(session, office.sealer, case, at=now, actor=actor, staff_id=staff_id, what=what)
    if what == "erased":
        why, label = "request" if staff_id else "person", label_of(case.number, case.route)
        retention.log(session, office.tenant, label, "consultation", why, now, case_id=case.id, staff_id=staff_id)
    ledger.changed(session, office.outbox, row)
    for each in freed:
        remind_again(office, session, each)


def raise_urgency(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    urgency: Urgency,
    now: int,
    *,
    staff_id: int | None = None,
) -> bool:
    """Raise to at least `urgency`; the promise gets shorter with it. False when it already stood there.

    By `staff_id`, or by the machine: then the history says so (who raised by hand writes their own entry). A case that
    this one is folded into is raised with it.
    """
    raised = _raise(office, session, case, row, urgency, now, staff_id)
    main = waking.main_of(session, row)
    if main is not None and raise_urgency(office, session, *main, urgency, now):
        ledger.changed(session, office.outbox, main[1])
    return raised


def _raise(
    office: Office, session: Session, case: Case, row: Ticket, urgency: Urgency, now: int, staff_id: int | None
) -> bool:
    current = Urgency(row.urgency)
    if current.raised_to(urgency) is current:
        return False
    row.urgency, row.urgency_by = str(urgency), "machine" if staff_id is None else "staff"
    judging.before_people(office.sealer, case, row)
    row.due_at = _sooner(office, row, urgency)
    notices.wait_later(office, session, row, now)
    remind_again(office, session, row)
    if staff_id is None:
        ledger.remember(session, office.sealer, case, at=now, actor="machine", what="raised", detail=str(urgency))
    waking.end_hold(office, session, case, row, now, "machine")
    return True


def page(office: Office, session: Session, row: Ticket, now: int) -> None:
    """Call whoever is on duty, at once and again until somebody acknowledges; repeats join the call that is open.

    For a case folded into another the call is about that one, which people work on.
    """
    main = waking.main_of(session, row)
    if main is not None and ticket.State(main[1].state) not in ticket.OPEN:
        main = None  # nobody works there any more, and a call about it would ring nowhere
    case = main[0] if main is not None else session.get(Case, row.case_id)
    row = main[1] if main is not None else row
    if case is None:
        return
    if waking.end_hold(office, session, case, row, now, "machine"):
        remind_again(office, session, row)
    calls.begin(office, session, case, row, now)


def take_reading(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    assessment: Assessment,
    plan: Plan,
    *,
    upto: int,
    now: int,
) -> bool:
    """Store what triage read and what the plan proposes; False when this last message was read before.

    Where people set labels, these stand and the plan is made anew from them. `plan` may still raise the urgency.
    """
    if row.read_upto >= upto and row.read_at is not None:
        return False
    first = row.read_at is None
    standing = plan_store.standing_of(office.sealer, row)
    row.read_at, row.read_upto = now, upto
    plan_store.keep(office.sealer, case, row, assessment, plan)
    quiet_kind = assessment.kind is not Kind.CONSULTATION and not assessment.needs_human
    if first and quiet_kind and _nobody_acted(session, case, row):
        row.kind = str(assessment.kind)
    elif not quiet_kind and row.kind != Kind.CONSULTATION and not _set_aside_by_person(standing, upto):
        judging.before_people(office.sealer, case, row)
        remind_again(office, session, row)
    if disaster.wants_high(office, session, case, assessment):
        raise_urgency(office, session, case, row, Urgency.HIGH, now)
    raised = raise_urgency(office, session, case, row, plan.urgency, now)
    if raised and plan.urgency is Urgency.EMERGENCY and waking.owner_of(session, row) is None:
        page(office, session, row, now)
    if standing := plan_store.standing_of(office.sealer, row):
        counted = standing.over(assessment, upto)
        urgency = Urgency(row.urgency)
        plan = propose(office, session, case, replace(counted, urgency=urgency), now)
        plan_store.keep_plan(office.sealer, case, row, plan)
    if first and row.owner_id is None and plan.desks and case.route != "advice":  # that was asked of one desk
        row.owner_desk = office.pack.fallback
    detail = "unread" if assessment.unread_reason else str(plan.next_step)
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="read", detail=detail)
    ledger.changed(session, office.outbox, row, quiet=row.kind != Kind.CONSULTATION)
    return True


def plan_anew(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """What the plan rests on besides the words changed; nothing before the first reading."""
    counted = plan_store.reading_of(office.sealer, row)
    if counted is not None:
        plan = propose(office, session, case, replace(counted, urgency=Urgency(row.urgency)), now)
        plan_store.keep_plan(office.sealer, case, row, plan)


def remind(office: Office, session: Session, case: Case, row: Ticket, once: str, now: int) -> str:
    """Nobody has taken the case: say so again, and come back. `once` is `urgency-series.count` of this reminder.

    Returns `taken`, `aside` (held, or folded into another case: it is called out anew when it comes back), `raised`
    (another urgency's series took over), `folded` (another series has just said it, and goes on), `later` (an ordinary
    case rests while the office is closed) or `reminded`.
    """
    if row.folded_into is not None or waking.held(row, now):
        return "aside"
    if row.owner_id is not None or ticket.State(row.state) not in ticket.IN_QUEUE or row.kind != Kind.CONSULTATION:
        return "taken"
    urgency, _, rest = once.partition("-")
    if urgency != row.urgency:
        return "raised"
    seconds = REMIND_SECONDS[Urgency(urgency)]
    if row.reminded_at is not None and now - row.reminded_at < seconds * _SAME_ROUND * 1000:
        return "folded"
    series, _, count = rest.partition(".")
    quiet = quiet_seconds(office, Urgency(urgency), now)
    office.outbox.remind_later(session, case.id, f"{urgency}-{series}.{int(count) + 1}", quiet or seconds)
    if quiet:
        return "later"
    row.reminded_at = now
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="reminded")
    _say_again(office, session, case, now)
    ledger.changed(session, office.outbox, row)
    return "reminded"


def _say_again(office: Office, session: Session, case: Case, now: int) -> None:
    """In Slack; a town without it hears of it by the first names of the rota while the office is open.

    At night only what is called (`page`) wakes somebody.
    """
    once = f"remind-{case.id}-{now}"
    slack = Draft(tenant=case.tenant, channel="slack", purpose="reminder", dedupe=once, case_id=case.id)
    if office.outbox.put(session, slack) is None and calls.opened(office, now):
        names = rota.names_of(office.pack.on_call, 0, opened=True)
        calls.notify(office, session, case, names, purpose="reminder", once=once)


def _nobody_acted(session: Session, case: Case, row: Ticket) -> bool:
    """Whether the machine alone knows this case: what people wrote about, asked for or took, it does not put aside."""
    if case.route != "resident" or row.owner_id is not None or row.replied_at is not None:
        return False
    if row.urgency != Urgency.NORMAL or row.urgency_by != "machine" or row.state not in ticket.IN_QUEUE:
        return False
    asked = select(History.id).where(History.case_id == case.id, History.what.in_(_ACTED))
    return session.scalar(asked.limit(1)) is None


def _set_aside_by_person(standing: Standing, upto: int) -> bool:
    """Whether a person who knew all of it said that it is no 相談; what came later brings it back before people."""
    return upto <= standing.upto and standing.chosen.get("kind", Kind.CONSULTATION) != Kind.CONSULTATION


def _sooner(office: Office, row: Ticket, urgency: Urgency) -> int | None:
    """The promise after raising: never later than the one that the person has, and none while we wait for them."""
    if answered(row):
        return row.due_at
    times = [at for at in (row.due_at, due_of(office, urgency, row.waiting_since)) if at is not None]
    return min(times, default=None)
