"""One-time codes on questionnaires (アンケートの QR, R4c). Works in the caller's transaction and never commits.

Only a keyed hash of a code is stored. A code opens nothing of anybody: it says that who writes got this paper, and is
used up by the first words. A code that is used, too old or unknown keeps nobody out: the ordinary entrance stands open.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from handoff import ledger, sources
from handoff.number import ALPHABET
from handoff.office import Office, Refused
from handoff.path_records import SurveyCode
from intake.records import Case, Contact

DAY_MS: Final = 86_400_000
MOST: Final = 20_000
"""So many codes at once."""
_LETTERS: Final = 12
_BATCH: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")


@dataclass(frozen=True, slots=True)
class Batch:
    """One questionnaire as it stands: how many codes, how many used, how many became cases."""

    name: str
    made: int
    used: int
    cases: int


def make(office: Office, session: Session, batch: str, count: int, days: int, now: int) -> list[str]:
    """`count` new codes of a batch, good for `days`; they are known here alone. Raises `Refused`."""
    if not _BATCH.fullmatch(batch):
        raise Refused("bad_batch", "名前は、英小文字・数字・ハイフンで 39 文字までです。")
    if not 1 <= count <= MOST or not 1 <= days <= 730:
        raise Refused("bad_count", f"数は 1 から {MOST:,}、日数は 1 から 730 までです。")
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(_LETTERS)) for _ in range(count)]
    session.add_all(
        SurveyCode(
            code_hash=_hash(office, code), tenant=office.tenant, batch=batch, created_at=now,
            expires_at=now + days * DAY_MS,
        )
        for code in codes
    )  # fmt: skip
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="survey_made", staff_id=None, detail=f"{batch} {count}"
    )
    session.flush()
    return [shown(code) for code in codes]


def state(office: Office, session: Session, typed: str, now: int) -> str:
    """`fresh`, `used`, `over` (too old) or `unknown`. Uses nothing up."""
    row = session.get(SurveyCode, _hash(office, plain(typed)))
    if row is None or row.tenant != office.tenant:
        return "unknown"
    return "used" if row.used_at is not None else "over" if row.expires_at <= now else "fresh"


def use(office: Office, session: Session, typed: str, contact: Contact, now: int) -> bool:
    """Use the code up for this contact; False when it is not fresh. Once only, also between two processes."""
    used = session.execute(
        update(SurveyCode)
        .where(
            SurveyCode.code_hash == _hash(office, plain(typed)), SurveyCode.tenant == office.tenant,
            SurveyCode.used_at.is_(None), SurveyCode.expires_at > now,
        )
        .values(used_at=now, contact_id=contact.id)
        .returning(SurveyCode.code_hash)
    ).first()  # fmt: skip
    return used is not None


def opened(office: Office, session: Session, case: Case, contact_id: int, now: int) -> None:
    """A case of this contact began: if a code led them here, it came by R4c. Only their first case."""
    row = session.scalar(
        select(SurveyCode).where(
            SurveyCode.tenant == case.tenant, SurveyCode.contact_id == contact_id, SurveyCode.case_id.is_(None)
        )
    )
    if row is not None:
        row.case_id = case.id
        sources.remember(office, session, case, "R4c", now, meeting=row.batch)


def batches(session: Session, tenant: str) -> tuple[Batch, ...]:
    """Every batch of the town, the newest first."""
    rows = session.execute(
        select(
            SurveyCode.batch, func.count(), func.count(SurveyCode.used_at), func.count(SurveyCode.case_id),
        )
        .where(SurveyCode.tenant == tenant)
        .group_by(SurveyCode.batch)
        .order_by(func.max(SurveyCode.created_at).desc())
    )  # fmt: skip
    return tuple(Batch(*row) for row in rows)


def plain(typed: str) -> str:
    """The code as people type it (full width, any hyphen, small letters), cut to what a code can be."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed[:60]).upper())[:_LETTERS]


def shown(code: str) -> str:
    """`7K3M-92Q5-XD4E`."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _hash(office: Office, code: str) -> str:
    """The hex of the blind index, without the pepper's version: sixty-four characters."""
    return office.vault.blind.of(office.tenant, "survey", code).rpartition(":")[2]
