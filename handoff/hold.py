"""Putting a case aside for a while (保留): the owner or the queue stays, and so does the promise to the person.

It ends at its time, when the person writes, when the case becomes 今すぐ, and when it is handed or closed. In the
caller's transaction; never commits. What the machine's side needs of it: `handoff.waking`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from handoff import ledger, queue, ticket, waking
from handoff.acting import alone, done, seen_by
from handoff.clock import TOKYO, next_open
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.pack import Pack
from handoff.promise import answered
from handoff.records import Ticket
from intake.clock import to_datetime, to_ms
from intake.records import Case
from triage.assessment import Urgency

CHOICES: Final[Mapping[str, str]] = {
    "1h": "1時間",
    "tomorrow": "次に開く日の朝まで",
    "monday": "来週のはじめまで",
    "week": "1週間",
}
"""code → the words of the choice."""
MOST_MS = 31 * 86_400_000
ONCE: Final = "hold-"
"""Begins the name of the timer: it stands among the reminders of the case."""
_MORNING = 8.5
"""Hour of the day in Tokyo at which a hold ends where the office's hours are unknown."""


def until(code: str, pack: Pack, now: int) -> int:
    """When a hold of this choice ends (ms UTC): at an opening of the office, but for 1時間.

    Raises `Refused("bad_choice")`.
    """
    local = to_datetime(now).astimezone(TOKYO)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if code == "1h":
        return now + 3_600_000
    if code == "tomorrow":
        return _opening(pack, midnight + timedelta(days=1))
    if code == "monday":
        return _opening(pack, midnight + timedelta(days=7 - local.weekday()))
    if code == "week":
        return _opening(pack, midnight + timedelta(days=7))
    raise Refused("bad_choice", "いつまで保留するかを選んでください。")


def hold(office: Office, session: Session, case_id: int, staff: StaffRef, until_ms: int, why: str, now: int) -> None:
    """保留: out of the queue's way until then. By the owner or 受付; `why` is a note for the history, may be "".

    Raises `Conflict("not_owner")`, `Refused("emergency")` for 今すぐ, `Refused("past_due")` when the person was
    promised an answer sooner, `Refused("bad_until")` for a time that is over or more than a month away,
    `Refused("handed")`, `Refused("folded")`, `Refused("wrong_state")`.
    """
    case, row = _mine(office, session, case_id, staff)
    if row.state == ticket.State.HANDED:
        raise Refused("handed", "つなぎ先の返事を待っています。保留はいりません。")
    if ticket.State(row.state) not in ticket.OPEN:
        raise Refused("wrong_state", f"「{ticket.State(row.state).label_ja}」の相談は保留できません。")
    if row.urgency == Urgency.EMERGENCY:
        raise Refused("emergency", "「今すぐ」の相談は保留できません。")
    if not now < until_ms <= now + MOST_MS:
        raise Refused("bad_until", "保留は、いまから1か月までのあいだで選んでください。")
    if not answered(row) and row.due_at is not None and until_ms > row.due_at:
        raise Refused(
            "past_due", "本人に約束した時刻をすぎてしまいます。さきに返事をするか、もっと短い保留にしてください。"
        )
    row.hold_until = until_ms
    done(office, session, case, row, staff, now, "held", str(until_ms), why.strip())
    # The version makes the timer another one each time: a hold taken back and set again has its own.
    once = f"{ONCE}{until_ms}.{row.version}"
    office.outbox.remind_later(session, case.id, once, (until_ms - now) / 1000)


def unhold(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """保留をやめる: by the owner or 受付. Not held (any more): nothing happens."""
    case, row = _mine(office, session, case_id, staff)
    if row.hold_until is None:
        return
    row.hold_until = None
    done(office, session, case, row, staff, now, "unheld")
    queue.remind_again(office, session, row)


def come_due(office: Office, session: Session, case: Case, row: Ticket, once: str, now: int) -> str:
    """The timer of a hold: `woken`, or `over` when it was ended or set anew meanwhile."""
    wanted = int(once.removeprefix(ONCE).partition(".")[0])
    if row.hold_until != wanted or not waking.end_hold(office, session, case, row, now, "machine"):
        return "over"
    ledger.changed(session, office.outbox, row)
    queue.remind_again(office, session, row)
    return "woken"


def _mine(office: Office, session: Session, case_id: int, staff: StaffRef) -> tuple[Case, Ticket]:
    case, row = seen_by(office, session, case_id, staff, lock=True)
    alone(session, row)
    if row.owner_id != staff.id and staff.role != "intake":
        raise Conflict("not_owner", "担当の人か、受付の人ができます。")
    return case, row


def _opening(pack: Pack, at: datetime) -> int:
    return to_ms(next_open(pack.hours, at) or at + timedelta(hours=_MORNING))
