"""Look up desks in a pack. Pure; every answer is in the pack's order."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from handoff.pack import Desk, Meeting, Pack, Project, Route
from handoff.residence import TOWN
from triage.assessment import Domain


def desk(pack: Pack, desk_id: str) -> Desk | None:
    """The desk of that id, or `None` (a case may name a desk that the pack no longer has)."""
    return next((found for found in pack.desks if found.id == desk_id), None)


def bound(pack: Pack, to: str) -> bool:
    """Whether use within the office's duties (C8) reaches it: the town's own and entrusted desks (69条2項2号), and the
    offices of other municipalities (同3号), named as `residence.TOWN` does."""
    if to.startswith(TOWN):
        return True
    found = desk(pack, to)
    return found is not None and found.bound


def fallback(pack: Pack, area: str = "") -> Desk:
    """The desk that takes everything: the area's own where the pack names one.

    Raises `LookupError` on a pack that `check` would refuse.
    """
    own = next((one.desk for one in pack.areas if one.name == area and one.desk), "")
    found = desk(pack, own) or desk(pack, pack.fallback)
    if found is None:
        raise LookupError("a pack without its fallback desk")
    return found


def for_project(pack: Pack, project: Project, area: str = "") -> tuple[Desk, ...]:
    """The desks of that part of the 事業 which serve `area`; of 多機関協働 the pack's lead first."""
    found = [one for one in pack.desks if project in one.projects and serves(one, area)]
    if project is Project.COORDINATION and pack.lead:
        found.sort(key=lambda one: one.id != pack.lead)
    return tuple(found)


def of_area(pack: Pack, area: str) -> tuple[Desk, ...]:
    """Who takes everything from there: the area's centre, then the town's own desks; none for an unknown place."""
    if area not in {one.name for one in pack.areas}:
        return ()
    centre = fallback(pack, area)
    own = (one for one in pack.desks if Project.COMPREHENSIVE in one.projects and area in one.area)
    return (centre, *(one for one in own if one.id != centre.id))


def for_domain(pack: Pack, domain: Domain, area: str = "") -> tuple[Desk, ...]:
    """The desks of that domain which serve `area`."""
    return tuple(found for found in pack.desks if domain in found.domains and serves(found, area))


def for_theme(pack: Pack, theme: str, area: str = "") -> tuple[Desk, ...]:
    """The desks that name the theme and serve `area`."""
    return tuple(found for found in pack.desks if theme in found.themes and serves(found, area))


def routes_for(pack: Pack, domains: AbstractSet[Domain], themes: AbstractSet[str]) -> tuple[Route, ...]:
    """The extra routes that the themes or domains open."""
    return tuple(route for route in pack.routes if _opens(route, domains, themes))


def _opens(route: Route, domains: AbstractSet[Domain], themes: AbstractSet[str]) -> bool:
    theme, domain = bool(route.themes & themes), bool(route.domains & domains)
    return theme and domain if route.both else theme or domain


def meeting_for(pack: Pack, basis: str) -> Meeting | None:
    """The first meeting held on that basis."""
    return next((meeting for meeting in pack.meetings if meeting.basis == basis), None)


def serves(found: Desk, area: str) -> bool:
    """Whether the desk serves the place; an empty place or an empty area of the desk is everywhere."""
    return not area or not found.area or area in found.area
