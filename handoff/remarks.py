"""気になった一言: what somebody noticed in passing, in half a minute. No case until a person makes it one.

Works in the caller's transaction and never commits. One exception waits for nobody: danger words make it a case at
once and call whoever is on duty, because a list that is read tomorrow is no place for them
(`docs/decisions/0023-ways-in.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import arrivals, ledger
from handoff.acting import here
from handoff.arrivals import Arrival
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.path_records import Remark
from handoff.records import Staff
from handoff.reporters import About
from intake.doubled import first_time
from intake.ids import new_id
from intake.records import Case
from intake.seal import Cell

LONGEST: Final = 500
PLACE_LONGEST: Final = 200
STATE_JA: Final = {
    "new": "まだ見ていません", "noted": "覚えておきます", "case": "相談にしました", "dropped": "消しました",
}  # fmt: skip
WAY_JA: Final = {"slack": "Slack", "console": "職員の画面", "web": "地域の人（ウェブ）"}
SETTLED: Final = ("noted", "dropped")


@dataclass(frozen=True, slots=True)
class Said:
    """A remark as it was left. `staff` None: somebody who did not say who they are."""

    way: str
    text: str = field(repr=False)
    place: str = field(default="", repr=False)
    staff: StaffRef | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one remark."""

    text: str = field(repr=False)
    place: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """What became of it: the remark, and the case where danger made it one. Both None for a doubled form."""

    remark_id: int | None = None
    case_id: int | None = None


def leave(office: Office, session: Session, said: Said, now: int, once: str) -> Left:
    """Keep the remark; danger in it opens the case at once. The same `once` changes nothing a second time.

    Raises `Refused`: `empty`, `too_long`, `no_right` (管理 and 監査 write no content).
    """
    _check(said)
    channel, what = "web" if said.way == "web" else "staff", f"remark\x1f{once}"
    event = first_time(session, office.vault, office.tenant, channel, what, now, note="remark")
    if event is None:
        return Left()
    words, rings = Words(said.text.strip(), said.place.strip()), arrivals.dangerous(said.text)
    row = Remark(
        id=new_id(), tenant=office.tenant, key_id=0, staff_id=said.staff.id if said.staff else None, way=said.way,
        state="new", at=now,
    )  # fmt: skip
    if not rings:  # what becomes a case now is sealed under the case's key alone
        row.key_id = office.vault.keys.create(office.tenant, "remark")
        row.text_sealed = _sealed(office, row, "text_sealed", words.text)
        row.place_sealed = _sealed(office, row, "place_sealed", words.place)
    session.add(row)
    session.flush()
    if said.staff is not None:
        ledger.audit(session, office.audit_key, office.tenant, at=now, action="remark_left", staff_id=said.staff.id)
    if not rings:
        return Left(row.id)
    case = _open(office, session, [(row, words)], now)
    event.case_id = case.id
    return Left(row.id, case.id)


def make_case(
    office: Office, session: Session, remark_ids: Iterable[int], staff: StaffRef, now: int
) -> tuple[int, list[int]]:
    """相談にする: one case of one remark, or of several of one place.

    Returns the case's id, and the keys to be destroyed after the commit: the words stand in the case alone.

    Raises `NotFound`, `Conflict` when somebody settled one of them first, `Refused`.
    """
    rows = [_locked(office, session, one, staff) for one in sorted(set(remark_ids))]
    if not rows:
        raise Refused("none", "一言をえらんでください。")
    said = [(row, Words(opened(office, row, "text_sealed"), opened(office, row, "place_sealed"))) for row in rows]
    case = _open(office, session, said, now)
    ledger.remember(
        session,
        office.sealer,
        case,
        at=now,
        actor="staff",
        staff_id=staff.id,
        what="remark_case",
        detail=f"{len(rows)}",
    )
    _settle(office, session, rows, "case", staff, now, case.id)
    return case.id, [row.key_id for row in rows]


