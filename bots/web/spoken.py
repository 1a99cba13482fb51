"""What was said in a talk, as our own page shows it (言ったこと): the person's words, and answers that have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bots.parts import Parts
from handoff.answers import may_show
from handoff.clock import TOKYO
from intake import attachments, cases
from intake.clock import to_datetime
from intake.ids import first_id_at
from intake.records import Contact, Message, Outgoing

_WORDS = ("text", "sticker", "location", "answer")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing said. `mine`: by the person. `text` is "" for what was taken back or has no words."""

    id: int
    mine: bool
    text: str
    taken_back: bool
    at: str
    kind: str = "text"
    state: str = ""
    """Of a photo, voice or file: as `intake.attachments` has it."""


def spoken_since(parts: Parts, session: Session, contact: Contact, after: int = 0) -> list[tuple[int, Spoken]]:
    """What the person and staff said in the present case after the message of that id, with its time.

    An answer that waited so that its writer could take it back stands where it came, not where it was written.
    """
    if contact.case_id is None:
        return []
    came = _answers(session, contact.case_id)
    rows: Sequence[Message] = session.scalars(
        select(Message)
        .where(
            Message.tenant == contact.tenant, Message.case_id == contact.case_id,
            or_(Message.id > after, Message.source.in_([source for source, at in came.items() if at])),
        )
        .order_by(Message.id)
    ).all()  # fmt: skip
    states = attachments.states_of(session, contact.case_id)
    found = []
    for row in rows:
        if row.author != "person" and came.get(row.source) is None:
            continue
        at = came.get(row.source)
        spoken = _spoken(parts, row, states.get(row.id, ""), at)
        if spoken.id > after:
            found.append((at or row.at, spoken))
    return sorted(found, key=lambda each: each[1].id)


def _answers(session: Session, case_id: int) -> dict[str, int | None]:
    """`out:<id>` of every answer of staff → when it came if it waited, 0 if it did not; None while it must not show."""
    rows = session.scalars(select(Outgoing).where(Outgoing.case_id == case_id, Outgoing.purpose == "reply"))
    return {f"out:{row.id}": _came(row) if may_show(row) else None for row in rows}


def _came(row: Outgoing) -> int:
    return row.sent_at if row.not_before and row.channel == "web" and row.sent_at else row.not_before


def _spoken(parts: Parts, row: Message, state: str, came: int | None) -> Spoken:
    return Spoken(
        id=first_id_at(came) if came else row.id,
        mine=row.author == "person",
        text=cases.text_of(parts.vault.sealer, row) if row.kind in _WORDS else "",
        taken_back=row.unsent_at is not None,
        at=_stamp(to_datetime(came or row.at)),
        kind=row.kind,
        state=state,
    )


def _stamp(at: datetime) -> str:
    local = at.astimezone(TOKYO)
    return f"{local.month}/{local.day} {local:%H:%M}"
