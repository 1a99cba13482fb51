"""Channel-neutral bubbles, and the filling of their placeholders after the effects ran."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["plain", "emergency", "receipt", "summary", "neutral"]
ChoiceKind: TypeAlias = Literal["press", "tel", "uri", "copy", "location", "camera", "voice", "date", "datetime"]

PLACEHOLDERS: frozenset[str] = frozenset(
    {"receipt", "due", "hours", "office", "summary", "link", "form", "status", "record"}
)
"""Facts a script may ask for. `link` is the one-time page of the door lane, `form` the page of the 連絡票, `status` one
line of where the case is, `record` what we hold of the person."""

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class FillError(ValueError):
    """A script asks for a fact that is unknown or was not given. The message names the placeholder only."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to answer. `value`: press/voice/datetime → postback data; tel → `tel:` URI; uri, copy → template."""

    label: str
    kind: ChoiceKind = "press"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """One bubble. `text` is a template ({{ and }} stand for braces); `lasting` buttons must not vanish.

    `large`: to be shown in large letters where the channel can.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    lasting: bool = False
    tone: Tone = "plain"
    large: bool = False


def literal(text: str) -> str:
    """Escape braces, so that `fill` gives back exactly `text`."""
    return text.replace("{", "{{").replace("}", "}}")


def wanted(says: Iterable[Say]) -> frozenset[str]:
    """The placeholders these bubbles need, so that the caller looks up no more than that."""
    templates = [template for say in says for template in _templates(say)]
    return frozenset(name for template in templates for name in _names(template))


def fill(say: Say, facts: Mapping[str, str]) -> Say:
    """The bubble with its facts put in, in one pass: braces inside a fact stay as they are.

    Raises FillError for a placeholder outside PLACEHOLDERS, one without a fact, or a stray brace.
    """
    choices = tuple(
        replace(choice, value=_filled(choice.value, facts)) if choice.kind in {"uri", "copy"} else choice
        for choice in say.choices
    )
    return replace(say, text=_filled(say.text, facts), choices=choices)


def _templates(say: Say) -> list[str]:
    return [say.text, *(choice.value for choice in say.choices if choice.kind in {"uri", "copy"})]


def _names(template: str) -> list[str]:
    return [match[1] for match in _TOKEN.finditer(template) if match[1] is not None]


def _filled(template: str, facts: Mapping[str, str]) -> str:
    def one(match: re.Match[str]) -> str:
        token, name = match[0], match[1]
        if token in {"{{", "}}"}:
            return token[0]
        if name is None:
            raise FillError("stray brace in a script")
        if name not in PLACEHOLDERS or name not in facts:
            raise FillError(f"no fact for placeholder {name!r}")
        return facts[name]

    return _TOKEN.sub(one, template)
