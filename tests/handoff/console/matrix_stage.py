"""A console with its doors, and who may knock at which, for the matrix."""

from __future__ import annotations

import re
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2
from console_town import ORIGIN, Town
from fastapi import FastAPI
from matrix_town import OBJECTS, Viewer, canaries

from handoff.console.guard import csrf_token

TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "matrix_table.toml").read_text())
RULES: dict[str, Any] = TABLE["routes"]
ABSENT = 7


@dataclass
class Stage:
    """A town, its console, and who may knock."""

    town: Town
    app: FastAPI
    who: tuple[Viewer, ...]
    over: int
    """The つなぎ of `handed`."""
    packet: int
    """What went with it."""

    def viewer(self, name: str) -> Viewer:
        return next(one for one in self.who if one.name == name)

    @asynccontextmanager
    async def asking(self, viewer: Viewer) -> AsyncIterator[httpx2.AsyncClient]:
        cookies = {"toritsugi": viewer.token} if viewer.token else {}
        headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": csrf_token(b"k" * 32, viewer.token)}
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies, headers=headers) as client:
            yield client


def address(path: str, name: str, stage: Stage, beside: Mapping[str, str] = MappingProxyType({})) -> str:
    """The path for the object `name`, and with what stands `beside` the cases: absent ids elsewhere.

    The packet is always that of `handed`, whatever the case: under another one it must not open.
    """
    fixed = {
        "{case_id}": str(stage.town.case.get(name, ABSENT)),
        "{over_id}": str(stage.over if name == "handed" else ABSENT),
        "{packet_id}": str(ABSENT if name == "absent" else stage.packet),
        "{staff_id}": str(stage.town.staff["suzuki"].id), "{token}": "x" * 43,
        "{name:path}": "base.css", "{section}": "routes",
    }  # fmt: skip
    for part, value in {**fixed, **beside}.items():
        path = path.replace(part, value)
    return re.sub(r"\{\w+\}", str(ABSENT), path)


def objects(path: str) -> tuple[str, ...]:
    """The objects that an address of this path can be about."""
    if "{case_id}" in path:
        return OBJECTS
    return ("handed", "absent") if "{over_id}" in path else ("absent",)


def may(rule: Any, viewer: Viewer, name: str) -> bool:
    """Whether the table lets this person use the route for this object."""
    if rule == "open":
        return True
    if not viewer.role:
        return False
    if rule == "all" or isinstance(rule, list):
        return rule == "all" or _is_one(viewer, rule)
    kind, _, roles = rule.partition(":")
    assert kind in ("case", "asked"), f"unknown rule {rule}"
    seen = viewer.sees | viewer.asked if kind == "asked" else viewer.sees
    return _is_one(viewer, roles.split(",") if roles else ["intake", "worker"]) and name in seen


def _is_one(viewer: Viewer, names: list[str]) -> bool:
    """Whether they have one of these roles; a title counts for 担当 alone (`handoff.scope.coordinates`)."""
    return viewer.role in names or (viewer.role == "worker" and bool(viewer.titles & set(names)))


def told(viewer: Viewer, said: httpx2.Response, about: str, packet_of: str = "") -> list[str]:
    """What stands in the answer, body or headers, although this person must not read it."""
    body = said.text + "".join(said.headers.values())
    found = sorted(word for word in canaries(viewer, packet_of) if word in body)
    return [f"{about} tells {found}"] if found else []
