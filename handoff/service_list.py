"""The plain list of desks for residents (窓口の一覧): what each does, when it is open, how to reach it. Pure.

What nobody knows stays unknown: a desk is said to be open only when its hours are known and somebody asked it lately.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from handoff import desks
from handoff.clock import TOKYO, is_open
from handoff.pack import STALE_DAYS, Desk, Pack, Project
from handoff.packs.values import Link
from triage.assessment import Domain

GroupKind: TypeAlias = Literal["first", "town", "local", "wide"]
_FOR_JA: Final = {
    Domain.ELDERLY: "高齢の方の暮らし", Domain.DISABILITY: "障害のある方の暮らし", Domain.CHILD: "子ども・子育て",
    Domain.POVERTY: "お金・仕事",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """One desk. `sure`: how to reach it was asked within half a year. `opened`: now, None when nobody can say."""

    desk: Desk
    name: str
    does: str
    sure: bool
    opened: bool | None


@dataclass(frozen=True, slots=True)
class Group:
    """Desks under one heading: the one for everything, those of a town (`place`), the others, 県・広域."""

    kind: GroupKind
    services: tuple[Service, ...]
    place: str = ""


def listed(pack: Pack, now: datetime, area: str = "") -> tuple[Group, ...]:
    """Every desk of the day, each once but for centres that serve several towns. In a pack with places those who take
    everything stand place by place; `area` leaves only what serves that place."""
    today = now.astimezone(TOKYO).date()
    here = [one for one in pack.desks if one.serving(today) and _for_residents(pack, one)]
    places = [one.name for one in pack.areas if area in ("", one.name)]
    heads: list[tuple[GroupKind, str, list[Desk]]] = [
        ("town", name, [one for one in desks.of_area(pack, name) if one in here]) for name in places
    ]
    if not places:
        heads = [("first", "", [one for one in here if one.id == pack.fallback])]
    named = {one.id for _, _, found in heads for one in found}
    rest = [one for one in here if one.id not in named and (not area or desks.serves(one, area))]
    groups = (
        *heads,
        ("local", "", [one for one in rest if one.layer == "city"]),
        ("wide", "", [one for one in rest if one.layer != "city"]),
    )
    return tuple(Group(kind, _services(found, now), place) for kind, place, found in groups if found)


def first_desks(pack: Pack, now: datetime) -> tuple[Service, ...]:
    """The desks that take everything, each once: the pack's own, or those of its places."""
    found = [desks.fallback(pack, one.name) for one in pack.areas] or [desks.fallback(pack)]
    return _services(dict.fromkeys(found), now)


def does_ja(desk: Desk) -> str:
    """What it does in its own words, else what can be said from what leads to it."""
    if desk.does_ja:
        return desk.does_ja
    if named := [word for key, word in _FOR_JA.items() if key in desk.domains]:
        return f"{'・'.join(named)}の相談。"
    if Project.COMPREHENSIVE in desk.projects:
        return "暮らしの心配ごとの相談。"
    return "居場所や、地域の活動のこと。" if Project.COMMUNITY in desk.projects else ""


def lately(day: date | None, today: date) -> bool:
    """Whether somebody made sure of it within `STALE_DAYS`."""
    return day is not None and 0 <= (today - day).days <= STALE_DAYS


def sure_of(link: Link, today: date) -> bool:
    """Whether the page of another body is known and was looked at lately."""
    return bool(link.url) and lately(link.verified_on, today)


def plan_over(pack: Pack, today: date) -> bool:
    """Whether the plan from which the desks come has ended: they may have changed since."""
    return pack.plan_until is not None and pack.plan_until < today


def _for_residents(pack: Pack, desk: Desk) -> bool:
    """Those on duty at night are said only where somebody can be called."""
    return desk.projects != {Project.ON_CALL} or pack.on_call.available


def _services(found: Iterable[Desk], now: datetime) -> tuple[Service, ...]:
    today = now.astimezone(TOKYO).date()
    return tuple(_service(one, now, today) for one in found)


def _service(desk: Desk, now: datetime, today: date) -> Service:
    sure = not desk.unconfirmed and lately(desk.verified_on, today)
    opened = is_open(desk.hours, now) if sure else None
    return Service(desk, desk.name_on(today), does_ja(desk), sure, opened)
