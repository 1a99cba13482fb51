"""資源カードと居場所: what there is in town, from the pack and written on screen. About no case.

In the caller's transaction; never commits. Residents see the public cards alone (`shown`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger, offers
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.packs.local import RESOURCE_FORM_JA, RESOURCE_FORMS, RESOURCE_KIND_JA, RESOURCE_KINDS, Resource
from handoff.path_records import Resource as Row
from intake.ids import new_id

__all__ = ["Card", "Filter", "cards", "end", "found", "shown", "write"]

WRITERS: Final = ("intake", "worker", "manager")
LIMITS: Final = {"name": 60, "what": 300, "where": 120, "days": 120, "who": 120, "contact": 120, "vacancy": 60}
"""The words of a card, each with its longest."""
DAYS: Final = "月火水木金土日"
_EVERY = re.compile("毎日|いつでも|年中")
_WORKDAYS = re.compile("平日")
_NO_DAY = re.compile("[0-9]+月|[0-9]+日(?!曜)|月に?[0-9一二三四]+回|[祝休平当期定]日")
_NAMED = re.compile(f"[{DAYS}](?:[・、,/]?[{DAYS}])*(?=曜|$|[^ぁ-んァ-ヶ一-龠])")
_SPAN = re.compile(f"([{DAYS}])(?:曜日?)?(?:から|〜|～|-|–|ー)([{DAYS}])")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `row_id` is None for one of the pack, which is changed there."""

    resource: Resource
    row_id: int | None = None

    @property
    def kind_ja(self) -> str:
        """居場所, 働く …"""
        return RESOURCE_KIND_JA[self.resource.kind]

    @property
    def form_ja(self) -> str:
        """参加支援の型, "" for none."""
        return RESOURCE_FORM_JA[self.resource.form]


@dataclass(frozen=True, slots=True)
class Filter:
    """What one looks for; "" for all. `day`: one of `DAYS`. `free`: only cards that say something of a vacancy."""

    kind: str = ""
    form: str = ""
    area: str = ""
    day: str = ""
    words: str = ""
    free: bool = False


def cards(office: Office, session: Session) -> tuple[Card, ...]:
    """Every card: those of the pack in its order, then those written on screen, the newest first."""
    rows = session.scalars(
        select(Row).where(Row.tenant == office.tenant, Row.ended_at.is_(None)).order_by(Row.id.desc())
    )
    written = tuple(Card(_read(row), row.id) for row in rows)
    return (*(Card(one) for one in office.pack.resources), *written)


def shown(office: Office, session: Session) -> tuple[Resource, ...]:
    """What residents may see, 居場所 first."""
    public = [card.resource for card in cards(office, session) if card.resource.public]
    return tuple(sorted(public, key=lambda one: RESOURCE_KINDS.index(one.kind)))


def found(resources: tuple[Card, ...], wanted: Filter) -> tuple[Card, ...]:
    """Those that fit; whose days nobody knows fit any day, for one can ask."""
    return tuple(card for card in resources if fits(card.resource, wanted))


def fits(one: Resource, wanted: Filter) -> bool:
    """Whether the card is what one looks for."""
    said = f"{one.name}{one.what}{one.who}{one.where}"
    return (
        (not wanted.kind or one.kind == wanted.kind)
        and (not wanted.form or one.form == wanted.form)
        and (not wanted.area or one.area in ("", wanted.area))
        and (not wanted.day or not one.days or wanted.day in days_of(one.days))
        and (not wanted.free or bool(one.vacancy))
        and all(word in said for word in wanted.words.split())
    )


def days_of(said: str) -> frozenset[str]:
    """The weekdays that words such as 「月・水 10時から」「平日」「毎日」 name; all of them where they name none."""
    if _EVERY.search(said):
        return frozenset(DAYS)
    plain = _NO_DAY.sub("、", said)
    named = set("".join(_NAMED.findall(plain))) & set(DAYS)
    for first, last in _SPAN.findall(plain):
        start, stop = DAYS.index(first), DAYS.index(last)
        named |= set(DAYS[start : stop + 1]) if start <= stop else set()
    named |= set("月火水木金") if _WORKDAYS.search(said) else set()
    return frozenset(named or DAYS)


