"""The books of a case (台帳): its ticket, its history, and the audit chain. Works in the caller's transaction.

Locks are taken in one order by everybody, so that no two wait for each other on PostgreSQL: the person of the
conversation, who acts of staff (`handoff.acting.here`), the tickets by rising id (`lock_all`), the audit chain.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from handoff import hook_events
from handoff.records import Audit, History, Ticket
from intake.clock import now_ms
from intake.db import next_number
from intake.ids import new_id
from intake.outbox import Draft, Outbox
from intake.records import Case, Counter
from intake.seal import Cell, Sealer


def case_and_ticket(session: Session, tenant: str, case_id: int, *, lock: bool = False) -> tuple[Case, Ticket] | None:
    """The case with its ticket, None when this tenant has none such. An erased one is found. `lock`: as `lock_all`."""
    if lock:
        lock_all(session, (case_id,))
    ticket = session.get(Ticket, case_id, populate_existing=True)
    case = session.get(Case, case_id, populate_existing=lock)  # erased or another's since we looked without the lock
    if ticket is None or case is None or ticket.tenant != tenant or case.tenant != tenant:
        return None
    return case, ticket


def lock_all(session: Session, case_ids: Iterable[int]) -> None:
    """Others wait for these tickets, for those they are folded into and those folded into them, until we are done.

    Who works on several cases names them all at once: each call takes its locks by rising id, two calls may not.
    """
    if session.get_bind().dialect.name == "sqlite":
        return  # a transaction that writes is alone there from its first word
    wanted = frozenset(case_ids)
    while wanted:
        family = _family(session, wanted)
        place = session.begin_nested()
        rows = select(Ticket).where(Ticket.case_id.in_(family)).order_by(Ticket.case_id)
        session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()
        if _family(session, wanted) <= family:
            place.commit()
            return
        place.rollback()  # somebody folded or parted meanwhile: give the locks back, and begin with the lowest again


def lock_free(session: Session, case_id: int) -> bool:
    """As `lock_all` for one case, without waiting: False, and nothing is locked, while somebody else has any of them.

    For who holds another case already, and may come by in any order.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    family = _family(session, frozenset((case_id,)))
    place = session.begin_nested()
    rows = select(Ticket).where(Ticket.case_id.in_(family)).order_by(Ticket.case_id)
    taken = session.scalars(rows.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
    if len(taken) == len(family) and _family(session, frozenset((case_id,))) <= family:
        place.commit()
        return True
    place.rollback()
    return False


def _family(session: Session, wanted: frozenset[int]) -> frozenset[int]:
    near = select(Ticket.case_id, Ticket.folded_into).where(
        or_(Ticket.case_id.in_(wanted), Ticket.folded_into.in_(wanted))
    )  # fmt: skip
    ids = {one for pair in session.execute(near) for one in pair if one is not None}
    return wanted | ids


def changed(session: Session, outbox: Outbox, ticket: Ticket, *, quiet: bool = False) -> None:
    """Count the change, and have the case's Slack card redrawn unless `quiet`."""
    ticket.version += 1
    ticket.changed_at = now_ms()
    session.flush()
    if not quiet:
        redraw(session, outbox, ticket)


def redraw(session: Session, outbox: Outbox, ticket: Ticket, *, delay_seconds: float = 0.0) -> None:
    """Ask for the card of the case as it then is; a card that already shows this version stays."""
    outbox.put(
        session,
        Draft(
            tenant=ticket.tenant,
            channel="slack",
            purpose="card",
            dedupe=f"card-{ticket.case_id}-{ticket.version}{'-late' if delay_seconds else ''}",
            case_id=ticket.case_id,
            delay_seconds=delay_seconds,
        ),
    )


def remember(
    session: Session,
    sealer: Sealer,
    case: Case,
    *,
    at: int,
    actor: str,
    what: str,
    detail: str = "",
    staff_id: int | None = None,
    note: str = "",
) -> None:
    """One entry of the history (経過). `what` and `detail` are codes; a `note` is sealed under the case's key."""
    row_id = new_id()
    cell = Cell(case.tenant, "history", "note_sealed", row_id)
    session.add(
        History(
            id=row_id,
            tenant=case.tenant,
            case_id=case.id,
            at=at,
            actor=actor,
            staff_id=staff_id,
            what=what,
            detail=detail[:120],
            note_sealed=sealer.seal_text(case.key_id, cell, note) if note else None,
        )
    )
    hook_events.of_step(session, case, what, at)


def note_of(sealer: Sealer, row: History) -> str:
    """The note of an entry of the history, "" where nobody wrote one."""
    if row.note_sealed is None:
        return ""
    return sealer.open_text(Cell(row.tenant, "history", "note_sealed", row.id), row.note_sealed)


def audit(
    session: Session,
    key: bytes,
    tenant: str,
    *,
    at: int,
    action: str,
    staff_id: int | None,
    case_id: int | None = None,
    detail: str = "",
) -> None:
    """Append to the audit log. Each entry's HMAC covers the one before it, in gapless order per tenant."""
    seq = next_number(session, tenant, "audit")
    before = session.scalar(select(Audit.chain).where(Audit.tenant == tenant, Audit.seq == seq - 1)) or ""
    entry = Audit(
        id=new_id(),
        tenant=tenant,
        seq=seq,
        at=at,
        staff_id=staff_id,
        action=action,
        case_id=case_id,
        detail=detail[:120],
        chain="",
    )
    entry.chain = link(key, before, entry)
    session.add(entry)
    session.flush()


def verify_audit(session: Session, key: bytes, tenant: str, first: int = 1) -> int | None:
    """The sequence number of the first entry that was changed, removed, added or moved; None when all is whole.

    Entries cut off at the end are missed by the counter, unless that was turned back as well. With `first` only from
    that entry on, which the one before it vouches for.
    """
    first = max(first, 1)
    before = session.scalar(select(Audit.chain).where(Audit.tenant == tenant, Audit.seq == first - 1)) or ""
    expected = first
    # Columns instead of objects: what the session remembers of an entry must not vouch for it, and it is far quicker.
    columns = (
        Audit.tenant,
        Audit.seq,
        Audit.at,
        Audit.staff_id,
        Audit.action,
        Audit.case_id,
        Audit.detail,
        Audit.chain,
    )
    rows = select(*columns).where(Audit.tenant == tenant, Audit.seq >= first).order_by(Audit.seq)
    for entry in session.execute(rows):
        if entry.seq != expected or not hmac.compare_digest(entry.chain, link(key, before, entry)):
            return expected
        before, expected = entry.chain, expected + 1
    counter = session.get(Counter, (tenant, "audit"), populate_existing=True)
    return None if counter is None or counter.value < expected else expected


def link(key: bytes, before: str, entry: Audit | Row[*tuple[Any, ...]]) -> str:
    """The HMAC of `entry` behind an entry whose own is `before` ("" for the first)."""
    parts = (
        before, entry.tenant, entry.seq, entry.at, entry.staff_id, entry.action, entry.case_id, entry.detail,
    )  # fmt: skip
    message = "\x1f".join("" if part is None else str(part) for part in parts).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
