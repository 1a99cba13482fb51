"""A municipality with a real database, its desk, and a Slack that only writes down what it was asked."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slack_world import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bots.slack.parse import SlackArrival
from bots.slack.parts import SlackParts
from handoff import desk, login
from handoff.office import Office, StaffRef
from handoff.pack import load
from intake.cases import Vault, add_message, contact_of, open_case
from intake.db import insert_ignore, make_engine, make_sessions
from intake.ids import new_id
from intake.keystore import KeyStore
from intake.outbox import Draft
from intake.records import Base, Outgoing
from intake.seal import BlindIndex, Cell, Sealer

TENANT, TEAM, CHANNEL = "mihon", "T1", "C1"


@dataclass
class RowOutbox:
    """Writes the rows of the real outbox without its jobs."""

    sealer: Sealer
    reads: list[int] = field(default_factory=list)

    def put(self, session: Session, draft: Draft) -> int | None:
        if draft.channel == "notify":
            return None  # no addresses here
        row_id = new_id()
        sealed = None
        if draft.body is not None and draft.key_id is not None:
            cell = Cell(draft.tenant, "outgoing", "body_sealed", row_id)
            sealed = self.sealer.seal_text(draft.key_id, cell, draft.body)
        values = {
            "id": row_id, "tenant": draft.tenant, "channel": draft.channel, "purpose": draft.purpose,
            "dedupe": draft.dedupe, "contact_id": draft.contact_id, "case_id": draft.case_id, "key_id": draft.key_id,
            "body_sealed": sealed, "retry_key": "r", "state": "waiting", "via": "", "attempts": 0, "error": "",
            "remote_id": "", "lane": "", "created_at": NOW,
            "not_before": NOW + wait if (wait := int(draft.delay_seconds * 1000)) and draft.purpose == "reply" else 0,
        }  # fmt: skip
        return row_id if insert_ignore(session, Outgoing, values) else None

    def read_later(self, session: Session, case_id: int, message_id: int) -> None:
        self.reads.append(case_id)

    def call_later(self, session: Session, case_id: int, call_id: int, step: int, seconds: float) -> None:
        pass

    def remind_later(self, session: Session, case_id: int, once: str, seconds: float) -> None:
        pass

    def notice_later(self, session: Session, case_id: int, kind: str, once: str, seconds: float) -> None:
        pass


@dataclass
class Town:
    """Everything a test needs."""

    parts: SlackParts
    sessions: sessionmaker[Session]
    accepted: list[SlackArrival]
    satou: StaffRef
    tanaka: StaffRef

    @property
    def office(self) -> Office:
        return self.parts.office

    def case(self, words: str = "水道が止まると言われました", route: str = "resident") -> int:
        """A new case from a resident on LINE (by `route`), received."""
        office = self.office
        with self.sessions.begin() as session:
            contact = contact_of(session, office.vault, TENANT, "line", f"U{new_id()}", NOW)
            found = open_case(
                session, office.vault, TENANT, channel="line", route=route, contact=contact,
                receipt=f"R{new_id()}", now=NOW,
            )  # fmt: skip
            add_message(
                session, office.sealer, found, source="in:1", author="person", kind="text", text=words, at=NOW
            )  # fmt: skip
            row = desk.queue.open_ticket(office, session, found, kind="consultation", now=NOW)
            desk.queue.finish(office, session, found, row, NOW)
            return found.id

    def ask_desk(self, case_id: int, user: str = "U8") -> StaffRef:
        """佐藤 hands the case to くらし・しごと自立相談: `user` works there, and may not see it."""
        with self.sessions.begin() as session:
            staff_id = login.add_staff(session, TENANT, "山本", "worker", "jiritsu", NOW)
            login.link_identity(session, TENANT, "slack", f"{TEAM}:{user}", staff_id)
            desk.hand(self.office, session, case_id, self.satou, "jiritsu", "C3", "訪問を", "連絡を続けます", NOW)
        return StaffRef(staff_id, TENANT, "山本", "worker", "jiritsu")

    def rows(self, **where: Any) -> list[Outgoing]:
        with self.sessions() as session:
            return list(session.scalars(select(Outgoing).filter_by(**where).order_by(Outgoing.id)))


@contextlib.contextmanager
def founded(folder: Path) -> Iterator[Town]:
    """A town with two people of its reception (佐藤 U1, 田中 U2) over a database in `folder`."""
    engine = make_engine(f"sqlite:///{folder / 'town.db'}", durable=False)
    key_engine = make_engine(f"sqlite:///{folder / 'keys.db'}", schema=None, durable=False)
    Base.metadata.create_all(engine)
    keys = KeyStore(key_engine, os.urandom(32))
    keys.prepare()
    sealer = Sealer(keys)
    office = Office(TENANT, load("mihon"), Vault(keys, sealer, BlindIndex(b"p" * 32)), b"a" * 32, RowOutbox(sealer))
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        staff = []
        for name, user in (("佐藤", "U1"), ("田中", "U2")):
            staff_id = login.add_staff(session, TENANT, name, "intake", "", NOW)
            login.link_identity(session, TENANT, "slack", f"{TEAM}:{user}", staff_id)
            staff.append(StaffRef(staff_id, TENANT, name, "intake", ""))
    accepted: list[SlackArrival] = []

    def accept(arrival: SlackArrival) -> bool:
        new = arrival.event_key not in {found.event_key for found in accepted}
        accepted.append(arrival)
        return new

    parts = SlackParts(
        tenant=TENANT,
        team_id=TEAM,
        bot_token="xoxb-1",
        signing_secret="s" * 32,
        app_token=None,
        api_base="http://127.0.0.1:9/api/",
        channel_id=CHANNEL,
        office=office,
        sessions=sessions,
        accept=accept,
        now=lambda: NOW,
    )
    yield Town(parts, sessions, accepted, *staff)
    engine.dispose()
    key_engine.dispose()


def click(action_id: str, case_id: int, *, user: str = "U1", team: str = TEAM, place: str = TEAM) -> dict[str, Any]:
    """A button's payload as Slack sends it."""
    return {
        "type": "block_actions",
        "team": {"id": place, "domain": "x"},
        "user": {"id": user, "team_id": team},
        "channel": {"id": CHANNEL},
        "container": {"type": "message", "channel_id": CHANNEL, "message_ts": "1.1"},
        "trigger_id": "tr.1",
        "actions": [
            {
                "type": "button",
                "action_id": action_id,
                "block_id": "b",
                "action_ts": "1795330000.1",
                "value": f'{{"c":"{case_id}","v":1}}',
            }
        ],
    }


def submission(
    callback_id: str, values: dict[str, str], carried: str, *, user: str = "U1", team: str = TEAM
) -> dict[str, Any]:
    """A submitted modal; a value of `=x` was chosen, any other was typed."""

    def element(value: str) -> dict[str, Any]:
        if value.startswith("="):
            return {"type": "radio_buttons", "selected_option": {"value": value[1:]}}
        return {"type": "plain_text_input", "value": value}

    return {
        "type": "view_submission",
        "team": {"id": team},
        "user": {"id": user, "team_id": team},
        "trigger_id": "tr.2",
        "view": {
            "id": "V1",
            "hash": "1.h",
            "type": "modal",
            "team_id": team,
            "callback_id": callback_id,
            "private_metadata": carried,
            "state": {"values": {block: {"x": element(value)} for block, value in values.items()}},
        },
    }
