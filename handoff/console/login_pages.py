"""Coming in and leaving (入る・出る). Opening a link changes nothing: scanners of mail and chat open links, too."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from handoff import ledger, login
from handoff.console.draw import draw
from handoff.console.guard import AnyonePost, same_site
from handoff.console.parts import console_of


def add_login(router: APIRouter) -> None:
    """Put the login routes on `router`."""
    router.add_api_route("/login", closed_door, methods=["GET"])
    router.add_api_route("/login/{token}", door, methods=["GET"])
    router.add_api_route("/login/{token}", enter, methods=["POST"], dependencies=[Depends(same_site)])
    router.add_api_route("/logout", leave, methods=["POST"])


def closed_door(request: Request) -> Response:
    """What somebody without a session sees: how to get a link."""
    return draw(request, "login.html", token="", refused=False)


def door(request: Request, token: str) -> Response:
    """A page with one button. It does not say whether the link is good."""
    return draw(request, "login.html", token=token, refused=False)


def enter(request: Request, token: str) -> Response:
    """Use the link up, set the cookie, go in."""
    console = console_of(request)
    parts = console.parts
    now = parts.now()
    try:
        with parts.sessions.begin() as session:
            value = login.redeem(session, console.tenant, token, now)
            found = login.signed_in(session, console.tenant, value, now)
            assert found is not None
            ledger.audit(
                session, parts.office.audit_key, console.tenant, at=now, action="signed_in", staff_id=found.staff.id
            )
    except login.LoginRefused:
        return draw(request, "login.html", status=403, token="", refused=True)
    response = Response(status_code=303, headers={"Location": "/console/"})
    response.set_cookie(console.cookie, value, path="/", secure=parts.secure_cookies, httponly=True, samesite="lax")
    return response


def leave(request: Request, found: AnyonePost) -> Response:
    """End the session here and on the server, and have the browser forget what it saw."""
    console = console_of(request)
    parts = console.parts
    now = parts.now()
    with parts.sessions.begin() as session:
        login.logout(session, console.tenant, found.token, now)
        ledger.audit(
            session, parts.office.audit_key, console.tenant, at=now, action="signed_out", staff_id=found.staff.id
        )
    response = Response(status_code=303, headers={"Location": "/console/login"})
    response.delete_cookie(console.cookie, path="/", secure=parts.secure_cookies, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
