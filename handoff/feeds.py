"""Lists and watching systems that send us signs (見守り・訪問の記録, R4a and R4b). Works in the caller's transaction.

A sign of a watching system opens a case at once, or comes to the open case of the same person: a person must look, and
nothing may be lost on a list. A row of 全戸訪問 waits for a person, except where it speaks of danger
(`docs/decisions/0023-ways-in.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import arrivals, ledger
from handoff.acting import here
from handoff.arrivals import Arrival
from handoff.feed_register import find
from handoff.feed_signal import Sign, day_ja
from handoff.office import Conflict, NotFound, Office, StaffRef
from handoff.path_records import Feed, FeedRow
from handoff.records import Ticket
from handoff.ticket import OPEN
from intake.db import insert_ignore
from intake.door_records import PlaceMark
from intake.ids import new_id
from intake.seal import Cell

STATE_JA: Final = {"new": "まだ確かめていません", "case": "相談にしました", "dropped": "ちがうとしました"}
SHOWN: Final = 200
_ABSENT: Final = "その記録は見つかりません。"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of some signs: `new` rows, `cases` opened or added to, `known` that were here before."""

    new: int = 0
    cases: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row that waits for a person."""

    id: int
    feed: str
    at: int
    sign: Sign


def take(
    office: Office, session: Session, name: str, signs: Mapping[str, Sign], now: int, staff: StaffRef | None = None
) -> Taken:
    """File signs by the key that makes each one row (row key → sign). The same row again changes nothing.

    Raises `NotFound` for a feed that is not, or not any more.
    """
    if staff is not None:
        here(session, staff)
    feed = find(session, office.tenant, name, lock=True)
    if feed is None:
        raise NotFound("not_found", "その名前のものはありません。")
    known = set(_known(session, feed, signs))
    fresh = {key: sign for key, sign in signs.items() if key not in known}
    waits = [key for key, sign in fresh.items() if feed.kind == "visit" and not _rings(sign)]
    made = office.vault.keys.create_many(office.tenant, "feed", len(waits)) if waits else {}
    keys = dict(zip(waits, made, strict=True))
    persons = [_person(office, feed, sign) for sign in fresh.values() if sign.person]
    ledger.lock_all(session, _of_persons(office, session, persons).values())
    opened = 0
    for key, sign in fresh.items():
        row = FeedRow(id=new_id(), tenant=office.tenant, feed=name, row_key=key, key_id=0, state="new", at=now)
        if key in keys:
            row.key_id = keys[key]
            row.body_sealed = office.sealer.seal_text(row.key_id, _cell(row), sign.to_json())
        else:
            row.state, row.case_id = "case", _case(office, session, feed, row.id, sign, now)
            opened += 1
        session.add(row)
    session.flush()
    if staff is not None or fresh:
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action="feed_imported",
            staff_id=staff.id if staff else None, detail=f"{name} {len(fresh)}",
        )  # fmt: skip
    return Taken(len(waits), opened, len(known))


def waiting(session: Session, tenant: str) -> int:
    """How many rows wait for a person."""
    return session.scalar(select(func.count()).where(FeedRow.tenant == tenant, FeedRow.state == "new")) or 0


def rows(office: Office, session: Session) -> tuple[Row, ...]:
    """The rows that wait for a person, the oldest first. No authorization check."""
    wanted = select(FeedRow).where(FeedRow.tenant == office.tenant, FeedRow.state == "new")
    found = session.scalars(wanted.order_by(FeedRow.id).limit(SHOWN))
    return tuple(Row(row.id, row.feed, row.at, _sign(office, row)) for row in found)


def make_case(office: Office, session: Session, row_id: int, staff: StaffRef, now: int) -> tuple[int, list[int]]:
    """相談にする. Returns the case's id and the keys to be destroyed after it. Raises `NotFound`, `Conflict`."""
    row = _locked(office, session, row_id, staff)
    feed = session.scalar(select(Feed).where(Feed.tenant == office.tenant, Feed.name == row.feed))
    if feed is None:
        raise NotFound("not_found", _ABSENT)
    case_id = _case(office, session, feed, row.id, _sign(office, row), now)
    return case_id, _settle(office, session, row, "case", staff, now, case_id)


