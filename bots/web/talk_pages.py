"""The talk (相談の画面): writing, answering, what is new, large letters, and the way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from bots.patience import AWAY
from bots.web import links, screen, take
from bots.web.door import Door, door_of
from bots.web.draw import draw
from bots.web.guard import Gone as VisitGone
from bots.web.guard import (
    Here,
    HerePost,
    OurForm,
    Quietly,
    address,
    checked,
    forget,
    gone,
    is_fragment,
    quiet_visit,
    whole,
)
from bots.web.links import Visit
from bots.web.screen import Screen
from intake.db import reading
from intake.records import Contact

Words = Annotated[str, Form()]
_PAGES = ("/talk", "/soudan", "/back")


def add_talk(router: APIRouter) -> None:
    """`/talk` and what its forms do."""
    router.add_api_route("/talk", talk_page, methods=["GET"])
    router.add_api_route("/talk", said, methods=["POST"], dependencies=[OurForm])
    router.add_api_route("/talk/new", what_is_new, methods=["GET"])
    router.add_api_route("/talk/here", still_here, methods=["POST"])
    router.add_api_route("/big", letters, methods=["POST"], dependencies=[OurForm])
    router.add_api_route("/exit", leave, methods=["POST"], dependencies=[OurForm])


def talk_page(request: Request, visit: Here) -> Response:
    """The whole page."""
    return _talk(request, visit)


def said(
    request: Request,
    csrf: Words = "",
    once: Words = "",
    text: Words = "",
    press: Words = "",
    place: Words = "",
    moment: Words = "",
    lat: Words = "",
    lon: Words = "",
) -> Response:
    """The person wrote or pressed something. Words that cannot be taken in now come back with the page."""
    door = door_of(request)
    form = take.Form(once, text, press, place, moment, lat, lon)
    try:
        visit = checked(request, quiet_visit(request), csrf)
    except VisitGone:
        return _too_late(request, form)
    except AWAY:
        return _away(request, text, csrf)
    problem = _problem(door, request, visit, form)
    if problem:
        return _talk(request, visit, problem=problem[0], status=problem[1], kept=text)
    try:
        taken = take.take_in(door.parts, visit, form, door.now())
    except AWAY:
        return _busy(request, visit, text)
    if not taken:
        return _too_late(request, form)
    return _after(request, visit)


def what_is_new(request: Request, visit: Quietly, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0) -> Response:
    """What staff (or another tab) said after that message; asked by the page itself, so it keeps no visit alive."""
    door = door_of(request)
    with reading(door.parts.sessions) as session:
        contact = session.get(Contact, visit.contact_id)
        open_ = contact is not None and not screen.shut(door.parts, session, contact, door.now())
        found = screen.spoken_since(door.parts, session, contact, after) if contact and open_ else []
        language = screen.language_of(door.parts, contact) if contact else None
    if not found:
        return Response(status_code=204)
    spoken = tuple(one for _, one in found)
    town = door.parts.tenants[visit.tenant]
    return draw(request, "parts/later.html", language=language, town=town, spoken=spoken, newest=spoken[-1].id)


def still_here(visit: HerePost) -> Response:
    """Somebody is typing: the idle time begins anew."""
    return Response(status_code=204)


def letters(request: Request, big: Words = "", at: Words = "/talk") -> Response:
    """Large letters or not, until the browser is closed."""
    door = door_of(request)
    known = at if at in _PAGES or (at.startswith("/w/") and at.count("/") == 3 and "\\" not in at) else "/talk"
    response = RedirectResponse(known, status_code=303)
    if big == "1":
        response.set_cookie(door.big_cookie, "1", httponly=True, secure=door.secure, samesite="strict", path="/")
    else:
        response.delete_cookie(door.big_cookie, httponly=True, secure=door.secure, samesite="strict", path="/")
    return response


def leave(request: Request, town: Words = "") -> Response:
    """この画面をとじる: the visit ends here, too; nothing stays in this browser. Works however old the page is."""
    door = door_of(request)
    tenant = door.tenant(town) or door.tenant()
    assert tenant is not None
    response = RedirectResponse(tenant.pack.exit_url, status_code=303)
    token = request.cookies.get(door.cookie, "")
    try:
        if token:
            with door.parts.sessions.begin() as session:
                links.end(session, token, door.now())
    except AWAY:
        pass  # the cookie goes all the same, and without it nobody can come in
    forget(door, response)
    return response


def _problem(door: Door, request: Request, visit: Visit, form: take.Form) -> tuple[str, int] | None:
    """Why this form is not taken in, with its status. What rings the alarm always is."""
    if not form.events():
        return "empty", 422
    if form.words and door.parts.alarm.scan(form.words).kinds:
        return None
    if form.too_long:
        return "too_long", 413
    if not door.gauge.may_write(address(request), visit.contact_id):
        return "too_often", 429
    return None


def _after(request: Request, visit: Visit) -> Response:
    door = door_of(request)
    with reading(door.parts.sessions) as session:
        hidden = links.visit_of(session, visit.token, door.now()) is None
    if hidden:
        place = f"{door.prefix(door.parts.tenants[visit.tenant])}/guide"
        header = "HX-Redirect" if is_fragment(request) else "Location"
        response = Response(status_code=200 if is_fragment(request) else 303, headers={header: place})
        forget(door, response)
        return response
    if is_fragment(request):
        return _talk(request, visit, answered=True)
    return RedirectResponse("/talk", status_code=303)


def _talk(
    request: Request, visit: Visit, *, problem: str = "", kept: str = "", status: int = 200, answered: bool = False
) -> Response:
    door = door_of(request)
    tenant = door.parts.tenants[visit.tenant]
    with reading(door.parts.sessions) as session:
        contact = session.get(Contact, visit.contact_id)
        if contact is None:
            return gone(request)
        shown: Screen = screen.screen(door.parts, session, tenant, contact, door.now())
    return draw(
        request,
        "parts/talk.html" if is_fragment(request) else "talk.html",
        # htmx shows what it gets whatever the status says; a page without scripts tells it by the status too.
        status=status,
        language=shown.language,
        town=tenant,
        screen=shown,
        problem=problem,
        kept=kept,
        once=take.fresh_once(),
        csrf=visit.csrf(door.parts.session_key),
        answered=answered,
    )


def _busy(request: Request, visit: Visit, text: str) -> Response:
    try:
        return _talk(request, visit, problem="busy", status=503, kept=text)
    except AWAY:
        return _away(request, text, visit.csrf(door_of(request).parts.session_key))


def _too_late(request: Request, form: take.Form) -> Response:
    """The visit ended while the person wrote: their words come back, to be sent as a new talk."""
    if not form.words:
        return gone(request)
    door = door_of(request)
    response = draw(request, "gone.html", status=401, kept=form.text, once=take.fresh_once())
    if request.cookies.get(door.cookie):
        forget(door, response)
    return whole(request, response)


def _away(request: Request, text: str, csrf: str) -> Response:
    """The database cannot even be read: the words stay in a form that can be sent again."""
    kept = {"kept": text, "csrf": csrf, "once": take.fresh_once()}
    return whole(request, draw(request, "told.html", status=503, what="busy", **kept))
