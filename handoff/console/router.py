"""The console as one router, to be included by the composition: `app.include_router(make_console(parts))`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response

from handoff import presence, view_queue
from handoff.console.asked_pages import add_asked
from handoff.console.attachment_pages import add_attachments
from handoff.console.attempt_pages import add_attempts
from handoff.console.audit_pages import add_audit
from handoff.console.case_pages import add_case
from handoff.console.correct_pages import add_correct
from handoff.console.danger_pages import add_danger
from handoff.console.disaster_pages import add_disaster
from handoff.console.draw import make_pages
from handoff.console.feed import Feed, Pulse
from handoff.console.guard import Absent, console_route, security_headers
from handoff.console.handing_pages import add_handing
from handoff.console.hearing_pages import add_hearing
from handoff.console.incident_pages import add_incidents
from handoff.console.list_pages import add_lists
from handoff.console.log_pages import add_logs
from handoff.console.login_pages import add_login
from handoff.console.oidc_pages import add_oidc
from handoff.console.outward_pages import add_outward
from handoff.console.packet_pages import add_packets
from handoff.console.palette_pages import add_palette
from handoff.console.partner_pages import add_partners
from handoff.console.parts import Console, ConsoleParts, console_of
from handoff.console.pass_pages import add_passes
from handoff.console.people_pages import add_people
from handoff.console.presence_pages import add_presence
from handoff.console.print_pages import add_print
from handoff.console.queue_pages import add_queue
from handoff.console.remark_pages import add_remarks
from handoff.console.reply_pages import add_reply
from handoff.console.request_pages import add_requests
from handoff.console.retention_pages import add_retention
from handoff.console.review_pages import add_review
from handoff.console.routing_pages import add_routing
from handoff.console.saved_pages import add_saved
from handoff.console.scan_pages import add_scans
from handoff.console.selfcheck import add_selfcheck
from handoff.console.session_pages import add_sessions
from handoff.console.settings_pages import add_settings
from handoff.console.shadow_pages import add_shadow
from handoff.console.static_files import Shelf
from handoff.console.stats_pages import add_stats
from handoff.console.take_down_pages import add_take_down
from handoff.console.town_pages import add_town
from handoff.console.training_pages import add_training
from handoff.console.wait_pages import add_waiting
from handoff.gist import Gists
from handoff.opened import Memory
from intake.db import reading

__all__ = ["ConsoleParts", "console_with", "make_console", "routes"]

_PAGES: Final = (
    add_login, add_oidc, add_queue, add_saved, add_presence, add_palette, add_case, add_attempts, add_waiting,
    add_take_down, add_asked, add_remarks, add_lists, add_disaster, add_reply, add_print, add_hearing, add_packets,
    add_handing, add_attachments, add_scans, add_correct, add_danger, add_routing, add_logs, add_audit, add_review,
    add_partners, add_town, add_passes, add_people, add_sessions, add_selfcheck, add_settings, add_stats, add_outward,
    add_retention, add_incidents, add_requests, add_shadow, add_training,
)  # fmt: skip
"""What puts routes on the router, in this order: the first that fits an address answers."""
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def make_console(parts: ConsoleParts) -> APIRouter:
    """The pages under `/console`, static files included. Raises `ValueError` on unusable settings."""
    console = console_with(parts)
    return routes(lambda request: console)


def console_with(parts: ConsoleParts) -> Console:
    """What the pages stand on. Raises `ValueError` on unusable settings."""
    if len(parts.session_key) < 32:
        raise ValueError("the session key is too short")
    shelf = Shelf()

    def read_pulse() -> Pulse:
        with reading(parts.sessions) as session:
            tenant = parts.office.tenant
            looks = presence.signature(session, tenant, parts.now())
            return Pulse(view_queue.version(session, tenant), looks)

    memory, gists = Memory(parts.sessions), Gists(parts.sessions)
    return Console(parts, make_pages(shelf), shelf, Feed(read_pulse), memory, gists, security_headers(parts))


def routes(find: Callable[[Request], Console]) -> APIRouter:
    """The addresses; `find` says which console a request came to."""
    router = APIRouter(
        prefix="/console", route_class=console_route(find), include_in_schema=False, default_response_class=Response
    )
    router.add_api_route("/static/{name:path}", static_file, methods=["GET"])
    for add in _PAGES:
        add(router)
    router.add_api_route("", to_front, methods=["GET"])
    for rest in ("", "/{rest:path}"):
        router.add_api_route(rest, nothing_here, methods=list(_METHODS))
    return router


def static_file(request: Request, name: str) -> Response:
    """A file of ours. Its address changes with its content, so browsers may keep it."""
    found = console_of(request).shelf.get(name)
    if found is None:
        raise Absent
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": found.media_type}
    return Response(found.body, headers=headers)


def to_front() -> Response:
    """`/console` without the slash."""
    return Response(status_code=303, headers={"Location": "/console/"})


def nothing_here() -> Response:
    """Every other address: the same page as for what may not be seen."""
    raise Absent
