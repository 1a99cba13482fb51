"""設定 › 窓口: add, change, make sure of, close with a successor."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from handoff import overlay, overlay_desks, overlay_store
from handoff.console.parts import console_of
from handoff.console.settings_form import Reader, Sent
from handoff.console.settings_parts import (
    FINE,
    Form,
    Manager,
    ManagerPost,
    Trouble,
    confirm,
    known_desk,
    newest,
    now_of,
    pack_now,
    seen_of,
    settings_page,
    trouble_of,
)  # fmt: skip
from handoff.console.settings_sections import DESKS
from handoff.office import Refused
from handoff.overlay_store import Wish
from handoff.overlay_tables import desk_table
from handoff.pack import STALE_DAYS, Desk, Project
from triage.assessment import THEMES
from triage.labels import DOMAIN_JA, THEME_JA

LAYERS = {"city": "市町村", "prefecture": "県・広域"}
CHANNELS = ("LINE", "電話", "FAX", "メール", "窓口", "訪問", "手紙", "Slack")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def add_desks(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings/desks", desks_page, methods=["GET"])
    router.add_api_route("/settings/desks/new", new_page, methods=["GET"])
    router.add_api_route("/settings/desks/new", new_sent, methods=["POST"])
    router.add_api_route("/settings/desks/{desk_id}", desk_page, methods=["GET"])
    router.add_api_route("/settings/desks/{desk_id}", desk_sent, methods=["POST"])
    router.add_api_route("/settings/desks/{desk_id}/verified", verified, methods=["POST"])
    router.add_api_route("/settings/desks/{desk_id}/close", close_page, methods=["GET"])
    router.add_api_route("/settings/desks/{desk_id}/close", close_sent, methods=["POST"])


def desks_page(request: Request, found: Manager) -> Response:
    """Every desk, with what is missing."""
    pack, today = pack_now(request), now_of(request).date()
    old = {desk.id for desk in pack.desks if desk.verified_on is None or (today - desk.verified_on).days > STALE_DAYS}
    return settings_page(
        request, found, "desks.html", DESKS, desks=pack.desks, fallback=pack.fallback, old=old, domains=DOMAIN_JA,
        themes=THEME_JA,
    )  # fmt: skip


def new_page(request: Request, found: Manager) -> Response:
    """An empty desk."""
    return _form(request, found, "", Desk("", ""), Sent({}), 0, FINE)


def new_sent(request: Request, found: ManagerPost, sent: Form) -> Response:
    """窓口をふやす."""
    read = Reader(sent)
    desk_id = sent.one("id").lower()
    if not _ID.fullmatch(desk_id):
        read.wrong["id"] = "短い名前は、英小文字・数字・「-」で書いてください。あとで変えられません。"
    elif any(desk.id == desk_id for desk in pack_now(request).desks):
        read.wrong["id"] = "同じ短い名前の窓口があります。"
    value, seen = _value(read, {}), seen_of(request, "desk", desk_id)
    return confirm(
        request, found, DESKS, Wish("desk", desk_id, overlay.to_json(value), seen),
        lambda trouble: _form(request, found, "", Desk("", ""), sent, 0, trouble), read.wrong,
    )  # fmt: skip


def desk_page(request: Request, found: Manager, desk_id: str) -> Response:
    """One desk as it is."""
    desk = known_desk(pack_now(request), desk_id)
    return _form(request, found, desk_id, desk, Sent({}), seen_of(request, "desk", desk_id), FINE)


def desk_sent(request: Request, found: ManagerPost, desk_id: str, sent: Form) -> Response:
    """窓口を変える."""
    desk = known_desk(pack_now(request), desk_id)
    read = Reader(sent)
    value = _value(read, desk_table(desk))
    seen = sent.seen()
    return confirm(
        request, found, DESKS, Wish("desk", desk_id, overlay.to_json(value), seen),
        lambda trouble: _form(
            request, found, desk_id, desk, sent, newest(request, "desk", desk_id, sent, trouble), trouble
        ),
        read.wrong,
    )  # fmt: skip


def verified(request: Request, found: ManagerPost, desk_id: str) -> Response:
    """きょう確かめました: saved at once, since residents feel nothing of it."""
    desk = known_desk(pack_now(request), desk_id)
    console = console_of(request)
    value = overlay.to_json({**desk_table(desk), "verified_on": now_of(request).date()})
    wish = Wish("desk", desk_id, value, seen_of(request, "desk", desk_id))
    try:
        with console.parts.sessions.begin() as session:
            overlay_store.put(console.parts.office, session, found.staff, wish, console.parts.now())
    except Refused as refusal:
        return _form(request, found, desk_id, desk, Sent({}), wish.seen, trouble_of(refusal, wish))
    return RedirectResponse(f"/console/settings/desks/{desk_id}?saved=1", 303)


def close_page(request: Request, found: Manager, desk_id: str) -> Response:
    """Which desk takes what this one has."""
    return _closing(request, found, known_desk(pack_now(request), desk_id), "", FINE)


def close_sent(request: Request, found: ManagerPost, desk_id: str, sent: Form) -> Response:
    """窓口を閉じる, by way of 前 → 後 with how many cases move."""
    desk, to = known_desk(pack_now(request), desk_id), sent.one("to")
    wrong = {} if to else {"to": "引きつぐ窓口をえらんでください。"}
    wish = Wish("desk", desk_id, overlay.to_json({"retired_to": to}), seen_of(request, "desk", desk_id))
    return confirm(
        request, found, DESKS, wish, lambda trouble: _closing(request, found, desk, to, trouble), wrong
    )  # fmt: skip


def _closing(request: Request, found: Manager, desk: Desk, to: str, trouble: Trouble) -> Response:
    console = console_of(request)
    pack = pack_now(request)
    with console.reading() as session:
        cases = overlay_desks.open_cases(session, console.tenant, desk.id)
    others = tuple(one for one in pack.desks if one.id != desk.id)
    return settings_page(
        request, found, "desk_close.html", DESKS, trouble.status, desk=desk, others=others, cases=cases, to=to,
        trouble=trouble, fallback=desk.id == pack.fallback,
    )  # fmt: skip


def _value(read: Reader, before: dict[str, object]) -> dict[str, object]:
    """The form as a `[[desk]]`. What the form does not ask for stays as it was."""
    sent = read.sent
    values: dict[str, object] = {
        "name": read.needed("name", "名前"),
        "projects": read.chosen("projects", [str(one) for one in Project], "することの種類"),
        "domains": read.chosen("domains", [str(one) for one in DOMAIN_JA], "分野"),
        "themes": read.chosen("themes", sorted(THEMES), "テーマ"),
        "area": read.words("area"),
        "phone": read.phone("phone"),
        "fax": read.phone("fax"),
        "email": sent.one("email"),
        "address": sent.one("address"),
        "channels": read.words("channels"),
        "layer": sent.one("layer") or "city",
        "owner": sent.one("owner"),
        "verified_on": read.day("verified_on"),
        "does": sent.one("does"),
    }
    settled = {
        "unconfirmed": any(values[way] for way in ("phone", "fax", "email")),
        "referral": any(values[way] for way in ("projects", "domains", "themes")),
    }
    kept = {name: value for name, value in before.items() if name not in values and not settled.get(name)}
    return {**kept, **{name: value for name, value in values.items() if value}}


def _form(
    request: Request, found: Manager, desk_id: str, desk: Desk, sent: Sent, seen: int, trouble: Trouble
) -> Response:  # fmt: skip
    return settings_page(
        request, found, "desk.html", DESKS, trouble.status, desk_id=desk_id, desk=_typed(desk, sent), sent=sent,
        seen=seen, trouble=trouble, domains=DOMAIN_JA, themes=THEME_JA, projects=tuple(Project), layers=LAYERS,
        channels=CHANNELS,
    )  # fmt: skip


def _typed(desk: Desk, sent: Sent) -> dict[str, object]:
    """What stands in the fields: as typed, else as it is."""
    if not sent.fields:
        listed = {"area": "、".join(desk.area), "channels": "、".join(desk.channels)}
        values = {"layer": "city", **{name: str(value) for name, value in desk_table(desk).items()}, **listed}
        chosen = {"projects": desk.projects, "domains": desk.domains, "themes": desk.themes}
        return {**values, **{name: frozenset(map(str, marked)) for name, marked in chosen.items()}}
    values = {name: sent.one(name) for name in sent.fields}
    return {**values, **{name: frozenset(sent.all(name)) for name in ("projects", "domains", "themes")}}
