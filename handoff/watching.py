"""Reading the audit log (閲覧の記録): filters, pages by number. No content. What stands out: `handoff.unusual`.

The log only grows, so every statement here is bounded: it follows an index and stops after a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from handoff.clock import TOKYO
from handoff.number import label_of
from handoff.promise import TRIED
from handoff.records import Audit, Staff
from intake.clock import to_ms
from intake.records import Case

PAGE: Final = 100
MOST_EXPORTED: Final = 20_000
LOOKS: Final = ("viewed", "attachment_opened", "printed", "reporter_opened")
GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "looks": ("見た", LOOKS),
    "passes": ("緊急の閲覧・番号を開いた", ("pass_opened", "pass_missed", "pass_seen", "break_glass")),
    "work": (
        "担当・返事・つなぎ",
        (
            *("claimed", "released", "replied", "handed", "accepted", "returned", "closed", "passed_on", "taken_down"),
            *TRIED,
        ),
    ),
    "out": (
        "外に出した",
        (
            "disclosed",
            "stats_exported",
            "audit_exported",
            "corrections_exported",
            "printed",
            "api_cases",
            "api_case",
            "api_packets",
            "api_packet",
            "api_statistics",
            "api_token_added",
            "api_token_revoked",
            "webhook_added",
            "webhook_ended",
            "webhook_again",
        ),
    ),
    "requests": ("本人の請求", ("request_entered", "request_checked", "request_done", "request_refused", "erased")),
    "sign_ins": (
        "入った・職員",
        (
            "signed_in",
            "signed_out",
            "sign_in_refused",
            "sign_in_ended",
            "identity_linked",
            "identity_unlinked",
            "staff_added",
            "staff_changed",
            "staff_invited",
            "staff_left",
            "slack_refused",
        ),
    ),
}
"""Group of actions → its name on screen and the actions."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to show. 0 and "" are: everything. `day`: `2026-11-20` in Tokyo; `number`: of the case."""

    staff: int = 0
    group: str = ""
    number: int = 0
    day: str = ""

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.staff or self.group or self.number or self.day)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `who` is 機械 for the machine; `case` is a label or ""."""

    seq: int
    at: int
    who: str
    action: str
    case: str


def entries(
    session: Session, tenant: str, wanted: Wanted, before: int | None = None, limit: int = PAGE
) -> tuple[Entry, ...]:
    """The log, newest first, below number `before`."""
    if wanted.number:
        rows = _of_number(session, tenant, wanted, before, limit)
    else:
        where = (Audit.tenant == tenant, *_where(session, tenant, wanted, before))
        newest = _newest(where, GROUPS[wanted.group][1] if wanted.group else (), limit)
        chosen = select(Audit).where(Audit.tenant == tenant, Audit.seq.in_(newest))
        rows = list(session.scalars(chosen.order_by(Audit.seq.desc()).limit(limit)))
    names, labels = people(session, tenant), labels_of(session, tenant, (row.case_id for row in rows))
    return tuple(
        Entry(
            row.seq, row.at, names.get(row.staff_id, "") if row.staff_id else "機械", row.action,
            labels.get(row.case_id or 0, ""),
        )
        for row in rows
    )  # fmt: skip


def of_case(session: Session, tenant: str, case_id: int, limit: int = 500) -> tuple[Entry, ...]:
    """Who looked at or did something to one case, newest first. No authorization check."""
    names = people(session, tenant)
    rows = _about(session, tenant, case_id, limit)
    return tuple(Entry(row.seq, row.at, names.get(row.staff_id or 0, "機械"), row.action, "") for row in rows)


def people(session: Session, tenant: str) -> dict[int, str]:
    """Everybody who is or was staff, by id."""
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.tenant == tenant).order_by(Staff.name))
    return {row.id: row.name for row in rows}


def labels_of(session: Session, tenant: str, ids: Iterable[int | None]) -> dict[int, str]:
    """The labels of these cases of `tenant` by their ids."""
    wanted = sorted({case_id for case_id in ids if case_id})
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 500):
        # The tenant is compared here: asked of the database too, SQLite reads every case of the town.
        columns = select(Case.id, Case.number, Case.route, Case.tenant)
        rows = session.execute(columns.where(Case.id.in_(wanted[start : start + 500])))
        found |= {case_id: label_of(number, route) for case_id, number, route, owner in rows if owner == tenant}
    return found


def _newest(where: Sequence[ColumnElement[bool]], actions: Sequence[str], limit: int) -> Select[int]:
    """The numbers of the newest entries: of each action apart, because so each follows an index and stops."""
    newest = select(Audit.seq).where(*where).order_by(Audit.seq.desc()).limit(limit)
    if not actions:
        return select(newest.subquery().c.seq)
    each = [newest.where(Audit.action == action).subquery() for action in actions]
    return select(union_all(*(select(one.c.seq) for one in each)).subquery().c.seq)


def _where(session: Session, tenant: str, wanted: Wanted, before: int | None) -> Iterator[ColumnElement[bool]]:
    if before is not None:
        yield Audit.seq < before
    if wanted.staff:
        yield Audit.staff_id == wanted.staff
    if wanted.day:
        start, end = _bounds(wanted.day)
        of_day = (Audit.at >= start, Audit.at < end)
        # Numbers rise with the time but for clocks that were set: they keep the search near the day.
        # Without the offset PostgreSQL seeks both ends along the numbers, through everything before the day.
        found = select(Audit.seq).where(Audit.tenant == tenant, *of_day).offset(0).subquery()
        first, last = session.execute(select(func.min(found.c.seq), func.max(found.c.seq))).one()
        yield from (*of_day, Audit.seq >= (first or 0), Audit.seq <= (last or 0))


def _of_number(session: Session, tenant: str, wanted: Wanted, before: int | None, limit: int) -> list[Audit]:
    """The entries of one case that fit; sought by the case alone, because no index is narrower."""
    case_id = session.scalar(select(Case.id).where(Case.tenant == tenant, Case.number == wanted.number))
    start, end = _bounds(wanted.day) if wanted.day else (0, 1 << 62)
    actions = GROUPS[wanted.group][1] if wanted.group else None
    fitting = (
        row
        for row in _about(session, tenant, case_id or -1, MOST_EXPORTED)
        if (before is None or row.seq < before)
        and wanted.staff in (0, row.staff_id)
        and (actions is None or row.action in actions)
        and start <= row.at < end
    )
    return list(islice(fitting, limit))


def _about(session: Session, tenant: str, case_id: int, limit: int) -> list[Audit]:
    rows = session.scalars(select(Audit).where(Audit.case_id == case_id).order_by(Audit.seq.desc()).limit(limit))
    return [row for row in rows if row.tenant == tenant]


def _bounds(day: str) -> tuple[int, int]:
    """The first ms of the day in Tokyo and of the next."""
    start = datetime.fromisoformat(day).replace(tzinfo=TOKYO)
    return to_ms(start), to_ms(start + timedelta(days=1))
