"""The ways in (入り口): the plain web entrance, the one-time link from LINE, and coming back with number and words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from bots.line.facts import options_for
from bots.parts import Tenant
from bots.patience import AWAY
from bots.web import links, take, texts
from bots.web.door import Door, door_of
from bots.web.draw import draw
from bots.web.guard import Absent, Gone, OurForm, address, quiet_visit, remember
from bots.web.links import Visit
from bots.web.returning import come_back
from handoff import clock_words, surveys
from intake.conversation.danger import lines_for
from intake.db import reading

Words = Annotated[str, Form()]


def add_entrances(router: APIRouter) -> None:
    """`/soudan`, `/back` (and the same under `/w/{town}`), `/d/{token}`, `/guide`."""
    for prefix in ("", "/w/{town}"):
        router.add_api_route(f"{prefix}/soudan", first_page, methods=["GET"])
        router.add_api_route(f"{prefix}/soudan", first_words, methods=["POST"], dependencies=[OurForm])
        router.add_api_route(f"{prefix}/a/{{code}}", survey_page, methods=["GET"])
        router.add_api_route(f"{prefix}/back", back_page, methods=["GET"])
        router.add_api_route(f"{prefix}/back", back_again, methods=["POST"], dependencies=[OurForm])
        router.add_api_route(f"{prefix}/guide", guide, methods=["GET"])
    router.add_api_route("/d/{token}", link_page, methods=["GET"])
    router.add_api_route("/d/{token}", link_opened, methods=["POST"], dependencies=[OurForm])


def tenant_at(request: Request) -> Tenant:
    """The municipality of this address. Raises `Absent`."""
    found = door_of(request).tenant(request.path_params.get("town", ""))
    if found is None:
        raise Absent
    return found


def first_page(request: Request) -> Response:
    """`/soudan`: who reads, when, what for, and a place to write. Nothing is stored before somebody writes."""
    return _first(request, tenant_at(request))


def survey_page(request: Request, code: str) -> Response:
    """`/a/{code}` of a questionnaire's QR: the entrance, which uses the code up with the first words. A code that is
    used, too old or unknown is said to be so, and the entrance stands open all the same."""
    door, tenant = door_of(request), tenant_at(request)
    found = "unknown"
    if door.gauge.may_try(address(request)):
        with reading(door.parts.sessions) as session:
            found = surveys.state(tenant.office, session, code, door.now())
    return _first(request, tenant, survey=code if found == "fresh" else "", note=f"survey_{found}")


def first_words(
    request: Request, once: Words = "", text: Words = "", lang: Words = "ja", survey: Words = ""
) -> Response:  # fmt: skip
    """The first words: a new talk begins with them."""
    door, tenant = door_of(request), tenant_at(request)
    form = take.Form(once if take.is_once(once) else take.fresh_once(), text)
    language = lang if lang in texts.languages() else texts.DEFAULT
    if not form.words:
        return _first(request, tenant, problem="empty", status=422, language=language, survey=survey)
    rings = bool(door.parts.alarm.scan(form.words).kinds)
    if not rings and form.too_long:
        return _first(request, tenant, problem="too_long", kept=text, status=413, language=language, survey=survey)
    if not rings and not door.gauge.may_begin(address(request)):
        return _first(request, tenant, problem="too_often", kept=text, status=429, language=language, survey=survey)
    try:
        visit = take.begin(door.parts, tenant, form, language, door.now(), survey[:60])
    except AWAY:
        return _first(request, tenant, problem="busy", kept=text, status=503, language=language, survey=survey)
    if visit is None:  # an old form sent again: its mark is spent, its words are not
        return _first(request, tenant, problem="gone_kept", kept=text, status=409, language=language, survey=survey)
    return entered(door, visit)


def link_page(request: Request, token: str) -> Response:
    """A one-time link: a page with one button, so that whoever only looks at the link does not use it up."""
    return draw(request, "link.html", token=token)


def link_opened(request: Request, token: str) -> Response:
    """The button was pressed. Unknown, used and old links look alike."""
    door = door_of(request)
    visit = None
    if door.gauge.may_try(address(request)):
        with door.parts.sessions.begin() as session:
            visit = links.use_link(session, token, door.now())
    if visit is None:
        return draw(request, "gone.html", status=410, used=True)
    return entered(door, visit)


def back_page(request: Request) -> Response:
    """Receipt number and passphrase, for another phone or another day."""
    return draw(request, "back.html", town=tenant_at(request), problem="", receipt="")


def back_again(request: Request, receipt: Words = "", words: Words = "") -> Response:
    """Go on with the case that receipt number and passphrase open."""
    door, tenant = door_of(request), tenant_at(request)
    where = address(request)
    if not receipt.strip() or not words.strip():
        return _back(request, tenant, "back_fill", receipt, 422)
    if not door.gauge.may_try(where):
        return _back(request, tenant, "back_locked", receipt, 429)
    found = come_back(door.parts, tenant, receipt[:40], words[:200], where, door.now())
    if found == "locked":
        return _back(request, tenant, "back_locked", receipt, 403)
    if found == "no":
        return _back(request, tenant, "back_no", receipt, 403)
    return entered(door, found)


def guide(request: Request) -> Response:
    """The innocent page that stands where the talk stood (かくす)."""
    return draw(request, "guide.html", town=tenant_at(request))


def entered(door: Door, visit: Visit) -> Response:
    """To the talk, with the visit's cookie."""
    response = RedirectResponse("/talk", status_code=303)
    remember(door, response, visit)
    return response


def _back(request: Request, tenant: Tenant, problem: str, receipt: str, status: int) -> Response:
    return draw(request, "back.html", status=status, town=tenant, problem=problem, receipt=receipt[:40])


def _first(
    request: Request,
    tenant: Tenant,
    *,
    problem: str = "",
    kept: str = "",
    status: int = 200,
    language: str | None = None,
    survey: str = "",
    note: str = "",
) -> Response:
    door = door_of(request)
    asked = language or request.query_params.get("lang", texts.DEFAULT)
    spoken = asked if asked in texts.languages() else texts.DEFAULT
    hours = clock_words.hours_words(tenant.pack.hours, spoken) if tenant.pack.hours else ""
    emergency = tuple(line for line in options_for(tenant, door.now()).lines if line.kind == "emergency")
    return draw(
        request,
        "first.html",
        status=status,
        language=spoken,
        town=tenant,
        problem=problem,
        kept=kept,
        once=take.fresh_once(),
        hours=hours,
        phones=lines_for((), emergency),
        open_talk=_has_visit(request),
        survey=survey[:60],
        note=note,
    )


def _has_visit(request: Request) -> bool:
    try:
        quiet_visit(request)
    except (Gone, *AWAY):
        return False
    return True
