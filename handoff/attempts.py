"""本人に伝えた・会った (訪問や電話の記録): how staff reached a person outside the screen, or tried to; what came of it.

Reaching them is an answer to what they wrote. Trying is not: the promise stands, but for a desk of アウトリーチ, which
nobody presses (`handoff.promise.rests`); there whoever has the case looks again on a day of their own (次に見る日).
What was said lies in the history, sealed under the case's key. In the caller's transaction; never commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desk, ledger, replying, staff_notes, ticket, waking
from handoff.acting import alone, done, seen_by
from handoff.clock import TOKYO, next_open
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.packet import sheet
from handoff.packet.values import Entry, Source
from handoff.promise import MET, answered, rests
from handoff.records import History, Ticket
from intake.clock import to_datetime, to_ms
from intake.records import Case

KIND: Final = "look"
"""The kind of the timer of 次に見る日."""
WAY_JA: Final[Mapping[str, str]] = {
    "phone": "電話", "visit": "訪問", "letter": "手紙", "fax": "FAX", "counter": "窓口",
}  # fmt: skip
RESULT_JA: Final[Mapping[str, str]] = {
    MET: "会えた・話せた・伝えた", "not_met": "会えない・出ない", "letter_left": "手紙を残した",
}  # fmt: skip
"""Step of the history → the choice on screen."""
FIELD_OF: Final[Mapping[str, str]] = {"interests": "interests", "family": "family_clue"}
"""What a visit found out → the field of the 聞きとりシート."""
LONGEST: Final = 4_000
SHORT: Final = 500
REST_DAYS: Final = 14
"""When a case that rests is looked at again where its worker chose no day."""
_FURTHEST_DAYS: Final = 366
_DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000
_MORNING: Final = time(9, 0)
"""When a day begins where the office's hours are unknown."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is written down. `at`: when it was (ms UTC, by the minute). `look_on`: `2027-03-01`, "" for none.

    `interests` (興味・関心) and `family` (糸口になる家族) go into the 聞きとりシート, behind what stands there.
    """

    way: str
    result: str
    at: int
    said: str = field(default="", repr=False)
    look_on: str = ""
    interests: str = field(default="", repr=False)
    family: str = field(default="", repr=False)


def moment_of(text: str) -> int:
    """The time of a form's field (`2026-11-22T20:15`, in Tokyo) in ms UTC. Raises `Refused("bad_when")`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("bad_when", "いつのことかを、日付と時刻で書いてください。") from None
    return to_ms(found.replace(second=0, microsecond=0, tzinfo=TOKYO))


def minute_of(now: int) -> int:
    """The minute of this moment (ms UTC)."""
    return now // _MINUTE_MS * _MINUTE_MS


def day_after(now: int, days: int) -> str:
    """The day that many days from today (`2027-03-01`), "" for 0."""
    return (_today(now) + timedelta(days=days)).isoformat() if days else ""


def record(office: Office, session: Session, case_id: int, staff: StaffRef, what: Attempt, now: int) -> None:
    """Write it down; the same again changes nothing. By the owner, 受付, or for what nobody has: then they take it.

    Raises `Refused`: `bad_way`, `bad_result`, `empty` (who was met: what was said), `too_long`, `bad_when` (to come, or
    more than a day before the case began), `bad_date`, `folded`, `erased`, `wrong_state`; `Conflict` for a case of
    somebody else's.
    """
    _check(what)
    case, row = seen_by(office, session, case_id, staff, lock=True)
    alone(session, row)
    _open(case, row, staff)
    at, met = _when(case, what.at, now), what.result == MET
    look_at = _look_time(office, what.look_on, now)
    if _written(office, session, case, staff, what, at):
        return
    if met:
        replying.take(office, session, row, staff, now)
    elif row.owner_id is None:
        desk.claim(office, session, case_id, staff, now)
    done(office, session, case, row, staff, now, what.result, what.way, _note(what), at=at)
    session.flush()
    if met:
        replying.answer_counts(session, row, max(at, case.opened_at))
    _keep_on_sheet(office, session, case, staff, what, now)
    if not answered(row) and rests(office, session, case, row):
        row.due_at = None
        look_at = look_at or _opening(office, _today(now) + timedelta(days=REST_DAYS))
    row.look_at = look_at
    if look_at is not None:
        once = f"{look_at}.{row.version}"
        office.outbox.notice_later(session, case_id, KIND, once, (look_at - now) / 1000)


