"""A small real municipality for the console's tests: database, keys, pack and effects; only the outbox is plain."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from handoff import login, queue
from handoff.clock import TOKYO
from handoff.console.router import ConsoleParts
from handoff.office import Office, StaffRef
from handoff.pack import Pack, load
from handoff.plan import Facts, Source, decide
from intake import cases
from intake.cases import Vault
from intake.clock import to_datetime, to_ms
from intake.db import insert_ignore, make_engine, make_sessions
from intake.ids import new_id
from intake.keystore import KeyStore
from intake.outbox import Draft
from intake.records import Base, Outgoing
from intake.seal import BlindIndex, Sealer
from triage.assessment import Assessment, Complexity, Domain, Evidence, Kind, Reporter, Urgency

NOW = to_ms(datetime(2026, 11, 20, 14, 5, tzinfo=TOKYO))
MINUTE = 60_000
TOWN = "mihon"
ORIGIN = "http://testserver"


class PlainOutbox:
    """Writes the rows and no jobs."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []

    def put(self, session: Session, draft: Draft) -> int | None:
        if draft.channel == "notify":
            return None  # no addresses here
        row_id = new_id()
        new = insert_ignore(
            session,
            Outgoing,
            {
                "id": row_id, "tenant": draft.tenant, "channel": draft.channel, "purpose": draft.purpose,
                "dedupe": draft.dedupe, "contact_id": draft.contact_id, "case_id": draft.case_id,
                "retry_key": "0" * 36, "created_at": NOW,
                "not_before": NOW + int(draft.delay_seconds * 1000) if draft.delay_seconds else 0,
            },
        )  # fmt: skip
        if not new:
            return None
        self.drafts.append(draft)
        return row_id

    def call_later(self, session: Session, case_id: int, call_id: int, step: int, seconds: float) -> None:
        """Nothing."""

    def remind_later(self, session: Session, case_id: int, once: str, seconds: float) -> None:
        """Nothing."""

    def notice_later(self, session: Session, case_id: int, kind: str, once: str, seconds: float) -> None:
        """Nothing."""

    def read_later(self, session: Session, case_id: int, message_id: int) -> None:
        """Nothing."""


@dataclass
class Town:
    """Everything a test asks for. `staff` and `case` go by name."""

    office: Office
    sessions: sessionmaker[Session]
    outbox: PlainOutbox
    staff: dict[str, StaffRef] = field(default_factory=dict)
    case: dict[str, int] = field(default_factory=dict)
    now: int = NOW
    keys: KeyStore = field(kw_only=True)

    def close(self) -> None:
        """Let go of the files."""
        self.sessions.kw["bind"].dispose()
        self.keys._engine.dispose()

    def parts(self, **changes: object) -> ConsoleParts:
        values: dict[str, object] = {
            "office": self.office, "sessions": self.sessions, "public_url": ORIGIN, "frame_ancestors": (),
            "secure_cookies": False, "session_key": b"k" * 32, "now": lambda: self.now,
        }  # fmt: skip
        return ConsoleParts(**{**values, **changes})  # type: ignore[arg-type]

    def token(self, name: str) -> str:
        """A session token of this member of staff."""
        with self.sessions.begin() as session:
            return login.start_session(session, TOWN, self.staff[name].id, self.now)


@cache
def mihon() -> Pack:
    """The demo's pack, read once."""
    return load("mihon")


def open_town(folder: Path) -> Town:
    """The municipality whose files lie in `folder`, without its names."""
    engine = make_engine(f"sqlite:///{folder}/town.db", durable=False)
    keys = KeyStore(make_engine(f"sqlite:///{folder}/keys.db", durable=False), b"q" * 32)
    outbox = PlainOutbox()
    vault = Vault(keys, Sealer(keys), BlindIndex(b"p" * 32))
    return Town(Office(TOWN, mihon(), vault, b"a" * 32, outbox), make_sessions(engine), outbox, keys=keys)


def copy_town(town: Town, source: Path, folder: Path) -> Town:
    """A copy of a closed `town` whose files lie in `source`."""
    for path in source.iterdir():
        shutil.copy(path, folder / path.name)
    copied = open_town(folder)
    copied.staff, copied.case = dict(town.staff), dict(town.case)
    return copied


def make_town(folder: Path) -> Town:
    """An empty municipality with five members of staff."""
    town = open_town(folder)
    Base.metadata.create_all(town.sessions.kw["bind"])
    town.keys.prepare()
    with town.sessions.begin() as session:
        for key, name, role, where in (
            ("sato", "佐藤", "intake", "marugoto"), ("suzuki", "鈴木", "intake", "marugoto"),
            ("tanaka", "田中", "worker", "kodomo"), ("kato", "加藤", "manager", ""), ("mori", "森", "auditor", ""),
        ):  # fmt: skip
            staff_id = login.add_staff(session, TOWN, name, role, where, NOW)
            town.staff[key] = StaffRef(staff_id, TOWN, name, role, where)
    return town


def reading(text: str, said: dict[str, str], urgency: Urgency = Urgency.NORMAL, **more: object) -> Assessment:
    """An assessment of `text` whose evidence is `said`: words → label; domains and themes follow from the labels."""
    evidence = tuple(
        Evidence(text.index(words), text.index(words) + len(words), label, words, "cue")
        for words, label in said.items()
    )
    labels = set(said.values())
    domains = {Domain(label) for label in labels if label in set(Domain)} | set(more.pop("domains", ()))  # type: ignore[call-overload]
    values: dict[str, object] = {
        "kind": Kind.CONSULTATION, "reporter": Reporter.SELF, "domains": frozenset(domains),
        "themes": frozenset(label for label in labels if label not in set(Domain) | set(Urgency)),
        "complexity": Complexity.COMPLEX if len(domains) > 1 else Complexity.SINGLE,
        "complexity_reasons": frozenset(), "urgency": urgency, "refuses_support": False, "needs_human": False,
        "evidence": evidence, "model_version": "test",
    }  # fmt: skip
    return Assessment(**{**values, **more})  # type: ignore[arg-type]


def add_case(
    town: Town, name: str, text: str, assessment: Assessment | None, *, ago: int = 10, route: str = "resident",
    finish: bool = True, upto: int = 1,
) -> int:  # fmt: skip
    """A case of `text`, written `ago` minutes before now, read as `assessment`."""
    office, at = town.office, town.now - ago * MINUTE
    with town.sessions.begin() as session:
        contact = cases.contact_of(session, office.vault, TOWN, "line", f"U{name}", at)
        receipt = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        case = cases.open_case(
            session, office.vault, TOWN, channel="line", route=route, contact=contact, receipt=receipt, now=at
        )
        row = queue.open_ticket(office, session, case, kind="consultation", now=at)
        if text:
            cases.add_message(
                session, office.sealer, case, source=f"in:{case.id}", author="person", kind="text", text=text, at=at
            )
        if finish:
            queue.finish(office, session, case, row, at)
        if assessment is not None:
            facts = Facts(Source(route), "ja", len(text), received_at=to_datetime(at))
            plan = decide(assessment, facts, office.pack, to_datetime(at))
            queue.take_reading(office, session, case, row, assessment, plan, upto=upto, now=at + 60_000)
        town.case[name] = case.id
        return case.id
