"""Every page of the console, as `toritsugi bench console` asks for them: the routes themselves, and ways to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

import httpx2
from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.parts import Tenant
from handoff import facts, view_queue
from handoff.desk_records import DataRequest
from handoff.flow_records import Packet
from handoff.office import StaffRef
from handoff.path_records import Resource
from handoff.records import Correction, Ticket
from intake.clock import now_ms
from intake.door_records import Attachment

Ask = Callable[[], httpx2.Response]
NO_PAGES: Final = ("/console/static", "/console/login", "/console/invite", "/console/oidc", "/console/live")
"""Files, the entrance, and the stream."""
NO_LISTS: Final = ("/console/audit.csv",)
"""A file of up to 20,000 lines."""
_GIVEN: Final[Mapping[str, str]] = {"section": "domains", "desk_id": "kodomo", "code": "GAS-02", "kind": "lack"}
_MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "/console/": (
        "?view=custom&domain=child&urgency=high&waiting=over", "?page=2", "?case={case_id}", "{deep}",
        *(
            f"?view={view}"
            for view in ("mine", "replied", "handed", "held", "due", "complex", "child", "foreign", "other", "closed")
        ),
    ),
    "/console/audit": (
        "?group=looks", "?group=passes", "?staff={staff_id}", "?staff={staff_id}&group=requests", "?number=T-0500",
        "?day=2025-11-20", "?day=2025-11-20&group=out", "?before=1000",
    ),
    "/console/stats": ("?year=2025",),
    "/console/lessons/{kind}.csv": ("?month={month}",),
    "/console/settings/history": ("?kind=desk&key=kodomo",),
    "/console/stats/{section}.csv": ("?year=2025",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Browser:
    """A signed-in client that asks as our pages do."""

    client: httpx2.Client
    csrf: str

    def getting(self, path: str) -> Ask:
        """Asks for a page."""
        return lambda: self.client.get(path)

    def posting(self, path: str, **fields: str) -> Ask:
        """Sends a form."""
        data: dict[str, Any] = {"csrf": self.csrf, **fields}
        return lambda: self.client.post(path, data=data, headers={"Sec-Fetch-Site": "same-origin"})


def pages(router: APIRouter, tenant: Tenant, session: Session, who: StaffRef, browser: Browser) -> dict[str, Ask]:
    """Name → how to ask; what `who` may not see is among them, and answers so."""
    names = _names(tenant, session, who)
    found = {one: browser.getting(one.format(**names)) for one in _addresses(router) if _fields(one) <= set(names)}
    if who.role in ("intake", "worker"):
        case = names["case_id"]
        found |= {
            "board refresh": browser.posting("/console/board", q=""),
            "search: number": browser.posting("/console/search", q="T-0500", view="open"),
            "search: words": browser.posting("/console/search", q="冷蔵庫 歩けない", view="open"),
            "search: nothing": browser.posting("/console/search", q="ありえないことば", view="open"),
            "beat": browser.posting(f"/console/cases/{case}/look", writing="1"),
        }
    return found


def unasked(router: APIRouter, tenant: Tenant, session: Session, who: StaffRef) -> list[str]:
    """The addresses for which the town holds nothing that could stand in them: `pages` leaves them out."""
    names = set(_names(tenant, session, who))
    return [one for one in _addresses(router) if not _fields(one) <= names]


def _addresses(router: APIRouter) -> list[str]:
    return [path + more for path in dict.fromkeys(_paths(router)) for more in ("", *_MORE.get(path, ()))]


def _fields(address: str) -> set[str]:
    """What must be named in the address."""
    return {field for _, field, _, _ in Formatter().parse(address) if field}


def _paths(router: APIRouter) -> list[str]:
    paths = [str(getattr(route, "path", "")) for route in router.routes if "GET" in getattr(route, "methods", ())]
    return [path for path in paths if path != "/console" and not path.startswith(NO_PAGES) and path not in NO_LISTS]


def _names(tenant: Tenant, session: Session, who: StaffRef) -> dict[str, str]:
    """What stands for the names in addresses."""
    own = select(Ticket.case_id).where(Ticket.tenant == tenant.name, Ticket.state == "received")
    if who.role == "worker":
        own = own.where(Ticket.owner_desk == who.desk)
    case_id = session.scalar(own.join(Packet, Packet.case_id == Ticket.case_id).limit(1)) or session.scalar(
        own.limit(1)
    )
    over = view_queue.closed(tenant.office, session, who, limit=2_000)
    given: dict[str, object] = {
        **_GIVEN,
        "case_id": case_id,
        "packet_id": session.scalar(select(Packet.id).where(Packet.case_id == case_id).limit(1)),
        "attachment_id": session.scalar(select(Attachment.id).where(Attachment.case_id == case_id).limit(1)),
        "card_id": session.scalar(select(Resource.id).limit(1)),
        "month": facts.month_of(now_ms()),
        "staff_id": who.id,
        "request_id": session.scalar(select(DataRequest.id).limit(1)),
        "correction_id": session.scalar(select(Correction.id).limit(1)),
        "deep": f"?view=closed&before={over[-1].changed_at}-{over[-1].case_id}" if over else None,
    }
    return {name: str(value) for name, value in given.items() if value is not None}
