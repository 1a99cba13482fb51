"""A packet as data (連絡票の中身): the one JSON that is sealed, published as a schema, and drawn as paper. Pure.

The schema is `packet-v1.json` beside this file and in `docs/schema`. Whatever stands here was cut before: nothing of
the uncut sheet is reachable from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeAlias

from handoff.basis import REPLY, basis_of
from handoff.packet.cut import WORDS_ONLY, Cut, Variant
from handoff.packet.fields import Field, Kind, fields, forms, said, secrecy
from handoff.packet.values import Entry, Member, Source

Body: TypeAlias = dict[str, Any]
VERSION: Final = 1
UNKNOWN_JA: Final = "未確認"
WITHHELD_JA: Final = "載せません"
DROPPED_JA: Final[Mapping[str, str]] = {
    "tax": "税務の情報", "identity": "本人が分かる情報", "contact": "連絡先", "meeting": "ほかの会議で聞いた情報",
    "unneeded": "通告・通報に要らない情報",
}  # fmt: skip
"""Why values stayed behind, in words. Who reported is counted nowhere outside the house."""


SENDER_ID: Final = "reporter"
"""In place of the id of a recipient who sent a 連絡票: a person, whose name lies in the vault."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives it: the pack's id of a desk or meeting (else `town:…`, `name:…`), its name and how to send to it.

    `members`: who sits in the meeting (構成員の名簿), () while nobody wrote them down; None for what is no meeting.
    """

    name: str
    id: str = ""
    phone: str = ""
    fax: str = ""
    members: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands around the fields. `made_at` and `decided` as printed; `case` is "" on an anonymous packet."""

    number: str
    kind: str
    basis: str
    variant: Variant
    scope: str
    municipality: str
    code: str
    case: str
    made_at: str
    desk: str
    desk_phone: str
    desk_fax: str
    by: str
    decided_by: str
    recipients: Sequence[Recipient]
    ask: str
    keep: str
    checked: str = ""
    """How somebody made sure that nobody can be recognised (再識別の確認), for an anonymous packet."""
    edition: int = 1
    """版: which packet of this kind to these recipients it is, from 1."""


def body_of(head: Letterhead, cut: Cut) -> Body:
    """The packet as JSON-ready data. Raises `KeyError` for an unknown kind or basis."""
    form, basis = forms()[head.kind], basis_of(head.basis)
    return {
        "schema": "toritsugi-packet",
        "version": VERSION,
        "number": head.number,
        "edition": head.edition,
        "kind": head.kind,
        "title": form.title,
        "variant": str(head.variant),
        "variant_name": head.variant.label_ja,
        "scope": head.scope,
        "basis": {"code": basis.code, "name": basis.name_ja, "law": basis.law},
        "municipality": {"name": head.municipality, "code": head.code},
        "case": head.case,
        "made_at": head.made_at,
        "made_by": {"desk": head.desk, "phone": head.desk_phone, "fax": head.desk_fax, "name": head.by},
        "decided_by": head.decided_by,
        "recipients": [_recipient(one) for one in head.recipients],
        "ask": head.ask,
        "keep": head.keep,
        "checked": head.checked,
        "secrecy": [
            one
            for one in (
                secrecy().get("anonymous" if head.basis in ("C9", REPLY.code) else "all"),
                secrecy().get(head.basis),
            )
            if one
        ],
        "fields": [_field(fields()[name], cut) for name in form.fields],
        "household": [_member(one) for one in cut.sheet.household] if form.has_house else [],
        "consents": [
            {"what": one.what, "answer": one.answer, "at": one.at, "way": one.way, "version": one.version}
            for one in cut.sheet.consents
        ],
        "dropped": {why: count for why, count in sorted(cut.dropped.items()) if why in DROPPED_JA and count},
        "own_words": cut.sheet.own_words,
    }


def seal_of(body: Body) -> str:
    """A hash of what is said, by which somebody who looked at a preview is known to make that and nothing else (hex).

    Without the number and the moments: those of the packet, and of a consent that is only just being written down.
    """
    said = {name: value for name, value in body.items() if name not in ("number", "made_at")}
    said["consents"] = [{name: one[name] for name in one if name != "at"} for one in body["consents"]]
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")).hexdigest()


def dropped_ja(body: Body) -> str:
    """「税務の情報 2件」: what was left out, in words; "" for nothing."""
    return "、".join(f"{DROPPED_JA[why]} {count}件" for why, count in body["dropped"].items() if why in DROPPED_JA)


def field_of(body: Body, name: str) -> dict[str, Any] | None:
    """One field of the packet, None where its form has none such."""
    return next((one for one in body["fields"] if one["id"] == name), None)


def printed(one: Mapping[str, Any]) -> str:
    """A field as it is printed: its words, 未確認, 未確認（聞いた）, or 載せません."""
    if one["state"] == "withheld":
        return WITHHELD_JA
    if one["state"] == "unknown":
        return f"{UNKNOWN_JA}（聞きました）" if one["asked"] else UNKNOWN_JA
    return str(one["text"])


def only_words(body: Body) -> bool:
    """Whether the person agreed to their own words alone (書いたことだけ)."""
    return bool(body["scope"] == WORDS_ONLY)


@cache
def schema() -> Mapping[str, Any]:
    """The published schema (JSON Schema 2020-12)."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "packet-v1.json").read_text("utf-8"))
    return found


def _recipient(one: Recipient) -> dict[str, Any]:
    members = None if one.members is None else list(one.members)
    return {"name": one.name, "id": one.id, "phone": one.phone, "fax": one.fax, "members": members}


def _field(one: Field, cut: Cut) -> dict[str, Any]:
    entry = cut.sheet.entries.get(one.id)
    if one.id in cut.withheld:
        entry, state = Entry(), "withheld"
    elif entry is None or not entry.known:
        state = "unknown"
        entry = Entry(asked=entry.asked) if entry is not None else Entry()
    else:
        state = "known"
    known = state == "known"
    value: Any = list(entry.value) if isinstance(entry.value, tuple) else entry.value
    return {
        "id": one.id,
        "label": one.label,
        "section": one.section,
        "class": str(one.cls),
        "state": state,
        "value": value if known else None,
        "text": _text(one, entry) if known else "",
        "source": str(entry.source) if known else "",
        "source_name": _source(entry.source) if known else "",
        "whose": entry.whose if known else "",
        "asked": entry.asked and state != "withheld",
    }


def _text(one: Field, entry: Entry) -> str:
    text = said(one, entry.value)
    if one.kind is Kind.MARK and entry.value == "yes":
        return entry.whose or "本人"
    return text


def _source(source: Source) -> str:
    return source.label_ja


def _member(one: Member) -> dict[str, Any]:
    return {
        "relation": one.relation, "age": one.age, "living": one.living, "work": one.work, "care": one.care,
        "key": one.key, "source": str(one.source),
    }  # fmt: skip
