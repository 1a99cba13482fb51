"""保存期間と廃棄: what has served its time, what must be kept beyond it, and destroying it for good.

The machine only lists; 管理 looks at the list and destroys. An open case is never listed. What is destroyed: every
word, the names, the reporter, packets and sheets, and the key that they were sealed under (crypto-shredding), so that
a backup cannot bring them back. Numbers, dates and counts stay. In the caller's transaction; never commits. No statute
says how long chats are kept: the days are the pack's (`retention_days`), by kind of record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from handoff import ledger, plan_store
from handoff.desk_records import DataRequest
from handoff.flow_records import Agenda, Packet
from handoff.handover import UNSETTLED
from handoff.number import label_of
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.outward_records import RetentionHold, Shredded
from handoff.records import Call, HandOver, Ticket
from intake.ids import new_id
from intake.records import Case
from intake.seal import Cell, KeyDestroyed

DAY_MS: Final = 86_400_000
SOON_DAYS: Final = 90
"""So far ahead the preview looks."""
DEFAULT_DAYS: Final[Mapping[str, int]] = {
    "consultation": 1825, "abuse": 3650, "meeting": 1825, "remark": 365, "feed": 365, "offer": 1095,
}  # fmt: skip
"""Where the pack says nothing. 相談記録 5年 is the usual practice, not a rule."""
KIND_JA: Final[Mapping[str, str]] = {
    "consultation": "一般の相談", "abuse": "虐待・DV", "meeting": "会議で扱った相談", "remark": "気になった一言",
    "feed": "見守り・訪問の記録", "offer": "手伝いの申し出",
}  # fmt: skip
_ABUSE: Final = frozenset({"abuse_child", "abuse_elder", "abuse_disability", "dv"})
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Due:
    """One closed case. `kind`: of `KIND_JA`; `until` (ms): its time is over then; `kept`: somebody stopped it."""

    case_id: int
    label: str
    kind: str
    closed_at: int
    until: int
    kept: bool
    blocked: str = ""
    """Why it may not go though its time is over: a code of `BLOCKED_JA`."""

    @property
    def kind_ja(self) -> str:
        """The kind in words."""
        return KIND_JA[self.kind]


BLOCKED_JA: Final[Mapping[str, str]] = {
    "request": "本人の請求に、まだ答えていません", "folded": "ほかの相談とまとめてあります",
    "on_its_way": "つなぎの返事を待っています", "call": "呼び出しが続いています",
}  # fmt: skip


def days_of(office: Office, kind: str) -> int:
    """How long (days) a record of that kind is kept."""
    return office.pack.retention_days.get(kind, DEFAULT_DAYS[kind])


def kind_of(office: Office, session: Session, case: Case, row: Ticket) -> str:
    """The kind of record that keeps it longest: `abuse`, `meeting` or `consultation`."""
    kinds = ["consultation"]
    if _of_abuse(office, session, case, row):
        kinds.append("abuse")
    met = select(Agenda.id).where(Agenda.case_id == case.id, Agenda.state.in_(("chosen", "discussed")))
    packed = select(Packet.id).where(Packet.case_id == case.id, Packet.kind == "meeting")
    if session.scalar(select(exists(met))) or session.scalar(select(exists(packed))):
        kinds.append("meeting")
    return max(kinds, key=lambda kind: days_of(office, kind))


def _of_abuse(office: Office, session: Session, case: Case, row: Ticket) -> bool:
    notified = select(HandOver.id).where(HandOver.case_id == case.id, HandOver.basis.like("C2%"))
    if session.scalar(select(exists(notified))):
        return True
    try:
        read = plan_store.reading_of(office.sealer, row)
    except KeyDestroyed:
        return False
    return read is not None and bool(read.themes & _ABUSE)


def preview(office: Office, session: Session, now: int, *, soon: bool = True) -> Sequence[Due]:
    """Every closed case whose time is over, and with `soon` those of the next `SOON_DAYS`; the oldest first.

    Changes nothing. At most `_MOST` at a time: what is destroyed makes room for the rest.
    """
    ahead = now + (SOON_DAYS * DAY_MS if soon else 0)
    least = min(days_of(office, kind) for kind in ("consultation", "abuse", "meeting"))
    rows = session.execute(
        select(Case, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(
            Ticket.tenant == office.tenant,
            Ticket.state == "closed",
            Ticket.practice.is_(False),
            Case.erased_at.is_(None),
            Ticket.closed_at.is_not(None),
            Ticket.closed_at <= ahead - least * DAY_MS,
        )
        .order_by(Ticket.closed_at, Ticket.case_id)
        .limit(_MOST)
    )
    found = (due_of(office, session, case, row) for case, row in rows)
    return [one for one in found if one.until <= ahead]


def due_of(office: Office, session: Session, case: Case, row: Ticket) -> Due:
    """When the time of a closed case is over, and what stands against it."""
    kind = kind_of(office, session, case, row)
    closed = row.closed_at or case.opened_at
    return Due(
        case.id, label_of(case.number, case.route), kind, closed, closed + days_of(office, kind) * DAY_MS,
        kept=hold_of(session, case.id) is not None, blocked=next(_blocked(session, case, row), ""),
    )  # fmt: skip


def _blocked(session: Session, case: Case, row: Ticket) -> Iterator[str]:
    asked = select(DataRequest.id).where(DataRequest.case_id == case.id, DataRequest.state.in_(("new", "working")))
    if session.scalar(asked.limit(1)):
        yield "request"
    open_into = select(Ticket.case_id).where(Ticket.folded_into == case.id, Ticket.state.not_in(("closed", "erased")))
    main = session.get(Ticket, row.folded_into) if row.folded_into is not None else None
    if session.scalar(open_into.limit(1)) or (main is not None and main.state not in ("closed", "erased")):
        yield "folded"
    sent = select(HandOver.id).where(HandOver.case_id == case.id, HandOver.state.in_(UNSETTLED))
    if session.scalar(sent.limit(1)):
        yield "on_its_way"
    if session.scalar(select(Call.id).where(Call.case_id == case.id, Call.state == "open").limit(1)):
        yield "call"


def hold_of(session: Session, case_id: int) -> RetentionHold | None:
    """The standing order to keep this case, None without one."""
    return session.scalar(
        select(RetentionHold).where(RetentionHold.case_id == case_id, RetentionHold.lifted_at.is_(None)).limit(1)
    )


def hold(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, now: int) -> None:
    """廃棄を止める: kept beyond its time until the order is lifted. By 管理, or 受付 who may see it.

    Raises `NotFound`; `Refused`: `reason_needed`, `held_before`.
    """
    case, _ = _closed_or_open(office, session, case_id, staff)
    if not reason.strip():
        raise Refused("reason_needed", "残しておく理由を書いてください。")
    if hold_of(session, case_id) is not None:
        raise Refused("held_before", "この相談は、もう廃棄を止めてあります。")
    row_id = new_id()
    cell = Cell(office.tenant, "retention_holds", "reason_sealed", row_id)
    session.add(
        RetentionHold(
            id=row_id, tenant=office.tenant, case_id=case_id, by_staff=staff.id, at=now,
            reason_sealed=office.sealer.seal_text(case.key_id, cell, reason.strip()),
        )
    )  # fmt: skip
    _booked(office, session, case, staff, "retention_held", now)


def lift(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """廃棄を止めたのを解く. Raises `NotFound`, `Refused("not_held")`."""
    case, _ = _closed_or_open(office, session, case_id, staff)
    found = hold_of(session, case_id)
    if found is None:
        raise Refused("not_held", "この相談の廃棄は、止められていません。")
    found.lifted_by, found.lifted_at = staff.id, now
    _booked(office, session, case, staff, "retention_lifted", now)


def _closed_or_open(office: Office, session: Session, case_id: int, staff: StaffRef) -> tuple[Case, Ticket]:
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    if found is None or staff.role not in ("manager", "intake") or found[0].erased_at is not None:
        raise NotFound("not_found", "その相談は見つかりません。")
    return found


def _booked(office: Office, session: Session, case: Case, staff: StaffRef, what: str, now: int) -> None:
    ledger.remember(session, office.sealer, case, at=now, actor="staff", staff_id=staff.id, what=what)
    ledger.audit(session, office.audit_key, office.tenant, at=now, action=what, staff_id=staff.id, case_id=case.id)


def log(
    session: Session, tenant: str, label: str, kind: str, why: str, now: int, *, days: int = 0,
    case_id: int | None = None, staff_id: int | None = None,
) -> None:  # fmt: skip
    """One line of what was destroyed. `why`: `expired`, `request` (削除の請求), `person` (けす)."""
    session.add(
        Shredded(
            id=new_id(), tenant=tenant, case_id=case_id, label=label, kind=kind, why=why, days=days,
            staff_id=staff_id, at=now,
        )
    )  # fmt: skip
