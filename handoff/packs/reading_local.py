"""Read what a pack's TOML says of its places and things: areas, resources, links."""

from __future__ import annotations

from collections.abc import Callable

from handoff.packs.local import LINK_KINDS, RESOURCE_FORMS, RESOURCE_KINDS, Area, Link, Resource
from handoff.packs.table import Table


def read_area(table: Table) -> Area:
    """One `[[area]]`."""
    area = Area(
        name=table.get("name", str),
        code6=table.get("code6", str, ""),
        group=table.get("group", str, ""),
        desk=table.get("desk", str, ""),
    )
    table.done()
    return area


def read_resource(table: Table) -> Resource:
    """One `[[resource]]`."""
    resource = Resource(
        id=table.get("id", str),
        name=table.get("name", str),
        kind=table.choice("kind", _one_of(RESOURCE_KINDS)),
        form=table.choice("form", _one_of(RESOURCE_FORMS)) if table.has("form") else "",
        what=table.get("what", str, ""),
        where=table.get("where", str, ""),
        days=table.get("days", str, ""),
        who=table.get("who", str, ""),
        contact=table.get("contact", str, ""),
        vacancy=table.get("vacancy", str, ""),
        public=table.get("public", bool, False),
        area=table.get("area", str, ""),
        verified_on=table.day("verified_on"),
    )
    table.done()
    return resource


def read_link(table: Table) -> Link:
    """One `[[link]]`. An address is https."""
    link = Link(
        name=table.get("name", str),
        url=table.choice("url", https) if table.has("url") else "",
        verified_on=table.day("verified_on"),
        kind=table.choice("kind", _one_of(LINK_KINDS)) if table.has("kind") else "",
    )
    table.done()
    return link


def https(text: str) -> str:
    """An address that may stand in our pages. Raises `ValueError`."""
    if not text.startswith("https://") or set(text) & set(" ;,'\""):
        raise ValueError(text)
    return text


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def chosen(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return chosen
