"""The four components. Each is a callable on a Doc and says in `assigns` what it sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from triage.context import Standing, standing, window, worth_a_parse
from triage.experiencer import experiencer
from triage.household import household
from triage.matcher import Cue, find
from triage.people import people
from triage.persons import ages, persons
from triage.pipeline.extensions import CueInText, text_of

_BATCH: Final = 16
_MOST_PARSED: Final = 60
"""Sentences of one text; patterns alone decide about the rest of a long list, so that any text is answered in time."""
_MOST_CHARACTERS: Final = 6000
"""Characters of one text that are parsed, for the same reason: the parser's cost grows with them."""


class Persons:
    """Sets `toritsugi_persons`, `toritsugi_ages` and `toritsugi_people` from patterns and the kin table."""

    def __call__(self, doc: Doc) -> Doc:
        """The same doc with the extensions set."""
        text = text_of(doc)
        raw, said = persons(text), ages(text)
        doc._.toritsugi_persons, doc._.toritsugi_ages = raw, said
        doc._.toritsugi_people = people(text, raw, said)
        return doc


class Cues:
    """Sets `toritsugi_hits`. Finds nothing until `use` has given it tables."""

    def __init__(self) -> None:
        self._cues: tuple[Cue, ...] = ()

    def use(self, cues: tuple[Cue, ...]) -> None:
        """Look for these cues from now on."""
        self._cues = cues

    def __call__(self, doc: Doc) -> Doc:
        """The same doc with the extension set."""
        doc._.toritsugi_hits = tuple(sorted(find(self._cues, text_of(doc)), key=lambda hit: hit.start))
        return doc


class Context:
    """Sets `toritsugi_cues` from `toritsugi_hits` and `toritsugi_people`.

    Only sentences in which patterns leave the denial or the person open are parsed, all those of a batch at once: the
    parser costs more than everything else here. Without a parser (`use`) only patterns are read.
    """

    def __init__(self) -> None:
        self._parser: Language | None = None

    def use(self, parser: Language) -> None:
        """Parse with this pipeline (GiNZA) from now on."""
        self._parser = parser

    def __call__(self, doc: Doc) -> Doc:
        """The same doc with the extension set."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """The docs in order, their doubtful sentences parsed batch by batch."""
        waiting = iter(stream)
        while docs := list(islice(waiting, batch_size)):
            parsed = self._parse(docs)
            for doc in docs:
                doc._.toritsugi_cues = _judged(doc, parsed)
                yield doc

    def _parse(self, docs: list[Doc]) -> dict[str, Doc]:
        windows = {window for doc in docs for window in _doubtful(doc)}
        if self._parser is None or not windows:
            return {}
        texts = sorted(windows)
        return dict(zip(texts, self._parser.pipe(texts, batch_size=_BATCH), strict=True))


class HouseholdTable:
    """Sets `toritsugi_household` from `toritsugi_cues` and the people."""

    def __call__(self, doc: Doc) -> Doc:
        """The same doc with the extension set."""
        affirmed = [(cue.hit, cue.who) for cue in doc._.toritsugi_cues if cue.stands is Standing.AFFIRMED]
        doc._.toritsugi_household = household(text_of(doc), affirmed, doc._.toritsugi_people, doc._.toritsugi_ages)
        return doc


def _doubtful(doc: Doc) -> list[str]:
    text, everybody = text_of(doc), doc._.toritsugi_people
    doubtful = (hit for hit in doc._.toritsugi_hits if worth_a_parse(text, hit, everybody))
    windows = list(dict.fromkeys(text[slice(*window(text, hit))] for hit in islice(doubtful, _MOST_PARSED)))
    lengths = accumulate(map(len, windows))
    return [part for part, length in zip(windows, lengths, strict=True) if length <= _MOST_CHARACTERS]


def _judged(doc: Doc, parsed: dict[str, Doc]) -> tuple[CueInText, ...]:
    text, everybody = text_of(doc), doc._.toritsugi_people
    judged = []
    for hit in doc._.toritsugi_hits:
        start, end = window(text, hit)
        parse = parsed.get(text[start:end])
        who = experiencer(text, hit, everybody, parse, start)
        judged.append(CueInText(hit, standing(text, hit, parse, who), who))
    return tuple(judged)
