"""本人に伝えた・会った, in place of 返信 where no answer on a screen reaches the person. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bots.slack import blocks, names
from bots.slack.blocks import Block
from bots.slack.state_words import headline
from bots.slack.wishes import Attempted
from handoff.attempts import RESULT_JA, WAY_JA
from handoff.promise import MET
from handoff.view import CaseView

DAYS_JA: Final[Mapping[str, str]] = {
    "1": "あした", "3": "3日後", "7": "1週間後", "14": "2週間後", "30": "30日後",
}  # fmt: skip
"""Days from today → the words of the choice."""


def attempt_form(case: CaseView, why: str, channel: str) -> Block:
    """How they were reached or not, what was said, when to look next. `why`: why no answer goes on a screen."""
    item = case.item
    days = [blocks.option(code, label) for code, label in DAYS_JA.items()]
    drawn = [
        blocks.context(
            f"{item.label}　{headline(item, 0)}", why, "会えた・話せた・伝えたときは、返事をしたことになります。"
        ),
        blocks.field("way", "どうやって", blocks.radio("choice", _choices(WAY_JA), "phone")),
        blocks.field("result", "どうだったか", blocks.radio("choice", _choices(RESULT_JA))),
        blocks.field(
            "said", "話したこと・したこと（職員だけが読みます）", blocks.typed("text"), optional=True,
            hint="いまのこととして残ります。前のことと、訪問で分かったことは、受付の画面で書いてください。",
        ),
        blocks.field(
            "look", "次に見る日", blocks.select("choice", days), optional=True, hint="その日の朝に知らせます。"
        ),
    ]  # fmt: skip
    carried = blocks.reference(item.case_id, item.version, channel)
    return blocks.modal(names.ATTEMPT_SEND, f"{item.label} に伝えた・会った", drawn, carried, submit="記録する")


def attempted(case_id: int, values: Mapping[str, str]) -> Attempted:
    """What was chosen and written."""
    way, result, said, look = (values.get(name, "") for name in ("way", "result", "said", "look"))
    return Attempted(case_id, way, result, said, int(look) if look in DAYS_JA else 0)


def faults(values: Mapping[str, str]) -> dict[str, str]:
    """What must be mended before it can go: block id → Japanese sentence."""
    if values.get("way") == "letter" and values.get("result") == MET:
        return {"result": "手紙を出したときは、「手紙を残した」を選んでください。"}
    if values.get("result") == MET and not values.get("said", "").strip():
        return {"said": "話したこと・したことを、ひとこと書いてください。"}
    return {}


def _choices(found: Mapping[str, str]) -> list[Block]:
    return [blocks.option(code, label) for code, label in found.items()]
