"""聞きとりシート: what is known of a case for its forms, collected from everywhere and completed by staff.

In the caller's transaction; never commits. Staff's part lies sealed under the case's key (`CaseSheet`), with a version
so that two people do not overwrite each other. What nobody knows stays 未確認.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from handoff import ledger, sources
from handoff.acting import seen_by
from handoff.flow_records import CaseSheet
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.packet import from_meeting, told, visitor
from handoff.packet.fields import fields
from handoff.packet.heard import heard_of, local
from handoff.packet.values import Entry, Member, Sheet, Source, Words
from handoff.records import Ticket
from intake.records import Case
from intake.seal import Cell

MOST_MEMBERS: Final = 12
LONGEST: Final = 4_000


def may_write(row: Ticket, staff: StaffRef) -> bool:
    """Whether this person fills the sheet of a case that they may see: who works on it, and 受付."""
    return staff.role == "intake" or row.owner_id == staff.id


def sheet_of(office: Office, session: Session, case: Case, row: Ticket) -> Sheet:
    """Everything known of the case; empty once it was erased. No authorization check."""
    whole = heard_of(office, session, case, row)
    if case.erased_at is not None:
        return whole
    return visitor.let(office, session, case, row, _with_written(office, session, case, whole))


def read(office: Office, session: Session, case: Case, row: Ticket, staff: StaffRef, now: int) -> Sheet:
    """`sheet_of` for a person who may see the case; that they read it is written down."""
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="viewed", staff_id=staff.id, case_id=case.id,
        detail="hearing",
    )  # fmt: skip
    return sheet_of(office, session, case, row)


def written_of(office: Office, session: Session, case: Case) -> tuple[dict[str, Entry], tuple[Member, ...], int]:
    """What staff wrote, and its version (0: nothing yet)."""
    row = session.get(CaseSheet, case.id, populate_existing=True)
    if row is None or not row.body_sealed:
        return {}, (), row.version if row is not None else 0
    body = json.loads(office.sealer.open_text(_cell(case), row.body_sealed))
    entries = {name: _entry(one) for name, one in body["entries"].items() if name in fields()}
    return entries, tuple(_member(one) for one in body["household"]), row.version


def save(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    entries: Mapping[str, Entry],
    household: Iterable[Member],
    version: int,
    now: int,
) -> int:
    """Keep what staff wrote in place of what stood before; returns the new version.

    `version`: of what they had before them. Raises `Conflict("changed")` when somebody saved meanwhile,
    `Conflict("already_claimed")` for who neither works on the case nor is 受付, `Refused`: `erased`, `too_long`,
    `how_needed` (that a visitor may be named, without who heard it when).
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。")
    if not may_write(row, staff):
        raise Conflict("already_claimed", "聞きとりシートは、担当の人と受付の人が書けます。何も変えていません。")
    members = tuple(household)
    if len(members) > MOST_MEMBERS or any(_length(entry.value) > LONGEST for entry in entries.values()):
        raise Refused(
            "too_long", f"長すぎるところがあります（一つの欄に {LONGEST:,} 字、世帯は {MOST_MEMBERS} 人まで）。"
        )
    tick = entries.get(visitor.TICK)
    if tick is not None and tick.value == "yes" and not visitor.ticked(entries):
        raise Refused("how_needed", "来談者が伝えてよいと言ったことを、だれが・いつ聞いたかも書いてください。")
    known = session.get(CaseSheet, case.id, with_for_update=True, populate_existing=True)
    if version != (known.version if known is not None else 0):
        raise Conflict(
            "changed", "書いているあいだに、ほかの人がこのシートを直しました。下の内容はまだ保存していません。"
        )
    body = {"entries": {name: _plain(one) for name, one in entries.items()}, "household": [asdict(m) for m in members]}
    sealed = office.sealer.seal_text(case.key_id, _cell(case), json.dumps(body, ensure_ascii=False))
    if known is None:
        known = CaseSheet(case_id=case.id, tenant=case.tenant, version=0, body_sealed=sealed, changed_at=now)
        session.add(known)
    known.body_sealed, known.version = sealed, version + 1
    known.changed_by, known.changed_at = staff.id, now
    ledger.remember(session, office.sealer, case, at=now, actor="staff", staff_id=staff.id, what="sheet_saved")
    ledger.audit(
        session, office.audit_key, case.tenant, at=now, action="sheet_saved", staff_id=staff.id, case_id=case.id
    )  # fmt: skip
    session.flush()
    return known.version


def _with_written(office: Office, session: Session, case: Case, whole: Sheet) -> Sheet:
    entries, household, version = written_of(office, session, case)
    if secrecy := sources.restriction(session, case):
        entries = from_meeting.marked(entries, sources.words_of(office, session, case)[0], secrecy)
    merged = {**whole.entries, **entries}
    born = merged.get("birth_date")
    if "age" not in merged and born is not None and isinstance(born.value, str):
        years = told.age_on(born.value, local(case.opened_at).date())
        merged |= {"age": replace(born, value=years)} if years else {}
    return replace(whole, entries=merged, household=household, version=version)


def _entry(row: Mapping[str, Any]) -> Entry:
    value: Words = tuple(row["value"]) if isinstance(row["value"], list) else str(row["value"])
    return Entry(value, Source(row["source"]), row["whose"], row["asked"], row["basis"])


def _member(row: Mapping[str, Any]) -> Member:
    return Member(**{**row, "source": Source(row["source"])})


def _plain(entry: Entry) -> dict[str, object]:
    return asdict(entry)


def _length(value: Words) -> int:
    return len(value) if isinstance(value, str) else sum(map(len, value))


def _cell(case: Case) -> Cell:
    return Cell(case.tenant, "case_sheets", "body_sealed", case.id)
