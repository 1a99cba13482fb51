"""窓口 for residents: every desk with what it does, its hours and its telephone; pages of other bodies. No cookie, no
scripts. What nobody knows is said to be unknown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bots.desk_words import hours_of
from bots.web.door import door_of
from bots.web.draw import draw
from bots.web.enter_pages import tenant_at
from handoff import service_list
from handoff.clock import TOKYO
from intake.clock import to_datetime

Word = Annotated[str, Query(max_length=40)]


def add_desk_list(router: APIRouter) -> None:
    """`/madoguchi`, and the same under `/w/{town}`."""
    for prefix in ("", "/w/{town}"):
        router.add_api_route(f"{prefix}/madoguchi", desks_page, methods=["GET"])


def desks_page(request: Request, area: Word = "") -> Response:
    """The desks, place by place where the pack has places; `area` leaves those that serve it."""
    tenant, now = tenant_at(request), to_datetime(door_of(request).now())
    pack, today = tenant.pack, now.astimezone(TOKYO).date()
    areas = tuple(place.name for place in pack.areas)
    wanted = area if area in areas else ""
    links = [(link, service_list.sure_of(link, today)) for link in pack.links]
    return draw(
        request, "desks.html", town=tenant, groups=service_list.listed(pack, now, wanted), areas=areas, wanted=wanted,
        links=links, hours_of=hours_of, over=pack.plan_until if service_list.plan_over(pack, today) else None,
    )  # fmt: skip
