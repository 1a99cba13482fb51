"""The one function that makes the rule pipeline. Registration happens here, not at import, and may be repeated."""

from __future__ import annotations

from typing import Any, Final, cast

from spacy.language import Language

from triage.matcher import Cue
from triage.pipeline.components import Context, Cues, HouseholdTable, Persons
from triage.pipeline.extensions import register

_ORDER: Final = ("toritsugi_persons", "toritsugi_cues", "toritsugi_context", "toritsugi_household")


def rules_pipeline(ginza: Language, cues: tuple[Cue, ...]) -> Language:
    """A `Language` with the vocabulary and tokenizer of `ginza` and the four rule components, which look for `cues`
    and parse with `ginza` only what is in doubt. As little thread-safe as `ginza` itself.
    """
    _declare()
    nlp = Language(vocab=ginza.vocab)
    nlp.tokenizer = ginza.tokenizer
    for name in _ORDER:
        nlp.add_pipe(name)
    cast(Cues, nlp.get_pipe("toritsugi_cues")).use(cues)
    cast(Context, nlp.get_pipe("toritsugi_context")).use(ginza)
    return nlp


def _declare() -> None:
    register()
    for name, make, assigns, requires in (
        ("toritsugi_persons", _persons, ["persons", "ages", "people"], []),
        ("toritsugi_cues", _cues, ["hits"], []),
        ("toritsugi_context", _context, ["cues"], ["hits", "people"]),
        ("toritsugi_household", _household, ["household"], ["cues", "people", "ages"]),
    ):
        if not Language.has_factory(name):
            Language.factory(name, assigns=_extensions(assigns), requires=_extensions(requires), func=make)


def _extensions(names: list[str]) -> list[str]:
    return [f"doc._.toritsugi_{name}" for name in names]


def _persons(nlp: Language, name: str) -> Any:
    return Persons()


def _cues(nlp: Language, name: str) -> Any:
    return Cues()


def _context(nlp: Language, name: str) -> Any:
    return Context()


def _household(nlp: Language, name: str) -> Any:
    return HouseholdTable()
