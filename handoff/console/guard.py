"""Who may come in, and what every answer carries (入り口の決まり).

Authorization lives in dependencies of each route, never in path middleware. Absent and forbidden give the same bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Depends, Form, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from handoff import login, scans, sign_ins
from handoff.console.draw import draw
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
from handoff.console.parts import Console, ConsoleParts, console_of
from handoff.office import NotFound, StaffRef

_SCAN_MOST = scans.MOST + MAX_BODY
_SCAN_PATH = re.compile(r"/console/cases/[0-9]+/scan")
READERS = ("intake", "worker")
"""Roles that may see content: 受付 and 担当. 管理 and 監査 see figures and logs only."""


class NotSignedIn(Exception):
    """Nobody is signed in here, or the session is over."""


class Absent(Exception):
    """There is no such page for this person: absent and forbidden alike."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in request. `elsewhere`: the browser in which they signed in lately besides this one, "" for none."""

    staff: StaffRef
    token: str
    csrf: str
    elsewhere: str = ""


def csrf_token(key: bytes, session_token: str) -> str:
    """The form token of one session: an HMAC, so that nothing more need be stored."""
    return hmac.new(key, b"csrf\x1f" + session_token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def security_headers(parts: ConsoleParts) -> dict[str, str]:
    """The headers of every answer. Raises `ValueError` on a frame ancestor that is not a plain origin."""
    for origin in parts.frame_ancestors:
        split = urlsplit(origin)
        if split.scheme not in ("http", "https") or origin != f"{split.scheme}://{split.netloc}":
            raise ValueError("frame_ancestors holds something that is not an origin")
        if set(origin) & set(" ;,'\""):
            raise ValueError("frame_ancestors holds something that is not an origin")
    ancestors = " ".join(parts.frame_ancestors) or "'none'"
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
            f"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
        ),
        **COMMON_HEADERS,
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if not parts.frame_ancestors:
        headers["X-Frame-Options"] = "DENY"
    return headers


def console_route(find: Callable[[Request], Console]) -> type[APIRoute]:
    """A route class that hands each request its console, turns refusals into pages and puts headers on every answer."""

    class ConsoleRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            inner = super().get_route_handler()

            async def handle(request: Request) -> Response:
                request.state.console = console = find(request)
                response = await _answered(request, inner)
                for name, value in console.headers.items():
                    response.headers.setdefault(name, value)
                return response

            return handle

    return ConsoleRoute


async def _answered(request: Request, inner: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    try:
        most = _SCAN_MOST if _SCAN_PATH.fullmatch(request.url.path) else MAX_BODY
        if request.method == "POST" and not small(request, most):
            return await anyio.to_thread.run_sync(lambda: _error(request, 413))
        if not plain_charset(request):
            raise Suspicious("charset")
        return await inner(request)
    except NotSignedIn:
        return _sign_in(request)
    except (Absent, NotFound, RequestValidationError):
        return _error(request, 404)
    except Suspicious:
        return _error(request, 403)
    except HTTPException as error:
        return _error(request, 404 if error.status_code in (403, 404) else error.status_code)


def _sign_in(request: Request) -> Response:
    if is_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": "/console/login"})
    if request.method == "GET":
        return Response(status_code=303, headers={"Location": "/console/login"})
    return draw(request, "login.html", status=401)


_ERRORS = {
    403: ("この操作は行いませんでした", "画面が古いようです。ひらき直して、もう一度お試しください。"),
    404: ("見つかりません", "ページがないか、見る権限がありません。"),
    405: ("できない操作です", "ひらき直して、もう一度お試しください。"),
    413: ("長すぎます", "送られた内容が大きすぎます。短くして、もう一度お試しください。"),
}


def _error(request: Request, status: int) -> Response:
    title, text = _ERRORS.get(status, ("うまくいきませんでした", "ひらき直して、もう一度お試しください。"))
    name = "parts/error.html" if is_fragment(request) else "error.html"
    return draw(request, name, status=status, title=title, text=text)


def _visit(request: Request, *, active: bool) -> Visit:
    console = console_of(request)
    token = request.cookies.get(console.cookie, "")
    now = console.parts.now()
    if not token:
        raise NotSignedIn
    with console.reading() as session:
        found = login.signed_in(session, console.tenant, token, now)
        if found is None:
            raise NotSignedIn
        other = sign_ins.elsewhere(session, console.tenant, found.staff.id, found.since, now) if active else ""
    if found.stale and active:
        with console.parts.sessions.begin() as session:
            login.touch(session, console.tenant, token, now)
    return Visit(found.staff, token, csrf_token(console.parts.session_key, token), other)


def visit(request: Request) -> Visit:
    """The signed-in person, whose idle time begins anew. Raises `NotSignedIn`."""
    return _visit(request, active=True)


def quiet_visit(request: Request) -> Visit:
    """The signed-in person of a request that the page made by itself: it keeps no session alive."""
    return _visit(request, active=False)


def same_site(request: Request) -> None:
    """Raises `Suspicious` unless our own page sent this. Needed for the login form, which has no session yet."""
    parts = console_of(request).parts
    from_our_page(request, parts.public_url, secure=parts.secure_cookies)


def _checked(request: Request, found: Visit, csrf: str) -> Visit:
    same_site(request)
    same_token(request, csrf, found.csrf)
    return found


def posted(request: Request, found: Annotated[Visit, Depends(visit)], csrf: Annotated[str, Form()] = "") -> Visit:
    """The signed-in person of a form that our own page sent. Raises `NotSignedIn` or `Suspicious`."""
    return _checked(request, found, csrf)


def quietly_posted(
    request: Request, found: Annotated[Visit, Depends(quiet_visit)], csrf: Annotated[str, Form()] = ""
) -> Visit:
    """`posted` for what the page asks by itself."""
    return _checked(request, found, csrf)


def allow(who: Callable[..., Visit], *roles: str) -> Callable[[Visit], Visit]:
    """A dependency: `who`, if their role is one of `roles`. Raises `Absent`."""

    def allowed(found: Annotated[Visit, Depends(who)]) -> Visit:
        if found.staff.role not in roles:
            raise Absent
        return found

    # `who` is local, so FastAPI must be given the real object instead of its name.
    allowed.__annotations__["found"] = Annotated[Visit, Depends(who)]
    return allowed


Reader = Annotated[Visit, Depends(allow(visit, *READERS))]
QuietReader = Annotated[Visit, Depends(allow(quiet_visit, *READERS))]
ReaderPost = Annotated[Visit, Depends(allow(posted, *READERS))]
QuietReaderPost = Annotated[Visit, Depends(allow(quietly_posted, *READERS))]
CaseId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Anyone = Annotated[Visit, Depends(visit)]
AnyonePost = Annotated[Visit, Depends(posted)]
Overseer = Annotated[Visit, Depends(allow(visit, "manager", "auditor"))]
Manager = Annotated[Visit, Depends(allow(visit, "manager"))]
ManagerPost = Annotated[Visit, Depends(allow(posted, "manager"))]
AuditorPost = Annotated[Visit, Depends(allow(posted, "auditor"))]
Watcher = Annotated[Visit, Depends(allow(visit, *READERS, "manager"))]
