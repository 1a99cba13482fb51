"""代行入力: the form for calls, visitors, FAX and visits (電話・窓口の受付を入力)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from handoff import numbers, proxy
from handoff.console.case_pages import typed
from handoff.console.draw import draw
from handoff.console.guard import Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.desk import claim
from handoff.office import Office, Refused
from handoff.proxy import SHORT, Taken, Told

NO_SECRECY = "none"
_ONCE = re.compile(r"[A-Za-z0-9_-]{32}")
_LINES = ("meeting_name", "relation", "caller", "caller_phone", "name", "phone", "place", "elsewhere", "heard")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def add_take_down(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/take-down", form_page, methods=["GET"])
    router.add_api_route("/take-down", take_down, methods=["POST"])


def form_page(request: Request, found: Reader) -> Response:
    """The empty form."""
    return _page(request, found, {"way": "phone", "about": "self"})


class Typed(BaseModel):
    """The form as it came."""

    once: str = ""
    mine: str = ""
    way: str = ""
    meeting: str = ""
    meeting_name: str = ""
    secrecy: str = ""
    text: str = ""
    about: str = ""
    relation: str = ""
    caller: str = ""
    caller_phone: str = ""
    name: str = ""
    phone: str = ""
    place: str = ""
    town: str = ""
    elsewhere: str = ""
    wish: str = ""
    danger: str = ""
    agreed: str = ""
    heard: str = ""


def take_down(request: Request, found: ReaderPost, form: Annotated[Typed, Form()]) -> Response:
    """Open the case and show it with its receipt; what was typed stays on a refusal, a doubled press opens one case."""
    lines = {name: _line(getattr(form, name)) for name in _LINES}
    values = lines | {
        "way": form.way, "text": _CONTROL.sub("", typed(form.text)), "about": form.about, "wish": form.wish,
        "danger": form.danger, "meeting": form.meeting, "secrecy": form.secrecy,
        "town": form.town,
    }  # fmt: skip
    once = form.once if _ONCE.fullmatch(form.once) else ""
    kept = values | {"once": once, "mine": form.mine, "agreed": form.agreed}
    parts = console_of(request).parts
    now = parts.now()
    try:
        taken = _taken(values, parts.office, agreed=form.agreed == "yes")
        if not once:
            raise Refused("stale", "画面が古いようです。書いたことは残っています。もう一度押してください。")
        with parts.sessions.begin() as session:
            case_id = proxy.take_down(parts.office, session, found.staff, taken, now, once)
            if form.mine == "yes":
                claim(parts.office, session, case_id, found.staff, now)
    except Refused as refusal:
        return _page(request, found, kept, refusal.message_ja, 422)
    return Response(status_code=303, headers={"Location": f"/console/cases/{case_id}?taken=1"})


def _taken(values: Mapping[str, str], office: Office, *, agreed: bool) -> Taken:
    """What the form says. Of somebody who speaks for themself there is no caller; consent is heard from them alone."""
    if agreed and not values["heard"]:
        raise Refused("how_needed", "同意を、いつ・だれが聞いたかを書いてください。")
    known: dict[str, Any] = {one.name: values[one.name] for one in fields(Taken) if one.name != "meeting"}
    known |= {"heard": values["heard"] if agreed else ""}
    if values["way"] == "meeting":  # nobody of the household or around it spoke to us
        known |= {"about": "other", "relation": "", "caller": "", "caller_phone": "", "wish": "", "heard": ""}
        return Taken(**known, meeting=_told(values, office))
    if values["about"] != "other":
        known |= {"relation": "", "caller": "", "caller_phone": "", "wish": ""}
    return Taken(**known)


def _told(values: Mapping[str, str], office: Office) -> Told:
    """The meeting of the pack, with its basis, or one by its name, whose secrecy must then be said."""
    named = next((one for one in office.pack.meetings if one.id == values["meeting"]), None)
    if named is not None:
        return Told(named.name, named.basis)
    if not values["secrecy"]:
        raise Refused("bad_secrecy", "その会議の守秘のきまりを選んでください。")
    return Told(values["meeting_name"], "" if values["secrecy"] == NO_SECRECY else values["secrecy"])


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split())[:SHORT]


def _page(
    request: Request, found: Visit, values: Mapping[str, str], problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    pack = console_of(request).parts.office.pack
    police, fire = numbers.lines_for((), pack)[:2]
    return draw(
        request, "take_down.html", found, status, values=values, problem=problem, police=police, fire=fire,
        ways=proxy.TAKEN_JA, secrecies=proxy.SECRECY, none=NO_SECRECY,
        meetings=pack.meetings, areas=pack.areas, wishes=proxy.WISH_JA,
        dangers=proxy.DANGER_JA, longest=proxy.LONGEST,
        once=values.get("once") or secrets.token_urlsafe(24),
    )  # fmt: skip
