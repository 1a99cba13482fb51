"""The page's own words (画面のことば), one file a language; what the conversation says comes from its scripts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from intake.conversation.script import LANGUAGES

DEFAULT = "ja"


@cache
def texts(language: str | None) -> Mapping[str, str]:
    """The words in this language, Japanese for one that we do not have. Raises `ValueError` on a gap in a file."""
    whole = _read(DEFAULT)
    if language is None or language == DEFAULT or language not in languages():
        return whole
    own = _read(language)
    if own.keys() != whole.keys():
        raise ValueError(f"bots/web/texts/{language}.toml: {sorted(own.keys() ^ whole.keys())}")
    return own


@cache
def languages() -> tuple[str, ...]:
    """The languages of the conversation in which the page has words too."""
    folder = files("bots.web") / "texts"
    return tuple(name for name in LANGUAGES if folder.joinpath(f"{name}.toml").is_file())


def tag(language: str | None) -> str:
    """The `lang` attribute (BCP 47)."""
    name = language if language in languages() else DEFAULT
    return "ja" if name == "ja-easy" else name or DEFAULT


def _read(language: str) -> Mapping[str, str]:
    source = files("bots.web").joinpath(f"texts/{language}.toml").read_text("utf-8")
    return {key: str(value).strip() for key, value in tomllib.loads(source).items()}
