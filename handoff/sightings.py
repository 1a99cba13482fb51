"""Several sightings of one place (同じ家かもしれません): the machine suggests, a person confirms, and may undo it.

Places are kept by blind index only, contents are never merged. A link shows to those who may see both cases: whoever
sees one alone learns nothing of the other. Works in the caller's transaction and never commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from handoff import ledger, queue
from handoff.clock import TOKYO
from handoff.kin_marks import kin_marks, own_marks, phone_of
from handoff.number import REPORTED
from handoff.office import Office
from handoff.places import Mark, cell_of, cells_around, marks_of
from handoff.reach import SPOKEN
from handoff.records import CaseLink, Ticket
from intake import given
from intake.clock import to_datetime
from intake.db import insert_ignore
from intake.door_records import PlaceMark, Reporter
from intake.ids import new_id
from intake.records import Case
from triage.assessment import Urgency

DAY_MS = 86_400_000
CLOSED_DAYS = 180
"""Cases closed longer ago are not brought up again."""
NEAR_DAYS = 30
"""A house or a cell of the map, without the very home, says something within these days only."""
MANY = 5
"""A telephone that more cases than these give is an office's or a home's for many, and says nothing."""
REASONS = ("address", "customer", "phone", "kin", "near")
_PLACE = frozenset({"address", "customer"})
_STRONG = _PLACE | {"phone", "kin"}
"""What says something however long ago; only the very place raises the urgency."""


def place_words(
    office: Office, session: Session, case: Case, row: Ticket, words: str, now: int, *, partner: str = ""
) -> int:
    """Mark the place that an answer names, and suggest links; returns how many cases it may belong to."""
    return _mark(office, session, case, row, marks_of(words, office.pack.municipality, partner), (), now)


def place_point(office: Office, session: Session, case: Case, row: Ticket, lat: float, lon: float, now: int) -> int:
    """The same for a point of the map (degrees)."""
    return _mark(office, session, case, row, (cell_of(lat, lon),), cells_around(lat, lon), now)


def said(office: Office, session: Session, case: Case, row: Ticket, words: str, now: int) -> int:
    """Mark the telephone that the person gave as theirs, and relatives' numbers and homes that their words name.

    Nothing of who reports somebody else: their own number stands in the vault and meets nobody.
    """
    marks = kin_marks(words, office.pack.municipality, _known(office))
    answers = given.answers_of(office.sealer, case) if case.answers_sealed is not None else {}
    if case.route not in REPORTED and answers.get("who") != "neighbor":
        marks = (*own_marks(answers.get("phone", ""), _known(office)), *marks)
    return _mark(office, session, case, row, marks, (), now) if marks else 0


def suggested(session: Session, case_id: int) -> int:
    """How many links of this case wait for a person: the only thing that a Slack card may say of them."""
    rows = select(CaseLink.id).where(_touches(case_id), CaseLink.state == "suggested")
    return len(session.scalars(rows).all())


def links_of(session: Session, tenant: str, case_id: int) -> Sequence[CaseLink]:
    """Every link of the case in any state. No authorization check."""
    rows = select(CaseLink).where(CaseLink.tenant == tenant, _touches(case_id)).order_by(CaseLink.id)
    return session.scalars(rows).all()


def forget(session: Session, case: Case) -> None:
    """Drop the marks and open suggestions of an erased case (けす)."""
    for mark in session.scalars(select(PlaceMark).where(PlaceMark.case_id == case.id)):
        session.delete(mark)
    for link in links_of(session, case.tenant, case.id):
        session.delete(link)


def _mark(
    office: Office, session: Session, case: Case, row: Ticket, marks: Sequence[Mark], around: Sequence[Mark], now: int
) -> int:
    for mark in marks:
        kind = f"kin_{mark.kind}" if mark.kin else mark.kind
        values = {"id": new_id(), "tenant": case.tenant, "case_id": case.id, "kind": kind}
        insert_ignore(session, PlaceMark, values | {"lookup": _lookup(office, mark)})
    kinds = {_lookup(office, mark): "kin" if mark.kin else mark.kind for mark in (*marks, *around)}
    found = _meeting(session, case, kinds, now) if kinds else {}
    for other_id, reasons in found.items():
        _suggest(session, case, other_id, reasons, now)
    strong = [other_id for other_id, reasons in found.items() if reasons & _PLACE]
    if strong and _several(session, case, strong):
        _raise(office, session, [case.id, *strong], now)
    if found:
        ledger.changed(session, office.outbox, row)
    return len(found)


def _meeting(session: Session, case: Case, kinds: Mapping[str, str], now: int) -> dict[int, set[str]]:
    """case id → reasons, of the other cases that share a mark and still matter; not those of the very same person."""
    kinds = _few(session, case, kinds)
    rows = session.execute(
        select(PlaceMark.case_id, PlaceMark.lookup, PlaceMark.kind, Case.opened_at, Case.contact_id)
        .join(Case, Case.id == PlaceMark.case_id)
        .join(Ticket, Ticket.case_id == PlaceMark.case_id)
        .where(
            PlaceMark.tenant == case.tenant,
            PlaceMark.lookup.in_(list(kinds)),
            PlaceMark.case_id != case.id,
            Case.erased_at.is_(None),
            or_(Ticket.closed_at.is_(None), Ticket.closed_at > now - CLOSED_DAYS * DAY_MS),
        )
    )
    found: dict[int, set[str]] = {}
    for other_id, lookup, theirs, opened_at, contact_id in rows:
        kind = "kin" if theirs.startswith("kin_") else kinds[lookup]
        if kind in ("phone", "kin") and contact_id is not None and contact_id == case.contact_id:
            continue
        if kind in _STRONG or abs(case.opened_at - opened_at) <= NEAR_DAYS * DAY_MS:
            found.setdefault(other_id, set()).add(kind)
    return found


def _few(session: Session, case: Case, kinds: Mapping[str, str]) -> Mapping[str, str]:
    """Without the telephones of everybody."""
    phones = [lookup for lookup, kind in kinds.items() if kind in ("phone", "kin")]
    if not phones:
        return kinds
    counted = session.execute(
        select(PlaceMark.lookup, func.count())
        .where(PlaceMark.tenant == case.tenant, PlaceMark.lookup.in_(phones))
        .group_by(PlaceMark.lookup)
    )
    many = {lookup for lookup, count in counted if count > MANY}
    return {lookup: kind for lookup, kind in kinds.items() if lookup not in many}


def _suggest(session: Session, case: Case, other_id: int, reasons: Iterable[str], now: int) -> None:
    """A suggestion, or more reasons for one that is open; what a person decided stays decided."""
    low, high = sorted((case.id, other_id))
    told = ",".join(reason for reason in REASONS if reason in set(reasons))
    values = {"id": new_id(), "tenant": case.tenant, "low_case": low, "high_case": high, "reasons": told}
    if insert_ignore(session, CaseLink, values | {"state": "suggested", "at": now}):
        return
    link = session.scalar(
        select(CaseLink).where(
            CaseLink.tenant == case.tenant, CaseLink.low_case == low, CaseLink.high_case == high
        )
    )  # fmt: skip
    if link is not None and link.state == "suggested":
        known = {*link.reasons.split(","), *told.split(",")}
        link.reasons = ",".join(reason for reason in REASONS if reason in known)


def _several(session: Session, case: Case, others: Sequence[int]) -> bool:
    """Whether one home was noticed on two days or by two reporters, and not only by who lives there."""
    rows = session.scalars(select(Case).where(Case.id.in_([case.id, *others]))).all()
    if all(row.route == "resident" or (row.route in SPOKEN and session.get(Reporter, row.id) is None) for row in rows):
        return False
    days = {to_datetime(row.opened_at).astimezone(TOKYO).date() for row in rows}
    people = {row.contact_id if row.contact_id is not None else -row.id for row in rows}
    return len(days) > 1 or len(people) > 1


def _raise(office: Office, session: Session, case_ids: Sequence[int], now: int) -> None:
    """At least 高い for every open case of the home. One that somebody else holds at this moment is left as it is:
    waiting for it here, while they may wait for us, would stop both."""
    for case_id in sorted(case_ids):
        found = ledger.case_and_ticket(session, office.tenant, case_id) if ledger.lock_free(session, case_id) else None
        if found is None or found[1].closed_at is not None:
            continue
        case, row = found
        if queue.raise_urgency(office, session, case, row, Urgency.HIGH, now):
            ledger.changed(session, office.outbox, row)


def _touches(case_id: int) -> ColumnElement[bool]:
    return or_(CaseLink.low_case == case_id, CaseLink.high_case == case_id)


def _known(office: Office) -> frozenset[str]:
    """The digits of the telephones of desks and partners."""
    pack = office.pack
    numbers = [desk.phone for desk in pack.desks] + [partner.phone for partner in pack.partners]
    return frozenset(filter(None, map(phone_of, numbers)))


def _lookup(office: Office, mark: Mark) -> str:
    return office.vault.blind.of(office.tenant, f"place-{mark.kind}", mark.key)
