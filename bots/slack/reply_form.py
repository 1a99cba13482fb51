"""返信 in Slack: write, with templates; look at it once more; send. Pure.

`private_metadata` holds ids only: the case, the channel, and the newest message that the writer had before them. The
text rides in the field itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bots.slack import blocks, limits, names
from bots.slack.blocks import Block
from bots.slack.state_words import speaking, standing
from handoff.templates import Template
from handoff.view import CaseView

REPLY_LENGTH: Final = limits.INPUT_LENGTH
"""Slack's fields end at 3,000 characters, before LINE's 5,000 UTF-16 units: longer answers go from the screen."""
_FIRST_LINE = "スマホの通知には1行目だけが出ることがあります。1行目には困りごとの中身を書かないでください。"
_LAST = 900
_FULL = "定型文を足すと3,000文字をこえるため、入れていません。"
_KEPT = "まえに書いて、送っていない文です。"


def reply_form(
    case: CaseView, channel: str, templates: Sequence[Template] = (), *, text: str = "", turn: int = 0, note: str = ""
) -> Block:
    """返信 (first step): the person's last words, templates and a field.

    `text` (at most `REPLY_LENGTH` UTF-16 units) stands in the field; `turn` rises when it is drawn anew with another
    text, because Slack keeps what was typed in a field of the same name.
    """
    item = case.item
    last = next((line.text for line in reversed(case.lines) if line.author == "person" and line.text), "")
    drawn = [blocks.context(f"{item.label}　{standing(item)}", *filter(None, [speaking(item), case.way.promise]))]
    drawn += blocks.spoken(f"{case.whose}のさいごの言葉", blocks.cut(last, _LAST))
    if templates:
        options = [blocks.option(template.id, template.title) for template in templates[:100]]
        drawn.append(
            blocks.section(
                "定型文（選ぶと、下の文のあとに入ります）",
                blocks.select(names.TEMPLATE, options, hint="定型文をえらぶ"),
            )
        )
    drawn += [blocks.context(note)] if note else []
    field = blocks.typed("text", initial=text, most=REPLY_LENGTH)
    drawn.append(blocks.field(f"reply-{turn}", "返信", field, hint=_FIRST_LINE))
    carried = blocks.reference(item.case_id, item.version, channel, u=case.newest_id)
    return blocks.modal(names.REPLY_DRAFT, f"{item.label} に返信", drawn, carried, submit="確かめる")


def begun(case: CaseView, channel: str, templates: Sequence[Template], draft: str) -> Block:
    """The form with the writer's own draft in it, as far as Slack's field takes it."""
    fits = 0 < limits.units(draft) <= REPLY_LENGTH
    note = _KEPT if fits else "長い下書きは、受付の画面で続きが書けます。" if draft else ""
    return reply_form(case, channel, templates, text=draft if fits else "", note=note)


def filled(case: CaseView, channel: str, templates: Sequence[Template], typed: str, chosen: str, turn: int) -> Block:
    """The form after a template was chosen: it follows what was typed, which stays."""
    template = next((found.text for found in templates if found.id == chosen), "")
    text = "\n".join(filter(None, [typed.rstrip(), template]))
    if limits.units(text) > REPLY_LENGTH:
        return reply_form(case, channel, templates, text=typed, turn=turn + 1, note=_FULL)
    return reply_form(case, channel, templates, text=text, turn=turn + 1)


def reply_preview(text: str, carried: str, undo_seconds: int = 0) -> Block:
    """返信 (second step): the text as it will go, still editable; only this one is sent.

    `carried` is the first step's private_metadata. `text` has at most `REPLY_LENGTH` UTF-16 units.
    """
    back = f"{undo_seconds}秒のあいだは取り消せます。" if undo_seconds else "そのあとは取り消せません。"
    field = blocks.field(
        "preview", "この文が届きます", blocks.typed("text", initial=text, most=REPLY_LENGTH), hint=_FIRST_LINE
    )  # fmt: skip
    drawn = [blocks.context(f"書いた文は、そのまま本人に届きます。「この文を送る」を押すと送られ、{back}"), field]
    return blocks.modal(names.REPLY_SEND, "送る前に確かめる", drawn, carried, submit="この文を送る")
