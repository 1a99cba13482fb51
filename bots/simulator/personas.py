"""The fictional people of みほん市: who they are and what they write first."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Persona:
    """One fictional sender. `featured` ones have their own button on the practice page."""

    key: str
    user_id: str
    label: str
    kind: str
    text: str
    featured: bool = False
    note: str = ""


@cache
def personas() -> tuple[Persona, ...]:
    """All of them, in the order of the file."""
    raw = tomllib.loads(files("bots.simulator").joinpath("personas.toml").read_text("utf-8"))
    return tuple(Persona(**entry) for entry in raw["persona"])


def user_id_of(name: str) -> str:
    """A LINE user id: the persona's when `name` is its key, else `name` itself."""
    return next((persona.user_id for persona in personas() if persona.key == name), name)