def come_due(office: Office, session: Session, case_id: int, kind: str, once: str, now: int) -> str:
    """次に見る日 has come. Returns `gone`, `over` (it was set anew, or the case is over) or `reminded`."""
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    wanted = once.partition(".")[0]
    if found is None or kind != KIND or not wanted.isdecimal():
        return "gone"
    case, row = found
    if row.look_at != int(wanted) or case.erased_at is not None or ticket.State(row.state) not in ticket.OPEN:
        return "over"
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="look_reminded")
    owner = waking.owner_of(session, row)
    if owner is None:
        staff_notes.tell_desk(office, session, case, row.owner_desk, "look", once, now)
    else:
        staff_notes.tell_one(office, session, case, owner, "look", once, now, at_desk=row.owner_desk)
    ledger.changed(session, office.outbox, row)
    return "reminded"


def _check(what: Attempt) -> None:
    if what.way not in WAY_JA:
        raise Refused("bad_way", "どうやって伝えたか（電話・訪問・手紙・FAX・窓口）を選んでください。")
    if what.result not in RESULT_JA:
        raise Refused("bad_result", "どうだったかを選んでください。")
    if what.way == "letter" and what.result == MET:
        message = "手紙を出しただけでは、伝わったか分かりません。「手紙を残した」を選んでください。"
        raise Refused("bad_result", message)
    if what.result == MET and not what.said.strip():
        raise Refused("empty", "話したこと・したことを、ひとこと書いてください。")
    if len(what.said) > LONGEST or max(len(what.interests), len(what.family)) > SHORT:
        raise Refused("too_long", f"文が長すぎます（話したことは{LONGEST:,}字、ほかは{SHORT}字まで）。")


def _open(case: Case, row: Ticket, staff: StaffRef) -> None:
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。")
    if ticket.State(row.state) not in ticket.OPEN:
        raise Refused("wrong_state", "閉じた相談です。もう一度開いてから書いてください。")
    if row.owner_id not in (None, staff.id) and staff.role != "intake":
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人か受付の人が書いてください。")


def _when(case: Case, at: int, now: int) -> int:
    """The end of the minute that was chosen, so that nothing said within it comes after it; never later than now."""
    if at > now or at < case.opened_at - _DAY_MS:
        message = "いつのことかを確かめてください。これからのことと、この相談より前のことは、ここには書けません。"
        raise Refused("bad_when", message)
    return min(at + _MINUTE_MS - 1, now)


def _look_time(office: Office, look_on: str, now: int) -> int | None:
    if not look_on:
        return None
    try:
        day = date.fromisoformat(look_on)
    except ValueError:
        raise Refused("bad_date", "次に見る日は、日付で選んでください。") from None
    if not _today(now) < day <= _today(now) + timedelta(days=_FURTHEST_DAYS):
        raise Refused("bad_date", "次に見る日は、あしたから1年のあいだで選んでください。")
    return _opening(office, day)


def _opening(office: Office, day: date) -> int:
    """When the office opens on that day, or next after it."""
    opens = next_open(office.pack.hours, datetime.combine(day, time(), TOKYO))
    return to_ms(opens or datetime.combine(day, _MORNING, TOKYO))


def _today(now: int) -> date:
    return to_datetime(now).astimezone(TOKYO).date()


def _written(office: Office, session: Session, case: Case, staff: StaffRef, what: Attempt, at: int) -> bool:
    """Whether this person wrote the same words down for the same minute: the button was pressed twice."""
    minute = minute_of(at)
    same = select(History).where(
        History.case_id == case.id, History.staff_id == staff.id, History.what == what.result,
        History.detail == what.way, History.at >= minute, History.at < minute + _MINUTE_MS,
    )  # fmt: skip
    return any(ledger.note_of(office.sealer, one) == _note(what) for one in session.scalars(same))


def _note(what: Attempt) -> str:
    found = (what.said, _named("興味・関心", what.interests), _named("糸口になる家族", what.family))
    return "\n".join(part.strip() for part in found if part.strip())


def _named(name: str, words: str) -> str:
    return f"{name}：{words.strip()}" if words.strip() else ""


def _keep_on_sheet(
    office: Office, session: Session, case: Case, staff: StaffRef, what: Attempt, now: int
) -> None:  # fmt: skip
    """What the visit found out stands behind what the sheet says already, once."""
    entries, household, version = sheet.written_of(office, session, case)
    new = dict(entries)
    for name, words in (("interests", what.interests.strip()), ("family", what.family.strip())):
        known = new.get(FIELD_OF[name], Entry()).value
        if words and isinstance(known, str) and words not in known.split("\n"):
            new[FIELD_OF[name]] = Entry("\n".join(part for part in (known, words) if part), Source.STAFF)
    if new != entries:
        sheet.save(office, session, case.id, staff, new, household, version, now)
