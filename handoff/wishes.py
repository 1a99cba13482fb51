"""希望・つよみ: what the person said that they want, can do, and on whom they rely, as quotes of their own words.

Read out of the case's words each time: nothing is stored besides them, so what is taken back is gone here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from handoff.office import Office
from handoff.writer import Writer, writer_of
from intake import cases, given
from intake.records import Case
from triage.hopes import KIND_JA, hopes

FIELD_OF: Final[Mapping[str, str]] = {"wish": "wishes", "strength": "strengths", "tie": "relies_on"}
"""The field of the forms (`handoff.packet.fields`) into which each kind goes."""
QUESTION: Final = "hope"
"""The question of the conversation that asks for it."""
_NO_WORDS: Final = ("skip", "unsure")


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
    own = writer_of(office, session, case) is not Writer.OTHER
    return in_words(text, own=own, hoped=hoped(office, case)) if text else ()


def hoped(office: Office, case: Case) -> str:
    """What was answered to どうなるとよいか, in the words that were typed; "" for nothing."""
    answers = given.answers_of(office.sealer, case) if case.answers_sealed is not None else {}
    return answers.get(QUESTION, "") if answers.get(QUESTION) not in _NO_WORDS else ""


def in_words(text: str, *, own: bool, hoped: str = "") -> tuple[Wish, ...]:
    """The same of a text that is at hand, and before it what was answered to どうなるとよいか (`hoped`)."""
    said = (Wish("wish", hoped, own),) if hoped else ()
    found = (Wish(one.kind, one.words, own) for one in hopes(text))
    return (*said, *(one for one in found if one.kind != "wish" or one.words not in hoped))


def by_field(found: tuple[Wish, ...]) -> dict[str, str]:
    """Field of the forms → the person's own sentences, one a line; nothing of what others said."""
    told: dict[str, list[str]] = {}
    for one in found:
        if one.own:
            told.setdefault(FIELD_OF[one.kind], []).append(f"「{one.words}」")
    return {name: "\n".join(words) for name, words in told.items()}
