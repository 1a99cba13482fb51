"""Every telephone number that a text of ours shows stands in the registry, where somebody verified it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bots
from handoff.numbers import load_registry

ROOT = Path(bots.__file__).parent.parent
SHOWN = (
    "intake/conversation/script/*.toml",
    "bots/web/**/*.toml",
    "bots/web/**/*.html",
    "bots/web_forms/**/*.html",
    "bots/web_forms/*.py",
    "bots/slack/*.py",
    "bots/line/*.toml",
    "handoff/console/**/*.html",
    "handoff/clock_words.toml",
)
"""Where texts for people stand. The simulator is not ours to people, the packs have a check of their own."""
NUMBER = re.compile(r"(?<![\w.#:%-])(?:0\d{1,3}-\d{1,4}-\d{3,4}|#\d{4}|11[089]|18[89]|171)(?![\w%.-])")


def files() -> list[Path]:
    return sorted({path for pattern in SHOWN for path in ROOT.glob(pattern)})


def test_the_texts_are_found() -> None:
    assert len(files()) > 60


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_number_is_in_the_registry(path: Path) -> None:
    known = {number.number for number in load_registry().values() if number.number}
    found = set(NUMBER.findall(path.read_text("utf-8")))
    assert found <= known, found - known


def test_an_unknown_number_would_be_seen() -> None:
    assert NUMBER.findall("電話 0120-000-000、#7777、189 へ") == ["0120-000-000", "#7777", "189"]
