"""The words of 災害モード (`disaster.toml`): what is said of delays, and the tables by which needs are told. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def tables() -> Mapping[str, Any]:
    """`disaster.toml`."""
    return tomllib.loads(files("handoff").joinpath("disaster.toml").read_text("utf-8"))


def late_words(language: str) -> str:
    """「（災害のため、おそくなることがあります）」 in the language, to stand behind a promise."""
    late: Mapping[str, str] = tables()["late"]
    return late.get(_spoken(language)) or late["ja"]


def slow_words(language: str) -> str:
    """「返事がおそくなることがあります。…」 in the language, in Japanese where we have none."""
    slow: Mapping[str, str] = tables()["slow"]
    return slow.get(_spoken(language)) or slow["ja"]


def _spoken(language: str) -> str:
    return {"easy": "ja-easy"}.get(language, language)
