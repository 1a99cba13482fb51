"""Consents as they stand (同意の記録): what was asked and said, of whom, and what it opens. Only reads.

A consent is for one recipient and one purpose: `handoff` (引継ぎ) to a desk, `share` (関係機関との共有) in a meeting
that rests on consent (重層的支援会議). Neither stands for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desks, residence
from handoff.office import Office, Refused
from handoff.pack import Meeting
from handoff.writer import Writer, writer_of
from intake.door_records import Consent
from intake.records import Case

AGREED: Final = ("given", "partial")
HANDOFF: Final = "handoff"
SHARE: Final = "share"
WHOSE_JA: Final = {"self": "本人", "proxy": "代理", "guardian": "保護者"}
"""Whose word a consent is (だれの同意)."""
_ANOTHER_JA: Final = "本人ではない人"
ATTEND_JA: Final = {"wants": "出たい", "no": "出なくてよい", "later": "まだ決めない", "skip": "答えたくない"}
"""Whether the person wants to be at the meeting."""


def of_case(session: Session, case_id: int) -> Sequence[Consent]:
    """Every row of the case, in the order asked: the record of what was asked, said and taken back."""
    return session.scalars(select(Consent).where(Consent.case_id == case_id).order_by(Consent.id)).all()


def standing(session: Session, case: Case) -> Sequence[Consent]:
    """Every consent of the case, the newest of each recipient and purpose, in the order asked; none after けす."""
    if case.erased_at is not None:
        return ()
    return tuple({(consent.what, consent.desk): consent for consent in of_case(session, case.id)}.values())


def newest(session: Session, case: Case, what: str, to: str) -> Consent | None:
    """The newest consent of this purpose that names the desk or meeting, whatever its state."""
    return next((one for one in standing(session, case) if (one.what, one.desk) == (what, to)), None)


def agreed(office: Office, session: Session, case: Case, what: str, to: str) -> str:
    """`given`, or `partial` (書いたことだけ), where it stands that this may go there; else "".

    What was pressed in a talk counts no more once it is known that somebody else writes there.
    """
    found = newest(session, case, what, to)
    if found is None or found.state not in AGREED:
        return ""
    return "" if pressed_by_another(office, session, case, found) else found.state


def pressed_by_another(office: Office, session: Session, case: Case, consent: Consent) -> bool:
    """Whether it was pressed in a talk in which somebody else turned out to write."""
    return not spoken_of(consent) and writer_of(office, session, case) is Writer.OTHER


def whose_ja(office: Office, session: Session, case: Case, consent: Consent) -> str:
    """Whose word it is, for staff and on paper; "" while nobody answered."""
    if not consent.by_whom:
        return ""
    return _ANOTHER_JA if pressed_by_another(office, session, case, consent) else WHOSE_JA.get(consent.by_whom, "")


def spoken_of(consent: Consent) -> bool:
    """Whether staff heard it by voice: then it stands in no talk in which somebody else writes."""
    return consent.way == "staff"


def rooms(office: Office) -> tuple[Meeting, ...]:
    """The meetings of the pack that rest on consent (重層的支援会議)."""
    return tuple(room for room in office.pack.meetings if room.basis == "C0")


def held_by(office: Office, desk: str) -> tuple[Meeting, ...]:
    """Those that this desk holds (主催)."""
    return tuple(room for room in rooms(office) if room.desk == desk)


def wanted_for(office: Office, session: Session, case: Case, desk: str, *, meeting: bool) -> tuple[str, str]:
    """(purpose, recipient) of the consent on which a つなぎ to this desk rests; `meeting`: 会議にかける.

    Raises `Refused("no_meeting")` where the desk holds no such meeting: what others it has stand nowhere, so the
    person could not be asked about them.
    """
    if not meeting:
        return HANDOFF, desk
    held = held_by(office, desk)
    if not held:
        raise Refused("no_meeting", "同意で会議にかけるときは、重層的支援会議を主催する窓口だけを選んでください。")
    return SHARE, next((room.id for room in held if agreed(office, session, case, SHARE, room.id)), held[0].id)


def recipient(office: Office, what: str, to: str) -> str:
    """The name of whom the person is asked about, "" for none such: a desk (`handoff`) or a meeting (`share`)."""
    if what == HANDOFF:
        desk = desks.desk(office.pack, to)
        return desk.name if desk is not None else ""
    return next((room.name for room in rooms(office) if room.id == to), "") if what == SHARE else ""


def desk_name(office: Office, to: str) -> str:
    """The name on screen of the desk or meeting that a consent names."""
    desk = desks.desk(office.pack, to)
    room = next((one for one in office.pack.meetings if one.id == to), None)
    found = desk or room
    return found.name if found is not None else residence.recipient_name(to)
