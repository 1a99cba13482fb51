"""The form 聞きとりシート as values: what was sent becomes entries and household rows. Pure.

Only what differs from what the person said in the conversation is kept as staff's own. Who reported is not asked here:
that stands in the vault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from handoff.console.settings_form import Sent
from handoff.pack import Pack
from handoff.packet.fields import Field, FieldClass, Kind, fields
from handoff.packet.sheet import MOST_MEMBERS
from handoff.packet.values import BY_HAND, SOURCE_JA, Entry, Member, Source, Words
from handoff.secrecy import SECRECIES

ROWS: Final = MOST_MEMBERS
_PARTS: Final = ("relation", "age", "living", "work", "care")


def by_section() -> dict[str, tuple[Field, ...]]:
    """The fields that staff fill, by the id of their section."""
    found: dict[str, list[Field]] = {}
    for one in fields().values():
        if not one.made and one.cls is not FieldClass.REPORTER:
            found.setdefault(one.section, []).append(one)
    return {section: tuple(rows) for section, rows in found.items()}


def sources(pack: Pack) -> tuple[tuple[str, str], ...]:
    """(code, name) of where a value can come from; a meeting with the secrecy under which it was told.

    Of meetings that are a basis, those that the municipality has.
    """
    plain = [(str(one), SOURCE_JA[one]) for one in BY_HAND if one is not Source.MEETING]
    held = pack.room_codes
    rooms = [one for one in SECRECIES.values() if not one.sends or one.code in held]
    return (*plain, *((f"meeting:{one.code}", f"会議から（{one.name_ja}）") for one in rooms))


def source_code(entry: Entry | Member | None) -> str:
    """The code of `sources` for what stands there; "staff" where nothing does."""
    if entry is None or entry.source is Source.REPORT:
        return str(entry.source) if entry is not None else str(Source.STAFF)
    return f"meeting:{entry.basis}" if entry.source is Source.MEETING else str(entry.source)


def entries_of(sent: Sent, heard: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries that staff wrote: every field that stands otherwise than `heard` in the conversation."""
    found: dict[str, Entry] = {}
    for rows in by_section().values():
        for one in rows:
            entry, before = _entry(one, sent), heard.get(one.id)
            same = before is not None and (entry.value, entry.whose) == (before.value, before.whose)
            if same and before is not None and entry.source in (before.source, Source.STAFF):
                continue
            if entry.known or entry.asked or before is not None:
                found[one.id] = entry
    return found


def household_of(sent: Sent) -> tuple[Member, ...]:
    """The rows of the household's table that name somebody."""
    return tuple(row for row in (_member(sent, number) for number in range(ROWS)) if row.relation)


def _entry(one: Field, sent: Sent) -> Entry:
    source, basis = _source(sent.one(f"s.{one.id}"))
    value: Words = sent.one(f"v.{one.id}")
    if one.kind is Kind.CHOICES:
        value = _chosen(sent.all(f"v.{one.id}"), one)
    elif one.choices and value not in one.choices:
        value = ""
    asked = sent.one(f"q.{one.id}") == "1" or (bool(value) and source is Source.PERSON)
    return Entry(value, source, sent.one(f"w.{one.id}") if value == "yes" else "", asked, basis)


def _chosen(codes: Iterable[str], one: Field) -> tuple[str, ...]:
    return tuple(code for code in one.choices if code in set(codes))


def _source(code: str) -> tuple[Source, str]:
    name, _, basis = code.partition(":")
    if name == "meeting":
        return Source.MEETING, basis if basis in SECRECIES else ""
    known = {*map(str, BY_HAND), str(Source.REPORT)}
    return (Source(name) if name in known else Source.STAFF), ""


def _member(sent: Sent, number: int) -> Member:
    said = {part: sent.one(f"h.{number}.{part}") for part in _PARTS}
    source, basis = _source(sent.one(f"h.{number}.source"))
    return Member(**said, key=sent.one(f"h.{number}.key") == "1", source=source, basis=basis)
