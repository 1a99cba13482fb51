"""設定 › 町のことば: the words that a town may change, and those that nobody changes on screen, with why."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from handoff import overlay
from handoff.console.parts import console_of
from handoff.console.settings_form import Reader, Sent
from handoff.console.settings_parts import (
    FINE,
    Form,
    Manager,
    ManagerPost,
    Trouble,
    confirm,
    pack_now,
    settings_page,
)  # fmt: skip
from handoff.console.settings_sections import TEXTS
from handoff.console.words import ROUTE_JA
from handoff.overlay_rows import changes_of
from handoff.overlay_store import Wish, newest_id
from handoff.overlay_tables import template_table
from handoff.overlay_texts import NOTICE, NOTICE_FIRST, NOTICE_JA, TEMPLATE
from handoff.pack import Pack
from handoff.packs.checking_texts import MOST_LETTERS, MOST_LINES, MOST_NAME
from handoff.packs.values import Template
from intake.conversation.script import load as load_script
from triage.assessment import Kind
from triage.labels import KIND_JA

SAFETY = (
    (
        "greet_more",
        "はじめの約束",
        "自動の返事であること、だれが読むか、何に使うかは、法令と指針で伝えることになっています。",
    ),
    (
        "urgent",
        "命があぶないとき",
        "危険のことばに答える文は、試験で確かめた文だけを使います。番号は「相談先の番号」から入ります。",
    ),
    ("receipt", "受付の返事", "受付番号と期限を正しく伝える文です。期限は時間の設定から計算します。"),
    ("consent_handoff", "同意をたずねる文", "何に同意したかが後で変わらないように、文に版の番号がついています。"),
    ("deleted", "消したあとの文", "何が消え、何が残るかを、しくみのとおりに言う文です。"),
)
"""Wordings that nobody changes on screen, and why."""


def add_texts(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings/texts", texts_page, methods=["GET"])
    router.add_api_route("/settings/texts", text_sent, methods=["POST"])
    router.add_api_route("/settings/texts/template", template_page, methods=["GET"])
    router.add_api_route("/settings/texts/template", template_sent, methods=["POST"])


def texts_page(request: Request, found: Manager) -> Response:
    """Every text as it is."""
    return _page(request, found, Sent({}), FINE)


def text_sent(request: Request, found: ManagerPost, sent: Form) -> Response:
    """One text is to be otherwise. An empty notice takes the town's own words back."""
    key = sent.one("key")
    text: object = sent.lines("text") if key == "neutral" else sent.one("text")
    value = "" if key.startswith(NOTICE) and not text else overlay.to_json(text)
    wish = Wish("text", key, value, sent.seen())
    return confirm(request, found, TEXTS, wish, lambda trouble: _page(request, found, sent, trouble))


def template_page(request: Request, found: Manager, id: str = "") -> Response:  # noqa: A002 (the address says it)
    """One template, or an empty one."""
    template = next((one for one in pack_now(request).templates if one.id == id), Template("", "", ""))
    return _template(request, found, template, Sent({}), FINE)


def template_sent(request: Request, found: ManagerPost, sent: Form) -> Response:
    """ひな型を変える・ふやす・使わない."""
    read, template_id = Reader(sent), sent.one("id").lower()
    known = next((one for one in pack_now(request).templates if one.id == template_id), None)
    if known is not None and sent.one("new"):
        read.wrong["id"] = "同じ短い名前のひな型があります。"
    value: dict[str, object] = {"off": True}
    if sent.one("step") != "off":
        value = {
            "title": read.needed("title", "題"),
            "text": read.needed("text", "文"),
            "kinds": read.chosen("kinds", [str(kind) for kind in Kind], "種類"),
            "routes": read.chosen("routes", tuple(ROUTE_JA), "経路"),
        }
    wish = Wish("text", f"{TEMPLATE}{template_id}", overlay.to_json(_filled(value)), sent.seen())
    shown = known or Template(template_id, "", "")

    def again(trouble: Trouble) -> Response:
        return _template(request, found, shown, sent, trouble)

    return confirm(request, found, TEXTS, wish, again, read.wrong)


def _filled(value: dict[str, object]) -> dict[str, object]:
    return {name: each for name, each in value.items() if each}


def _seen_all(request: Request, pack: Pack) -> dict[str, int]:
    console = console_of(request)
    with console.reading() as session:
        changes = changes_of(session, console.tenant)
    keys = ["office", "neutral", "exit_url", *(f"{NOTICE}{kind}" for kind in NOTICE_JA)]
    keys += [f"{TEMPLATE}{one.id}" for one in pack.templates]
    return {key: newest_id(changes, "text", key) for key in keys}


def _page(request: Request, found: Manager, sent: Sent, trouble: Trouble) -> Response:
    pack, script = pack_now(request), load_script("ja")
    seen = _seen_all(request, pack)
    shipped = {kind: script.say[f"notice_{kind}"].text.strip().removeprefix(NOTICE_FIRST).strip() for kind in NOTICE_JA}
    key = sent.one("key")
    values = {
        "office": pack.office, "exit_url": pack.exit_url, "neutral": "\n".join(pack.neutral),
        **{f"{NOTICE}{kind}": pack.notices.get(kind, "") for kind in NOTICE_JA},
    }  # fmt: skip
    if key in values:
        values[key] = sent.one("text")
        # Who is refused keeps what they had before them; who came too late sees the newest.
        seen[key] = seen[key] if trouble.status == 409 else sent.seen()
    safety = tuple((name, why, script.say[wording].text.strip()) for wording, name, why in SAFETY)
    return settings_page(
        request, found, "texts.html", TEXTS, trouble.status, values=values, seen=seen, wrong_key=key, trouble=trouble,
        notices=NOTICE_JA, shipped=shipped, first=NOTICE_FIRST, safety=safety, templates=pack.templates,
        most=(MOST_NAME, MOST_LETTERS, MOST_LINES), prefix=NOTICE,
    )  # fmt: skip


def _template(request: Request, found: Manager, template: Template, sent: Sent, trouble: Trouble) -> Response:
    console = console_of(request)
    with console.reading() as session:
        changes = changes_of(session, console.tenant)
    newest = newest_id(changes, "text", f"{TEMPLATE}{template.id}")
    typed = {"id": template.id, **template_table(template)}
    if sent.fields:
        typed = {name: sent.one(name) for name in ("id", "title", "text")} | {
            "kinds": sent.all("kinds"), "routes": sent.all("routes")
        }  # fmt: skip
    return settings_page(
        request, found, "template.html", TEXTS, trouble.status, fields=typed, known=bool(template.title),
        seen=newest if trouble.status in (200, 409) else sent.seen(), trouble=trouble,
        kinds={str(kind): name for kind, name in KIND_JA.items()}, routes=ROUTE_JA,
    )  # fmt: skip
