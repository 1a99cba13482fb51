"""What of a sheet may go on a basis (根拠に合わせて切る). Pure: the one place that decides it.

Nothing passes by default: a field goes only when the basis, the variant and the scope all let it. Who reported never
goes (児童虐待防止法7条 and its neighbours); who came for the person openly may be named with consent, where they said
so (`Sheet.named`). What came from the tax office goes only with consent (地方税法22条). What was said in a meeting goes
no further than that meeting's own basis. A 通告 carries what it needs and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from handoff.basis import BASES
from handoff.packet.fields import Field, FieldClass, fields
from handoff.packet.values import Entry, Member, Sheet, Source
from handoff.packet.visiting import NAMED

WORDS_ONLY: Final = "text"
"""The scope 「書いたことだけ」."""
_NAMELESS: Final = frozenset({FieldClass.IDENTITY, FieldClass.CONTACT})
_DAYS_OF_ITS_OWN: Final = frozenset({"apply_agreed", "apply_on"})


class Variant(StrEnum):
    """本人同意あり / 本人同意なし / 匿名."""

    CONSENT = "consent"
    NO_CONSENT = "no_consent"
    ANONYMOUS = "anonymous"

    @property
    def label_ja(self) -> str:
        """As it stands on the sheet."""
        return {"consent": "本人同意あり", "no_consent": "本人同意なし", "anonymous": "匿名"}[self.value]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left, and how many known values stayed behind, by why: `tax`, `reporter`, `identity`, `meeting` …

    `withheld` names the fields that the packet says it does not carry (載せません), known or not.
    """

    sheet: Sheet
    dropped: Mapping[str, int]
    withheld: frozenset[str]


def variant_of(basis: str) -> Variant:
    """The variant that a basis asks for. Raises `KeyError` for no basis."""
    known = BASES[basis]
    if known.waits_for_consent:
        return Variant.CONSENT
    return Variant.ANONYMOUS if basis == "C9" else Variant.NO_CONSENT


def cut(sheet: Sheet, basis: str, variant: Variant, scope: str = "") -> Cut:
    """The sheet as it may go on `basis`. Raises `KeyError` for no such basis, `ValueError` for a variant not its own.

    `scope` "text": only the person's own words. An anonymous packet is cut here and blurred by `anonymise`.
    """
    if variant is not variant_of(basis):
        raise ValueError("a packet's variant is its basis's own")
    kept: dict[str, Entry] = {}
    dropped: Counter[str] = Counter()
    withheld: set[str] = set()
    for one in fields().values():
        entry = sheet.entries.get(one.id)
        why = _why_not(one, basis, scope, named=one.id in sheet.named)
        why = why or (_why_not_here(entry, basis, variant) if entry is not None else "")
        if one.id == "story" and scope == WORDS_ONLY and not sheet.own_words:
            why = "scope"
        if why:
            withheld.add(one.id)
            dropped.update([why] if entry is not None and entry.known else [])
        elif entry is not None:
            kept[one.id] = entry
    household = tuple(_members(sheet, basis, variant, scope, dropped))
    whole = replace(
        sheet, entries=kept, household=household, proposals={}, seen=(),
        consents=() if scope == WORDS_ONLY or variant is Variant.ANONYMOUS else sheet.consents,
    )  # fmt: skip
    return Cut(whole, dict(dropped), frozenset(withheld))


def _why_not(one: Field, basis: str, scope: str, *, named: bool) -> str:
    """Why this field never goes on the basis, "" when it may. `named`: whoever came for the person let it go."""
    if one.cls is FieldClass.REPORTER and not (named and one.id in NAMED and BASES[basis].waits_for_consent):
        return "reporter"
    if one.cls is FieldClass.TAX and not BASES[basis].waits_for_consent:
        return "tax"
    if scope == WORDS_ONLY and one.id != "story":
        return "scope"
    if basis == "C9" and (one.cls in _NAMELESS or one.id in _DAYS_OF_ITS_OWN):
        return str(one.cls if one.cls in _NAMELESS else FieldClass.IDENTITY)
    if BASES[basis].notification and not one.notice:
        return "unneeded"
    return ""


def _why_not_here(entry: Entry, basis: str, variant: Variant) -> str:
    """Why this value does not go, "" when it may."""
    if entry.source is Source.TAX and variant is not Variant.CONSENT:
        return "tax"
    if entry.source is Source.MEETING and entry.basis != basis and not (BASES[basis].notification or basis == "C3"):
        return "meeting"  # a duty to notify and a life in danger go before the secrecy of any meeting
    return ""


def _members(sheet: Sheet, basis: str, variant: Variant, scope: str, dropped: Counter[str]) -> list[Member]:
    kept = []
    for member in sheet.household:
        row = Entry("-", member.source, basis=member.basis)
        why = "scope" if scope == WORDS_ONLY else _why_not_here(row, basis, variant)
        if why:
            dropped[why] += 1
        else:
            kept.append(member)
    return kept
