"""聞きとりシート: what is known of a case for its forms, collected from everywhere and completed by staff.

In the caller's transaction; never commits. Staff's part lies sealed under the case's key (`CaseSheet`), with a version
so that two people do not overwrite each other. What nobody knows stays 未確認.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from handoff import consents, ledger, plan_store, reporters, wishes
from handoff.acting import seen_by
from handoff.clock import TOKYO
from handoff.flow_records import CaseSheet
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.packet import told
from handoff.packet.fields import fields
from handoff.packet.names import names_in
from handoff.packet.values import Agreed, Entry, Member, Sheet, Source, Words
from handoff.records import Ticket
from handoff.sources import PATHS, source_of
from intake import cases, given
from intake.clock import to_datetime
from intake.records import Case, Contact
from intake.seal import Cell
from triage.assessment import Assessment

MOST_MEMBERS: Final = 12
LONGEST: Final = 4_000
_WHAT_JA: Final = {"record": "受付の記録", "handoff": "引継ぎ", "share": "関係機関との共有"}
_ANSWER_JA: Final = {
    "asked": "聞いています", "given": "同意", "partial": "書いたことだけ同意", "refused": "同意しない",
    "withdrawn": "取り消し",
}  # fmt: skip
_WAY_JA: Final = {"button": "画面のボタン", "words": "文字", "web": "相談の画面", "staff": "口頭"}


def may_write(row: Ticket, staff: StaffRef) -> bool:
    """Whether this person fills the sheet of a case that they may see: who works on it, and 受付."""
    return staff.role == "intake" or row.owner_id == staff.id


def sheet_of(office: Office, session: Session, case: Case, row: Ticket) -> Sheet:
    """Everything known of the case; empty once it was erased. No authorization check."""
    whole = heard_of(office, session, case, row)
    return _with_written(office, session, case, whole) if case.erased_at is None else whole


def read(office: Office, session: Session, case: Case, row: Ticket, staff: StaffRef, now: int) -> Sheet:
    """`sheet_of` for a person who may see the case; that they read it is written down."""
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="viewed", staff_id=staff.id, case_id=case.id,
        detail="hearing",
    )  # fmt: skip
    return sheet_of(office, session, case, row)


def heard_of(office: Office, session: Session, case: Case, row: Ticket) -> Sheet:
    """What the conversation, the case and the machine give, without what staff wrote on the sheet."""
    if case.erased_at is not None:
        return Sheet()
    about = reporters.about_of(session, office.sealer, case)
    answers = given.answers_of(office.sealer, case)
    another = case.route in reporters.ROUTES or about is not None or answers.get("who") in ("family", "neighbor")
    another = another or case.route in _TOLD_BY_OTHERS
    entries = told.told(answers, for_another=another)
    entries |= _names(office, session, case, for_another=another)
    text, _ = cases.person_text(session, office.sealer, case)
    if text and another:
        entries["facts"] = Entry(text, Source.REPORT, asked=True)
    elif text:
        entries["story"] = Entry(text, Source.PERSON, asked=True)
        own = wishes.by_field(wishes.of_case(office, session, case))
        entries |= {name: Entry(words, Source.PERSON) for name, words in own.items()}
    if another:
        entries |= _without_reporter(entries, about)
    entries["received_on"] = Entry(_day(case.opened_at), Source.STAFF)
    if row.urgency_by == "staff":
        entries["urgency"] = Entry(row.urgency, Source.STAFF)
    if not another and (path := PATHS.get(source_of(session, case))) is not None:
        entries["route"] = Entry(path.name_ja, Source.STAFF)
    read = plan_store.reading_of(office.sealer, row)
    return Sheet(
        entries=entries, consents=_consents(office, session, case), proposals=_proposals(text, read, own=not another),
        seen=told.seen(text, read), own_words=not another,
    )  # fmt: skip


def _without_reporter(entries: Mapping[str, Entry], about: reporters.About | None) -> dict[str, Entry]:
    """What a reporter wrote freely and may go on, with nothing in it of who they are."""
    said = [entries[one].value for one in ("visitor_name", "r_person") if one in entries]
    people = [one for one in (*said, about.name if about is not None else "") if isinstance(one, str) and one]
    people += [part for one in people for part in names_in(one)]
    others = (about.phone, about.organisation) if about is not None else ()
    return {
        name: replace(entry, value=told.without(entry.value, people, others))
        for name, entry in entries.items()
        if name in _FREE and isinstance(entry.value, str)
    }


def _proposals(text: str, read: Assessment | None, *, own: bool) -> dict[str, str]:
    """What the machine believes, and the wishes and strengths that it found in the person's own words."""
    found = told.proposals(read)
    for one in wishes.in_words(text, own=own) if own else ():
        field = wishes.FIELD_OF[one.kind]
        found[field] = f"{found[field]}／{one.words}" if field in found else one.words
    return found


_FREE: Final = frozenset({"facts", "target"})
"""Fields that a reporter fills in words of their own and that are not about the reporter."""
_TOLD_BY_OTHERS: Final = frozenset({"advice", "remark", "meeting", "feed"})


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
    `Conflict("already_claimed")` for who neither works on the case nor is 受付, `Refused`: `erased`, `too_long`.
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
    merged = {**whole.entries, **entries}
    born = merged.get("birth_date")
    if "age" not in merged and born is not None and isinstance(born.value, str):
        years = told.age_on(born.value, _local(case.opened_at).date())
        merged |= {"age": replace(born, value=years)} if years else {}
    return replace(whole, entries=merged, household=household, version=version)


def _names(office: Office, session: Session, case: Case, *, for_another: bool) -> dict[str, Entry]:
    """The name that was given: the person's, or that of whoever came for them."""
    if case.contact_id is None or case.identity == "anonymous":
        return {}
    name = cases.name_of(office.sealer, session.get(Contact, case.contact_id))
    if not name:
        return {}
    field = "visitor_name" if for_another else "name"
    called = f"{name}（呼び名）" if case.identity == "nickname" else name
    return {field: Entry(called, Source.REPORT if for_another else Source.PERSON, asked=True)}


def _consents(office: Office, session: Session, case: Case) -> tuple[Agreed, ...]:
    return tuple(
        Agreed(
            what="：".join(one for one in (_WHAT_JA.get(row.what, row.what), _to(office, row.desk)) if one),
            answer=_ANSWER_JA.get(row.state, row.state),
            at=_moment(row.withdrawn_at or row.answered_at or row.asked_at),
            way=_WAY_JA.get(row.way, ""),
            version=row.version,
        )
        for row in consents.of_case(session, case.id)
    )


def _to(office: Office, desk: str) -> str:
    return consents.desk_name(office, desk) if desk else ""


def _entry(row: Mapping[str, Any]) -> Entry:
    value: Words = tuple(row["value"]) if isinstance(row["value"], list) else str(row["value"])
    return Entry(value, Source(row["source"]), row["whose"], row["asked"], row["basis"])


def _member(row: Mapping[str, Any]) -> Member:
    return Member(**{**row, "source": Source(row["source"])})


def _plain(entry: Entry) -> dict[str, object]:
    return asdict(entry)


def _length(value: Words) -> int:
    return len(value) if isinstance(value, str) else sum(map(len, value))


def _local(at: int) -> datetime:
    return to_datetime(at).astimezone(TOKYO)


def _day(at: int) -> str:
    return _local(at).date().isoformat()


def _moment(at: int) -> str:
    return _local(at).strftime("%Y-%m-%d %H:%M")


def _cell(case: Case) -> Cell:
    return Cell(case.tenant, "case_sheets", "body_sealed", case.id)
