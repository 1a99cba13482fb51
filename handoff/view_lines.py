"""The messages of a case as staff see them (やりとりの見え方)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.enclosed import enclosed_of
from handoff.office import Office
from handoff.records import Staff
from handoff.view_values import Line
from intake import cases
from intake.records import Case, Message, Outgoing


def lines_of(office: Office, session: Session, case: Case) -> tuple[Line, ...]:
    """Every message of the case in its order, with how far an answer has come and what came beside words."""
    messages = session.scalars(select(Message).where(Message.case_id == case.id).order_by(Message.at, Message.id)).all()
    names = names_of(session, (message.staff_id for message in messages))
    enclosed = enclosed_of(office, session, case)
    sent = {
        f"out:{row_id}": state
        for row_id, state in session.execute(select(Outgoing.id, Outgoing.state).where(Outgoing.case_id == case.id))
    }
    return tuple(
        Line(
            id=message.id,
            at=message.at,
            author=message.author,
            staff_name=names.get(message.staff_id or 0, ""),
            kind=message.kind,
            text="" if message.id in enclosed else cases.text_of(office.sealer, message),
            unsent=message.unsent_at is not None,
            delivery=sent.get(message.source, ""),
            attachment=enclosed.get(message.id),
            outgoing_id=int(message.source[4:]) if message.source.startswith("out:") else 0,
        )
        for message in messages
    )


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these members of staff by their ids."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {row.id: row.name for row in session.scalars(select(Staff).where(Staff.id.in_(wanted)))}
