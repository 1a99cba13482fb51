"""希望・つよみ: what the person said that they want, can do, and on whom they rely, as quotes of their own words.

Read out of the case's words each time: nothing is stored besides them, so what is taken back is gone here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from handoff import reporters
from handoff.office import Office
from intake import cases, given
from intake.records import Case
from triage.hopes import KIND_JA, hopes

FIELD_OF: Final[Mapping[str, str]] = {"wish": "wishes", "strength": "strengths", "tie": "relies_on"}
"""The field of the forms (`handoff.packet.fields`) into which each kind goes."""
_OTHERS: Final = frozenset({"advice", "remark", "meeting", "feed"})


@dataclass(frozen=True, slots=True)
class Wish:
    """One sentence. `kind`: a key of `triage.hopes.KIND_JA`; `own`: whether the person concerned said it themselves."""

    kind: str
    words: str = field(repr=False)
    own: bool = True

    @property
    def kind_ja(self) -> str:
        """希望, つよみ, 頼れる人・つながり."""
        return KIND_JA[self.kind]


def of_case(office: Office, session: Session, case: Case) -> tuple[Wish, ...]:
    """Every wish, strength and tie that the words of the case name; empty once it was erased. No authorization check.

    What somebody else reports is marked as not the person's own (`own` false): it is no wish of theirs.
    """
    if case.erased_at is not None:
        return ()
    text, _ = cases.person_text(session, office.sealer, case)
    return in_words(text, own=speaks_for_themselves(office, session, case)) if text else ()


def in_words(text: str, *, own: bool) -> tuple[Wish, ...]:
    """The same of a text that is at hand."""
    return tuple(Wish(one.kind, one.words, own) for one in hopes(text))


def speaks_for_themselves(office: Office, session: Session, case: Case) -> bool:
    """Whether whoever writes is the person concerned, as far as they said."""
    if case.route in reporters.ROUTES or case.route in _OTHERS or reporters.holds(session, office.tenant, case.id):
        return False
    if case.answers_sealed is None:
        return True
    return given.answers_of(office.sealer, case).get("who") not in ("family", "neighbor")


def by_field(found: tuple[Wish, ...]) -> dict[str, str]:
    """Field of the forms → the person's own sentences, one a line; nothing of what others said."""
    told: dict[str, list[str]] = {}
    for one in found:
        if one.own:
            told.setdefault(FIELD_OF[one.kind], []).append(f"「{one.words}」")
    return {name: "\n".join(words) for name, words in told.items()}
