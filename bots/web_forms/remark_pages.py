"""`/hitokoto`: 気になった一言 by QR, for people of the neighbourhood. Anonymous, one field; no script at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from jinja2 import Environment

from bots.patience import AWAY
from bots.web.door import door_of
from bots.web.guard import OurForm, address
from bots.web_forms import report
from bots.web_forms.pages import Fields, draw_form, tenant_of
from handoff import arrivals, remarks
from handoff.office import Refused

_OFTEN = "短い間に、たくさん送られています。すこし待って、もう一度「残す」を押してください。"
_AWAY = "いま、受けつけられません。すこし待って、もう一度「残す」を押してください。書いた文は残っています。"
_OLD = "画面が古いようです。もう一度「残す」を押してください。"


def add_remark_form(router: APIRouter, forms: Environment) -> None:
    """Put the page on `router`, for every town."""

    def first(request: Request) -> Response:
        return _page(forms, request, {})

    def sent(request: Request, fields: Fields) -> Response:
        return left(forms, request, fields)

    def done(request: Request) -> Response:
        return draw_form(forms, request, tenant_of(request), "remark_thanks.html", 200)

    handlers: tuple[tuple[str, Callable[..., Response]], ...] = (("hitokoto", first), ("nokoshita", done))
    for prefix in ("", "/w/{town}"):
        for name, page in handlers:
            router.add_api_route(f"{prefix}/{name}", page, methods=["GET"])
        router.add_api_route(f"{prefix}/hitokoto", sent, methods=["POST"], dependencies=[OurForm])


def left(forms: Environment, request: Request, fields: report.Values) -> Response:
    """The remark is kept; danger in it opens a case and calls, and is never held back by a limit."""
    door, tenant = door_of(request), tenant_of(request)
    text, place = report.box(fields, "text"), report.lines(fields, ("place",))["place"]
    once = report.once(fields)
    rings = arrivals.dangerous(text)
    values = {"text": text, "place": place, "once": once}
    if not once:
        return _page(forms, request, {**values, "once": ""}, _OLD, 422)
    if not rings and not door.gauge.may_begin(address(request)):
        return _page(forms, request, values, _OFTEN, 429)
    try:
        with door.parts.sessions.begin() as session:
            remarks.leave(tenant.office, session, remarks.Said("web", text, place), door.now(), once)
    except Refused as refusal:
        return _page(forms, request, values, refusal.message_ja, 422)
    except AWAY:
        return _page(forms, request, values, _AWAY, 503)
    return Response(status_code=303, headers={"Location": f"{door.prefix(tenant)}/nokoshita{'?d=1' if rings else ''}"})


def _page(
    forms: Environment, request: Request, values: dict[str, str], problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    return draw_form(
        forms, request, tenant_of(request), "remark.html", status, problem=problem, longest=remarks.LONGEST,
        values={"text": "", "place": "", **values, "once": values.get("once") or secrets.token_urlsafe(16)},
    )  # fmt: skip
