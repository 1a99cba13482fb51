"""What the person said of a meeting (会議の同意), beside each case on its list. Only reads; nobody's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.consent_rows import AGREED, ATTEND_JA, SHARE, agreed, rooms, whose_ja
from handoff.office import Office
from handoff.pack import Meeting
from intake.door_records import Consent
from intake.records import Case

_NOT_ASKED: Final = "まだ聞いていません"
_STATE_JA: Final = {
    "asked": "聞いています", "given": "同意あり", "partial": "書いたことだけ", "refused": "断りました",
    "withdrawn": "取り消しました",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """`agreed`: `given`, `partial` or "" of the meeting that rests on consent. `words`: for staff, one for each meeting
    that does; `attend`: whether the person wants to be there, in words, "" where nobody said."""

    agreed: str = ""
    words: tuple[str, ...] = ()
    attend: str = ""

    @property
    def words_only(self) -> bool:
        """Whether they agreed to their own words alone (書いたことだけ)."""
        return self.agreed == "partial"


def of_cases(office: Office, session: Session, place: Meeting, ids: Sequence[int]) -> Mapping[int, Said]:
    """By case id, for the list of this meeting; of one without consent what was said of those with it."""
    asked = tuple(room for room in rooms(office) if place.basis != "C0" or room.id == place.id)
    newest: dict[tuple[int, str], Consent] = {}
    wanted = select(Consent).where(Consent.case_id.in_(ids), Consent.what == SHARE).order_by(Consent.id)
    for row in session.scalars(wanted):
        newest[row.case_id, row.desk] = row
    return {one: _said(office, session, asked, [newest.get((one, room.id)) for room in asked]) for one in ids}


def _said(office: Office, session: Session, asked: Sequence[Meeting], found: Sequence[Consent | None]) -> Said:
    standing = [one for one in found if one is not None and one.state in AGREED and _counts(office, session, one)]
    words = tuple(
        f"{room.name}の同意：{_state_ja(office, session, one)}" for room, one in zip(asked, found, strict=True)
    )
    attend = next((ATTEND_JA[one.attend] for one in standing if one.attend in ATTEND_JA), "")
    return Said(standing[0].state if standing else "", words, attend)


def _counts(office: Office, session: Session, one: Consent) -> bool:
    return bool(agreed(office, session, session.get_one(Case, one.case_id), one.what, one.desk))


def _state_ja(office: Office, session: Session, one: Consent | None) -> str:
    if one is None:
        return _NOT_ASKED
    whose = whose_ja(office, session, session.get_one(Case, one.case_id), one)
    return _STATE_JA.get(one.state, "") + (f"（{whose}）" if whose else "")
