"""支援者の相談 as a modal: what is asked of the 多機関協働 desk, and its reading. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bots.slack import blocks, limits, names
from bots.slack.blocks import Block
from handoff import advice_back
from handoff.advice import WISH_JA, Asked
from handoff.clock import moment_ja
from intake.clock import to_datetime

_LEAD = (
    "多機関協働の担当に、助言をたのみます。課題がはっきりしなくても、相談の番号がなくてもかまいません。"
    "本人の名前・住所・連絡先は書かないでください。"
)
_QUESTION, _ANSWER, _ANSWERS = 800, 2500, 3
"""UTF-16 units of the question and of an answer, and how many answers: a view takes about 13,000 characters."""
_UNCLEAR = "まだ課題がはっきりしない"


def advice_form(desk_name: str, *, first: str = "", about: str = "", channel: str = "") -> Block:
    """支援者の相談の入力. `first` fills the question, `about` the number (both from the slash command)."""
    drawn = [
        blocks.section(_LEAD),
        blocks.context(f"届く先：{desk_name}"),
        blocks.field(
            "question", "相談したいこと", blocks.typed("text", initial=blocks.cut(first, limits.INPUT_LENGTH)),
            hint="ひとことでもかまいません。例：家族みんなに困りごとがあり、どこから手をつけるか迷っています。",
        ),
        blocks.field(
            "unclear", "課題について", blocks.checkboxes("choice", [blocks.option("yes", _UNCLEAR)]), optional=True
        ),
        blocks.field(
            "wish", "してほしいこと",
            blocks.radio("choice", [blocks.option(code, label) for code, label in WISH_JA.items()], "ask"),
        ),
        blocks.field(
            "about", "もとの相談の番号", blocks.typed("text", multiline=False, initial=about[:20], most=20),
            hint="あれば。例：T-0412", optional=True,
        ),
        blocks.field("tried", "これまでにしたこと", blocks.typed("text", most=1000), optional=True),
    ]  # fmt: skip
    return blocks.modal(names.ADVICE_SEND, "支援者の相談", drawn, blocks.channel_reference(channel), submit="相談する")


def asked_view(asked: advice_back.Asked, now: int) -> Block:
    """お返事: one's own question and what came back, the newest first as far as Slack takes it."""
    drawn = [blocks.context(f"{moment_ja(to_datetime(asked.at), to_datetime(now))} に相談")]
    drawn += blocks.spoken("相談したこと", blocks.cut(asked.question, _QUESTION))
    for back in list(reversed(asked.answers))[:_ANSWERS]:
        at = moment_ja(to_datetime(back.at), to_datetime(now))
        drawn += blocks.spoken(f"お返事　{at}　{back.who}", blocks.cut(back.text, _ANSWER))
    if not asked.answers:
        drawn.append(blocks.section("まだお返事はありません。"))
    drawn.append(blocks.context("ひらいたことは記録に残りました。ぜんぶは、受付の画面の「支援者の相談」で読めます。"))
    return blocks.modal(names.NOTICE_VIEW, "お返事", drawn, "")


def asked_of(values: Mapping[str, str]) -> Asked:
    """What the submitted modal asks."""
    get = values.get
    wish = get("wish", "ask")
    return Asked(
        question=get("question", ""),
        wish=wish if wish in WISH_JA else "ask",
        unclear=get("unclear", "") == "yes",
        about=get("about", ""),
        tried=get("tried", ""),
    )


def faults(values: Mapping[str, str]) -> dict[str, str]:
    """What must be mended before it can go: block id → Japanese sentence."""
    return {} if values.get("question", "").strip() else {"question": "相談したいことを、ひとこと書いてください。"}
