"""Whose problem a cue is: who the words around it name, then the parse where two are named, then the nearest kin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from triage.matcher import Hit, sentence
from triage.people import OUTSIDE, WRITER, Someone
from triage.persons import Band

if TYPE_CHECKING:  # whoever shows a household does without the parser
    from spacy.tokens import Doc, Token

_HARM: Final = frozenset(["dv", "abuse_child", "abuse_elder", "abuse_disability"])
_CARERS: Final = frozenset(["young_carer", "double_care"])
_OF_THE_OLD: Final = frozenset(["dementia", "care"])
_OF_CHILDREN: Final = frozenset(["school", "developmental"])
_ELDERS: Final = frozenset(["parent", "grandparent", "elder"])
_ADNOMINAL: Final = re.compile(r"(?:を?持つ|のある|がある|である|気味|ぎみ|症状のある|と診断された)?の?")
_SAYS: Final = re.compile(r"^[ぁ-ん]{0,8}?」?(?:と|って)(?:、)?(?:[ぁ-ん]{0,4})")
_SAID: Final = re.compile(r"(?:が|は|も).{0,10}?(?:言|いい|いう|話|訴|書|泣|つぶや|口にし|漏ら|もら)")
_OBLIQUE: Final = re.compile(
    r"(?:さん)?(?:に(?!は|も|なっ)|から|まで|より|へ|を|と(?!も)|の(?:世話|介護|面倒|看病|こと|ため|せい|代わり|年金|家))"
)
_TOPIC: Final = re.compile(r"(?:さん|たち|\(\d+\))?(?:は|が|も|って|の)")
_AGENT: Final = re.compile(r"(?:さん)?(?:が|に|から|は)")
_CARED: Final = re.compile(r"(?:の(?:世話|介護|面倒|お?迎え|ごはん|ご飯|薬|おむつ|通訳)|を)")
_SUBJECTS: Final = frozenset(["nsubj", "dislocated", "nsubj:outer", "obl"])
_STEPS: Final = 6


@dataclass(frozen=True, slots=True)
class Experiencer:
    """Whose problem it is: `role` and `key` as in `Someone`; `person` is None for the unnamed writer."""

    role: str
    key: str
    person: Someone | None

    @property
    def outside(self) -> bool:
        """Whether they are no member of the writer's household."""
        return self.role in OUTSIDE


NOBODY_NAMED: Final = Experiencer(WRITER, WRITER, None)


def in_doubt(text: str, hit: Hit, everybody: tuple[Someone, ...]) -> bool:
    """Whether two people stand as subjects in the clause of the hit, so that the parse has to be asked."""
    if _HARM.intersection(hit.cue.labels) or not hit.cue.labels or _behind(text, hit, everybody):
        return False
    begin, _ = sentence(text, hit.start, hit.end)
    begin = max(begin, text.rfind("、", begin, hit.start) + 1)
    subjects = [p for p in everybody if begin <= p.start and p.end <= hit.start and _TOPIC.match(text, p.end)]
    return len({p.key for p in subjects}) >= 2 and text[subjects[-1].end : hit.start].startswith(("は", "が", "も"))


def experiencer(
    text: str, hit: Hit, everybody: tuple[Someone, ...], doc: Doc | None = None, offset: int = 0
) -> Experiencer:
    """Whose problem the hit is. `doc` is the parse of the text from `offset` on, where `in_doubt` asked for it."""
    labels = set(hit.cue.labels)
    begin, _ = sentence(text, hit.start, hit.end)
    inside = [p for p in everybody if p.start < hit.end and p.end > hit.start]
    left = [p for p in everybody if begin <= p.start and p.end <= hit.start]
    if labels & _HARM:
        return _of(_victim(text, inside, left))
    if "bereavement" in labels:
        return NOBODY_NAMED
    if labels & _CARERS:
        inside = [p for p in inside if not _CARED.match(text, p.end)]
        return _of(inside[0] if inside else _subject(text, left))
    if inside:
        return _of(inside[-1])
    return _of(
        _behind(text, hit, everybody)
        or (_by_parse(doc, hit, left, offset) if doc is not None else None)
        or _subject(text, left)
        or _carried_over(text, labels, [p for p in everybody if p.end <= begin])
    )


def _of(person: Someone | None) -> Experiencer:
    return NOBODY_NAMED if person is None else Experiencer(person.role, person.key, person)


def _victim(text: str, inside: list[Someone], left: list[Someone]) -> Someone | None:
    """Whom harm is done to: not who stands with が, に or から in the cue, but the object in it or the topic before."""
    objects = [p for p in inside if not _AGENT.match(text, p.end)]
    if objects:
        return objects[-1]
    return _subject(text, left)


def _behind(text: str, hit: Hit, everybody: tuple[Someone, ...]) -> Someone | None:
    """うつ病の妻, and who says it: 「死にたい」と母が言う."""
    quoted = _SAYS.match(text[hit.end : hit.end + 16])
    for person in everybody:
        if 0 <= person.start - hit.end <= 10:
            if _ADNOMINAL.fullmatch(text, hit.end, person.start) and person.role != WRITER:
                return person if person.start > hit.end else None
            if quoted and quoted.end() >= person.start - hit.end and _SAID.match(text, person.end):
                return person
    return None


def _subject(text: str, left: list[Someone]) -> Someone | None:
    """The nearest person to the left who is no mere object (に, から, を, の世話); は and が first, then any."""
    for person in reversed(left):
        if not _OBLIQUE.match(text, person.end):
            return person
    return None


def _by_parse(doc: Doc, hit: Hit, left: list[Someone], offset: int) -> Someone | None:
    """The person who is subject or topic of the predicate of the hit, or of one above it."""
    span = doc.char_span(hit.start - offset, hit.end - offset, alignment_mode="expand")
    if span is None:
        return None
    node: Token = span.root
    for _ in range(_STEPS):
        for child in reversed(list(node.lefts)):
            named = [p for p in left if p.start - offset <= child.idx < p.end - offset]
            if named and child.dep_ in _SUBJECTS:
                return named[0]
        if node.head == node:
            return None
        node = node.head
    return None


def _carried_over(text: str, labels: set[str], before: list[Someone]) -> Someone | None:
    """Who a sentence without a person speaks of: the last one named before whom the problem fits, else the writer."""
    if labels & _OF_THE_OLD:
        return next((p for p in reversed(before) if p.role in _ELDERS or p.band is Band.ELDERLY), None)
    if labels & _OF_CHILDREN:
        return next((p for p in reversed(before) if p.band is Band.CHILD or p.role == "child"), None)
    topics = [p for p in before if re.match(r"(?:さん)?(?:は|が)", text[p.end : p.end + 3])]
    return topics[-1] if topics and labels & _PERSONAL else None


_PERSONAL: Final = frozenset(
    ["mental_health", "addiction", "intellectual", "physical", "hikikomori", "self_harm", "medical", "disability"]
)
