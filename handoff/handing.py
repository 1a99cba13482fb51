"""Passing a case on (つなぐ・取り戻す): sending and taking back, in the caller's transaction; never commits.

The sender keeps the case until whoever is to become 主担当 accepts it, and it stays on its way (つなぎ中) until every
recipient has answered. What recipients answer: `handoff.handing_answers`. 通告・通報 waits for nobody and nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from handoff import consents, desks, gate, handing_due, handover, sources, staff_notes, ticket
from handoff import handing_rows as rows
from handoff.acting import alone, done, moved, seen_by
from handoff.basis import BASES
from handoff.clock import TOKYO
from handoff.handing_answers import accept
from handoff.handover import Form, Purpose
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.packet import store
from handoff.records import HandOver, Ticket
from intake.clock import to_datetime
from intake.ids import new_id
from intake.records import Case

__all__ = ["Sending", "accept", "before_close", "hand", "orphaned", "send", "take_back", "withdrawn"]

MOST_DESKS: Final = 8
FIRST: Final = "*"


@dataclass(frozen=True, slots=True)
class Sending:
    """What a つなぎ says. `lead`: the desk that is to become 主担当; `FIRST` for the first of `desks`, "" for none (we
    stay). `decided_by`: whose named decision it is. `heard`: when and by whom consent was heard, `by_whom`: whose word
    that is (`consent_rows.WHOSE_JA`). `due_at`: ms UTC."""

    desks: tuple[str, ...]
    basis: str
    ask: str = field(repr=False)
    keep: str = field(repr=False)
    purpose: str = Purpose.CONSULT
    form: str = ""
    lead: str = FIRST
    decided_by: int | None = None
    heard: str = field(default="", repr=False)
    by_whom: str = ""
    due_at: int | None = None
    checked: str = field(default="", repr=False)
    """For an anonymous packet (C9): how somebody made sure that nobody can be recognised."""


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
    *,
    heard: str = "",
    by_whom: str = "",
    decided: bool = True,
) -> None:
    """つなぐ to one desk that is to become 主担当; `decided`: who hands decides by name. Raises what `send` does."""
    decider = staff.id if decided else None
    what = Sending((to_desk,), basis, ask, keep, decided_by=decider, heard=heard, by_whom=by_whom)
    send(office, session, case_id, staff, what, now)


def send(office: Office, session: Session, case_id: int, staff: StaffRef, what: Sending, now: int) -> tuple[int, ...]:
    """つなぐ: one packet to one or several desks; returns the ids of its rows, one a desk.

    本人の同意 (C0) counts only where the person gave it for each desk, or for the meeting that it holds where it goes
    before that, or where staff write down whose consent was heard, when and by whom. Raises `Refused`: `no_desk`,
    `too_many`, `incomplete`, `no_purpose`, `bad_form`, `bad_lead`, `bad_due`, `bad_basis`, `whose_needed`, what
    `gate.ask` refuses; `Conflict` for a case of somebody else's, unless it is 通告・通報.
    """
    what = _checked(office, what)
    case, row = seen_by(office, session, case_id, staff, lock=True)
    alone(session, row)
    notify = what.purpose == Purpose.NOTIFICATION
    if row.owner_id not in (None, staff.id) and not notify:
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人がつないでください。")
    anonymous = what.basis == "C9" and bool(what.checked.strip())
    found = gate.ask(
        office, session, case, what.desks, what.basis, decided_by=what.decided_by, heard=bool(what.heard.strip()),
        meeting=what.purpose == Purpose.MEETING, anonymous=anonymous,
    )  # fmt: skip
    spoken = consents.spoken(found, what.by_whom, what.heard)
    if sources.stays_behind(sources.restriction(session, case), what.basis):
        what = replace(what, lead="")  # 主担当 sees the whole case, and with it what the meeting told
    dues = [rows.due_of(office, desk, what.due_at, now) for desk in what.desks]
    _move(row, staff, now, notify=notify)
    for heard in spoken:
        consents.write_heard(office, session, case, row, staff, heard, now)
    session.flush()  # the packet looks for the consents written just now
    packet = store.make(
        office, session, case, row, staff, kind=_form_of(case, what),
        basis=what.basis, recipients=what.desks, ask=what.ask, keep=what.keep, now=now,
        scope="text" if any(one.scope for one in found) else "", decided_by=what.decided_by, checked=what.checked,
    )  # fmt: skip
    if what.basis == "C9":  # recipients read what we ask for: there too nobody may be recognised
        body = store.body_of_row(office, packet)
        what = replace(what, ask=str(body["ask"]), keep=str(body["keep"]))
    ids = []
    for one, due_at in zip(found, dues, strict=True):
        over = _row(office, case, row, staff, what, one, due_at, now)
        over.packet_id = packet.id
        session.add(over)
        done(office, session, case, row, staff, now, "handed", f"{one.desk} {what.basis} {one.scope}".strip())
        handing_due.watch(office, session, over, now)
        if not rows.outside(session, office.tenant, one.desk):
            name = rows.name_of(office, over)
            staff_notes.tell_desk(office, session, case, one.desk, "arrived", str(over.id), now, desk=name)
        ids.append(over.id)
    return tuple(ids)


def _form_of(case: Case, what: Sending) -> str:
    """Which form goes: a report of a partner's worker as 見守り報告, for it alone says where and what."""
    if what.purpose == Purpose.MEETING:
        return "meeting"
    return "watch" if case.route == "lifeline" else "referral"


