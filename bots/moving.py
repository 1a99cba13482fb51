"""Words that belong elsewhere (別の相談に移す): from a case that opened again into one of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from handoff import calls, correction_store, ledger, plan_store, queue, ticket
from handoff.records import History, Ticket
from intake.door_records import Attachment
from intake.ids import new_id
from intake.records import Case, InboxEvent, Message, Outgoing
from intake.seal import Cell, Sealer
from triage.assessment import Urgency

if TYPE_CHECKING:
    from bots.talk import Turn


def since_reopened(turn: Turn) -> None:
    """Move what the person said since staff closed the case into a new one, and close the old one as it was.

    Texts, media and their ids for unsend are sealed anew under the new case's key. A danger said since then raises the
    new case. Without an end to go back to, or without such words, only a new case is begun.
    """
    old, row = turn.case, turn.ticket
    if old is None or row is None:
        return
    session = turn.session
    closing = session.scalar(
        select(History).where(History.case_id == old.id, History.what == "closed").order_by(History.id.desc()).limit(1)
    )
    since = closing.id if closing is not None else None
    moved = _said_since(turn, old, since) if since is not None else []
    turn.contact.case_id = None
    turn.open_case(old.route)
    new, fresh = turn.case, turn.ticket
    if new is None or fresh is None:
        raise RuntimeError("a case was opened and is not there")
    new.identity = old.identity
    for message in moved:
        _move(turn, message, old, new)
    if closing is None or not moved:
        return
    _raise_alike(turn, old, row, closing.id)
    _close_again(turn, old, row, closing)
    turn.parts.outbox.read_later(session, new.id, new_id())  # under their own ids the texts were read in the old case
    ledger.changed(session, turn.parts.outbox, fresh, quiet=True)


def _said_since(turn: Turn, old: Case, since: int) -> list[Message]:
    return list(
        turn.session.scalars(
            select(Message)
            .where(Message.case_id == old.id, Message.author == "person", Message.id > since)
            .order_by(Message.id)
        )
    )


def _move(turn: Turn, message: Message, old: Case, new: Case) -> None:
    session, sealer = turn.session, turn.parts.vault.sealer
    message.case_id = new.id
    message.body_sealed = _again(sealer, new, "messages", "body_sealed", message.id, message.body_sealed)
    for kept in session.scalars(select(Attachment).where(Attachment.message_id == message.id)):
        kept.case_id = new.id
        kept.body_sealed = _again(sealer, new, "attachments", "body_sealed", kept.id, kept.body_sealed)
        kept.name_sealed = _again(sealer, new, "attachments", "name_sealed", kept.id, kept.name_sealed)
    event_id = message.source.split(":")[1] if message.source.startswith("in:") else "0"
    session.execute(
        update(InboxEvent).where(InboxEvent.id == int(event_id), InboxEvent.case_id == old.id).values(case_id=new.id)
    )
    session.execute(
        update(Outgoing)
        .where(Outgoing.tenant == old.tenant, Outgoing.dedupe == f"in-{event_id}", Outgoing.case_id == old.id)
        .values(case_id=new.id)
    )


def _again(sealer: Sealer, new: Case, table: str, column: str, row_id: int, sealed: bytes | None) -> bytes | None:
    """The same cell under the new case's key."""
    if sealed is None:
        return None
    cell = Cell(new.tenant, table, column, row_id)
    return sealer.seal(new.key_id, cell, sealer.open(cell, sealed))


def _raise_alike(turn: Turn, old: Case, row: Ticket, since: int) -> None:
    """Danger, and the wish for a person, go with the words in which they were said."""
    session, office, fresh = turn.session, turn.tenant.office, turn.ticket
    if fresh is None or turn.case is None:
        return
    what = set(
        session.scalars(
            select(History.what).where(
                History.case_id == old.id, History.id > since, History.what.in_(("raised", "alarm", "wants_human"))
            )
        )
    )
    if what & {"raised", "alarm"}:
        queue.raise_urgency(office, session, turn.case, fresh, Urgency(row.urgency), turn.now)
    for entry in sorted(what & {"alarm", "wants_human"}):
        turn.remember(entry)
    if "alarm" in what:
        queue.page(office, session, fresh, turn.now)


def _close_again(turn: Turn, old: Case, row: Ticket, closing: History) -> None:
    """As it was before the words came that belong elsewhere. What was read of it with them is read anew."""
    session, office = turn.session, turn.tenant.office
    row.last_owner_id, row.owner_id = row.owner_id or row.last_owner_id, None
    row.state, row.closed_at, row.close_reason, row.due_at = str(ticket.State.CLOSED), closing.at, closing.detail, None
    calls.end(session, old.id)
    plan_store.forget(row)
    correction_store.words_gone(session, old.id, turn.now)
    ledger.remember(session, office.sealer, old, at=turn.now, actor="person", what="moved_on")
    turn.parts.outbox.read_later(session, old.id, new_id())
    ledger.changed(session, office.outbox, row)
