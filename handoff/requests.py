"""What people ask of their own data (開示・訂正・削除・利用停止の請求), from the first word to the decision.

In the caller's transaction; never commits. What was written about a request is sealed under the case's key and goes
with it; that there was one, and what became of it, stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.desk_records import DataRequest
from handoff.number import label_of, parse_label
from handoff.office import Office, Refused, StaffRef
from handoff.reach import silence
from handoff.records import Ticket
from handoff.request_rows import OPEN, fits, found, hears, log, new, notes, write
from handoff.scope import may_see
from handoff.view_lines import names_of
from intake.records import Case

KIND_JA: Final[Mapping[str, str]] = {
    "disclosure": "見たい（開示）", "correction": "直してほしい（訂正）", "deletion": "消してほしい（削除）",
    "stop": "使わないでほしい（利用停止）",
}  # fmt: skip
WAY_JA: Final[Mapping[str, str]] = {
    "line": "LINE", "web": "ウェブ", "counter": "窓口", "phone": "電話", "letter": "手紙・書面",
}  # fmt: skip
STATE_JA: Final[Mapping[str, str]] = {
    "new": "新しい",
    "working": "対応中",
    "done": "終わった",
    "refused": "応じなかった",
    "withdrawn": "本人が取り下げた",
}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of a request's notes. `who` is "" for the person's own asking."""

    at: int
    who: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as staff see it. Times in ms; `case_id` of what it is about."""

    id: int
    case_id: int
    label: str
    kind: str
    way: str
    state: str
    checked: bool
    at: int
    due_at: int
    done_at: int | None
    done_by: str
    notes: tuple[Note, ...] = ()
    erased: bool = False
    silence: str = ""
    """Why the person cannot be told (a key of `reach.SILENCE_JA`), "" when they can."""

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state in OPEN


def from_chat(office: Office, session: Session, case: Case, kind: str, now: int) -> int:
    """The person asked in the conversation; an open request of the kind is the same one. Returns its id."""
    same = (DataRequest.case_id == case.id, DataRequest.kind == kind, DataRequest.state.in_(OPEN))
    known = session.scalar(select(DataRequest.id).where(*same))
    return known or new(session, case, kind, "web" if case.channel == "web" else "line", None, now).id


def withdraw(session: Session, case: Case, now: int) -> int:
    """The person takes back, in the conversation, all that they asked for there. How many open requests that ended."""
    rows = session.scalars(
        select(DataRequest)
        .where(
            DataRequest.case_id == case.id, DataRequest.state.in_(OPEN), DataRequest.way.in_(("line", "web")),
            DataRequest.by_staff.is_(None),
        )
        .order_by(DataRequest.id)
        .with_for_update()
    ).all()  # fmt: skip
    for row in rows:
        row.state, row.done_at = "withdrawn", now
    return len(rows)


def asked_in_talk(session: Session, case: Case) -> tuple[str, ...]:
    """The kinds that the person asked for and that wait, in the order asked."""
    waits = select(DataRequest.kind).where(DataRequest.case_id == case.id, DataRequest.state.in_(OPEN))
    return tuple(session.scalars(waits.order_by(DataRequest.id)))


def enter(
    office: Office, session: Session, staff: StaffRef, number: str, kind: str, way: str, how: str, note: str, now: int
) -> int:
    """受付 writes down what came at the counter or by letter. `how`: by what it was made sure who asks, or "".

    Raises `Refused("bad_number" | "bad_kind" | "bad_way" | "too_long" | "no_case")`.
    """
    if kind not in KIND_JA:
        raise Refused("bad_kind", "何を求めているかを選んでください。")
    if way not in WAY_JA:
        raise Refused("bad_way", "どうやって来たかを選んでください。")
    count = parse_label(number)
    if count is None:
        raise Refused("bad_number", "番号を、T-0412 のように書いてください。")
    fits(how + note)
    case = session.scalar(select(Case).where(Case.tenant == office.tenant, Case.number == count))
    row = session.get(Ticket, case.id) if case is not None else None
    if case is None or row is None or not may_see(row, staff) or case.erased_at is not None:
        raise Refused("no_case", "その番号の相談は見つかりません。")
    made = new(session, case, kind, way, staff.id, now)
    if how.strip():
        made.identity_checked = True
        write(office, session, case, made, staff, f"本人確認：{how.strip()}", now)
    if note.strip():
        write(office, session, case, made, staff, note.strip(), now)
    log(office, session, case, made, staff, "request_entered", now)
    return made.id


def listed(office: Office, session: Session) -> tuple[RequestView, ...]:
    """Every request, the open ones first by their due day. Without notes."""
    rows = session.execute(
        select(DataRequest, Case)
        .join(Case, Case.id == DataRequest.case_id)
        .where(DataRequest.tenant == office.tenant)
        .order_by(DataRequest.state.not_in(OPEN), DataRequest.due_at, DataRequest.id)
        .limit(_SHOWN)
    ).all()
    names = names_of(session, (row.done_by for row, _ in rows))
    return tuple(_view(row, case, names) for row, case in rows)


def waiting(session: Session, tenant: str) -> int:
    """How many requests wait for a decision."""
    asked = select(func.count()).select_from(DataRequest)
    return session.scalar(asked.where(DataRequest.tenant == tenant, DataRequest.state.in_(OPEN))) or 0


def opened(office: Office, session: Session, request_id: int, staff: StaffRef) -> RequestView:
    """One request with its notes. Raises `NotFound`."""
    row, case = found(office, session, request_id, staff)
    entries = notes(office, row)
    names = names_of(session, [row.done_by, *(int(one["who"]) for one in entries)])
    said = tuple(Note(int(one["at"]), names.get(int(one["who"]), ""), str(one["text"])) for one in entries)
    return _view(row, case, names, said, silence(session, case) if hears(row, case) else "report")


def _view(
    row: DataRequest, case: Case, names: Mapping[int, str], notes: tuple[Note, ...] = (), silent: str = ""
) -> RequestView:
    return RequestView(
        id=row.id, case_id=case.id, label=label_of(case.number, case.route), kind=row.kind, way=row.way,
        state=row.state, checked=row.identity_checked, at=row.at, due_at=row.due_at, done_at=row.done_at,
        done_by=names.get(row.done_by or 0, ""), notes=notes, erased=case.erased_at is not None, silence=silent,
    )  # fmt: skip
