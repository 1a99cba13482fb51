"""Consents in words (同意の記録のことば), for the case page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import consent_rows, named
from handoff.office import Office
from handoff.records import Staff
from handoff.writer import Writer, writer_of
from intake.door_records import Consent
from intake.records import Case

STATE_JA = {
    "asked": "本人に聞いています",
    "given": "伝えてよい",
    "partial": "書いたことだけ",
    "refused": "伝えないで",
    "withdrawn": "取り消し",
}
WAY_JA = {"button": "ボタンで", "words": "文字で", "web": "相談の画面で", "staff": "職員が口頭で聞いて"}
WHAT_JA = {"handoff": "つなぐとき", "share": "会議で関係機関と考えるとき", "record": "受付の記録"}


@dataclass(frozen=True, slots=True)
class Consenting:
    """What the forms of consents offer. `writer`: a value of `handoff.writer.Writer`; `rooms`: (id, name) of the
    meetings that rest on consent, () where the town has none."""

    writer: str = str(Writer.UNKNOWN)
    rooms: tuple[tuple[str, str], ...] = ()

    @property
    def whose(self) -> Mapping[str, str]:
        """Whose word it can be."""
        return consent_rows.WHOSE_JA

    @property
    def attend(self) -> Mapping[str, str]:
        """What the person can say of being at the meeting."""
        return consent_rows.ATTEND_JA


def consenting(office: Office, session: Session, case: Case) -> Consenting:
    """What the forms of this case offer. No authorization check."""
    rooms = tuple((room.id, room.name) for room in consent_rows.rooms(office))
    return Consenting(str(writer_of(office, session, case)), rooms)


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
    purpose: str = ""
    """`handoff`, `share` or `record`."""
    whose: str = ""
    """本人, 代理, 保護者 or 本人ではない人; "" while nobody answered."""
    attend: str = ""
    """Whether the person wants to be at the meeting, in words; "" where nobody said."""


def agreed(office: Office, session: Session, found: Sequence[Consent]) -> tuple[Agreed, ...]:
    """The consents of a case, in the order asked."""
    return tuple(
        Agreed(
            desk=one.desk,
            desk_name=named.name_of(office, one),
            what=WHAT_JA.get(one.what, ""),
            state=one.state,
            words=STATE_JA.get(one.state, ""),
            way=WAY_JA.get(one.way, ""),
            at=one.withdrawn_at or one.answered_at or one.asked_at,
            version=one.version,
            by=_by(session, one.staff_id),
            purpose=one.what,
            whose=consent_rows.whose_ja(office, session, session.get_one(Case, one.case_id), one),
            attend=consent_rows.ATTEND_JA.get(one.attend, ""),
        )
        for one in found
    )


def _by(session: Session, staff_id: int | None) -> str:
    row = session.get(Staff, staff_id) if staff_id else None
    return row.name if row is not None else ""
