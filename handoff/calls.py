"""Calls to whoever is on duty, repeated until somebody acknowledges (呼び出し).

Everything works in the caller's transaction and never commits. A call lives from `begin` until somebody looks
(`acknowledge`) or the case is over (`end`). A round is a transaction of its own that also writes the job of the next
one, so a job that runs twice finds its round called (`Call.step`) and does nothing.

The link in a notice is derived from the audit key and the call's id, so that every round says the same one although
only its hash is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import clock, ledger, practice, rota, ticket
from handoff.office import Office, StaffRef
from handoff.records import Call, History, Staff, Ticket
from intake.clock import to_datetime
from intake.ids import new_id
from intake.outbox import Draft
from intake.records import Case, Outgoing

QUIET_MS = 600_000
"""Within this time after an acknowledgement the same person's further words of danger open no new call."""
LINK_MS = 24 * 3_600_000
"""How long the link of an acknowledged call still answers that somebody looks after it."""
LATE_MS = 120_000
CROWD = 10
"""How many unacknowledged calls of one town ring at a time that come from the web, where nobody has an account."""
PRACTICE_ROUNDS = 3
"""How often a practice case is called out in Slack."""
LOOKING = frozenset({"claimed", "replied", "met", "handed", "accepted"})
"""Acts of staff that say by themselves that a person looks after the case."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that somebody took: their name ("" by the link in a notice), and the `ts` of its posts in Slack."""

    by: str
    posts: tuple[str, ...]


def begin(office: Office, session: Session, case: Case, row: Ticket, now: int) -> Call | None:
    """Open a call and make its first round; joins the open call of the case. None when there is nothing to call for."""
    if ticket.State(row.state) not in ticket.OPEN or case.erased_at is not None or office.shadow:
        return None
    standing = open_call(session, case.id)
    if standing is not None:
        return standing
    last = session.scalar(select(Call).where(Call.case_id == case.id).order_by(Call.id.desc()).limit(1))
    if last is not None and last.acked_at is not None and now - last.acked_at < QUIET_MS:
        return last
    call_id = new_id()
    token = link_token(office.audit_key, call_id)
    call = Call(id=call_id, tenant=case.tenant, case_id=case.id, at=now, step=0, state="open", ack_hash=_hash(token))
    session.add(call)
    session.flush()
    _round(office, session, call, case, row, now)
    return call


def open_call(session: Session, case_id: int) -> Call | None:
    """The call of this case that nobody has acknowledged."""
    return session.scalar(select(Call).where(Call.case_id == case_id, Call.state == "open").limit(1))


def go_on(office: Office, session: Session, call_id: int, step: int, now: int) -> str:
    """Round `step` of a call, when its time has come. Returns `gone`, `over`, `done` before, or `called`."""
    call = session.get(Call, call_id)
    if call is None:
        return "gone"
    # The ticket first, as everybody does who acknowledges: two locks the other way round would wait for ever.
    found = ledger.case_and_ticket(session, office.tenant, call.case_id, lock=True)
    if found is None:
        return "gone"
    session.refresh(call)
    if call.state != "open":
        return "over"
    case, row = found
    if ticket.State(row.state) not in ticket.OPEN or case.erased_at is not None:
        end(session, case.id)
        return "over"
    if call.step != step:
        return "done"
    _round(office, session, call, case, row, now)
    ledger.changed(session, office.outbox, row, quiet=True)
    return "called"


def acknowledge(
    office: Office, session: Session, case: Case, row: Ticket, now: int, staff: StaffRef | None = None
) -> bool:
    """Somebody looks after it: the rounds stop. `staff` is None for the link in a notice. False when no call is open.

    The caller holds the lock of the ticket, and checked that this person may see the case.
    """
    call = open_call(session, case.id)
    if call is None:
        return False
    call.state, call.acked_at, call.acked_by = "acked", now, staff.id if staff else None
    staff_id, how = (staff.id, "staff") if staff else (None, "link")
    ledger.remember(
        session, office.sealer, case, at=now, actor="staff", staff_id=staff_id, what="call_acked", detail=how
    )
    ledger.audit(
        session, office.audit_key, case.tenant, at=now, action="call_acked", staff_id=staff_id, case_id=case.id,
        detail=how,
    )  # fmt: skip
    ledger.changed(session, office.outbox, row, quiet=True)
    office.outbox.put(
        session,
        Draft(
            tenant=case.tenant, channel="slack", purpose="taken", dedupe=f"taken-{call.id}", case_id=case.id,
            key_id=case.key_id, body=json.dumps({"call": call.id}),
        ),
    )  # fmt: skip
    return True


def taken(session: Session, call_id: int) -> Taken | None:
    """What stands in place of the call's posts in Slack; None while nobody has it, and once its case is over."""
    call = session.get(Call, call_id)
    if call is None or call.state != "acked":
        return None
    staff = session.get(Staff, call.acked_by) if call.acked_by is not None else None
    posts = select(Outgoing.remote_id).where(
        Outgoing.tenant == call.tenant,
        Outgoing.channel == "slack",
        Outgoing.dedupe.startswith(f"page-{call.id}-"),
        Outgoing.remote_id != "",
    )
    return Taken(staff.name if staff else "", tuple(session.scalars(posts.order_by(Outgoing.id))))


def end(session: Session, case_id: int) -> None:
    """The case is closed or erased: nobody need be called for it any more."""
    call = open_call(session, case_id)
    if call is not None:
        call.state = "ended"