def take_back(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, now: int) -> None:
    """取り戻す: every recipient that has not answered need not any more; a reason is needed. Its owner keeps the case.

    Raises `Refused("note_needed")`, `Refused("wrong_state")` for a case that is not on its way.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    back = moved(row, ticket.Action.RETURN, note=reason)
    row.state = back
    for over in withdrawn(session, case, staff.id, now):
        over.reason_sealed = rows.sealed(office, case, over.id, "reason_sealed", reason)
        done(office, session, case, row, staff, now, "taken_back", over.to_desk, reason)


def before_close(
    office: Office, session: Session, case: Case, row: Ticket, staff: StaffRef, reason: ticket.CloseReason, now: int
) -> None:
    """A case is closed only when nobody is waited for: `Refused("unanswered")`.

    「つなぎ先が引き受けた」 answers for the one desk that was asked.
    """
    waiting = [over for over in rows.of_case(session, case.id) if rows.part_of(over).waits]
    if not waiting:
        return
    if reason is not ticket.CloseReason.TAKEN_OVER or len(waiting) > 1:
        message = "まだ返事のない窓口があります。返事を書くか、つなぎを取り戻してから閉じてください。"
        raise Refused("unanswered", message)
    over = waiting[0]
    over.received_at, over.received_by = over.received_at or now, over.received_by or staff.id
    over.state, over.settled_at, over.settled_by = str(handover.State.ACCEPTED), now, staff.id


def orphaned(session: Session, case: Case, now: int) -> None:
    """Its owner is gone, and it goes back into a queue: whoever was asked need answer no more."""
    withdrawn(session, case, None, now)


def _checked(office: Office, what: Sending) -> Sending:
    """The same with its purpose, lead and desks in order. Raises `Refused`."""
    known = {desk.id for desk in office.pack.desks}
    to = tuple(dict.fromkeys(what.desks))
    if not to or not set(to) <= known:
        raise Refused("no_desk", "つなぎ先を選んでください。")
    if len(to) > MOST_DESKS:
        raise Refused("too_many", f"一度につなげる窓口は{MOST_DESKS}か所までです。")
    if not what.ask.strip() or not what.keep.strip():
        raise Refused("incomplete", "「お願いしたいこと」と「当方が続けること」を書いてください。")
    purpose, basis = what.purpose, BASES.get(what.basis)
    if purpose not in set(Purpose):
        raise Refused("no_purpose", "つなぐ目的を選んでください。")
    if basis is not None and basis.notification:
        purpose = str(Purpose.NOTIFICATION)  # a duty to notify waits for nobody, whatever else was chosen
    elif purpose == Purpose.NOTIFICATION:
        raise Refused("bad_basis", "通告・通報は、その根拠（虐待・DV の法律）を選んでください。")
    if (purpose == Purpose.PARTICIPATION) != bool(what.form) or (what.form and what.form not in set(Form)):
        raise Refused("bad_form", "参加支援の型（個別支援型・場づくり型・地域支援型）を選んでください。")
    lead = to[0] if what.lead == FIRST else what.lead
    if lead and lead not in to:
        raise Refused("bad_lead", "主担当をお願いする窓口は、つなぎ先の中から選んでください。")
    if what.basis == "C9" or purpose == Purpose.MEETING:
        lead = ""  # nobody takes over somebody whom they may not know, and a meeting takes over nobody
    return replace(what, desks=to, purpose=purpose, lead=lead)


def _move(row: Ticket, staff: StaffRef, now: int, *, notify: bool) -> None:
    """The case's own move. Raises `Refused` with the table's reason."""
    if notify:
        if ticket.State(row.state) in ticket.IN_QUEUE:
            row.claimed_at = now
        row.state = moved(row, ticket.Action.NOTIFY)
        if ticket.State(row.state) in ticket.OPEN:
            row.owner_id = row.owner_id or staff.id
        return
    row.state, row.hold_until = moved(row, ticket.Action.HAND), None
    row.owner_id = row.owner_id or staff.id


def _row(
    office: Office, case: Case, row: Ticket, staff: StaffRef, what: Sending, one: gate.Allowed, due_at: int | None,
    now: int,
) -> HandOver:  # fmt: skip
    row_id, desk = new_id(), desks.desk(office.pack, one.desk)
    today = to_datetime(now).astimezone(TOKYO).date()
    return HandOver(
        id=row_id, tenant=case.tenant, case_id=case.id, from_desk=row.owner_desk, to_desk=one.desk,
        basis=what.basis, scope=one.scope, by_staff=staff.id, at=now, state=str(handover.State.SENT),
        purpose=what.purpose, form=what.form, lead=what.lead == one.desk, due_at=due_at,
        desk_name=desk.name_on(today) if desk is not None else one.desk,
        decided_by=what.decided_by if _named(what.basis) else None,
        ask_sealed=rows.sealed(office, case, row_id, "ask_sealed", what.ask),
        keep_sealed=rows.sealed(office, case, row_id, "keep_sealed", what.keep),
    )  # fmt: skip


def _named(basis: str) -> bool:
    known = BASES.get(basis)
    return known is not None and known.named_decision


def withdrawn(session: Session, case: Case, by: int | None, now: int) -> tuple[HandOver, ...]:
    """Who has not answered need not any more, 通告・通報 excepted; returns the rows. The caller moves the case."""
    waiting = tuple(over for over in rows.of_case(session, case.id) if rows.part_of(over).holds)
    for over in waiting:
        over.state, over.settled_at, over.settled_by = str(handover.State.TAKEN_BACK), now, by
    return waiting
