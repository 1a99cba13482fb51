"""事故の記録 (漏えい等の記録): what leaked or may have, what is due to whom by when, what was done. 管理 and 監査.

個人情報の保護に関する法律 68条 with its 施行規則: what falls under it is told to the 個人情報保護委員会 in outline
(within 3 to 5 days of knowing), then in full (within 30 days, 60 when somebody meant harm), and to the people it is
about. Nobody's words belong here. In the caller's transaction; never commits; nothing is ever taken away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger
from handoff.acting import here
from handoff.clock import TOKYO
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.outward_records import Incident
from handoff.records import Staff
from intake.clock import to_datetime
from intake.ids import new_id
from intake.seal import Cell

KIND_JA: Final[Mapping[str, str]] = {
    "sensitive": "要配慮個人情報（病気・障害・被害など）", "money": "お金の被害のおそれ",
    "malicious": "わざと行われたおそれ", "many": "100人をこえる人のこと", "other": "どれでもない",
}  # fmt: skip
STEP_JA: Final[Mapping[str, str]] = {
    "outline": "個人情報保護委員会に速報した", "full": "個人情報保護委員会に確報した", "people": "本人に知らせた",
    "done": "対応が終わった",
}  # fmt: skip
LONGEST: Final = 2_000
_OUTLINE: Final = timedelta(days=5)
_FULL: Final = timedelta(days=30)
_FULL_MALICIOUS: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Told:
    """What is written down. `known_on`: the day somebody of the office first knew. `people`: how many, None unknown."""

    known_on: date
    kind: str
    people: int | None
    what: str = field(repr=False)
    cause: str = field(default="", repr=False)
    measures: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident as it stands. `steps`: what was done, on which day, by whom."""

    id: int
    told: Told
    by: str
    steps: Mapping[str, tuple[date, str]]

    @property
    def due(self) -> Mapping[str, date]:
        """Until when the committee is to be told; empty where the law does not ask for it, and once it was done."""
        if self.told.kind == "other":
            return {}
        full = _FULL_MALICIOUS if self.told.kind == "malicious" else _FULL
        wanted = {"outline": self.told.known_on + _OUTLINE, "full": self.told.known_on + full}
        return {step: day for step, day in wanted.items() if step not in self.steps and "done" not in self.steps}


def add(office: Office, session: Session, staff: StaffRef, told: Told, now: int) -> int:
    """Write one down; its id.

    Raises `Refused`: `no_right`, `bad_day`, `bad_kind`, `bad_people`, `empty`, `too_long`.
    """
    _right(office, session, staff)
    _check(told, _today(now))
    row = Incident(
        id=new_id(), tenant=office.tenant, key_id=office.vault.keys.create(office.tenant, "incident"), kind=told.kind,
        known_on=told.known_on.isoformat(), people=told.people, steps="{}", by_staff=staff.id, at=now,
    )  # fmt: skip
    words = json.dumps([told.what.strip(), told.cause.strip(), told.measures.strip()], ensure_ascii=False)
    row.words_sealed = office.sealer.seal_text(row.key_id, _cell(row), words)
    session.add(row)
    _audit(office, session, staff, "incident_added", f"#{row.id} {told.kind}", now)
    return row.id


def stepped(office: Office, session: Session, staff: StaffRef, incident_id: int, step: str, now: int) -> None:
    """`step` of `STEP_JA` was done today.

    Raises `NotFound`, `Conflict("done_already")`, `Refused`: `no_right`, `bad_step`.
    """
    _right(office, session, staff)
    row = session.get(Incident, incident_id, with_for_update=True)
    if row is None or row.tenant != office.tenant:
        raise NotFound("not_found", "その記録は見つかりません。")
    if step not in STEP_JA:
        raise Refused("bad_step", "したことを選んでください。")
    steps = json.loads(row.steps)
    if step in steps:
        raise Conflict("done_already", "もう書いてあります。")
    row.steps = json.dumps(steps | {step: [_today(now).isoformat(), staff.id]})
    _audit(office, session, staff, "incident_stepped", f"#{row.id} {step}", now)


def entries(office: Office, session: Session) -> tuple[Entry, ...]:
    """All of the town, the newest first."""
    rows = session.scalars(select(Incident).where(Incident.tenant == office.tenant).order_by(Incident.id.desc())).all()
    names = {one.id: one.name for one in session.scalars(select(Staff).where(Staff.tenant == office.tenant))}
    return tuple(_entry(office, row, names) for row in rows)


def _entry(office: Office, row: Incident, names: Mapping[int, str]) -> Entry:
    what, cause, measures = json.loads(office.sealer.open_text(_cell(row), row.words_sealed))
    steps = {step: (date.fromisoformat(day), names.get(who, "")) for step, (day, who) in json.loads(row.steps).items()}
    told = Told(date.fromisoformat(row.known_on), row.kind, row.people, what, cause, measures)
    return Entry(row.id, told, names.get(row.by_staff, ""), steps)


def _check(told: Told, today: date) -> None:
    if told.known_on > today:
        raise Refused("bad_day", "知った日が、きょうより先です。")
    if told.kind not in KIND_JA:
        raise Refused("bad_kind", "どれにあたるかを選んでください。")
    if told.people is not None and told.people < 0:
        raise Refused("bad_people", "人数を数字で書いてください。分からないときは、空のままにします。")
    if not told.what.strip():
        raise Refused("empty", "何が起きたかを書いてください。")
    if max(len(told.what), len(told.cause), len(told.measures)) > LONGEST:
        raise Refused("too_long", f"文が長すぎます（{LONGEST:,}字まで）。")


def _right(office: Office, session: Session, staff: StaffRef) -> None:
    if staff.tenant != office.tenant or staff.role != "manager":
        raise Refused("no_right", "事故の記録は、管理の人が書きます。")
    here(session, staff)


def _today(now: int) -> date:
    return to_datetime(now).astimezone(TOKYO).date()


def _cell(row: Incident) -> Cell:
    return Cell(row.tenant, "incidents", "words_sealed", row.id)


def _audit(office: Office, session: Session, staff: StaffRef, action: str, detail: str, now: int) -> None:
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff.id, detail=detail
    )  # fmt: skip