def settle(office: Office, session: Session, remark_id: int, staff: StaffRef, state: str, now: int) -> list[int]:
    """覚えておく (`noted`) or 消す (`dropped`). Returns the keys to be destroyed after the commit. Raises as above."""
    if state not in SETTLED:
        raise Refused("bad_state", "「覚えておく」か「消す」をえらんでください。")
    row = _locked(office, session, remark_id, staff)
    _settle(office, session, [row], state, staff, now)
    if state == "noted":
        return []
    row.text_sealed = row.place_sealed = None
    return [row.key_id]


def _settle(
    office: Office, session: Session, rows: Iterable[Remark], state: str, staff: StaffRef, now: int,
    case_id: int | None = None,
) -> None:  # fmt: skip
    for row in rows:
        row.state, row.settled_by, row.settled_at = state, staff.id, now
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action=f"remark_{state}", staff_id=staff.id,
            case_id=case_id, detail="" if case_id else str(row.id),
        )  # fmt: skip


def _open(office: Office, session: Session, said: Sequence[tuple[Remark, Words]], now: int) -> Case:
    """The case of these remarks. Their words stand there from now on, and nowhere else."""
    rows = [row for row, _ in said]
    places = list(dict.fromkeys(words.place for _, words in said if words.place))
    came = Arrival(
        route="remark",
        path="R1",
        channel="web" if all(row.way == "web" for row in rows) else "staff",
        source=f"remark:{rows[0].id}",
        texts=[(row.at, words.text) for row, words in said],
        places=places,
        answers=[("p_place", "／".join(places))] if places else [],
        about=_about(office, session, rows),
    )
    case, _ = arrivals.open_case(office, session, came, now)
    for row in rows:
        row.state, row.case_id = "case", case.id
        row.text_sealed = row.place_sealed = None
    return case


def _about(office: Office, session: Session, rows: Sequence[Remark]) -> About | None:
    """Who wrote it, for the vault of reporters; None when nobody said."""
    ids = [row.staff_id for row in rows if row.staff_id is not None]
    people = session.scalars(select(Staff).where(Staff.id.in_(ids))).all() if ids else []
    if not people:
        return None
    desks = {desk.id: desk.name for desk in office.pack.desks}
    organisation = desks.get(people[0].desk, office.pack.office)
    return About(organisation=organisation, name="、".join(one.name for one in people), channel="slack")


def _locked(office: Office, session: Session, remark_id: int, staff: StaffRef) -> Remark:
    if staff.role != "intake":
        raise NotFound("not_found", "その一言は見つかりません。")
    here(session, staff)
    row = session.get(Remark, remark_id, with_for_update=True, populate_existing=True)
    if row is None or row.tenant != office.tenant:
        raise NotFound("not_found", "その一言は見つかりません。")
    if row.state not in ("new", "noted"):
        raise Conflict("settled", f"さきに「{STATE_JA[row.state]}」になっています。何も変えていません。")
    return row


def _check(said: Said) -> None:
    if said.staff is not None:
        may(said.staff)
    if not said.text.strip():
        raise Refused("empty", "気になったことを、ひとこと書いてください。")
    if len(said.text) > LONGEST or len(said.place) > PLACE_LONGEST:
        raise Refused("too_long", f"一言は{LONGEST}字、場所は{PLACE_LONGEST}字までです。")


def may(staff: StaffRef) -> None:
    """Raises `Refused("no_right")` for who sees no content."""
    if staff.role not in ("intake", "worker"):
        raise Refused("no_right", "この役割では、一言を見たり書いたりできません。")


def _sealed(office: Office, row: Remark, column: str, text: str) -> bytes | None:
    return office.sealer.seal_text(row.key_id, Cell(row.tenant, "remarks", column, row.id), text) if text else None


def opened(office: Office, row: Remark, column: str) -> str:
    """What stands in a sealed column, "" for nothing."""
    sealed = getattr(row, column)
    return office.sealer.open_text(Cell(row.tenant, "remarks", column, row.id), sealed) if sealed else ""
