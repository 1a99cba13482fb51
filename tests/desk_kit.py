"""Hands for tests of the desk's daily work: answers that wait, a sender that remembers, cases of several people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from play_town import Town
from sqlalchemy import update

from bots.deliver import Senders, deliver
from bots.line.send import Result, Sent
from handoff.office import Office, Refused
from handoff.records import History, Ticket
from intake import given
from intake.clock import now_ms
from intake.records import Case, Contact, Outgoing
from intake.seal import Cell

MINUTE = 60_000


@dataclass
class PushLine:
    """A LINE that takes everything the bot says, and pushes as `script` says in turn; `said` are the texts pushed."""

    script: list[Result] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def reply(self, token: str, messages: Sequence[Any]) -> Result:
        return Sent("r1")

    def push(self, to: str, messages: Sequence[Any], retry_key: str) -> Result:
        self.said += [message.get("text", message.get("altText", "")) for message in messages]
        self.keys.append(retry_key)
        return self.script.pop(0) if self.script else Sent("p1")

    def quota_left(self) -> int | None:
        return None


def waiting(town: Town, seconds: int = 30) -> Office:
    """The office with time to take answers back."""
    return replace(town.office, undo_seconds=seconds)


def writes(town: Town, case_id: int, who: str = "self") -> None:
    """What the person of this case answered to 「だれのこと」: a choice of the conversation's."""
    with town.work() as session:
        given.keep_answer(town.office.sealer, session.get_one(Case, case_id), "who", who, None)


def act(town: Town, what: Callable[..., Any], *args: Any, office: Office | None = None, **more: Any) -> Any:
    """One act of staff in a transaction of its own."""
    with town.work() as session:
        return what(office or town.office, session, *args, **more)


def refused(town: Town, code: str, what: Callable[..., Any], *args: Any, **more: Any) -> str:
    """The sentence of an act that must be refused with `code`."""
    with pytest.raises(Refused) as found:
        act(town, what, *args, **more)
    assert found.value.code == code
    return found.value.message_ja


def ticket_of(town: Town, case_id: int) -> Ticket:
    found: Ticket = town.one(Ticket, case_id=case_id)
    return found


def row_of(town: Town, row_id: int) -> Outgoing:
    found: Outgoing = town.one(Outgoing, id=row_id)
    return found


def time_passes(town: Town) -> None:
    """The time to take answers back is over for every row."""
    with town.work() as session:
        session.execute(update(Outgoing).where(Outgoing.not_before > 0).values(not_before=now_ms() - 1))


def send(town: Town, line: PushLine, row_id: int) -> str:
    """Run the delivery job of this row."""
    return deliver(town.parts, Senders({"mihon": line}, {}), row_id, 0)  # type: ignore[dict-item]


def steps(town: Town, case_id: int) -> list[str]:
    return [step.what for step in town.all(History, case_id=case_id)]


def note_of(town: Town, step: History) -> str:
    assert step.note_sealed is not None
    return town.office.sealer.open_text(Cell(step.tenant, "history", "note_sealed", step.id), step.note_sealed)


def case_of(town: Town, user: str, said: str) -> int:
    """The case that this person begins with these words."""
    event = town.say(said, user=user)
    assert event.case_id is not None
    return event.case_id


def other_contacts(town: Town) -> list[Contact]:
    return town.all(Contact)
