"""What our own page is made of, given once by the composition, and what one request knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from jinja2 import Environment
from starlette.requests import Request

from bots.parts import Parts, Tenant, console_tenant
from bots.web.limits import Gauge
from handoff.console.static_files import Shelf


@dataclass(frozen=True, slots=True)
class Door:
    """The parts with templates, files and gauges. `now` is ms since 1970 in UTC."""

    parts: Parts
    pages: Environment
    shelf: Shelf
    now: Callable[[], int]
    gauge: Gauge = field(default_factory=Gauge)

    @property
    def secure(self) -> bool:
        """Whether browsers come by https; only plain http of this machine does not."""
        return urlsplit(self.parts.settings.base_url).scheme == "https"

    @property
    def cookie(self) -> str:
        """The name of the visit's cookie: it tells nothing of what is visited."""
        return "__Host-page" if self.secure else "page"

    @property
    def big_cookie(self) -> str:
        """The name of the cookie that makes letters large."""
        return "__Host-big" if self.secure else "big"

    def tenant(self, name: str = "") -> Tenant | None:
        """The municipality of this name; "" is the one that this installation shows first."""
        return self.parts.tenants.get(name) if name else console_tenant(self.parts)

    def prefix(self, tenant: Tenant) -> str:
        """Where the entrances of this municipality stand: "" for the first one, `/w/{name}` for the others."""
        return "" if tenant.name == console_tenant(self.parts).name else f"/w/{tenant.name}"


def door_of(request: Request) -> Door:
    """The door that a request came to (set by `guard.door_route`)."""
    found = request.state.door
    assert isinstance(found, Door)
    return found
