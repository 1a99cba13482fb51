"""A town of many cases to measure on, written by bulk inserts and sealed like any other."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bots.parts import Parts, Tenant
from handoff import ledger, login
from handoff.office import StaffRef
from handoff.records import Audit, Call, History, Ticket
from intake.clock import now_ms
from intake.ids import new_id
from intake.records import Base, Case, Contact, Counter, Message
from intake.seal import Cell, Sealer
from triage.assessment import Assessment, Complexity, Domain, Evidence, Kind, Reporter, Urgency

Row = dict[str, Any]
_DAY: Final = 86_400_000
_CHUNK: Final = 2_000
_TABLES: Final[tuple[type[Base], ...]] = (Contact, Case, Ticket, Message, History, Audit, Call)
_EMPTY: Final = {
    table: {column.key: getattr(column.default, "arg", None) for column in table.__table__.columns} for table in _TABLES
}
"""Every column of a table with its default: bulk inserts know none."""
_SAID: Final[tuple[tuple[str, dict[str, str], str], ...]] = (
    ("また怒鳴られました。今夜帰るのがこわいです。子どもも一緒です。電話はできません。",
     {"怒鳴られました": "dv", "帰るのがこわい": "emergency", "子どもも一緒": "child"}, "emergency"),
    ("来週に水道が止まる予定です。平日の昼なのに小学生くらいの子が出てきました。お母さんは起き上がれないそうです。",
     {"水道が止まる": "poverty", "小学生くらいの子": "child", "起き上がれない": "disability"}, "high"),
    ("父の物忘れがふえて、わたしは仕事をやめました。弟は10年家にいます。貯金もなくなりました。",
     {"物忘れがふえて": "dementia", "仕事をやめました": "work", "貯金もなくなりました": "poverty"}, "normal"),
    ("点検で入りました。室内はとても寒く、冷蔵庫は空でした。足が痛くて歩けないそうです。",
     {"冷蔵庫は空": "food", "歩けない": "elderly"}, "high"),
    ("家賃が払えません。来月で部屋を出るように言われました。どこに相談したらいいですか。",
     {"家賃が払えません": "poverty", "部屋を出る": "housing"}, "normal"),
    ("母の介護で夜も眠れません。まわりに話せる人がいません。",
     {"介護": "care", "話せる人がいません": "isolation"}, "normal"),
    ("子どもが学校に行けていません。わたしの病気のことも心配です。",
     {"学校に行けていません": "school", "病気": "medical"}, "normal"),
)  # fmt: skip


def staff_of(parts: Parts, tenant: Tenant) -> dict[str, StaffRef]:
    """One member of staff of every role, and eight more workers; the first worker's desk has a tenth of the cases."""
    desks = [desk.id for desk in tenant.pack.desks]
    found: dict[str, StaffRef] = {}
    with parts.sessions.begin() as session:
        for number, role in enumerate(("intake", "worker", "manager", "auditor", *["worker"] * 8)):
            desk = desks[number % len(desks)] if role == "worker" else tenant.pack.fallback if role == "intake" else ""
            staff_id = login.add_staff(session, tenant.name, f"職員{number}", role, desk, now_ms())
            found[role if role not in found else f"{role}{number}"] = StaffRef(
                staff_id, tenant.name, f"職員{number}", role, desk
            )
    return found


def fill(parts: Parts, tenant: Tenant, staff: dict[str, StaffRef], total: int, live: int) -> None:
    """`total` cases over two years, the newest `live` of them not over yet. The same cases at every run."""
    rng = random.Random(20261122)  # noqa: S311 (a made-up town, no secret)
    people = [one.id for one in staff.values() if one.role in ("intake", "worker")]
    writer = _Writer(parts, tenant, rng, people)
    for start in range(0, total, _CHUNK):
        numbers = range(start + 1, min(start + _CHUNK, total) + 1)
        rows = writer.rows(numbers, total, live)
        with parts.sessions.begin() as session:
            for table in _TABLES:
                if rows[table]:
                    session.connection().execute(insert(table.metadata.tables[table.__tablename__]), rows[table])
    with parts.sessions.begin() as session:
        session.add(Counter(tenant=tenant.name, name="case", value=total))
        _count_audit(session, tenant.name, writer.seq)


def _count_audit(session: Session, tenant: str, seq: int) -> None:
    session.merge(Counter(tenant=tenant, name="audit", value=seq))


