"""設定 › 協定の事業所: the register, its dates, what its workers are asked first, and new codes for them."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response

from handoff import overlay
from handoff.console.guard import Absent
from handoff.console.partner_pages import register
from handoff.console.parts import console_of
from handoff.console.settings_form import Reader, Sent
from handoff.console.settings_parts import (
    FINE,
    Form,
    Manager,
    ManagerPost,
    Trouble,
    confirm,
    now_of,
    pack_now,
    seen_of,
    settings_page,
)  # fmt: skip
from handoff.console.settings_sections import PARTNERS
from handoff.overlay_store import Wish
from handoff.overlay_tables import partner_table
from handoff.pack import Partner
from handoff.packs.values import TELL_JA
from intake.conversation.flow import SIGNS
from intake.conversation.script import load as load_script

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")


def add_partner_settings(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings/partners", partners_page, methods=["GET"])
    router.add_api_route("/settings/partners/new", new_page, methods=["GET"])
    router.add_api_route("/settings/partners/new", new_sent, methods=["POST"])
    router.add_api_route("/settings/partners/{code}", partner_page, methods=["GET"])
    router.add_api_route("/settings/partners/{code}", partner_sent, methods=["POST"])


def partners_page(request: Request, found: Manager) -> Response:
    """The register as it stands; nobody's name."""
    console, pack = console_of(request), pack_now(request)
    with console.reading() as session:
        entries = register(console.parts.office, session, now_of(request).date())
    known = {entry.partner.code: entry for entry in entries}
    rows = [(partner, known.get(partner.code)) for partner in pack.partners]
    return settings_page(request, found, "partners.html", PARTNERS, rows=rows)


def new_page(request: Request, found: Manager) -> Response:
    """An empty entry."""
    return _form(request, found, None, Sent({}), 0, FINE)


def new_sent(request: Request, found: ManagerPost, sent: Form) -> Response:
    """事業所をふやす."""
    read, code = Reader(sent), sent.one("code").upper()
    if not _CODE.fullmatch(code):
        read.wrong["code"] = "台帳のコードは、英大文字・数字・「-」で書いてください（例: SUIDO-01）。"
    elif any(one.code == code for one in pack_now(request).partners):
        read.wrong["code"] = "同じコードの事業所があります。"
    wish = Wish("partner", code, overlay.to_json(_value(read, 1)), seen_of(request, "partner", code))
    return confirm(
        request, found, PARTNERS, wish, lambda trouble: _form(request, found, None, sent, 0, trouble), read.wrong
    )  # fmt: skip


def partner_page(request: Request, found: Manager, code: str) -> Response:
    """One entry as it is."""
    partner = _known(request, code)
    return _form(request, found, partner, Sent({}), seen_of(request, "partner", code), FINE)


def partner_sent(request: Request, found: ManagerPost, code: str, sent: Form) -> Response:
    """事業所を変える, or コードを新しくする: the code that its workers have stops working."""
    partner = _known(request, code)
    seen = sent.seen()
    read = Reader(sent)
    if sent.one("step") == "renew":
        value: dict[str, object] = {**partner_table(partner), "generation": partner.generation + 1}
        sent = Sent({})
    else:
        value = _value(read, partner.generation)

    def again(trouble: Trouble) -> Response:
        newest = seen_of(request, "partner", code) if trouble.status == 409 else seen
        return _form(request, found, partner, sent, newest, trouble)

    return confirm(request, found, PARTNERS, Wish("partner", code, overlay.to_json(value), seen), again, read.wrong)


def _known(request: Request, code: str) -> Partner:
    found = next((one for one in pack_now(request).partners if one.code == code), None)
    if found is None:
        raise Absent
    return found


def _value(read: Reader, generation: int) -> dict[str, object]:
    sent = read.sent
    values: dict[str, object] = {
        "name": read.needed("name", "名前"),
        "kind": read.needed("kind", "仕事"),
        "until": read.day("until"),
        "signs": read.chosen("signs", SIGNS, "気づき"),
        "professional": sent.one("professional") == "yes",
        "phone": read.phone("phone"),
        "hours": sent.one("hours"),
        "tell": "none" if sent.one("tell") == "none" else "",
        "desk": sent.one("desk"),
        "generation": generation,
    }
    return {name: value for name, value in values.items() if value}


def _form(
    request: Request, found: Manager, partner: Partner | None, sent: Sent, seen: int, trouble: Trouble
) -> Response:  # fmt: skip
    fields: dict[str, object] = {"signs": ()}
    if partner:
        fields = {"code": partner.code, **partner_table(partner), "signs": partner.signs}
    if sent.fields:
        fields = {**{name: sent.one(name) for name in sent.fields}, "signs": sent.all("signs")}
    choices = load_script("ja").ask["l_sign"].choices
    signs = {sign: choices[sign][0] if sign in choices else sign for sign in SIGNS}
    return settings_page(
        request, found, "partner.html", PARTNERS, trouble.status, fields=fields, partner=partner, seen=seen,
        trouble=trouble, signs=signs, tells=TELL_JA, desks=pack_now(request).desks,
    )  # fmt: skip
