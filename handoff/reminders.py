"""Reminders of the promise (期限の知らせ): when half of its time is over, at the promise, and again while it is broken.

Whoever has the case is reminded; a case that nobody has is called out in its channel. Held, folded, answered, closed
and erased cases are left alone, ordinary ones rest while the office is closed, and a case of アウトリーチ has no
promise once somebody tried to reach the person (`handoff.promise.rests`). Works in the caller's transaction.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, clock, ledger, rota, ticket, waking
from handoff.login_records import Identity
from handoff.office import Office
from handoff.promise import answered, due_of, rests
from handoff.records import Ticket
from intake.clock import to_datetime
from intake.outbox import Draft
from intake.records import Case
from triage.assessment import Kind, Urgency

HALF, OVER, AGAIN = "promise_half", "promise_over", "promise_again"
KINDS: Final = frozenset({HALF, OVER, AGAIN})
REMIND_SECONDS: Final = {Urgency.EMERGENCY: 300.0, Urgency.HIGH: 1_800.0, Urgency.NORMAL: 7_200.0}
"""How long a case that nobody took, or a broken promise, may stand before it is said again."""
_LONGEST_S: Final = 86_400.0
_DOUBLINGS: Final = 6
_JUST_MS: Final = 600_000


def watch(office: Office, session: Session, row: Ticket, now: int) -> None:
    """A waiting period began, or its promise got shorter: look at half of its time, and when it is over."""
    if row.due_at is None or row.kind != Kind.CONSULTATION:
        return
    once = f"{row.waiting_since}.{row.due_at}"
    half = row.waiting_since + (row.due_at - row.waiting_since) // 2
    for kind, at in ((HALF, half), (OVER, row.due_at)):
        office.outbox.notice_later(session, row.case_id, kind, once, max(0.0, (at - now) / 1000))


def pressed_again(office: Office, session: Session, case: Case, row: Ticket, now: int) -> None:
    """The case left a desk of アウトリーチ, or whoever had it, while the person waits: a promise again, from now on."""
    if row.due_at is not None or not _waits(case, row) or rests(office, session, case, row):
        return
    row.due_at = due_of(office, Urgency(row.urgency), now)
    if row.due_at is not None:
        once = f"{row.waiting_since}.{row.due_at}"
        office.outbox.notice_later(session, case.id, OVER, once, (row.due_at - now) / 1000)


def come_due(office: Office, session: Session, case_id: int, kind: str, once: str, now: int) -> str:
    """The time has come; what happened meanwhile decides.

    Returns `gone`, `over` (answered, closed, erased, or another promise holds), `aside` (folded), `held` or `later`
    (looked at again when the hold ends or the office opens), or `reminded`.
    """
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    if found is None or kind not in KINDS:
        return "gone"
    case, row = found
    about, _, tail = once.partition("+")
    if about != f"{row.waiting_since}.{row.due_at}" or not _waits(case, row):
        return "over"
    if row.folded_into is not None:
        return "aside"
    if waking.held(row, now) and row.hold_until is not None:
        _later(office, session, case_id, kind, about, tail, (row.hold_until - now) / 1000, now)
        return "held"
    if rest := quiet_seconds(office, Urgency(row.urgency), now):
        _later(office, session, case_id, kind, about, tail, rest, now)
        return "later"
    if row.owner_id is None and row.reminded_at is not None and now - row.reminded_at < _JUST_MS:
        return "reminded"  # `queue.remind` has just said it
    _say(office, session, case, row, f"{kind}-{case_id}-{once}", now)
    ledger.changed(session, office.outbox, row)
    count = _count(tail)
    if kind != HALF and row.owner_id is not None:  # a case without an owner is called out by `queue.remind`
        seconds = min(REMIND_SECONDS[Urgency(row.urgency)] * 2 ** min(count, _DOUBLINGS), _LONGEST_S)
        office.outbox.notice_later(session, case_id, AGAIN, f"{about}+{count + 1}", seconds)
    return "reminded"


def quiet_seconds(office: Office, urgency: Urgency, now: int) -> float:
    """How long a reminder rests: an ordinary case wakes nobody before the office opens. 0 for now.

    Where the hours are unknown nothing rests.
    """
    if urgency is not Urgency.NORMAL or clock.is_open(office.pack.hours, to_datetime(now)) is not False:
        return 0.0
    opens = clock.next_open(office.pack.hours, to_datetime(now))
    return (opens - to_datetime(now)).total_seconds() if opens is not None else 0.0


def owner_in_slack(session: Session, tenant: str, row: Ticket) -> str:
    """The Slack user id of whoever has the case now, "" when nobody has it or they are not linked."""
    if row.owner_id is None:
        return ""
    subject = session.scalar(
        select(Identity.subject).where(
            Identity.tenant == tenant, Identity.issuer == "slack", Identity.staff_id == row.owner_id
        )
    )
    return (subject or "").partition(":")[2]


def why_ja(row: Ticket, now: int) -> str:
    """Why somebody is reminded, in words."""
    late = row.due_at is not None and row.due_at < now
    if row.owner_id is None:
        return "未対応です（担当がまだ決まっていません）。" + ("返事の期限をこえました。" if late else "")
    return "返事の期限をこえました。" if late else "返事がまだです。期限が近づいています。"


def deadline_ja(row: Ticket, now: int) -> str:
    """The promise in words: 「期限：11月22日（日）14:05（あと 18分）」, "" without one."""
    if row.due_at is None:
        return ""
    at, moment = to_datetime(row.due_at), to_datetime(now)
    left = clock.left_ja(clock.Due(at, clock.DueKind.BY), moment)
    return f"期限：{clock.moment_ja(at, moment)}（{left}）"


def _say(office: Office, session: Session, case: Case, row: Ticket, once: str, now: int) -> None:
    """To the owner in Slack, else to the channel; a town or an owner without Slack is told by the first addresses."""
    purpose = "reminder" if row.owner_id is None else "nudge"
    slack = Draft(tenant=case.tenant, channel="slack", purpose=purpose, dedupe=once, case_id=case.id)
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="reminded")
    linked = row.owner_id is None or bool(owner_in_slack(session, office.tenant, row))
    if linked and office.outbox.put(session, slack) is not None:
        return
    open_now = calls.opened(office, now)
    if open_now or row.urgency == Urgency.EMERGENCY:
        names = rota.names_of(rota.of_area(office.pack, row.area), 0, opened=open_now)
        calls.notify(office, session, case, names, purpose=purpose, once=once)


def _waits(case: Case, row: Ticket) -> bool:
    live = ticket.State(row.state) in ticket.OPEN and case.erased_at is None
    return live and row.kind == Kind.CONSULTATION and not answered(row)


def _later(
    office: Office, session: Session, case_id: int, kind: str, about: str, tail: str, seconds: float, now: int
) -> None:
    once = f"{about}+{_count(tail)}.{now}"
    office.outbox.notice_later(session, case_id, kind, once, max(seconds, 1.0))


def _count(tail: str) -> int:
    number = tail.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
