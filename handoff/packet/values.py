"""What is known of a case for its forms, as frozen values (聞きとりの値). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

Words: TypeAlias = str | tuple[str, ...]
"""A value: words, or the codes that were chosen."""


class Source(StrEnum):
    """Where a value comes from."""

    PERSON = "person"
    STAFF = "staff"
    OFFICE = "office"
    TAX = "tax"
    MEETING = "meeting"
    REPORT = "report"

    @property
    def label_ja(self) -> str:
        """As the select of the page says it."""
        return SOURCE_JA[self]


SOURCE_JA: Final[Mapping[Source, str]] = MappingProxyType(
    {
        Source.PERSON: "本人から", Source.STAFF: "職員が見た", Source.OFFICE: "庁内の記録", Source.TAX: "税務から",
        Source.MEETING: "会議から", Source.REPORT: "知らせた人から",
    }
)  # fmt: skip
BY_HAND: Final = (Source.PERSON, Source.STAFF, Source.OFFICE, Source.TAX, Source.MEETING)
"""The sources that staff can choose."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a field. An empty `value` with `asked` says that it was asked and is still not known.

    `whose`: "" the person, else as the household's table calls them. `basis`: for what came from a meeting, the code
    under which it was said there.
    """

    value: Words = field(default="", repr=False)
    source: Source = Source.STAFF
    whose: str = field(default="", repr=False)
    asked: bool = False
    basis: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the household's table (世帯). What is not known is "" (未確認)."""

    relation: str = field(repr=False)
    age: str = field(default="", repr=False)
    living: str = ""
    work: str = field(default="", repr=False)
    care: str = field(default="", repr=False)
    """手帳・介護度・医療的ケア: 要配慮個人情報."""
    key: bool = False
    """キーパーソン."""
    source: Source = Source.STAFF
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent as a packet says it: what for and to whom, the answer, when (ISO), how, in which wording."""

    what: str
    answer: str
    at: str
    way: str
    version: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is known, before any cut. A field that is not in `entries` is 未確認.

    `proposals` (by field) and `seen` (a household) are what the machine believes: for whoever fills the sheet, never
    printed.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict, repr=False)
    household: tuple[Member, ...] = field(default=(), repr=False)
    consents: tuple[Agreed, ...] = ()
    proposals: Mapping[str, str] = field(default_factory=dict, repr=False)
    seen: tuple[Member, ...] = field(default=(), repr=False)
    own_words: bool = True
    """Whether `story` is the person's own: false where somebody else tells of them."""
    version: int = 0
    """Of what staff wrote; 0 while they wrote nothing."""
    named: frozenset[str] = frozenset()
    """The fields of who came for the person that may go with consent (`visitor.let`); none by default."""
