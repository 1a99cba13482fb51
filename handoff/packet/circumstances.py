"""What a packet says of where the person lives and in which language they write (住んでいる市町村・ことば).

Reads in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from handoff import residence
from handoff.office import Office
from handoff.packet.values import Entry, Source
from handoff.reach import language_of
from handoff.records import Ticket
from handoff.wording import TONGUE_JA
from intake.records import Case

_EASY: Final = "ja-easy"


def around(
    office: Office, session: Session, case: Case, row: Ticket, answers: Mapping[str, str], *, another: bool
) -> dict[str, Entry]:
    """The municipality, as it was answered or as staff know it, and an interpreter's language where one was chosen.

    `another`: whoever writes speaks of somebody else, and their own language tells nothing of that person.
    """
    found = {}
    asked = bool(set(residence.QUESTIONS) & answers.keys())
    if row.area or asked:
        heard = bool(row.area) and residence.area_of(office.pack, answers) == row.area
        told = Source.REPORT if another else Source.PERSON
        found["town"] = Entry(
            residence.municipality(office.pack, row.area), told if heard else Source.STAFF, asked=asked
        )
    tongue = "" if another else language_of(office, session, case)
    if tongue not in ("", "ja"):
        found["interpreter"] = Entry(_written_in(tongue), Source.PERSON, asked=True)
    return found


def _written_in(tongue: str) -> str:
    name = TONGUE_JA.get(tongue, tongue)
    return f"{name}（ふりがな）" if tongue == _EASY else f"{name.split()[0]}で書いている"
