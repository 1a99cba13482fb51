"""Reading the audit log (閲覧の記録): filters, pages by number, and looks that deserve a second look. No content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from handoff.clock import TOKYO
from handoff.number import label_of
from handoff.records import Audit, Staff
from intake.clock import to_datetime, to_ms
from intake.records import Case

PAGE: Final = 100
MOST_EXPORTED: Final = 20_000
MANY_CASES: Final = 30
"""So many different cases opened by one person within a clock hour are more than work needs."""
LATE_MS: Final = 24 * 3_600_000
"""After this, looking at a case that one gave up or handed on wants a reason."""
UNUSUAL_DAYS: Final = 30
_MOST_READ: Final = 100_000
_LOOKS: Final = ("viewed", "attachment_opened", "printed", "reporter_opened")
_ENDS: Final = ("released", "accepted", "passed_on", "claimed")
GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "looks": ("見た", _LOOKS),
    "passes": ("緊急の閲覧・番号を開いた", ("pass_opened", "pass_missed", "pass_seen", "break_glass")),
    "work": (
        "担当・返事・つなぎ",
        ("claimed", "released", "replied", "handed", "accepted", "returned", "closed", "passed_on", "taken_down"),
    ),
    "out": ("外に出した", ("disclosed", "stats_exported", "audit_exported", "corrections_exported", "printed")),
    "requests": ("本人の請求", ("request_entered", "request_checked", "request_done", "request_refused", "erased")),
    "sign_ins": (
        "入った・職員",
        (
            "signed_in", "signed_out", "sign_in_refused", "sign_in_ended", "identity_linked", "identity_unlinked",
            "staff_added", "staff_changed", "staff_invited", "staff_left", "slack_refused",
        ),
    ),
}  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class Odd:
    """One look that deserves a second one, with the reason in words."""

    at: int
    who: str
    case: str
    why: str


def entries(
    session: Session, tenant: str, wanted: Wanted, before: int | None = None, limit: int = PAGE
) -> tuple[Entry, ...]:
    """The log, newest first, below number `before`."""
    query = select(Audit).where(Audit.tenant == tenant, *_where(session, tenant, wanted))
    if before is not None:
        query = query.where(Audit.seq < before)
    rows = session.scalars(query.order_by(Audit.seq.desc()).limit(limit)).all()
    names, labels = people(session, tenant), _labels(session, tenant, (row.case_id for row in rows))
    return tuple(
        Entry(
            row.seq, row.at, names.get(row.staff_id, "") if row.staff_id else "機械", row.action,
            labels.get(row.case_id or 0, ""),
        )
        for row in rows
    )  # fmt: skip


def of_case(session: Session, tenant: str, case_id: int, limit: int = 500) -> tuple[Entry, ...]:
    """Who looked at or did something to one case, newest first. No authorization check."""
    rows = session.scalars(
        select(Audit).where(Audit.tenant == tenant, Audit.case_id == case_id).order_by(Audit.seq.desc()).limit(limit)
    ).all()
    names = people(session, tenant)
    return tuple(Entry(row.seq, row.at, names.get(row.staff_id or 0, "機械"), row.action, "") for row in rows)


def people(session: Session, tenant: str) -> dict[int, str]:
    """Everybody who is or was staff, by id."""
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.tenant == tenant).order_by(Staff.name))
    return {row.id: row.name for row in rows}


def unusual(session: Session, tenant: str, now: int, is_open: Callable[[datetime], bool]) -> tuple[Odd, ...]:
    """Looks of the last `UNUSUAL_DAYS` that stand out, newest first. `is_open`: the office's hours."""
    rows = session.scalars(
        select(Audit)
        .where(
            Audit.tenant == tenant,
            Audit.at > now - UNUSUAL_DAYS * 86_400_000,
            Audit.staff_id.is_not(None),
            Audit.action.in_((*_LOOKS, *_ENDS, "pass_opened")),
        )
        .order_by(Audit.seq.desc())
        .limit(_MOST_READ)
    ).all()
    names, found = people(session, tenant), sorted(_odd(rows[::-1], is_open), key=lambda one: -one[0])
    labels = _labels(session, tenant, (case_id for _, _, case_id, _ in found))
    return tuple(Odd(at, names.get(who, ""), labels.get(case_id or 0, ""), why) for at, who, case_id, why in found)


def _odd(
    rows: Iterable[Audit], is_open: Callable[[datetime], bool]
) -> Iterator[tuple[int, int, int | None, str]]:  # fmt: skip
    hours: dict[tuple[int, int], set[int]] = {}
    nights: dict[tuple[int, str], list[int]] = {}
    given_up: dict[tuple[int, int], int] = {}
    owner: dict[int, int] = {}
    told: set[tuple[int, int, int]] = set()
    for row in rows:
        who, case_id = row.staff_id or 0, row.case_id or 0
        if row.action in _ENDS:
            before = owner.pop(case_id, 0) if row.action == "released" else owner.get(case_id, 0)
            if row.action != "released":
                owner[case_id] = who
            if before and (row.action == "released" or before != who):
                given_up[before, case_id] = row.at
            given_up.pop((owner.get(case_id, 0), case_id), None)
            continue
        if row.action == "pass_opened":
            yield row.at, who, case_id, "自分の窓口ではない相談を、理由を書いて開きました（緊急の閲覧）。"
            continue
        local = to_datetime(row.at).astimezone(TOKYO)
        hours.setdefault((who, row.at // 3_600_000), set()).add(case_id)
        if not is_open(local):
            nights.setdefault((who, local.date().isoformat()), []).append(row.at)
        left = given_up.get((who, case_id))
        day = row.at // 86_400_000
        if left is not None and row.at > left + LATE_MS and (who, case_id, day) not in told:
            told.add((who, case_id, day))
            yield row.at, who, case_id, "担当をはなれてから 1日より後に見ました。"
    for (who, hour), seen in hours.items():
        if len(seen) >= MANY_CASES:
            yield (
                hour * 3_600_000,
                who,
                None,
                f"1時間に {len(seen)}件の相談を見ました。",
            )
    for (who, _), times in nights.items():
        yield times[-1], who, None, f"受付時間の外に、{len(times)}回見ました。"


def _where(session: Session, tenant: str, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.staff:
        yield Audit.staff_id == wanted.staff
    if wanted.group:
        yield Audit.action.in_(GROUPS[wanted.group][1])
    if wanted.number:
        case_id = session.scalar(select(Case.id).where(Case.tenant == tenant, Case.number == wanted.number))
        yield Audit.case_id == (case_id or -1)
    if wanted.day:
        start = datetime.fromisoformat(wanted.day).replace(tzinfo=TOKYO)
        yield Audit.at >= to_ms(start)
        yield Audit.at < to_ms(start + timedelta(days=1))


def _labels(session: Session, tenant: str, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = sorted({case_id for case_id in ids if case_id})
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 500):
        columns = select(Case.id, Case.number, Case.route)
        rows = session.execute(columns.where(Case.tenant == tenant, Case.id.in_(wanted[start : start + 500])))
        found |= {case_id: label_of(number, route) for case_id, number, route in rows}
    return found
