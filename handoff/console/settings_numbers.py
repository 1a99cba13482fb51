"""設定 › 相談先の番号: lines of the registry on and off, the town's own lines, the day on which somebody made sure."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from handoff import overlay, overlay_store
from handoff.clock import Hours
from handoff.console.guard import Absent
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
    settings_page,
    trouble_of,
)  # fmt: skip
from handoff.console.settings_sections import NUMBERS
from handoff.office import Refused
from handoff.overlay_rows import changes_of
from handoff.overlay_store import Wish, newest_id
from handoff.overlay_tables import number_table, spans_text
from handoff.pack import STALE_DAYS, Number
from handoff.packs.checking import ALWAYS
from triage.alarm import KINDS
from triage.labels import THEME_JA

DANGER_JA = {
    "suicide": "死にたい気持ち", "self_harm": "自分を傷つけた・薬をのみすぎた", "violence": "暴力・DV",
    "child": "子どもがあぶない", "elder": "お年寄りがあぶない", "collapse": "倒れた・急病・火事",
    "hunger": "食べ物・薬がない",
    "shelter": "今夜いる所がない",
    "missing": "人がいなくなった", "help": "「助けて」", "sexual": "性暴力",
}  # fmt: skip
_ONLY_SHIPPED = {"sexual": f"危険：{DANGER_JA['sexual']}"}
"""What lines of the registry answer and no reading names: it cannot be chosen for a line of the town's own."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def add_numbers(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings/numbers", numbers_page, methods=["GET"])
    router.add_api_route("/settings/numbers", switched, methods=["POST"])
    router.add_api_route("/settings/numbers/own", own_page, methods=["GET"])
    router.add_api_route("/settings/numbers/own", own_sent, methods=["POST"])


def numbers_page(request: Request, found: Manager) -> Response:
    """The town's own lines, then the registry's in their order, on or off."""
    return _page(request, found, FINE)


def switched(request: Request, found: ManagerPost, sent: Form) -> Response:
    """出す・出さない by way of 前 → 後; きょう確かめました is saved at once."""
    pack, registry = pack_now(request), console_of(request).parts.office.shelf.registry
    line_id, move = sent.one("id"), sent.one("move")
    line = next((one for one in pack.numbers if one.id == line_id), None) or registry.get(line_id)
    if line is None or move not in ("on", "off", "verified"):
        raise Absent
    own: dict[str, object] = {} if line_id in registry else number_table(line)
    wish = Wish("number", line_id, overlay.to_json({**own, "on": move != "off"}), _seen(request, line_id))
    if move != "verified":
        return confirm(request, found, NUMBERS, wish, lambda trouble: _page(request, found, trouble))
    value = overlay.to_json({**own, "on": True, "verified_on": now_of(request).date()})
    return _saved(request, found, Wish("number", line_id, value, wish.seen))


def own_page(request: Request, found: Manager, id: str = "") -> Response:  # noqa: A002 (the address says it)
    """One of the town's own lines, or an empty one."""
    registry = console_of(request).parts.office.shelf.registry
    line = next((one for one in pack_now(request).numbers if one.id == id and id not in registry), None)
    return _own(request, found, line, Sent({}), FINE)


def own_sent(request: Request, found: ManagerPost, sent: Form) -> Response:
    """町の番号をふやす・変える."""
    read, line_id = Reader(sent), sent.one("id").lower()
    registry = console_of(request).parts.office.shelf.registry
    line = next((one for one in pack_now(request).numbers if one.id == line_id), None)
    if not _ID.fullmatch(line_id) or line_id in registry or (line is not None and sent.one("new")):
        read.wrong["id"] = "ほかにない短い名前を、英小文字・数字・「-」で書いてください。"
    spans = read.spans("spans")
    days = "weekdays" if sent.one("days") == "weekdays" else "every"
    values: dict[str, object] = {
        "label": read.needed("label", "名前"),
        "number": read.phone("number"),
        "url": sent.one("url"),
        "hours": sent.one("hours"),
        "kinds": read.chosen("kinds", (*KINDS, *THEME_JA), "答える心配ごと"),
        "verified_on": read.day("verified_on"),
        "open": {days: spans, "closed_on_holidays": days == "weekdays", "closed_at_year_end": days == "weekdays"}
        if spans
        else None,
    }
    if values["url"] and not str(values["url"]).startswith("https://"):
        read.wrong["url"] = "https:// で始まる住所を書いてください。"
    if not values["kinds"]:
        read.wrong["kinds"] = "どの心配ごとのときに出すかを、一つ以上えらんでください。"
    value = overlay.to_json({"on": True, **{name: each for name, each in values.items() if each}})
    seen = sent.seen()
    return confirm(
        request, found, NUMBERS, Wish("number", line_id, value, seen),
        lambda trouble: _own(request, found, line, sent, trouble), read.wrong,
    )  # fmt: skip


def _saved(request: Request, found: Manager, wish: Wish) -> Response:
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            overlay_store.put(parts.office, session, found.staff, wish, parts.now())
    except Refused as refusal:
        return _page(request, found, trouble_of(refusal, wish))
    return RedirectResponse("/console/settings/numbers?saved=1", 303)


def _seen(request: Request, line_id: str) -> int:
    console = console_of(request)
    with console.reading() as session:
        return newest_id(changes_of(session, console.tenant), "number", line_id)


def _page(request: Request, found: Manager, trouble: Trouble) -> Response:
    pack, registry = pack_now(request), console_of(request).parts.office.shelf.registry
    today, on = now_of(request).date(), {line.id: line for line in pack.numbers}
    lines = [*(line for line in pack.numbers if line.id not in registry)]
    lines += [on.get(name, known) for name, known in registry.items()]
    old = {one.id for one in lines if one.verified_on is None or (today - one.verified_on).days > STALE_DAYS}
    return settings_page(
        request, found, "numbers.html", NUMBERS, trouble.status, lines=lines, on=on.keys(), old=old, always=ALWAYS,
        own={line.id for line in lines} - set(registry), trouble=trouble, kinds=kind_names() | _ONLY_SHIPPED,
    )  # fmt: skip


def kind_names() -> dict[str, str]:
    """Every kind of danger and theme that a line may answer, in words."""
    return {**{kind: f"危険：{DANGER_JA.get(kind, kind)}" for kind in KINDS}, **THEME_JA}


def _own(request: Request, found: Manager, line: Number | None, sent: Sent, trouble: Trouble) -> Response:
    fields: dict[str, object] = _fields(line) if line else {"days": "every", "kinds": ()}
    if sent.fields:
        fields = {**{name: sent.one(name) for name in sent.fields}, "kinds": sent.all("kinds")}
    seen = _seen(request, line.id) if line else 0
    return settings_page(
        request, found, "number.html", NUMBERS, trouble.status, fields=fields, known=line is not None, seen=seen,
        trouble=trouble, kinds=kind_names(),
    )  # fmt: skip


def _fields(line: Number) -> dict[str, object]:
    hours = line.hours or Hours(((),) * 7)
    return {
        "id": line.id, "label": line.label, "number": line.number, "url": line.url, "hours": line.hours_ja,
        "kinds": line.kinds, "verified_on": str(line.verified_on or ""), "spans": ", ".join(spans_text(hours.week[0])),
        "days": "every" if hours.week[6] or line.hours is None else "weekdays",
    }  # fmt: skip
