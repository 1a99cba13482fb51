"""惜しいケースと足りなかった資源: what cases taught, written by staff about nobody, by month and theme.

In the caller's transaction; never commits. What is given out says no more than `handoff.suppression` lets it; the needs
by theme for 地域づくり come from facts, not from these texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import facts, ledger
from handoff.acting import seen_by
from handoff.flow_records import Lesson
from handoff.lesson_check import Finding, check
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.packet.sheet import sheet_of
from handoff.records import Staff, Ticket
from handoff.statistics import fiscal_year, months_of_year
from intake.cases import name_of
from intake.ids import new_id
from intake.records import Case, Contact
from intake.seal import Cell
from triage.labels import THEME_JA

KIND_JA: Final = {"near": "惜しいケース", "lack": "足りなかった資源"}
WRITERS: Final = ("intake", "worker")
LONGEST: Final = 600
OTHER: Final = ""
"""The theme of what fits none."""


class Doubtful(Refused):
    """The text may tell who it is about. `findings` say where; once somebody looked, `sure` lets doubts pass."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        hard = any(one.refused for one in findings)
        super().__init__(
            "names_somebody" if hard else "doubtful",
            "だれのことか分かる言葉があります。消すか、言いかえてください。" if hard
            else "だれのことか分かるかもしれない言葉があります。確かめてください。",
        )  # fmt: skip
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Entry:
    """One lesson as it is read."""

    id: int
    kind: str
    month: str
    theme: str
    text: str = field(repr=False)
    by: str = ""

    @property
    def theme_ja(self) -> str:
        """The theme in words."""
        return THEME_JA.get(self.theme, "そのほか")


def write(
    office: Office, session: Session, staff: StaffRef, kind: str, month: str, theme: str, text: str, now: int, *,
    sure: bool = False, case_id: int | None = None,
) -> int:  # fmt: skip
    """Write one down; returns its id. `case_id`: the case that taught it, whose names are then looked for as well.

    Raises `Refused`: `no_right`, `bad_kind`, `bad_month`, `bad_theme`, `empty`, `too_long`; `Doubtful`; `NotFound` for
    a case that they may not see.
    """
    if staff.tenant != office.tenant or staff.role not in WRITERS:
        raise Refused("no_right", "この役割では書けません。")
    _check(kind, month, theme, text, now)
    names = _staff_names(session, office.tenant)
    if case_id is not None:
        names |= _case_names(office, session, *seen_by(office, session, case_id, staff))
    found = check(text, names)
    if any(one.refused for one in found) or (found and not sure):
        raise Doubtful(found)
    row_id, key_id = new_id(), office.vault.keys.create(office.tenant, "lesson")
    session.add(
        Lesson(
            id=row_id, tenant=office.tenant, kind=kind, month=month, theme=theme, key_id=key_id, by_staff=staff.id,
            text_sealed=office.sealer.seal_text(key_id, _cell(office.tenant, row_id), text.strip()), at=now,
        )
    )  # fmt: skip
    # Without the case: it would outlive the text's anonymity. That somebody wrote one stands in the log.
    _audit(office, session, staff, "lesson_written", f"#{row_id} {kind} {month}", now)
    return row_id


def remove(office: Office, session: Session, staff: StaffRef, lesson_id: int, now: int) -> int:
    """Take one away; returns the key to destroy after the commit. By who wrote it, or 受付. Raises `NotFound`."""
    row = session.get(Lesson, lesson_id, with_for_update=True)
    gone = row is None or row.tenant != office.tenant
    if row is None or gone or (row.by_staff != staff.id and staff.role != "intake"):
        raise NotFound("not_found", "その記録は見つかりません。")
    session.delete(row)
    _audit(office, session, staff, "lesson_removed", f"#{lesson_id}", now)
    return row.key_id


def of_month(office: Office, session: Session, kind: str, month: str) -> tuple[Entry, ...]:
    """The lessons of a month, by theme."""
    rows = session.execute(
        select(Lesson, Staff.name)
        .outerjoin(Staff, Staff.id == Lesson.by_staff)
        .where(Lesson.tenant == office.tenant, Lesson.kind == kind, Lesson.month == month)
    )
    found = [Entry(row.id, row.kind, row.month, row.theme, _text(office, row), name or "") for row, name in rows]
    order = [*THEME_JA, OTHER]
    return tuple(sorted(found, key=lambda one: (order.index(one.theme) if one.theme in order else 999, one.id)))


def counts(session: Session, tenant: str, year: str) -> Mapping[tuple[str, str, str], int]:
    """(kind, month, theme) → how many, of a fiscal year. They are about texts of staff, not about people."""
    months = months_of_year(year)
    rows = session.execute(
        select(Lesson.kind, Lesson.month, Lesson.theme, func.count())
        .where(Lesson.tenant == tenant, Lesson.month.in_(months))
        .group_by(Lesson.kind, Lesson.month, Lesson.theme)
    )
    return {(kind, month, theme): count for kind, month, theme, count in rows}


def lines(office: Office, session: Session, staff: StaffRef, kind: str, month: str, now: int) -> list[list[str]]:
    """The month as lines of a CSV, on record. Who wrote it stays out: the list goes to others."""
    found = of_month(office, session, kind, month)
    _audit(office, session, staff, "lessons_exported", f"{kind} {month} {len(found)}", now)
    head = ["種類", "月", "テーマ", "内容"]
    return [head, *([KIND_JA[one.kind], one.month, one.theme_ja, one.text] for one in found)]


def _check(kind: str, month: str, theme: str, text: str, now: int) -> None:
    if kind not in KIND_JA:
        raise Refused("bad_kind", "惜しいケースか、足りなかった資源かを選んでください。")
    if len(month) != 7 or month > facts.month_of(now) or month not in months_of_year(_year(month)):
        raise Refused("bad_month", "月を選んでください（先の月は選べません）。")
    if theme not in (*THEME_JA, OTHER):
        raise Refused("bad_theme", "テーマを選んでください。")
    if not text.strip():
        raise Refused("empty", "何が惜しかったか、何が足りなかったかを書いてください。")
    if len(text) > LONGEST:
        raise Refused("too_long", f"長すぎます（{LONGEST}文字まで）。短くしてください。")


def _year(month: str) -> str:
    try:
        return fiscal_year(month)
    except ValueError:
        return "2000"


def _staff_names(session: Session, tenant: str) -> set[str]:
    return set(session.scalars(select(Staff.name).where(Staff.tenant == tenant)))


def _case_names(office: Office, session: Session, case: Case, row: Ticket) -> set[str]:
    """How the person calls themselves, and the names on the 聞きとりシート, whole and in parts."""
    contact = session.get(Contact, case.contact_id) if case.contact_id is not None else None
    entries = sheet_of(office, session, case, row).entries
    written = (entries[one].value for one in ("name", "kana", "visitor_name") if one in entries)
    whole = [name for name in (name_of(office.sealer, contact), *written) if isinstance(name, str) and name]
    return {part for name in whole for part in (name, *name.split()) if len(part) > 1}


def _text(office: Office, row: Lesson) -> str:
    return "" if row.text_sealed is None else office.sealer.open_text(_cell(office.tenant, row.id), row.text_sealed)


def _cell(tenant: str, row_id: int) -> Cell:
    return Cell(tenant, "lessons", "text_sealed", row_id)


def _audit(office: Office, session: Session, staff: StaffRef, action: str, detail: str, now: int) -> None:
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff.id, detail=detail
    )  # fmt: skip
