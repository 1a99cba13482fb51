"""設定 › 当番・呼び出し: whom, in which order, how often; a try that is marked 【練習】; who is on duty now."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from handoff import overlay, rota
from handoff.clock import is_open
from handoff.console.parts import console_of
from handoff.console.settings_form import Reader, Sent, rota_value
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
from handoff.console.settings_sections import ON_CALL
from handoff.overlay_store import Wish
from handoff.pack import OnCall, Pack
from handoff.packs.checking import MOST_EVERY_MINUTES

ROUNDS = 5
KEY = overlay.ALL


def add_on_call(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings/on-call", on_call_page, methods=["GET"])
    router.add_api_route("/settings/on-call", on_call_sent, methods=["POST"])
    router.add_api_route("/settings/on-call/test", tried, methods=["POST"])


def on_call_page(request: Request, found: Manager) -> Response:
    """The rota as it is, and who is called now."""
    return _form(request, found, Sent({}), seen_of(request, "on_call", KEY), FINE)


def on_call_sent(request: Request, found: ManagerPost, sent: Form) -> Response:
    """呼び出しを変える."""
    read, now = Reader(sent), pack_now(request)
    addresses = _addresses(request, now.on_call)
    values: dict[str, object] = {
        "available": sent.one("available") == "yes",
        "label": sent.one("label"),
        "desk": sent.one("desk"),
        "rota": rota_value(read, "rota", addresses, ROUNDS),
        "office_rota": rota_value(read, "office_rota", addresses, ROUNDS),
        "every_minutes": read.number("every_minutes", "くり返す間", 1, MOST_EVERY_MINUTES),
        "areas": {
            place: {"rota": rounds}
            for number, place in enumerate(_places(now))
            if (rounds := rota_value(read, f"area{number}_rota", addresses, ROUNDS))
        },
    }
    seen = sent.seen()

    def again(trouble: Trouble) -> Response:
        newest = seen_of(request, "on_call", KEY) if trouble.status == 409 else seen
        return _form(request, found, sent, newest, trouble)

    wish = Wish("on_call", KEY, overlay.to_json({name: value for name, value in values.items() if value}), seen)
    return confirm(request, found, ON_CALL, wish, again, read.wrong)


def tried(request: Request, found: ManagerPost) -> Response:
    """試しに鳴らす: every way is rung, marked 【練習】, and the page says which took it."""
    ring = console_of(request).parts.setup.ring
    took = dict(ring()) if ring is not None else {}
    return _form(request, found, Sent({}), seen_of(request, "on_call", KEY), FINE, took=took)


def _addresses(request: Request, on_call: OnCall) -> tuple[str, ...]:
    """The names that may be marked: those of the settings; without settings those that the pack names."""
    ways = console_of(request).parts.office.shelf.ways
    return tuple(sorted(ways.addresses)) if ways is not None else rota.every_name(on_call)


def _places(pack: Pack) -> tuple[str, ...]:
    """The places that may have a rota of their own: groups of them first, then each; and those that have one."""
    named = [area.group for area in pack.areas] + [area.name for area in pack.areas]
    return tuple(dict.fromkeys([*filter(None, named), *(one.area for one in pack.on_call.areas)]))


def _form(
    request: Request, found: Manager, sent: Sent, seen: int, trouble: Trouble, took: dict[str, bool] | None = None
) -> Response:
    pack, parts = pack_now(request), console_of(request).parts
    on_call = pack.on_call
    opened = bool(is_open(pack.hours, now_of(request)))
    ways = parts.office.shelf.ways
    return settings_page(
        request, found, "on_call.html", ON_CALL, trouble.status, fields=_fields(pack, sent), seen=seen,
        trouble=trouble, addresses=_addresses(request, on_call), rounds=range(1, ROUNDS + 1), desks=pack.desks,
        opened=opened, first=rota.names_of(on_call, 0, opened=opened), took=took, slack=ways is not None and ways.slack,
        can_try=parts.setup.ring is not None, label=on_call.label, honest=parts.office.shelf.honest(pack).on_call,
        places=tuple(enumerate(_places(pack))),
    )  # fmt: skip


def _fields(pack: Pack, sent: Sent) -> dict[str, object]:
    on_call = pack.on_call
    if sent.fields:
        marked = {name: frozenset(values) for name, values in sent.fields.items() if "rota_" in name}
        return {**{name: sent.one(name) for name in sent.fields}, **marked}
    local = {one.area: one.rota for one in on_call.areas}
    rotas = [(f"area{number}_rota", local.get(place, ())) for number, place in enumerate(_places(pack))]
    rounds = {
        f"{name}_{number}": frozenset(names)
        for name, each in (("rota", on_call.rota), ("office_rota", on_call.office_rota), *rotas)
        for number, names in enumerate(each, 1)
    }
    return {
        "available": "yes" if on_call.available else "", "label": on_call.label, "desk": on_call.desk,
        "every_minutes": str(on_call.every_minutes), **rounds,
    }  # fmt: skip
