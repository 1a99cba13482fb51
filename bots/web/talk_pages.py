"""The talk (相談の画面): writing, answering, what is new, large letters, and the way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from bots.patience import AWAY
from bots.web import links, screen, take, uploads
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
    quiet_visit,
    whole,
)
from bots.web.links import Visit
from bots.web.screen import Screen
from bots.web.spoken import spoken_since
from bots.web.uploads import Whole
from handoff.console.form_checks import is_fragment
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


def said(request: Request, sent: Whole) -> Response:
    """The person wrote, pressed or sent something. Words that cannot be taken in now come back with the page."""
    door, text = door_of(request), sent.get("text")
    form = take.Form(**{name: sent.get(name) for name in take.FIELDS})
    try:
        visit = checked(request, quiet_visit(request), sent.get("csrf"))
    except VisitGone:
        return _too_late(request, form)
    except AWAY:
        return _away(request, text, sent.get("csrf"))
    problem = _problem(door, request, visit, form, sent.file)
    if problem:
        return _talk(request, visit, problem=problem[0], status=problem[1], kept=text, file=sent.file is not None)
    brought, dropped = uploads.looked_at(sent.file) if sent.file else None, ""
    if isinstance(brought, str):
        if not _rings(door, form):
            return _talk(request, visit, problem=f"file_{brought}", status=422, kept=text, file=True)
        brought, dropped = None, f"file_{brought}"  # such words wait for no picture
    try:
        taken = take.take_in(door.parts, visit, form, door.now(), brought)
    except AWAY:
        return _busy(request, visit, text)
    if not taken:
        return _too_late(request, form)
    return _after(request, visit, dropped)


def what_is_new(request: Request, visit: Quietly, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0) -> Response:
    """What staff (or another tab) said after that message; asked by the page itself, so it keeps no visit alive."""
    door = door_of(request)
    with reading(door.parts.sessions) as session:
        contact = session.get(Contact, visit.contact_id)
        open_ = contact is not None and not screen.shut(door.parts, session, contact, door.now())
        found = spoken_since(door.parts, session, contact, after) if contact and open_ else []
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


def _problem(
    door: Door, request: Request, visit: Visit, form: take.Form, file: uploads.Sent | None
) -> tuple[str, int] | None:
    """Why this form is not taken in, with its status. What rings the alarm always is."""
    if not form.events() and file is None:
        return "empty", 422
    if _rings(door, form):
        return None
    if file is not None and file.problem:
        return ("busy", 503) if file.problem == "busy" else ("file_too_large", 413)
    if form.too_long:
        return "too_long", 413
    if not door.gauge.may_write(address(request), visit.contact_id):
        return "too_often", 429
    return None


def _rings(door: Door, form: take.Form) -> bool:
    return bool(form.words and door.parts.alarm.scan(form.words).kinds)


def _after(request: Request, visit: Visit, dropped: str) -> Response:
    """The talk as it is now. `dropped`: why the file was not taken, though the words were."""
    door = door_of(request)
    with reading(door.parts.sessions) as session:
        hidden = links.visit_of(session, visit.token, door.now()) is None
    if hidden:
        place = f"{door.prefix(door.parts.tenants[visit.tenant])}/guide"
        header = "HX-Redirect" if is_fragment(request) else "Location"
        response = Response(status_code=200 if is_fragment(request) else 303, headers={header: place})
        forget(door, response)
        return response
    if is_fragment(request) or dropped:
        return _talk(request, visit, answered=True, dropped=dropped)
    return RedirectResponse("/talk", status_code=303)


def _talk(
    request: Request,
    visit: Visit,
    *,
    problem: str = "",
    kept: str = "",
    status: int = 200,
    answered: bool = False,
    file: bool = False,
    dropped: str = "",
) -> Response:
    """`file`: a file came with what was refused, and has to be chosen again."""
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
        file=file,
        dropped=dropped,
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