def drop(office: Office, session: Session, row_id: int, staff: StaffRef, now: int) -> list[int]:
    """ちがう: looked at, and nothing. Returns the keys to be destroyed after the commit. Raises as above."""
    return _settle(office, session, _locked(office, session, row_id, staff), "dropped", staff, now)


def _settle(
    office: Office, session: Session, row: FeedRow, state: str, staff: StaffRef, now: int, case_id: int | None = None
) -> list[int]:
    row.state, row.settled_by, row.settled_at, row.case_id = state, staff.id, now, case_id
    row.body_sealed = None
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=f"feed_{state}", staff_id=staff.id, case_id=case_id,
        detail=row.feed,
    )  # fmt: skip
    return [row.key_id]


def _case(office: Office, session: Session, feed: Feed, row_id: int, sign: Sign, now: int) -> int:
    """The case of a sign: of the same person of the same feed while it is open, else a new one."""
    came = Arrival(
        route="feed",
        path="R4a" if feed.kind == "visit" else "R4b",
        channel="feed",
        source=f"feed:{row_id}",
        texts=[(now, sign.words_ja(feed.label))],
        places=[sign.place] if sign.place else [],
        answers=_answers(sign),
        danger=sign.danger,
        high=feed.kind == "watch",
    )
    lookup = _person(office, feed, sign) if sign.person else ""
    known = _of_persons(office, session, [lookup]).get(lookup) if lookup else None
    found = ledger.case_and_ticket(session, office.tenant, known, lock=True) if known else None
    if found is not None:
        arrivals.add_to(office, session, *found, came, now)
        return found[0].id
    case, _ = arrivals.open_case(office, session, came, now)
    if lookup:
        values = {"id": new_id(), "tenant": office.tenant, "case_id": case.id, "kind": "feed", "lookup": lookup}
        insert_ignore(session, PlaceMark, values)
    return case.id


def _answers(sign: Sign) -> list[tuple[str, str]]:
    """What stands beside the words: a model that reads a date hears more in it than it says."""
    last = day_ja(sign.on) if sign.on and sign.kind != "visit" else ""
    known = (("p_place", sign.place), ("利用者番号", sign.person), ("さいごの応答", last))
    return [(name, said) for name, said in known if said]


def _person(office: Office, feed: Feed, sign: Sign) -> str:
    return office.vault.blind.of(office.tenant, "feed-person", f"{feed.name}\x1f{sign.person}")


def _of_persons(office: Office, session: Session, lookups: Sequence[str]) -> dict[str, int]:
    """lookup → the newest open case of that person."""
    found: dict[str, int] = {}
    for start in range(0, len(lookups), 500):
        batch = lookups[start : start + 500]
        wanted = select(PlaceMark.lookup, PlaceMark.case_id).join(Ticket, Ticket.case_id == PlaceMark.case_id)
        mine = PlaceMark.tenant == office.tenant, PlaceMark.lookup.in_(batch), Ticket.state.in_(OPEN)
        for row in session.execute(wanted.where(*mine).order_by(PlaceMark.case_id)):
            found[row.lookup] = row.case_id
    return found


def _known(session: Session, feed: Feed, keys: Iterable[str]) -> Iterable[str]:
    wanted = select(FeedRow.row_key).where(FeedRow.tenant == feed.tenant, FeedRow.feed == feed.name)
    asked = list(keys)
    for start in range(0, len(asked), 500):
        yield from session.scalars(wanted.where(FeedRow.row_key.in_(asked[start : start + 500])))


def _rings(sign: Sign) -> bool:
    return sign.danger or arrivals.dangerous(sign.note)


def _locked(office: Office, session: Session, row_id: int, staff: StaffRef) -> FeedRow:
    if staff.role != "intake":
        raise NotFound("not_found", _ABSENT)
    here(session, staff)
    row = session.get(FeedRow, row_id, with_for_update=True, populate_existing=True)
    if row is None or row.tenant != office.tenant:
        raise NotFound("not_found", _ABSENT)
    if row.state != "new":
        raise Conflict("settled", f"さきに「{STATE_JA[row.state]}」になっています。何も変えていません。")
    return row


def _sign(office: Office, row: FeedRow) -> Sign:
    return Sign.from_json(office.sealer.open_text(_cell(row), row.body_sealed or b""))


def _cell(row: FeedRow) -> Cell:
    return Cell(row.tenant, "feed_rows", "body_sealed", row.id)
