"""The `Doc._` extensions of the rule pipeline: what each holds and which component sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc

from triage.clauses import clauses
from triage.context import Standing
from triage.experiencer import Experiencer
from triage.household import Household
from triage.matcher import Hit
from triage.rules import Reading

_TEXT: Final = "toritsugi_text"


@dataclass(frozen=True, slots=True)
class CueInText:
    """A cue hit with how it `stands` and whose problem it is (`who`). Offsets are characters of `doc.text`."""

    hit: Hit
    stands: Standing
    who: Experiencer


EXTENSIONS: Final[dict[str, tuple[object, str]]] = {
    "toritsugi_persons": ((), "tuple[Person]: person words with role, age band and age (toritsugi_persons)"),
    "toritsugi_ages": ((), "tuple[Age]: every age said (toritsugi_persons)"),
    "toritsugi_people": ((), "tuple[Someone]: the same with key and cohabiting, outsiders joined (toritsugi_persons)"),
    "toritsugi_hits": ((), "tuple[Hit]: raw cue hits in text order (toritsugi_cues)"),
    "toritsugi_cues": ((), "tuple[CueInText]: hits with standing and experiencer (toritsugi_context)"),
    "toritsugi_household": (Household(), "Household: people x affirmed problems, ① ②, patterns (toritsugi_household)"),
}  # fmt: skip
"""Name to (default, what it holds and which component sets it). `toritsugi_reading` is a getter over all of them."""


def register() -> None:
    """Declare the extensions; those that exist already stay as they are."""
    for name, (default, _) in EXTENSIONS.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)
    if not Doc.has_extension("toritsugi_reading"):
        Doc.set_extension("toritsugi_reading", getter=_reading)


def text_of(doc: Doc) -> str:
    """`doc.text`, which spaCy joins from the tokens at every call, kept in `doc.user_data`."""
    if _TEXT not in doc.user_data:
        doc.user_data[_TEXT] = doc.text
    kept: str = doc.user_data[_TEXT]
    return kept


def _reading(doc: Doc) -> Reading:
    """What `triage.fuse` and training read: the whole of it as one value."""
    found: tuple[CueInText, ...] = doc._.toritsugi_cues
    taken_back = [cue.hit for cue in found if cue.stands is not Standing.AFFIRMED]
    beyond = any(all(hit.end <= a or hit.start >= b for hit in taken_back) for a, b in clauses(text_of(doc)))
    return Reading(
        hits=tuple((cue.hit, cue.stands) for cue in found),
        people=doc._.toritsugi_persons,
        beyond_denied=beyond,
        whose=tuple(cue.who for cue in found),
        everybody=doc._.toritsugi_people,
        household=doc._.toritsugi_household,
    )
