"""`/tsuho` and `/renraku`: the forms, their thanks, and the way to ask how far a report has come. No script at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from bots.line.facts import options_for
from bots.media.brought import Brought
from bots.partners.codes import find, partner_of, today_of, valid
from bots.parts import Tenant
from bots.patience import AWAY
from bots.web.door import Door, door_of
from bots.web.guard import Absent, OurForm, address
from bots.web.texts import texts
from bots.web.uploads import Whole, WithFile, looked_at
from bots.web_forms import filing, report
from handoff.console import marked
from handoff.pack import Partner
from intake.conversation.flow import SIGNS

_KEPT_SECONDS = 900
"""How long the page with the number can be opened again in this browser."""

_TWO_IN_ONE = "harm"
"""A button's sign that the form asks in two: けが・あざ, and 怒鳴り声・悲鳴・泣き声."""
_LATER = frozenset({_TWO_IN_ONE, "other"})


def make_forms() -> Environment:
    """The templates of the forms."""
    forms = Environment(
        loader=PackageLoader("bots.web_forms", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    forms.filters["plain"] = marked.plain
    return forms


async def form_of(request: Request) -> report.Values:
    """The fields as sent, several of one name too. Files are not taken."""
    form = await request.form(max_files=0, max_fields=100)
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


Fields = Annotated[report.Values, Depends(form_of)]


def add_forms(router: APIRouter) -> None:
    """Put the partners' pages on the router of our own page (`bots.web`), whose rules then hold for them too."""
    forms = make_forms()

    def handing(page: Callable[..., Response]) -> Callable[[Request], Response]:
        def handed(request: Request) -> Response:
            return page(forms, request)

        return handed

    def posting(page: Callable[..., Response]) -> Callable[[Request, Fields], Response]:
        def posted(request: Request, fields: Fields) -> Response:
            return page(forms, request, fields)

        return posted

    def sending(request: Request, whole: Whole) -> Response:
        return sent_page(forms, request, whole)

    for prefix in ("", "/w/{town}"):
        for name in ("tsuho", "renraku"):
            router.add_api_route(f"{prefix}/{name}", handing(first_page), methods=["GET"])
            router.add_api_route(f"{prefix}/{name}/{{partner}}", handing(first_page), methods=["GET"])
            router.add_api_route(f"{prefix}/{name}", sending, methods=["POST"], dependencies=[OurForm])
        router.add_api_route(f"{prefix}/kakunin", handing(status_page), methods=["GET"])
        router.add_api_route(f"{prefix}/kakunin", posting(status_asked), methods=["POST"], dependencies=[OurForm])
        router.add_api_route(f"{prefix}/todoita", handing(thanks), methods=["GET"])


def first_page(forms: Environment, request: Request) -> Response:
    """The empty form. With a partner's code of the register, its signs come first."""
    tenant, kind = tenant_of(request), _kind(request)
    name = request.path_params.get("partner", "")
    partner = find(tenant, name) if name else None
    if name and (partner is None or not valid(partner, today_of(door_of(request).now()))):
        raise Absent
    return _form(forms, request, tenant, report.Sent(kind, secrets.token_urlsafe(16)), partner=partner)


def sent_page(forms: Environment, request: Request, whole: WithFile) -> Response:
    """The form was sent: it is filed, or comes back with everything typed and what must be mended."""
    fields = whole.values
    door, tenant, kind = door_of(request), tenant_of(request), _kind(request)
    sent = report.read_tsuho(fields) if kind == "tsuho" else report.read_renraku(fields)
    shown = find(tenant, "".join(fields.get("from", ()))[:32])
    partner = _proven(request, tenant, sent)
    faults = report.faults(sent, known=partner is not None)
    rings = sent.danger or bool(door.parts.alarm.scan(sent.typed).kinds)
    if not sent.once:
        faults["form"] = "画面が古いようです。もう一度「送る」を押してください。"
        sent = report.Sent(sent.kind, secrets.token_urlsafe(16), sent.values, sent.marks)
    brought = _brought(tenant, kind, whole, faults, rings=rings)
    if faults:
        return _form(forms, request, tenant, sent, partner=shown, faults=faults, status=422)
    if not rings and not door.gauge.may_begin(address(request)):
        faults = {"form": "短い間に、たくさん送られています。すこし待って、もう一度「送る」を押してください。"}
        return _form(forms, request, tenant, sent, partner=shown, faults=faults, status=429)
    try:
        filing.file(door.parts, tenant, sent, partner, door.now(), brought)
    except AWAY:
        faults = {
            "form": "いま、受けつけられません。すこし待って、もう一度「送る」を押してください。書いた文は残っています。"
        }
        return _form(forms, request, tenant, sent, partner=shown, faults=faults, status=503)
    answer = RedirectResponse(f"{door.prefix(tenant)}/todoita", status_code=303)
    answer.set_cookie(
        _cookie(door), sent.once, max_age=_KEPT_SECONDS, httponly=True, secure=door.secure, samesite="strict", path="/"
    )
    return answer


def thanks(forms: Environment, request: Request) -> Response:
    """受けつけました: the number and its code, to be printed or noted. Only this browser, for a quarter of an hour."""
    door, tenant = door_of(request), tenant_of(request)
    once = request.cookies.get(_cookie(door), "")
    found = filing.receipt_of(door.parts, tenant, once) if report.ONCE.fullmatch(once) else None
    if found is None:
        return draw_form(forms, request, tenant, "status.html", 404, stage=None, problem="gone", label="")
    return draw_form(forms, request, tenant, "thanks.html", 200, found=found)


def status_page(forms: Environment, request: Request) -> Response:
    """Where number and code are typed."""
    return draw_form(forms, request, tenant_of(request), "status.html", 200, stage=None, problem="", label="")


def status_asked(forms: Environment, request: Request, fields: report.Values) -> Response:
    """受理・確認中・対応済, and nothing more. What does not fit, is unknown, or is another's, is told alike."""
    door, tenant = door_of(request), tenant_of(request)
    label, code = ("".join(fields.get(name, ()))[:40] for name in ("label", "code"))
    if not door.gauge.may_try(address(request)):
        return draw_form(forms, request, tenant, "status.html", 429, stage=None, problem="often", label=label)
    stage = filing.status_of(door.parts, tenant, label, code)
    problem = "" if stage else "unknown"
    return draw_form(
        forms, request, tenant, "status.html", 200 if stage else 404, stage=stage, problem=problem, label=label
    )


def _brought(tenant: Tenant, kind: str, whole: WithFile, faults: dict[str, str], *, rings: bool) -> Brought | None:
    """What is to be kept of the file, its fault beside the others. Danger waits for no picture."""
    if whole.file is None or not takes_files(tenant, kind):
        return None
    if faults:
        faults["file"] = texts(None)["file_again"]
        return None
    found = looked_at(whole.file)
    if isinstance(found, str):
        if not rings:
            faults["file"] = texts(None)[f"file_{found}"]
        return None
    return found


def takes_files(tenant: Tenant, kind: str) -> bool:
    """Whether the form has a field for a file: a worker's only where the pack wants pictures."""
    return kind == "renraku" or tenant.pack.partner_photos


def _proven(request: Request, tenant: Tenant, sent: report.Sent) -> Partner | None:
    """The partner whose enrolment code was typed, if it may still be tried from here."""
    door, where = door_of(request), address(request)
    if not sent.get("code") or not door.gauge.may_guess(where):
        return None
    known = partner_of(door.parts, tenant, sent.get("code"), door.now())
    if known is None:
        door.gauge.guessed(where)
        return None
    return find(tenant, known[0])


def _form(
    forms: Environment,
    request: Request,
    tenant: Tenant,
    sent: report.Sent,
    *,
    partner: Partner | None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    signs = report.signs_ja()
    first = partner.signs if partner and partner.signs else tuple(key for key in SIGNS if key not in _LATER)
    return draw_form(
        forms,
        request,
        tenant,
        f"{sent.kind}.html",
        status,
        sent=sent,
        partner=partner,
        faults=faults or {},
        takes=takes_files(tenant, sent.kind),
        words=texts(None),
        first=[(key, signs[key]) for key in first],
        rest=[(key, label) for key, label in signs.items() if key not in first and key != _TWO_IN_ONE],
        tells=report.TELLS,
        labels=report.labels,
        issues=report.ISSUE_JA,
        ways=report.WAYS,
        areas=_areas(tenant),
    )


def _areas(tenant: Tenant) -> list[tuple[str, str]]:
    """The places that the form offers; none where the pack names none."""
    names = [(area.name, area.name) for area in tenant.pack.areas]
    return [*names, ("other", "ほかの市町村")] if names else []


def draw_form(
    forms: Environment, request: Request, tenant: Tenant, name: str, status: int, **context: object
) -> HTMLResponse:
    """Template `name` of the forms as an answer, with what every form of the town shows."""
    door = door_of(request)
    options = options_for(tenant, door.now())
    body = forms.get_template(name).render(
        pack=tenant.pack,
        prefix=door.prefix(tenant),
        css=door.shelf.url("forms.css"),
        phones=[line for line in options.lines if line.kind == "emergency"],
        somebody=options.someone_can_read_now,
        **context,
    )
    return HTMLResponse(body, status_code=status)


def tenant_of(request: Request) -> Tenant:
    """The municipality of this address. Raises `Absent`."""
    found = door_of(request).tenant(request.path_params.get("town", ""))
    if found is None:
        raise Absent
    return found


def _kind(request: Request) -> str:
    return "renraku" if "/renraku" in request.url.path else "tsuho"


def _cookie(door: Door) -> str:
    return "__Host-sent" if door.secure else "sent"
