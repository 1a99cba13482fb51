"""The fictional people of the practice mode (練習の相手), read from `people.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

KINDS: Final = ("resident", "lifeline", "professional")


@dataclass(frozen=True, slots=True)
class Person:
    """One of them. `answers` is what they say after each answer of staff, in order; a reporter says no more."""

    key: str
    kind: str
    text: str
    answers: tuple[str, ...] = ()
    place: str = ""
    organisation: str = ""
    sign: tuple[str, ...] = ()


@cache
def people() -> tuple[Person, ...]:
    """All of them in the file's order. Raises `ValueError` on a file that is not as it must be."""
    found = tomllib.loads((files("bots.practice") / "people.toml").read_text("utf-8"))["person"]
    made = tuple(_person(entry) for entry in found)
    if len({person.key for person in made}) != len(made):
        raise ValueError("two practice people have one key")
    return made


def person_of(key: str) -> Person | None:
    """The person of that key, None when the file no longer has one."""
    return next((person for person in people() if person.key == key), None)


def _person(entry: dict[str, object]) -> Person:
    def words(name: str) -> str:
        return str(entry.get(name, ""))

    def many(name: str) -> tuple[str, ...]:
        found = entry.get(name, [])
        return tuple(str(each) for each in found) if isinstance(found, list) else ()

    if entry.get("kind") not in KINDS or not words("text"):
        raise ValueError("a practice person needs a kind and a text")
    return Person(
        words("key"), words("kind"), words("text"), many("answers"), words("place"), words("organisation"), many("sign")
    )
