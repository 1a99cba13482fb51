"""Coming in and leaving (入る・出る). Opening a link changes nothing: scanners of mail and chat open links, too."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from handoff import ledger, login, sign_ins
from handoff.console.draw import draw
from handoff.console.guard import AnyonePost, same_site
from handoff.console.parts import console_of


def add_login(router: APIRouter) -> None:
    """Put the login routes on `router`."""
    router.add_api_route("/login", closed_door, methods=["GET"])
    for route, page, act in (("login", door, enter), ("invite", invited, take_up)):
        address = f"/{route}/{{token}}"
        router.add_api_route(address, page, methods=["GET"])
        router.add_api_route(address, act, methods=["POST"], dependencies=[Depends(same_site)])
    router.add_api_route("/logout", leave, methods=["POST"])


def closed_door(request: Request) -> Response:
    """What somebody without a session sees: the button of the provider, or how to get a link."""
    return draw(request, "login.html")


def door(request: Request, token: str) -> Response:
    """A page with one button. It does not say whether the link is good."""
    return draw(request, "login.html", token=token)


def invited(request: Request, token: str) -> Response:
    """The same for an invitation: with a provider, it is taken up with one's account there."""
    return draw(request, "login.html", token=token, invite=True)


def enter(request: Request, token: str) -> Response:
    """Use the link up, set the cookie, go in."""
    return _redeem(request, token, "link")


def take_up(request: Request, token: str) -> Response:
    """Use the invitation up and go in. With a provider it is taken up there only, so that this way in stays one."""
    if console_of(request).parts.oidc is not None:
        return draw(request, "login.html", status=403, problem="link")
    return _redeem(request, token, "invite")


def let_in(request: Request, value: str) -> Response:
    """To the front page, with the cookie of a new session."""
    console = console_of(request)
    response = Response(status_code=303, headers={"Location": "/console/"})
    response.set_cookie(
        console.cookie, value, path="/", secure=console.parts.secure_cookies, httponly=True, samesite="lax"
    )
    return response


def browser_of(request: Request) -> str:
    """The visitor's browser in words."""
    return sign_ins.browser_words(request.headers.get("user-agent", ""))


def end_before(request: Request, session: Session, now: int) -> None:
    """Who signs in here again leaves no older session of this browser behind."""
    console = console_of(request)
    if old := request.cookies.get(console.cookie, ""):
        login.logout(session, console.tenant, old, now)


def _redeem(request: Request, token: str, kind: str) -> Response:
    console = console_of(request)
    parts = console.parts
    now = parts.now()
    try:
        with parts.sessions.begin() as session:
            value = login.redeem(session, console.tenant, token, now, kind=kind, browser=browser_of(request))
            found = login.signed_in(session, console.tenant, value, now)
            assert found is not None
            end_before(request, session, now)
            ledger.audit(
                session, parts.office.audit_key, console.tenant, at=now, action="signed_in", staff_id=found.staff.id,
                detail=kind,
            )  # fmt: skip
    except login.LoginRefused:
        return draw(request, "login.html", status=403, problem="link")
    return let_in(request, value)


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
