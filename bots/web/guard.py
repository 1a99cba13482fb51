"""Who may see a talk, and what every answer of our own page carries (入り口の決まり)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Depends, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from bots.patience import AWAY
from bots.web import links
from bots.web.door import Door, door_of
from bots.web.draw import draw
from bots.web.links import Visit
from handoff.console.form_checks import (
    COMMON_HEADERS,
    MAX_BODY,
    Suspicious,
    from_our_page,
    is_fragment,
    plain_charset,
    same_token,
    small,
)
from intake.db import reading

MAX_UPLOAD = 64 * 1024 * 1024
"""A form with a file: what is beyond `bots.media.limits.UPLOAD_MOST` of it is let go while it is read."""
_WITH_FILE = ("talk", "tsuho", "renraku")
_TOUCH_MS = 60_000


class Gone(Exception):
    """There is no visit here, or it is over."""


class Absent(Exception):
    """There is no such page."""


class TooLarge(Exception):
    """A field of a form holds more than any field may."""


def security_headers(door: Door) -> dict[str, str]:
    """The headers of every answer. A form may lead on to where the exit button leads."""
    exits = {
        f"{urlsplit(pack.exit_url).scheme}://{urlsplit(pack.exit_url).netloc}"
        for pack in (town.office.last_pack for town in door.parts.tenants.values())
    }
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            f"form-action {' '.join(['self_', *sorted(exits)])}; base-uri 'none'; frame-ancestors 'none'"
        ).replace("self_", "'self'"),
        **COMMON_HEADERS,
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        # The place is asked for only when the person presses the button for it.
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
    }


def door_route(door: Door) -> type[APIRoute]:
    """A route class that hands `door` to its routes, turns refusals into pages and puts headers on every answer."""

    class DoorRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            inner = super().get_route_handler()
            most = MAX_UPLOAD if self.path.rpartition("/")[2] in _WITH_FILE else MAX_BODY

            async def handle(request: Request) -> Response:
                request.state.door = door
                response = await _answered(request, inner, most)
                # Made anew: a town may change on screen where its exit button leads.
                for name, value in security_headers(door).items():
                    response.headers.setdefault(name, value)
                return response

            return handle

    return DoorRoute


async def _answered(request: Request, inner: Callable[[Request], Coroutine[Any, Any, Response]], most: int) -> Response:
    try:
        if request.method == "POST" and not small(request, most if with_file(request) else MAX_BODY):
            raise TooLarge
        if not plain_charset(request):
            raise Suspicious("charset")
        return await inner(request)
    except Gone:
        return await anyio.to_thread.run_sync(lambda: gone(request))
    except TooLarge:
        return await anyio.to_thread.run_sync(lambda: _told(request, "large", 413))
    except Suspicious:
        return _told(request, "refused", 403)
    except (Absent, RequestValidationError):
        return _told(request, "missing", 404)
    except HTTPException as error:
        return _told(request, "missing", error.status_code)
    except AWAY:
        return _told(request, "busy", 503)


def gone(request: Request) -> Response:
    """The page that says how to come back. A part of a page sends the whole page there."""
    if is_fragment(request):
        return Response(status_code=200, headers={"HX-Redirect": "/talk"})
    door = door_of(request)
    response = draw(request, "gone.html", status=401)
    if request.cookies.get(door.cookie):
        forget(door, response)
    return response


def _told(request: Request, what: str, status: int) -> Response:
    if is_fragment(request) and status == 403:
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    return whole(request, draw(request, "told.html", status=status, what=what))


def whole(request: Request, response: Response) -> Response:
    """A page as an answer to a part of a page: it takes the place of what the screen shows."""
    if is_fragment(request):
        response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
    return response


def with_file(request: Request) -> bool:
    """Whether the form may hold a file (`multipart/form-data`)."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data"


def remember(door: Door, response: Response, visit: Visit) -> None:
    """Put the visit's cookie on the answer; it lives as long as the browser is open."""
    response.set_cookie(door.cookie, visit.token, httponly=True, secure=door.secure, samesite="strict", path="/")


def forget(door: Door, response: Response) -> None:
    """Leave nothing behind in this browser."""
    for name in (door.cookie, door.big_cookie):
        response.delete_cookie(name, httponly=True, secure=door.secure, samesite="strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def address(request: Request) -> str:
    """Where the request came from, for counting only. A home or a server has a whole /64 of IPv6 to itself."""
    host = request.client.host if request.client else ""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if isinstance(found, IPv4Address):
        return host
    return str(found.ipv4_mapped or IPv6Network((int(found) >> 64 << 64, 64)))


def quiet_visit(request: Request) -> Visit:
    """The visit of a request that the page made by itself: it keeps no visit alive. Raises `Gone`."""
    door = door_of(request)
    token = request.cookies.get(door.cookie, "")
    if not token:
        raise Gone
    with reading(door.parts.sessions) as session:
        found = links.visit_of(session, token, door.now())
    if found is None:
        raise Gone
    return found


def visit(request: Request) -> Visit:
    """The visit of a person's own request, whose idle time begins anew. Raises `Gone`."""
    door, found = door_of(request), quiet_visit(request)
    if found.seen_at < door.now() - _TOUCH_MS:
        with door.parts.sessions.begin() as session:
            links.touch(session, found.token, door.now())
    return found


def same_site(request: Request) -> None:
    """Raises `Suspicious` unless our own page sent this."""
    door = door_of(request)
    from_our_page(request, door.parts.settings.base_url, secure=door.secure)


def checked(request: Request, found: Visit, csrf: str) -> Visit:
    """The visit, if the form is one of its own. Raises `Suspicious`."""
    same_token(request, csrf, found.csrf(door_of(request).parts.session_key))
    return found


def posted(
    request: Request,
    _site: Annotated[None, Depends(same_site)],
    found: Annotated[Visit, Depends(visit)],
    csrf: Annotated[str, Form()] = "",
) -> Visit:
    """The visit of a form that our own page sent. Raises `Gone` or `Suspicious`."""
    return checked(request, found, csrf)


Here = Annotated[Visit, Depends(visit)]
Quietly = Annotated[Visit, Depends(quiet_visit)]
HerePost = Annotated[Visit, Depends(posted)]
OurForm = Depends(same_site)
