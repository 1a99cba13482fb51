"""Looks that deserve a second look (いつもとちがう見方), by plain rules with the reason in words. No content.

The database does what grows with the log (counting, choosing by index); only what may stand out comes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from handoff.clock import TOKYO
from handoff.hours import Hours
from handoff.records import Audit
from handoff.watching import LOOKS, labels_of, people
from intake.clock import to_datetime, to_ms

MANY_CASES: Final = 30
"""So many different cases opened by one person within a clock hour are more than work needs."""
LATE_MS: Final = 24 * 3_600_000
"""After this, looking at a case that one gave up or handed on wants a reason."""
DAYS: Final = 30
MOST: Final = 300
"""So many are shown, the newest."""
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 86_400_000
_ENDS: Final = ("released", "accepted", "passed_on", "claimed")


@dataclass(frozen=True, slots=True)
class Odd:
    """One look that deserves a second one, with the reason in words. `case` is a label or ""."""

    at: int
    who: str
    case: str
    why: str


class _Found(NamedTuple):
    at: int
    who: int
    case_id: int
    why: str


def unusual(session: Session, tenant: str, now: int, office: Hours | None) -> tuple[Odd, ...]:
    """Looks of the last `DAYS` that stand out, newest first, at most `MOST`. `office`: its hours, None: unknown."""
    since = now - DAYS * _DAY_MS
    found = [
        *_crowds(session, tenant, since),
        *_nights(session, tenant, closed_gaps(office, since, now)),
        *_passes(session, tenant, since),
        *_late(session, tenant, since),
    ]
    found = sorted(found, key=lambda one: -one.at)[:MOST]
    names, labels = people(session, tenant), labels_of(session, tenant, (one.case_id for one in found))
    return tuple(Odd(one.at, names.get(one.who, ""), labels.get(one.case_id, ""), one.why) for one in found)


def closed_gaps(office: Hours | None, since: int, until: int) -> list[tuple[int, int, int]]:
    """When the office is closed between two moments (ms), each day by itself: (day, start, end). None: never."""
    gaps: list[tuple[int, int, int]] = []
    if office is None:
        return gaps
    midnight = to_datetime(since).astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    while to_ms(midnight) < until:
        start, at = to_ms(midnight), 0
        for span in (*office.spans_on(midnight.date()), None):
            opens, closes = (span.opens, span.closes) if span else (1_440, 1_440)
            gap = (max(start + at * 60_000, since), min(start + opens * 60_000, until))
            if gap[0] < gap[1]:
                gaps.append((midnight.toordinal(), *gap))
            at = max(at, closes)
        midnight += timedelta(days=1)
    return gaps


def _crowds(session: Session, tenant: str, since: int) -> Iterator[_Found]:
    hour, seen = Audit.at // _HOUR_MS, func.count(Audit.case_id.distinct())
    rows = session.execute(
        select(Audit.staff_id, hour, seen)
        .where(Audit.tenant == tenant, Audit.at > since, Audit.staff_id.is_not(None), Audit.action.in_(LOOKS))
        .group_by(Audit.staff_id, hour)
        .having(seen >= MANY_CASES)
    )
    for who, at, count in rows:
        yield _Found(at * _HOUR_MS, who or 0, 0, f"1時間に {count}件の相談を見ました。")


def _nights(session: Session, tenant: str, gaps: list[tuple[int, int, int]]) -> Iterator[_Found]:
    """One for each person and day."""
    # Gap by gap and by the time alone, which is the narrowest: joined to all gaps, PostgreSQL reads a month of looks.
    looks = (
        select(Audit.staff_id, Audit.action, func.max(Audit.at), func.count())
        .where(Audit.tenant == tenant, Audit.at >= bindparam("start"), Audit.at < bindparam("until"))
        .group_by(Audit.staff_id, Audit.action)
    )
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for day, start, until in gaps:
        for who, action, at, count in session.execute(looks, {"start": start, "until": until}):
            if who is not None and action in LOOKS:
                last, before = found.get((day, who), (0, 0))
                found[day, who] = (max(last, at), before + count)
    for (_, who), (at, count) in found.items():
        yield _Found(at, who, 0, f"受付時間の外に、{count}回見ました。")


def _passes(session: Session, tenant: str, since: int) -> Iterator[_Found]:
    rows = session.execute(
        select(Audit.at, Audit.staff_id, Audit.case_id).where(
            Audit.tenant == tenant, Audit.action == "pass_opened", Audit.at > since
        )
    )
    for at, who, case_id in rows:
        yield _Found(at, who or 0, case_id or 0, "自分の窓口ではない相談を、理由を書いて開きました（緊急の閲覧）。")


def _late(session: Session, tenant: str, since: int) -> Iterator[_Found]:
    """Looks at what one gave up, once for each person, case and day."""
    rows = session.execute(
        select(Audit.at, Audit.staff_id, Audit.case_id, Audit.action)
        .where(Audit.tenant == tenant, Audit.at > since, Audit.staff_id.is_not(None), Audit.action.in_(_ENDS))
        .order_by(Audit.seq)
    )
    away = given_up((at, who or 0, case_id or 0, action) for at, who, case_id, action in rows)
    told: set[tuple[int, int, int]] = set()
    for at, who, case_id in _looks(session, tenant, since, sorted({case_id for _, case_id in away})):
        once = (who, case_id, at // _DAY_MS)
        if once not in told and any(left + LATE_MS < at < back for left, back in away.get((who, case_id), ())):
            told.add(once)
            yield _Found(at, who, case_id, "担当をはなれてから 1日より後に見ました。")


def _looks(session: Session, tenant: str, since: int, case_ids: list[int]) -> Iterator[tuple[int, int, int]]:
    for start in range(0, len(case_ids), 500):
        # By the cases alone, which is the narrowest: the rest is compared here.
        columns = select(Audit.at, Audit.staff_id, Audit.case_id, Audit.action, Audit.tenant)
        rows = session.execute(columns.where(Audit.case_id.in_(case_ids[start : start + 500])).order_by(Audit.seq))
        for at, who, case_id, action, owner in rows:
            if owner == tenant and at > since and who is not None and action in LOOKS:
                yield at, who, case_id or 0


def given_up(rows: Iterable[tuple[int, int, int, str]]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """(person, case) → from when to when (ms) it was no longer theirs. `rows`: (at, person, case, action) in order."""
    owner: dict[int, int] = {}
    left: dict[tuple[int, int], int] = {}
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at, who, case_id, action in rows:
        before = owner.pop(case_id, 0) if action == "released" else owner.get(case_id, 0)
        if action != "released":
            owner[case_id] = who
        if before and (action == "released" or before != who):
            left[before, case_id] = at
        back = (owner.get(case_id, 0), case_id)
        if back in left:
            found.setdefault(back, []).append((left.pop(back), at))
    for key, at in left.items():
        found.setdefault(key, []).append((at, 1 << 62))
    return found
