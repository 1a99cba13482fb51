"""The town's own words laid over its pack (町のことば). Pure. Safety wording is in the script and no key here."""

from __future__ import annotations

from dataclasses import replace

from handoff.pack import Pack, PackError
from handoff.packs.reading import NOTICES
from handoff.packs.reading_local import https
from handoff.packs.table import Table
from handoff.packs.templates import read_template
from intake.conversation.say import literal

NOTICE = "notice:"
TEMPLATE = "template:"
NOTICE_JA = {
    "read": "読みました",
    "assigned": "担当が決まりました",
    "waiting": "お待たせしています",
    "closed": "ひと区切り",
}
NOTICE_FIRST = "お知らせがあります。"
"""The first line of every notice, in whatever words: it may stand on a locked screen and tells nothing."""


def own_notice(pack: Pack, kind: str, language: str) -> str | None:
    """The town's own words of a notice as a template of the script; None where the shipped ones are said.

    Own words are Japanese; in every other language the shipped ones are said.
    """
    words = pack.notices.get(kind, "")
    return literal(f"{NOTICE_FIRST}\n{words}") if words and language == "ja" else None


def with_text(pack: Pack, key: str, value: object) -> Pack:
    """The pack with this text. Raises `PackError` for a text that a town cannot change, or of the wrong type."""
    if key.startswith(TEMPLATE):
        return _with_template(pack, key.removeprefix(TEMPLATE), value)
    if key == "neutral":
        return replace(pack, neutral=_texts(key, value))
    text = _text(key, value)
    if key == "office":
        return replace(pack, office=text)
    if key == "exit_url":
        return replace(pack, exit_url=_address(text))
    if key.startswith(NOTICE) and key.removeprefix(NOTICE) in NOTICES:
        return replace(pack, notices={**pack.notices, key.removeprefix(NOTICE): text})
    raise PackError(f"この文は画面から変えられません: {key}")


def _with_template(pack: Pack, template_id: str, value: object) -> Pack:
    """One template of an answer: as given, or `{"off": true}` to offer it no more."""
    if not isinstance(value, dict):
        raise PackError(f"{TEMPLATE}{template_id}: 表ではありません")
    if value.get("off"):
        return replace(pack, templates=tuple(one for one in pack.templates if one.id != template_id))
    new = read_template(Table({**value, "id": template_id}, f"template {template_id}"))
    kept = tuple(new if one.id == template_id else one for one in pack.templates)
    return replace(pack, templates=kept if any(one.id == template_id for one in kept) else (*kept, new))


def _address(text: str) -> str:
    try:
        return https(text)
    except ValueError:
        raise PackError("https:// で始まる住所を書いてください。空白や「;」「,」は使えません。") from None


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise PackError(f"{key}: 文ではありません")
    return value


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise PackError(f"{key}: 文の並びではありません")
    return tuple(_text(key, each) for each in value)
