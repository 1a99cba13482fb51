"""Who declines help, for the sentence that says why somebody is visited (だれが支援を望んでいないか). Pure.

「本人」 is the person the case is about; in a family's words it is often the son who declines, not who writes.
"""

from __future__ import annotations

import re
from typing import Final

from triage.assessment import Assessment
from triage.experiencer import experiencer
from triage.household_ja import mention_of, place_in
from triage.matcher import Cue, Hit
from triage.normalise import Normalised, normalise
from triage.people import WRITER, Someone, people
from triage.people_ja import name_ja

PERSON: Final = "本人"
_REFUSES: Final = "refuses_support"
_TOPIC: Final = re.compile(r"(?:さん|たち|\(\d+\))?(?:は|が|も|って)")
_CUE: Final = Cue(_REFUSES, (_REFUSES,), None, (), (), (), False, (), (), ())


def declining(text: str, read: Assessment) -> str:
    """Who declines, as the text calls them (「息子」); 「本人」 for the writer, for whomever an outsider tells of, and
    where nobody else is spoken of; "" where it may be one of several, or no refusal was read. `read` is of this text.
    """
    if not read.refuses_support or read.unread_reason:
        return ""
    normal = normalise(text)
    everybody = people(normal.text)
    if all(one.role == WRITER for one in everybody):
        return PERSON
    places = [place_in(normal, one.start, one.end) for one in read.evidence if one.label == _REFUSES]
    found = {name for place in places if place for name in _who(normal, text, everybody, place)}
    return found.pop() if len(found) == 1 else ""


def _who(normal: Normalised, text: str, everybody: tuple[Someone, ...], place: tuple[int, int]) -> set[str]:
    """Everybody who may be meant by the refusing words at `place`: the topics in them, else the topic before them."""
    start, end = place
    inside = [one for one in everybody if start <= one.start and one.end <= end]
    topics = [one for one in inside if _TOPIC.match(normal.text, one.end)]
    if not topics:
        who = experiencer(normal.text, Hit(_CUE, start, end, negatable=False), everybody).person
        topics = [who] if who is not None else []
    return {
        PERSON if one.outside or one.role == WRITER else name_ja(mention_of(normal, text, one)) for one in topics
    }  # fmt: skip
