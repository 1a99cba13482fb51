"""居場所 for residents: the public cards of the town. Without a word of anybody, without a cookie, without scripts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bots.web.door import door_of
from bots.web.draw import draw
from bots.web.enter_pages import tenant_at
from handoff import resources
from handoff.packs.local import RESOURCE_KIND_JA
from handoff.resources import DAYS, Filter
from intake.db import reading

Word = Annotated[str, Query(max_length=40)]


def add_places(router: APIRouter) -> None:
    """`/places`, and the same under `/w/{town}`."""
    for prefix in ("", "/w/{town}"):
        router.add_api_route(f"{prefix}/places", places_page, methods=["GET"])


def places_page(request: Request, day: Word = "", area: Word = "") -> Response:
    """The cards that fit the day and the area; unknown days are said to be unknown and fit every day."""
    tenant = tenant_at(request)
    areas = tuple(place.name for place in tenant.pack.areas)
    wanted = Filter(day=day if day and day in DAYS else "", area=area if area in areas else "")
    with reading(door_of(request).parts.sessions) as session:
        public = resources.shown(tenant.office, session)
    return draw(
        request, "places.html", town=tenant, cards=[one for one in public if resources.fits(one, wanted)],
        every=len(public), wanted=wanted, days=DAYS, areas=areas, kinds=RESOURCE_KIND_JA,
    )  # fmt: skip
