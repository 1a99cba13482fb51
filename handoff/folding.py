"""One case folded into another (まとめる): it leaves the queue, and its new words wake the one it stands under.

The words of both stay where they are, each person keeps an answer of their own, and `unfold` parts them again. A folded
case keeps its state and owner; while it is folded nobody moves it. Closing the main case leaves it there: a word of
either opens the main case again. It is not closed while somebody else waits in a folded one (`before_close`). In the
caller's transaction; never commits.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, ledger, linking, queue, reminders, reporters, ticket, waking
from handoff.acting import done, here, may_see, seen_by
from handoff.desk_records import Fold
from handoff.number import label_of
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.promise import answered
from handoff.records import Ticket
from intake.ids import new_id
from intake.records import Case
from triage.assessment import Urgency

MOST_CANDIDATES = 10


def fold(office: Office, session: Session, case_id: int, into_case: int, staff: StaffRef, now: int) -> None:
    """まとめる: `case_id` stands under `into_case` from now on. Only who may see both; not over another's head.

    The urgency of the main case rises to that of the folded one, and a call that rings for it has been heard. Raises
    `NotFound`, `Conflict("already_claimed")`, and `Refused`: `same_case`, `folded`, `has_folded`, `practice`, `handed`,
    `closed`.
    """
    here(session, staff)
    ledger.lock_all(session, (case_id, into_case))
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if case_id == into_case:
        raise Refused("same_case", "同じ相談です。ほかの相談を選んでください。")
    main, main_row = seen_by(office, session, into_case, staff, lock=True)
    _refuse(session, row, main_row)
    if row.owner_id not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人がまとめてください。")
    session.add(
        Fold(
            id=new_id(), tenant=case.tenant, case_id=case.id, into_case=main.id, state_before=row.state,
            owner_before=row.owner_id, by_staff=staff.id, at=now,
        )
    )  # fmt: skip
    row.folded_into, row.hold_until = main.id, None
    rang = calls.acknowledge(office, session, case, row, now, staff)
    done(office, session, case, row, staff, now, "folded", label_of(main.number, main.route))
    raised = queue.raise_urgency(office, session, main, main_row, Urgency(row.urgency), now)
    waking.end_hold(office, session, main, main_row, now, "staff")
    done(office, session, main, main_row, staff, now, "fold_in", label_of(case.number, case.route))
    if raised and not rang and row.urgency == Urgency.EMERGENCY and main_row.owner_id is None:
        queue.page(office, session, main_row, now)


def unfold(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """ほどく: the case stands alone again, with the state and owner it has kept. Only who may see both.

    Not folded (any more): nothing happens.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.folded_into is None:
        return
    main, main_row = seen_by(office, session, row.folded_into, staff, lock=True)
    waking.part(office, session, case, row, now, staff_id=staff.id)
    done(office, session, case, row, staff, now, "unfolded", label_of(main.number, main.route))
    done(office, session, main, main_row, staff, now, "fold_out", label_of(case.number, case.route))
    called_out(office, session, case, row, now)


def called_out(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """What stands alone again is called out as a new one is, and its promise is watched."""
    queue.remind_again(office, session, row)
    if row.due_at is not None and not answered(row):  # the timers of its promise found it folded and let it be
        once = f"{row.waiting_since}.{row.due_at}+0.{now}"
        office.outbox.notice_later(session, case.id, reminders.OVER, once, max(0.0, (row.due_at - now) / 1000))


def waiting_under(session: Session, main: Case) -> tuple[tuple[Case, Ticket], ...]:
    """The folded cases whose people wait for an answer of their own: others than who speaks in the main case.

    Who reported somebody else's trouble waits for none.
    """
    found = []
    for row in waking.folded_under(session, main.id):
        case = session.get(Case, row.case_id)
        if case is None or case.contact_id in (None, main.contact_id) or case.route in reporters.ROUTES:
            continue
        if row.kind == "consultation" and ticket.State(row.state) in ticket.OPEN and not answered(row):
            found.append((case, row))
    return tuple(found)


def before_close(session: Session, main: Case) -> None:
    """Raises `Refused("folded_waits")` while somebody else, whose case stands under this one, waits for an answer."""
    waiting = [case for case, row in waiting_under(session, main)]
    if waiting:
        labels = "・".join(label_of(case.number, case.route) for case in waiting)
        raise Refused(
            "folded_waits",
            f"まとめた {labels} の人が、返事を待っています。さきに返事をするか、ほどいてから閉じてください。",
        )


def candidates(office: Office, session: Session, case_id: int, staff: StaffRef) -> tuple[tuple[int, str, str], ...]:
    """(case id, label, why in Japanese) of the cases into which this one may be folded, the likeliest first.

    Linked cases, then other open ones of the same person; only what this member of staff may see.
    """
    case, row = seen_by(office, session, case_id, staff)
    if row.folded_into is not None:
        return ()
    found: dict[int, tuple[str, str]] = {}
    for link in linking.visible(office, session, case_id, staff):
        if link.state in ("suggested", "confirmed"):
            why = "・".join(link.reasons) or "結びつき"
            found[link.other] = (link.label, why if link.state == "suggested" else f"結びつけた相談（{why}）")
    for other in _of_the_same_person(session, case):
        found.setdefault(other.id, (label_of(other.number, other.route), "同じ人の相談"))
    chosen = [
        (other_id, label, why) for other_id, (label, why) in found.items() if _takes(office, session, other_id, staff)
    ]
    return tuple(chosen[:MOST_CANDIDATES])


def _refuse(session: Session, row: Ticket, main: Ticket) -> None:
    if row.folded_into is not None:
        raise Refused("folded", "もう、ほかの相談にまとめてあります。")
    if main.folded_into is not None:
        raise Refused("folded", "その相談は、ほかの相談にまとめてあります。まとめた先を選んでください。")
    if waking.folded_under(session, row.case_id):
        raise Refused("has_folded", "この相談には、ほかの相談がまとまっています。さきにほどいてください。")
    if row.practice != main.practice:  # a real danger would be called out as practice
        raise Refused("practice", "練習の相談と本当の相談は、まとめられません。")
    if row.state == ticket.State.HANDED:
        raise Refused("handed", "つなぎ中の相談はまとめられません。さきにつなぎを戻してください。")
    for found in (row, main):
        if ticket.State(found.state) not in ticket.OPEN:
            raise Refused("closed", f"「{ticket.State(found.state).label_ja}」の相談はまとめられません。")


def _of_the_same_person(session: Session, case: Case) -> list[Case]:
    if case.contact_id is None:
        return []
    others = select(Case).where(
        Case.tenant == case.tenant, Case.contact_id == case.contact_id, Case.id != case.id, Case.erased_at.is_(None)
    )  # fmt: skip
    return list(session.scalars(others.order_by(Case.id.desc()).limit(MOST_CANDIDATES)))


def _takes(office: Office, session: Session, case_id: int, staff: StaffRef) -> bool:
    """Whether a case may be folded into this one by this member of staff."""
    found = ledger.case_and_ticket(session, office.tenant, case_id)
    if found is None or found[0].erased_at is not None or not may_see(found[1], staff):
        return False
    return found[1].folded_into is None and ticket.State(found[1].state) in ticket.OPEN
