"""Signing in with the account of one's workplace (職場のアカウントで入る): out to the provider and back.

The way out is a link and no form: `form-action 'self'` would stop a form from going on to the provider. It writes no
more than a try that ten minutes forget. An invitation that is taken up here ties the account to the invited person.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from handoff import ledger, login, sign_in_tries
from handoff.console.draw import draw
from handoff.console.guard import Absent
from handoff.console.login_pages import browser_of, end_before, let_in
from handoff.console.oidc import Provider, SignInFailed
from handoff.console.parts import Console, console_of
from handoff.office import StaffRef

Word = Annotated[str, Query(max_length=4096)]
BACK = "/console/oidc/back"


class _NotInvited(Exception):
    """A verified identity that belongs to nobody here (`unknown`), or to somebody other than the invited (`other`)."""


def add_oidc(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/oidc", start, methods=["GET"])
    router.add_api_route("/oidc/back", back, methods=["GET"])
    router.add_api_route("/invite/{token}/oidc", start_invited, methods=["GET"])


def start(request: Request) -> Response:
    """Out to the provider."""
    return _start(request, "")


def start_invited(request: Request, token: str) -> Response:
    """Out to the provider with an invitation; whether that is good is said after coming back only."""
    return _start(request, login.hash_of(token))


def back(request: Request, state: Word = "", code: Word = "", error: Word = "") -> Response:
    """Back from the provider: the try is used up first, whatever comes of it."""
    console = console_of(request)
    provider = _provider(console)
    now = console.parts.now()
    with console.parts.sessions.begin() as session:
        begun = sign_in_tries.take(session, console.tenant, state, request.cookies.get(_cookie(console), ""), now)
    if begun is None:
        return _problem(request, "try", 403)
    if error or not code:
        return _problem(request, "provider", 403)
    try:
        subject = provider.subject(code, begun, now)
    except SignInFailed as failed:
        _refuse(console, failed.code, now)
        return _problem(request, "away" if failed.code == "away" else "provider", 403)
    try:
        with console.parts.sessions.begin() as session:
            value = _enter(request, session, provider.site.issuer, subject, begun.invite_hash, now)
    except login.LoginRefused:
        return _problem(request, "link", 403)
    except _NotInvited as why:
        _refuse(console, str(why), now)
        return _problem(request, str(why), 403)
    response = let_in(request, value)
    response.delete_cookie(_cookie(console), path="/", secure=console.parts.secure_cookies, httponly=True)
    return response


def _start(request: Request, invite_hash: str) -> Response:
    console = console_of(request)
    provider = _provider(console)
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return draw(request, "login.html")  # another page sent them here: they press the button themselves
    try:
        with console.parts.sessions.begin() as session:
            begun = sign_in_tries.begin(session, console.tenant, console.parts.now(), invite_hash)
        address = provider.address(begun)
    except SignInFailed:
        return _problem(request, "away", 503)
    response = Response(status_code=303, headers={"Location": address})
    response.set_cookie(
        _cookie(console), begun.browser, path="/", secure=console.parts.secure_cookies, httponly=True, samesite="lax",
        max_age=sign_in_tries.TRY_MS // 1000,
    )  # fmt: skip
    return response


def _enter(request: Request, session: Session, issuer: str, subject: str, invite_hash: str, now: int) -> str:
    """The token of a new session. Raises `LoginRefused` for a spent invitation, `_NotInvited`."""
    console = console_of(request)
    known = login.staff_by_identity(session, console.tenant, issuer, subject, now)
    if invite_hash:
        person = login.use_link(session, console.tenant, invite_hash, "invite", now)
        _tie(console, session, person, issuer, subject, now)
    elif known is None:
        raise _NotInvited("unknown")
    else:
        person = known
    end_before(request, session, now)
    value = login.start_session(
        session, console.tenant, person.id, now, via="oidc", browser=browser_of(request)
    )  # fmt: skip
    _audit(console, session, "signed_in", person.id, "oidc", now)
    return value


def _tie(console: Console, session: Session, person: StaffRef, issuer: str, subject: str, now: int) -> None:
    try:
        login.link_identity(session, console.tenant, issuer, subject, person.id)
    except ValueError:
        raise _NotInvited("other") from None
    _audit(console, session, "identity_linked", person.id, "oidc", now)


def _refuse(console: Console, code: str, now: int) -> None:
    with console.parts.sessions.begin() as session:
        _audit(console, session, "sign_in_refused", None, code, now)


def _audit(console: Console, session: Session, action: str, staff_id: int | None, detail: str, now: int) -> None:
    ledger.audit(
        session, console.parts.office.audit_key, console.tenant, at=now, action=action, staff_id=staff_id, detail=detail
    )


def _problem(request: Request, problem: str, status: int) -> Response:
    return draw(request, "login.html", status=status, problem=problem)


def _provider(console: Console) -> Provider:
    if console.parts.oidc is None:
        raise Absent
    return console.parts.oidc


def _cookie(console: Console) -> str:
    return f"{console.cookie}-try"
