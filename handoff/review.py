"""確かめる (見立ての直しの確認): 管理 writes each correction's text anew, about nobody in particular, or refuses it.

Only what passed here may be learnt from. Works in the caller's transaction and never commits; every look is audited.
Absent, of another municipality and not for this role are one answer: `NotFound`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import correction_store, ledger
from handoff.correction_store import NEW, REFUSED, REVIEWED, Record
from handoff.number import label_of
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.records import Correction, Staff
from handoff.wording import speaker_ja
from intake.cases import name_of, person_text
from intake.records import Case, Contact
from intake.seal import KeyDestroyed

LIMIT = 100
MAX_TEXT = 2_000
"""Code points of a reviewed text."""
_COPY = 20
"""From this length on the person's own words, all of them, may not stand in the text."""
_NUMBER = re.compile(r"\d(?:[-ー‐‑–—―−・ ]?\d){3,}|[\d一二三四五六七八九十]+(?:丁目|番地|号室)")
_ADDRESS = re.compile(r"[@＠]|https?:|www\.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One correction that nobody has looked at. Holds no content."""

    id: int
    label: str
    at: int
    who: str
    whose: str = "本人"
    """Who speaks in the case (`wording.speaker_ja`)."""


@dataclass(frozen=True, slots=True)
class Look:
    """One correction before its reviewer: `said` are the person's words up to the message that the labels cover."""

    waiting: Waiting
    said: str = field(repr=False)
    record: Record


def waiting(office: Office, session: Session, staff: StaffRef, now: int) -> tuple[Waiting, ...]:
    """The oldest `LIMIT` corrections that wait for a review."""
    _reviewer(office, staff)
    rows = session.scalars(
        select(Correction)
        .where(Correction.tenant == office.tenant, Correction.state == NEW)
        .order_by(Correction.id)
        .limit(LIMIT)
    ).all()
    _audit(office, session, staff, now, "corrections")
    return tuple(_waiting(session, row, session.get_one(Case, row.case_id)) for row in rows)


def look(office: Office, session: Session, correction_id: int, staff: StaffRef, now: int) -> Look:
    """One correction with the person's words. Raises `NotFound`, also for what is reviewed already."""
    row, case = _found(office, session, correction_id, staff)
    record = _record(office, row)
    said = person_text(session, office.sealer, case, upto=record.upto)[0]
    _audit(office, session, staff, now, "correction_seen", case.id)
    return Look(_waiting(session, row, case), said, record)


def accept(
    office: Office,
    session: Session,
    correction_id: int,
    staff: StaffRef,
    text: str,
    now: int,
    *,
    confirmed: bool,
    seen_at: int,
) -> None:
    """確かめた: `text` may be learnt from with the person-set labels.

    `confirmed`: the reviewer says that nobody can be known by it. `seen_at`: `Waiting.at` of what they looked at.
    Raises `Conflict("changed")` when staff corrected it again since, `Refused` with what to mend in the text:
    `unconfirmed`, `empty`, `too_long`, `numbers`, `address`, `named`, `copied`.
    """
    row, case = _found(office, session, correction_id, staff, lock=True)
    if row.at != seen_at:
        raise Conflict("changed", "見ているあいだに、職員がもう一度直しました。新しい見立てを見てください。")
    upto = _record(office, row).upto
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    _check(office, text, person_text(session, office.sealer, case, upto=upto)[0])
    _check_names(office, session, case, text)
    if not confirmed:
        raise Refused("unconfirmed", "「だれのことか分からない文になっています」に印をつけてください。")
    correction_store.keep_text(office.sealer, case, row, text)
    _close(office, session, row, staff, now, REVIEWED, "correction_reviewed")


def refuse(office: Office, session: Session, correction_id: int, staff: StaffRef, now: int) -> None:
    """使わない: it is not learnt from. The case keeps the labels that staff set."""
    row, _ = _found(office, session, correction_id, staff, lock=True)
    _close(office, session, row, staff, now, REFUSED, "correction_refused")


def _close(
    office: Office, session: Session, row: Correction, staff: StaffRef, now: int, state: str, action: str
) -> None:
    row.state, row.reviewed_by, row.reviewed_at = state, staff.id, now
    _audit(office, session, staff, now, action, row.case_id)


def _check(office: Office, text: str, said: str) -> None:
    """What a machine can see of names, places and numbers; the person's tick stands for the rest."""
    plain = unicodedata.normalize("NFKC", text)
    if not plain.strip():
        raise Refused("empty", "文が空です。")
    if len(text) > MAX_TEXT:
        raise Refused("too_long", f"文が長すぎます（{MAX_TEXT:,}字まで）。")
    if _NUMBER.search(re.sub(r"(?<!\d)8050(?!\d)", "", plain)):
        raise Refused("numbers", "電話・番地などの番号が残っています。消すか、ことばに直してください。")
    if _ADDRESS.search(plain):
        raise Refused("address", "メールやページのアドレスが残っています。消してください。")
    if len(_squeezed(said)) >= _COPY and _squeezed(said) in _squeezed(plain):
        raise Refused("copied", "本人の文のままです。だれのことか分からないように書きかえてください。")


def _check_names(office: Office, session: Session, case: Case, text: str) -> None:
    contact = session.get(Contact, case.contact_id) if case.contact_id else None
    known = (name_of(office.sealer, contact), office.pack.municipality)
    if any(len(name) > 1 and _squeezed(name) in _squeezed(text) for name in known):
        raise Refused("named", "なまえか市町村の名が残っています。消してください。")


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _reviewer(office: Office, staff: StaffRef) -> None:
    if staff.role != "manager" or staff.tenant != office.tenant:
        raise NotFound("not_found", "その直しは見つかりません。")


def _found(
    office: Office, session: Session, correction_id: int, staff: StaffRef, *, lock: bool = False
) -> tuple[Correction, Case]:
    _reviewer(office, staff)
    row = session.get(Correction, correction_id, with_for_update=lock, populate_existing=True)
    case = session.get(Case, row.case_id) if row is not None else None
    if row is None or case is None or row.tenant != office.tenant or row.state != NEW or case.erased_at is not None:
        raise NotFound("not_found", "その直しは見つかりません。")
    return row, case


def _record(office: Office, row: Correction) -> Record:
    try:
        return correction_store.record_of(office.sealer, row)
    except KeyDestroyed:  # an old backup was put back: what was erased since stays erased
        raise NotFound("not_found", "その直しは見つかりません。") from None


def _waiting(session: Session, row: Correction, case: Case) -> Waiting:
    who = session.get(Staff, row.staff_id)
    return Waiting(row.id, label_of(case.number, case.route), row.at, who.name if who else "", speaker_ja(case.route))


def _audit(
    office: Office, session: Session, staff: StaffRef, now: int, action: str, case_id: int | None = None
) -> None:
    ledger.audit(session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff.id, case_id=case_id)