def write(
    office: Office, session: Session, staff: StaffRef, typed: Mapping[str, str], now: int, *,
    card_id: int | None = None, offer_id: int | None = None,
) -> int:  # fmt: skip
    """Write a new card, or the card `card_id` anew; returns its id. The offer that it comes from is settled.

    Raises `Refused`: `no_right`, `no_name`, `too_long`, `bad_kind`, `bad_date`; `NotFound` for a card that is gone.
    """
    _check(staff, office)
    made = _parsed(office, typed)
    body = json.dumps(asdict(made), ensure_ascii=False, default=date.isoformat)
    if card_id is not None:
        row = _row(office, session, card_id)
        row.body, row.public, row.by_staff, row.at = body, made.public, staff.id, now
    else:
        row = Row(
            id=new_id(), tenant=office.tenant, body=body, public=made.public, offer_id=offer_id, by_staff=staff.id,
            at=now,
        )  # fmt: skip
        session.add(row)
        if offer_id is not None:
            offers.settle(office, session, staff, offer_id, "card", now)
    session.flush()
    _audit(office, session, staff, "resource_written", row.id, now)
    return row.id


def end(office: Office, session: Session, staff: StaffRef, card_id: int, now: int) -> None:
    """The card is taken away: nobody sees it any more. Raises `NotFound`."""
    _check(staff, office)
    _row(office, session, card_id).ended_at = now
    _audit(office, session, staff, "resource_ended", card_id, now)


def one(office: Office, session: Session, card_id: int) -> Card:
    """A card written on screen. Raises `NotFound`."""
    row = _row(office, session, card_id)
    return Card(_read(row), row.id)


def _parsed(office: Office, typed: Mapping[str, str]) -> Resource:
    words = {name: " ".join(typed.get(name, "").split()) for name in LIMITS}
    if not words["name"]:
        raise Refused("no_name", "名前を書いてください。")
    for name, most in LIMITS.items():
        if len(words[name]) > most:
            raise Refused("too_long", f"長すぎるところがあります（{most}文字まで）。短くしてください。")
    kind, form, area = typed.get("kind", "other"), typed.get("form", ""), typed.get("area", "")
    if kind not in RESOURCE_KINDS or form not in RESOURCE_FORMS:
        raise Refused("bad_kind", "種類を選んでください。")
    if area and area not in {place.name for place in office.pack.areas}:
        raise Refused("bad_kind", "地域を選んでください。")
    try:
        verified = date.fromisoformat(typed["verified_on"]) if typed.get("verified_on") else None
    except ValueError:
        raise Refused("bad_date", "確かめた日は、2026-11-01 のように書いてください。") from None
    return Resource(
        id="", kind=kind, form=form, area=area, public=typed.get("public") == "1", verified_on=verified, **words
    )  # fmt: skip


def _read(row: Row) -> Resource:
    data: dict[str, Any] = json.loads(row.body)
    known = {field.name for field in fields(Resource)}
    verified = data.get("verified_on")
    values = {name: value for name, value in data.items() if name in known}
    return Resource(
        **(values | {"id": f"r{row.id}", "verified_on": date.fromisoformat(verified) if verified else None})
    )


def _row(office: Office, session: Session, card_id: int) -> Row:
    row = session.get(Row, card_id, with_for_update=True)
    if row is None or row.tenant != office.tenant or row.ended_at is not None:
        raise NotFound("not_found", "その資源カードは見つかりません。")
    return row


def _check(staff: StaffRef, office: Office) -> None:
    if staff.tenant != office.tenant or staff.role not in WRITERS:
        raise Refused("no_right", "この役割では書けません。")


def _audit(office: Office, session: Session, staff: StaffRef, action: str, card_id: int, now: int) -> None:
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff.id, detail=f"#{card_id}"
    )  # fmt: skip