class _Writer:
    def __init__(self, parts: Parts, tenant: Tenant, rng: random.Random, people: Sequence[int]) -> None:
        self.parts, self.tenant, self.rng, self.people = parts, tenant, rng, people
        self.desks = [desk.id for desk in tenant.pack.desks]
        self.now = now_ms()
        self.seq, self.chain = 0, ""
        self.readings = {
            text: json.dumps(_read(text, said, urgency).to_json(), ensure_ascii=False) for text, said, urgency in _SAID
        }

    def rows(self, numbers: range, total: int, live: int) -> dict[type[Base], list[Row]]:
        """The rows of these cases, by table, each with every column that the table has."""
        found: dict[type[Base], list[Row]] = {table: [] for table in _TABLES}
        vault = self.parts.vault
        case_keys = vault.keys.create_many(self.tenant.name, "case", len(numbers))
        contact_keys = vault.keys.create_many(self.tenant.name, "contact", len(numbers))
        self.sealer = Sealer(_Known(case_keys | contact_keys))
        for number, case_key, contact_key in zip(numbers, case_keys, contact_keys, strict=True):
            for table, row in self._case(number, case_key, contact_key, total, live):
                found[table].append(_EMPTY[table] | row)
        return found

    def _sealed(self, key_id: int, table: str, column: str, row_id: int, text: str) -> bytes:
        return self.sealer.seal_text(key_id, Cell(self.tenant.name, table, column, row_id), text)

    def _case(
        self, number: int, case_key: int, contact_key: int, total: int, live: int
    ) -> Iterator[tuple[type[Base], Row]]:
        rng, name = self.rng, self.tenant.name
        alive = number > total - live
        back = (total - number) / max(live, 1) * 8 * _DAY if alive else 8 * _DAY + (total - number) * 720 * _DAY / total
        at = int(self.now - back - rng.random() * 600_000)
        text, _, urgency = rng.choice(_SAID)
        case_id, contact_id, owner = new_id(), new_id(), rng.choice(self.people)
        both = {"tenant": name, "case_id": case_id}
        yield Contact, {
            "id": contact_id, "tenant": name, "channel": "line", "lookup": f"1:{secrets.token_hex(32)}",
            "key_id": contact_key, "hidden": False, "blocked": rng.random() < 0.01, "created_at": at,
            "address_sealed": self._sealed(contact_key, "contacts", "address_sealed", contact_id, "U0"),
            "last_event_at": at,
        }  # fmt: skip
        yield Case, {
            "id": case_id, "tenant": name, "number": number, "receipt_lookup": f"1:{secrets.token_hex(32)}",
            "receipt_sealed": self._sealed(case_key, "cases", "receipt_sealed", case_id, "7K3M-92Q5"),
            "key_id": case_key, "contact_id": contact_id, "channel": "line", "identity": "anonymous", "opened_at": at,
            "route": "lifeline" if rng.random() < 0.15 else "resident", "finished_at": at, "pass_tries": 0,
        }  # fmt: skip
        state = rng.choices(("received", "claimed", "handed"), (5, 4, 1))[0] if alive else "closed"
        over = None if alive else at + 2 * _DAY
        reading = self.readings[text]
        yield Ticket, both | {
            "state": state, "kind": "consultation", "urgency": urgency, "urgency_by": "machine", "waiting_since": at,
            "due_at": None if over else at + rng.choice((1, 24, 240)) * 3_600_000,
            "replied_at": at + 3_600_000 if state != "received" and rng.random() < 0.5 else None,
            "owner_id": owner if state in ("claimed", "handed") else None, "owner_desk": rng.choice(self.desks),
            "closed_at": over, "close_reason": "done" if over else "", "last_owner_id": owner if over else None,
            "read_at": at, "read_upto": 1, "version": 5, "changed_at": over or at, "speaker": "bot", "practice": False,
            "hold_until": self.now + _DAY if alive and rng.random() < 0.03 else None,
            "reading_sealed": self._sealed(case_key, "tickets", "reading_sealed", case_id, reading),
        }  # fmt: skip
        for author, words in (
            ("person", text),
            ("machine", "読みました。職員が見ます。"),
            ("person", "お願いします。"),
        ):
            message_id = new_id()
            yield Message, both | {
                "id": message_id, "source": f"in:{message_id}", "author": author, "kind": "text", "at": at,
                "body_sealed": self._sealed(case_key, "messages", "body_sealed", message_id, words),
            }  # fmt: skip
        for what in ("opened", "finished", "read", *(() if alive else ("claimed", "closed"))):
            yield History, both | {"id": new_id(), "at": at, "actor": "machine", "what": what, "detail": ""}
        yield Audit, both | {"case_id": None} | self._audit(at, owner, "signed_in", None)
        for action in ("viewed", "viewed", "viewed", *(() if alive else ("claimed", "passed_on", "viewed", "closed"))):
            yield Audit, both | self._audit(at, rng.choice(self.people), action, case_id)
        if urgency == "emergency":
            state = "open" if alive and rng.random() < 0.01 else "acked"
            yield Call, both | {"id": new_id(), "state": state, "step": 1, "at": at, "ack_hash": ""}

    def _audit(self, at: int, staff_id: int, action: str, case_id: int | None) -> Row:
        self.seq += 1
        entry = Audit(
            id=new_id(), tenant=self.tenant.name, seq=self.seq, at=at, staff_id=staff_id, action=action,
            case_id=case_id, detail="",
        )  # fmt: skip
        self.chain = ledger.link(self.tenant.office.audit_key, self.chain, entry)
        return {
            "id": entry.id, "seq": self.seq, "at": at, "staff_id": staff_id, "action": action, "detail": "",
            "chain": self.chain,
        }  # fmt: skip


class _Known:
    """Data keys that were just made."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self._keys = keys

    def get(self, key_id: int) -> bytes:
        return self._keys[key_id]


def _read(text: str, said: dict[str, str], urgency: str) -> Assessment:
    labels = set(said.values())
    domains = frozenset(domain for domain in Domain if str(domain) in labels)
    return Assessment(
        kind=Kind.CONSULTATION,
        reporter=Reporter.SELF,
        domains=domains,
        themes=frozenset(labels - set(Domain) - set(Urgency)),
        complexity=Complexity.COMPLEX if len(domains) > 1 else Complexity.SINGLE,
        complexity_reasons=frozenset(),
        urgency=Urgency(urgency),
        refuses_support=False,
        needs_human=False,
        probabilities={str(domain): 0.5 for domain in Domain},
        evidence=tuple(
            Evidence(text.index(words), text.index(words) + len(words), label, words, "cue")
            for words, label in said.items()
        ),
        model_version="bench",
    )
