"""A town for tests: events as LINE sends them go through acceptance and the answer job; rows can be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bots.accept import record
from bots.answer import answer
from bots.line.route import _arrival
from bots.parts import Parts
from handoff.login import add_staff
from handoff.office import Office, StaffRef
from handoff.records import Staff, Ticket
from intake import cases, tombstones
from intake.clock import now_ms
from intake.db import reading
from intake.records import Base, Case, Contact, InboxEvent, Message, Outgoing
from intake.seal import Cell
from triage.assessment import Assessment, Complexity, Kind, Reporter, Urgency

__all__ = ["Town", "assessment", "tombstones", "wipe"]

TENANT = "mihon"
STORY = "母の介護と借金で、もうどうしたらいいか分かりません"


def wipe(parts: Parts) -> None:
    """Empty every table of ours and the job table."""
    with parts.sessions.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    with parts.job_engine.begin() as connection:
        schema = "" if parts.engine.dialect.name == "sqlite" else "dbos."
        connection.execute(text(f"DELETE FROM {schema}workflow_status"))


def assessment(**changes: Any) -> Assessment:
    """A reading of a plain consultation, with changes."""
    values: dict[str, Any] = {
        "kind": Kind.CONSULTATION, "reporter": Reporter.SELF, "domains": frozenset(), "themes": frozenset(),
        "complexity": Complexity.SINGLE, "complexity_reasons": frozenset(), "urgency": Urgency.NORMAL,
        "refuses_support": False, "needs_human": False, "model_version": "test",
    }  # fmt: skip
    return Assessment(**(values | changes))


@dataclass
class FakeReader:
    """Reads whatever it is told to; remembers what it was asked."""

    found: Assessment = field(default_factory=assessment)
    asked: list[str] = field(default_factory=list)

    def read(self, words: str, timeout_s: float = 10.0) -> Assessment:
        self.asked.append(words)
        return self.found


@dataclass
class Town:
    """The parts, and hands to play with."""

    parts: Parts
    user: str = "U-play"
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def office(self) -> Office:
        return self.parts.tenants[TENANT].office

    def event(self, kind: str, *, user: str | None = None, **more: Any) -> dict[str, Any]:
        number = next(self._serial)
        return {
            "type": kind, "mode": "active", "timestamp": now_ms(), "webhookEventId": f"ev-{number}",
            "source": {"type": "user", "userId": user or self.user}, "replyToken": f"token-{number}", **more,
        }  # fmt: skip

    def words(self, said: str, ref: str | None = None, **more: Any) -> dict[str, Any]:
        message = {"type": "text", "id": ref or f"m-{next(self._serial)}", "text": said}
        return self.event("message", message=message, **more)

    def save(self, event: Mapping[str, Any]) -> int | None:
        """Accept one raw event as the route does."""
        with self.parts.sessions.begin() as session:
            return record(self.parts, session, _arrival(TENANT, dict(event)))

    def take(self, event: Mapping[str, Any]) -> InboxEvent:
        """Accept and answer; the inbox row as it then is."""
        row_id = self.save(event)
        assert row_id is not None
        answer(self.parts, row_id)
        return self.one(InboxEvent, id=row_id)

    def say(self, said: str, ref: str | None = None, **more: Any) -> InboxEvent:
        return self.take(self.words(said, ref, **more))

    def unsend(self, ref: str, **more: Any) -> InboxEvent:
        return self.take(self.event("unsend", unsend={"messageId": ref}, **more))

    def edit(self, ref: str, said: str) -> InboxEvent:
        return self.take(self.event("messageEdited", message={"type": "text", "id": ref, "text": said}))

    def press(self, data: str) -> InboxEvent:
        return self.take(self.event("postback", postback={"data": data}))

    def all(self, table: type[Any], **where: Any) -> list[Any]:
        with reading(self.parts.sessions) as session:
            key = next(iter(table.__table__.primary_key))
            return list(session.scalars(select(table).filter_by(**where).order_by(key)))

    def one(self, table: type[Any], **where: Any) -> Any:
        found = self.all(table, **where)
        assert len(found) == 1, f"{len(found)} rows of {table.__name__}"
        return found[0]

    def case(self) -> tuple[Case, Ticket]:
        """The contact's open case."""
        contact = self.one(Contact)
        assert contact.case_id is not None
        return self.one(Case, id=contact.case_id), self.one(Ticket, case_id=contact.case_id)

    def body(self, row: Outgoing) -> str:
        """What an outgoing row says, as JSON text."""
        assert row.body_sealed is not None
        cell = Cell(row.tenant, "outgoing", "body_sealed", row.id)
        return self.parts.vault.sealer.open_text(cell, row.body_sealed)

    def answers(self) -> list[Outgoing]:
        return self.all(Outgoing, channel="line", purpose="answer")

    def slack(self, purpose: str) -> list[Outgoing]:
        return self.all(Outgoing, channel="slack", purpose=purpose)

    def said(self) -> str:
        """The last answer to the person."""
        return self.body(self.answers()[-1])

    def messages(self) -> list[str]:
        sealer = self.parts.vault.sealer
        return [cases.text_of(sealer, row) for row in self.all(Message)]

    def jobs(self) -> list[tuple[str, str]]:
        """(name, id) of every job written."""
        schema = "" if self.parts.engine.dialect.name == "sqlite" else "dbos."
        with self.parts.job_engine.connect() as connection:
            found = connection.execute(text(f"SELECT name, workflow_uuid FROM {schema}workflow_status"))
            return sorted((row[0], row[1]) for row in found)

    def staff(self, name: str = "佐藤", role: str = "intake", desk: str = "") -> StaffRef:
        with self.parts.sessions.begin() as session:
            found = add_staff(session, TENANT, name, role, desk, now_ms())
        return StaffRef(found, TENANT, name, role, desk)

    def one_staff(self) -> StaffRef:
        row = self.one(Staff)
        return StaffRef(row.id, row.tenant, row.name, row.role, row.desk)

    def open(self, said: str = STORY) -> int:
        """A case begun by a first text; its id."""
        self.say(said)
        return self.case()[0].id

    @contextmanager
    def work(self) -> Iterator[Session]:
        with self.parts.sessions.begin() as session:
            yield session
