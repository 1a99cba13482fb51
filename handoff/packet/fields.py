"""The registry of the packets' fields and forms (連絡票の項目と様式), as data. Pure; reads two shipped files once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

_HERE: Final = Path(__file__).parent


class FieldClass(StrEnum):
    """What rules a field's way out of the house."""

    IDENTITY = "identity"
    CONTACT = "contact"
    TAX = "tax"
    REPORTER = "reporter"
    SENSITIVE = "sensitive"
    PLAIN = "plain"


class Kind(StrEnum):
    """How a value looks. `mark` is one of 課題と特性: its value is `yes`, with whose it is."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YESNO = "yesno"
    MARK = "mark"


YES_NO: Final[Mapping[str, str]] = MappingProxyType({"yes": "はい", "no": "いいえ"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `choices` maps codes to what is printed. `notice`: a 通告・通報 (C2) needs it. `rare`: it may tell who
    somebody is. `made`: filled out of the case, never by hand.
    """

    id: str
    section: str
    label: str
    cls: FieldClass = FieldClass.PLAIN
    kind: Kind = Kind.TEXT
    choices: Mapping[str, str] = field(default_factory=dict)
    notice: bool = False
    rare: bool = False
    made: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a form: its title ("" for none), how it is laid out, the ids of its fields."""

    layout: str
    title: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form as people know it (様式). `kind` is `Packet.kind`."""

    kind: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The ids of all its fields, each once, in order."""
        return tuple(dict.fromkeys(one for block in self.blocks for one in block.fields))

    @property
    def has_house(self) -> bool:
        """Whether the household's table stands on it."""
        return any(block.layout == "house" for block in self.blocks)


@cache
def fields() -> Mapping[str, Field]:
    """Every field by its id, in the order of the forms."""
    found: dict[str, Field] = {}
    for row in _table("fields.toml")["field"]:
        of = row.pop("choices_of", "")
        chosen = dict(found[of].choices) if of else dict(one.split(":", 1) for one in row.pop("choices", ()))
        kind = Kind(row.pop("kind", "text"))
        if kind in (Kind.YESNO, Kind.MARK):
            chosen = dict(YES_NO)
        cls = FieldClass(row.pop("class", "plain"))
        found[row["id"]] = Field(**row, cls=cls, kind=kind, choices=MappingProxyType(chosen))
    return MappingProxyType(found)


@cache
def sections() -> Mapping[str, str]:
    """The titles of the sections by id, in order."""
    return MappingProxyType(dict(_table("fields.toml")["section"]))


@cache
def secrecy() -> Mapping[str, str]:
    """What a packet says of its secrecy: `all`, and what a basis code adds."""
    return MappingProxyType(dict(_table("fields.toml")["secrecy"]))


@cache
def forms() -> Mapping[str, Form]:
    """Every form by its kind."""
    found = {}
    for kind, row in _table("forms.toml").items():
        blocks = tuple(
            Block(one["layout"], one.get("title", ""), tuple(one.get("fields", ()))) for one in row["blocks"]
        )
        found[kind] = Form(kind, row["title"], blocks)
    return MappingProxyType(found)


def said(field: Field, value: str | tuple[str, ...]) -> str:
    """A value as it is printed: choices by their labels joined by 「・」, words as they stand; "" for none."""
    if isinstance(value, tuple):
        return "・".join(field.choices.get(one, one) for one in value)
    return field.choices.get(value, value)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text("utf-8"))
