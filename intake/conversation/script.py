"""The scripts: every Japanese wording as data, one file per language, checked against the flow when loaded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast, get_args

from intake.conversation.flow import MENU, QUESTIONS
from intake.conversation.say import PLACEHOLDERS, Tone

LANGUAGES: tuple[str, ...] = ("ja", "ja-easy", "en", "zh", "ko", "vi", "pt", "ne", "fil", "id")
"""Those of which we have a script; all but the first two are marked 要確認 until a native speaker checks them."""
CONSENT_VERSION = "2026-11-23"
"""The wording of the three consents; to be raised whenever one of them changes in any language."""
_TOKEN = re.compile(r"\{([^{}]*)\}")


class ScriptError(ValueError):
    """A script does not fit the flow. The message names the language and the entry."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One wording: template, tone, whether its buttons last, and the menu buttons under it."""

    text: str
    tone: Tone
    lasting: bool
    menu: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """The wording of a question: `short` when it is shown again; `choices`: key → label first, then other wordings."""

    text: str
    short: str
    tone: Tone
    choices: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Script:
    """All wordings of one language."""

    language: str
    skip: str
    say: Mapping[str, Bubble]
    ask: Mapping[str, Ask]
    menu: Mapping[str, str]
    summary: Mapping[str, str]
    control: Mapping[str, tuple[str, ...]]
    """Words that work at any time in this language, beside those of `words.toml`."""
    smalltalk: Mapping[str, tuple[str, ...]]
    """Plainly harmless phrases of this language, likewise."""
    checked: bool
    """Whether a native speaker read it (確認済み)."""


@cache
def load(language: str) -> Script:
    """The script of this language, ja for one we do not have; read from the package once.

    Raises ScriptError for missing or extra entries, unknown placeholders or buttons, or stray braces.
    """
    name = language if language in shipped() else "ja"
    return read(tomllib.loads(_source(name)), name)


def _source(name: str) -> str:
    return files("intake.conversation").joinpath(f"script/{name}.toml").read_text("utf-8")


def shipped() -> tuple[str, ...]:
    """The languages whose file is there, in the order of LANGUAGES."""
    folder = files("intake.conversation").joinpath("script")
    return tuple(name for name in LANGUAGES if folder.joinpath(f"{name}.toml").is_file())


def read(raw: Mapping[str, Any], language: str) -> Script:
    """The script in this TOML document, validated. Raises ScriptError."""
    try:
        script = Script(
            language=language,
            skip=str(raw["skip"]),
            say={key: _bubble(value) for key, value in raw["say"].items()},
            ask={key: _ask(value) for key, value in raw["ask"].items()},
            menu=dict(raw["menu"]),
            summary=dict(raw["summary"]),
            control={name: tuple(words) for name, words in raw.get("control", {}).items()},
            smalltalk={name: tuple(words) for name, words in raw.get("smalltalk", {}).items()},
            checked=bool(raw.get("checked", False)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ScriptError(f"{language}: {type(error).__name__} {error}") from None
    _check(script)
    return script


def _bubble(raw: Mapping[str, Any]) -> Bubble:
    text = str(raw["text"]).strip()
    return Bubble(text, _tone(raw), bool(raw.get("lasting", False)), tuple(raw.get("menu", ())))


def _ask(raw: Mapping[str, Any]) -> Ask:
    choices = {key: tuple(labels) for key, labels in raw.get("choices", {}).items()}
    return Ask(str(raw["text"]).strip(), str(raw["short"]), _tone(raw), choices)


def _tone(raw: Mapping[str, Any]) -> Tone:
    tone = raw.get("tone", "plain")
    if tone not in get_args(Tone):
        raise ScriptError(f"unknown tone {tone!r}")
    return cast("Tone", tone)


def _check(script: Script) -> None:
    where = script.language
    if script.ask.keys() != QUESTIONS.keys():
        raise ScriptError(f"{where}: questions differ: {sorted(script.ask.keys() ^ QUESTIONS.keys())}")
    if script.menu.keys() != MENU.keys():
        raise ScriptError(f"{where}: buttons differ: {sorted(script.menu.keys() ^ MENU.keys())}")
    for key, ask in script.ask.items():
        if tuple(ask.choices) != QUESTIONS[key].choices or not all(ask.choices.values()):
            raise ScriptError(f"{where}: ask.{key} must have the choices {QUESTIONS[key].choices} in this order")
    for key, bubble in script.say.items():
        if not set(bubble.menu) <= MENU.keys():
            raise ScriptError(f"{where}: say.{key} has an unknown button")
    texts = {f"say.{key}": bubble.text for key, bubble in script.say.items()}
    texts |= {f"ask.{key}": ask.text for key, ask in script.ask.items()}
    for key, text in texts.items():
        names = set(_TOKEN.findall(text))
        if not names <= PLACEHOLDERS or re.search(r"[{}]", _TOKEN.sub("", text)) or not text:
            raise ScriptError(f"{where}: {key} has an unknown placeholder or a stray brace, or is empty")