def link_token(audit_key: bytes, call_id: int) -> str:
    """What stands in the link of a call: its id and 192 bits that nobody can guess."""
    number = call_id.to_bytes(8, "big")
    key = hmac.digest(audit_key, b"toritsugi call link", "sha256")
    return urlsafe_b64encode(number + hmac.digest(key, number, "sha256")[:24]).decode()


def by_link(session: Session, token: str, now: int) -> Call | None:
    """The call of this link; None when it is wrong, ended or long over: one answer for all of them."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except (NotBase64, ValueError):
        return None
    if len(raw) != 32:
        return None
    call_id = int.from_bytes(raw[:8], "big")
    call = session.get(Call, call_id) if call_id < 2**63 else None
    if call is None or not hmac.compare_digest(call.ack_hash, _hash(token)):
        return None
    fresh = call.state == "acked" and call.acked_at is not None and now - call.acked_at < LINK_MS
    return call if call.state == "open" or fresh else None


def opened(office: Office, now: int) -> bool:
    """Whether the office is known to be open at this moment."""
    return clock.is_open(office.pack.hours, to_datetime(now)) is True


def late(office: Office, session: Session, call: Call, now: int) -> bool:
    """Whether the next round of an open call should have been made `LATE_MS` ago."""
    said = select(func.max(History.at)).where(History.case_id == call.case_id, History.what == "called")
    last = session.scalar(said) or call.at
    row = session.get(Ticket, call.case_id)
    on_call = rota.of_area(office.pack, row.area if row is not None else "")
    wait = rota.wait_seconds(on_call, max(call.step - 1, 0), opened=opened(office, now))
    return now - last > wait * 1000 + LATE_MS


def notify(
    office: Office, session: Session, case: Case, names: tuple[str, ...], *, purpose: str, once: str,
    about: Mapping[str, int | str] | None = None, delay_seconds: float = 0.0,
) -> int:  # fmt: skip
    """One row to each named address, so that one that fails holds up no other; returns how many there are.

    `about`: what the words are made of besides the case: codes and names of ours. They leave after `delay_seconds`.

    Names without an address in the settings are left out. Nothing of the person stands in the rows. Nobody's telephone
    rings for a practice case.
    """
    if case.channel == practice.CHANNEL:
        return 0
    rows = (
        Draft(
            tenant=office.tenant,
            channel="notify",
            purpose=purpose,
            dedupe=f"notify-{once}-{name}",
            case_id=case.id,
            key_id=case.key_id,
            body=json.dumps({"to": [name], **(about or {})}, ensure_ascii=False),
            delay_seconds=delay_seconds,
        )
        for name in names
    )
    return sum(office.outbox.put(session, row) is not None for row in rows)


def _round(office: Office, session: Session, call: Call, case: Case, row: Ticket, now: int) -> None:
    step, in_hours = call.step, opened(office, now)
    on_call = rota.of_area(office.pack, row.area)
    names = rota.names_of(on_call, step, opened=in_hours)
    ways = 0 if _crowded(session, call, case) else _ring(office, session, call, case, names)
    call.step = step + 1
    wait = rota.wait_seconds(on_call, step, opened=in_hours)
    if case.channel != practice.CHANNEL or call.step < PRACTICE_ROUNDS:
        office.outbox.call_later(session, case.id, call.id, call.step, wait)
    ledger.remember(session, office.sealer, case, at=now, actor="machine", what="called", detail=f"{call.step} {ways}")


def lives(office: Office, session: Session, case: Case, before: str, area: str, now: int) -> None:
    """Where the person lives became known (`area`, from `before`) while somebody is called: whoever is called first
    for that place is called at once, and the next rounds are theirs. `_round` would begin in the middle of their rota.
    Nobody new is called while the office has people of its own for its hours.
    """
    call, in_hours = open_call(session, case.id), opened(office, now)
    was, theirs = (rota.rounds(rota.of_area(office.pack, one), opened=in_hours) for one in (before, area))
    if call is None or call.step == 0 or not theirs or theirs == was:
        return
    about = {"call": call.id, "round": call.step - 1}
    notify(office, session, case, theirs[0], purpose="page", once=f"{call.id}-{area}", about=about)


def _ring(office: Office, session: Session, call: Call, case: Case, names: tuple[str, ...]) -> int:
    """Write what rings; returns how many ways there are."""
    slack = Draft(
        tenant=case.tenant, channel="slack", purpose="page", dedupe=f"page-{call.id}-{call.step}", case_id=case.id
    )  # fmt: skip
    return int(office.outbox.put(session, slack) is not None) + notify(
        office, session, case, names, purpose="page", once=f"{call.id}-{call.step}",
        about={"call": call.id, "round": call.step},
    )  # fmt: skip


def _crowded(session: Session, call: Call, case: Case) -> bool:
    """Whether so many older calls from the web ring unheard that this one would only bury them (いたずらの洪水).

    It stays open, its case stands first in the queue, and it rings as soon as older ones are acknowledged.
    """
    if case.channel != "web":
        return False
    older = (
        select(func.count())
        .select_from(Call)
        .join(Case, Case.id == Call.case_id)
        .where(Call.tenant == call.tenant, Call.state == "open", Call.id < call.id, Case.channel == "web")
    )
    return (session.scalar(older) or 0) >= CROWD


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
