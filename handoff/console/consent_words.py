"""Consents in words (同意の記録のことば), for the case page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import consents
from handoff.office import Office
from handoff.records import Staff
from intake.door_records import Consent

STATE_JA = {
    "asked": "本人に聞いています",
    "given": "伝えてよい",
    "partial": "書いたことだけ",
    "refused": "伝えないで",
    "withdrawn": "取り消し",
}
WAY_JA = {"button": "ボタンで", "words": "文字で", "web": "相談の画面で", "staff": "職員が口頭で聞いて"}
WHAT_JA = {"handoff": "つなぐとき", "share": "関係機関と分けあうとき", "record": "受付の記録"}


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent as staff see it. `at`: when it was answered or taken back, else when it was asked (ms)."""

    desk: str
    desk_name: str
    what: str
    state: str
    words: str
    way: str
    at: int
    version: str
    by: str
    """Who of staff asked or heard it, "" for the machine."""


def agreed(office: Office, session: Session, found: Sequence[Consent]) -> tuple[Agreed, ...]:
    """The consents of a case, in the order asked."""
    return tuple(
        Agreed(
            desk=one.desk,
            desk_name=consents.desk_name(office, one.desk),
            what=WHAT_JA.get(one.what, ""),
            state=one.state,
            words=STATE_JA.get(one.state, ""),
            way=WAY_JA.get(one.way, ""),
            at=one.withdrawn_at or one.answered_at or one.asked_at,
            version=one.version,
            by=_by(session, one.staff_id),
        )
        for one in found
    )


def _by(session: Session, staff_id: int | None) -> str:
    row = session.get(Staff, staff_id) if staff_id else None
    return row.name if row is not None else ""
