"""Reviewed corrections as training records (学習のための書き出し). Audited; in the caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import correction_store, facts, ledger
from handoff.office import Office
from handoff.records import Correction
from intake.records import Case
from intake.seal import KeyDestroyed
from triage.assessment import Reporter

AUTHOR, TOPIC = "staff", "correction"
_REGISTER = {Reporter.LIFELINE: "lifeline", Reporter.PROFESSIONAL: "professional"}
"""The voice of a text, as far as it is known: whoever reviews writes plainly and politely."""


def reviewed(office: Office, session: Session, now: int) -> list[dict[str, object]]:
    """Every reviewed correction of the municipality as a record of `docs/annotation-guideline.md`.

    In an order and under ids that tell nothing of the case or the time, the same in every export. Erased cases have
    none, nor have those that a person wants out of it (利用停止). The export is written into the audit log with its
    count.
    """
    rows = session.scalars(
        select(Correction)
        .join(Case, Case.id == Correction.case_id)
        .where(
            Correction.tenant == office.tenant,
            Correction.state == correction_store.REVIEWED,
            Correction.text_sealed.is_not(None),
            Case.erased_at.is_(None),
            Case.id.not_in(facts.stopped(office.tenant)),
        )
    ).all()
    records = sorted(_records(office, rows), key=lambda record: str(record["id"]))
    detail = str(len(records))
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="corrections_exported", staff_id=None, detail=detail
    )
    return records


def _records(office: Office, rows: Iterable[Correction]) -> Iterator[dict[str, object]]:
    for row in rows:
        with suppress(KeyDestroyed):  # an old backup was put back: what was erased since stays erased
            yield _record(office, row)


def _record(office: Office, row: Correction) -> dict[str, object]:
    hidden = hashlib.blake2b(str(row.id).encode(), key=office.audit_key[:64], digest_size=8).hexdigest()
    person = correction_store.record_of(office.sealer, row).person
    return {
        "id": f"{AUTHOR}-{hidden}",
        "text": correction_store.text_of(office.sealer, row),
        **person.to_json(),
        "author": AUTHOR,
        "topic": TOPIC,
        "register": _REGISTER.get(person.reporter, "polite"),
        "evidence": [],
    }
