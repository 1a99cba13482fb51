"""気になった一言 as a modal: one field, and a place if there is one. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bots.slack import blocks, names
from bots.slack.blocks import Block
from handoff.remarks import LONGEST, PLACE_LONGEST

_LEAD = (
    "通いの場や日ごろの会話で、気になったことを一言で残します。相談にするかどうかは、受付の人が決めます。"
    "いま危ないときは、先に 110（警察）・119（救急・消防）に電話してください。"
)


def remark_form(*, first: str = "", channel: str = "") -> Block:
    """気になった一言の入力. `first` fills the field (from the slash command)."""
    drawn = [
        blocks.section(_LEAD),
        blocks.field(
            "remark", "気になった一言", blocks.typed("text", initial=blocks.cut(first, LONGEST), most=LONGEST),
            hint="例：いつも来る人が、2週間サロンに来ていません。名前は書かなくてもかまいません。",
        ),
        blocks.field(
            "where", "場所", blocks.typed("text", multiline=False, most=PLACE_LONGEST), hint="分かるときだけ。",
            optional=True,
        ),
    ]  # fmt: skip
    return blocks.modal(names.REMARK_SEND, "気になった一言", drawn, blocks.channel_reference(channel), submit="残す")


def faults(values: Mapping[str, str]) -> dict[str, str]:
    """What must be mended before it can go: block id → Japanese sentence."""
    return {} if values.get("remark", "").strip() else {"remark": "気になったことを、ひとこと書いてください。"}
