"""The report of staff and partners (気づきの通報) as a modal, and as the text of a case. Pure."""

from __future__ import annotations

from typing import Final

from bots.slack import blocks, limits, names
from bots.slack.blocks import Block
from bots.slack.wish import Report
from handoff.desk import StaffRef
from intake.conversation.flow import SIGNS
from intake.conversation.script import load

WHEN_JA: Final = {
    "now": "いま",
    "today": "今日",
    "yesterday": "きのう",
    "before": "それより前",
    "unknown": "分からない",
}
_WHEN_KEPT: Final = {"now": "now", "today": "today", "yesterday": "yesterday", "before": "それより前"}
DANGER_JA: Final = {"yes": "はい", "no": "いいえ", "unknown": "分からない"}
WISH_JA: Final = {
    "wants": "相談したいと言った",
    "agrees": "知らせてよいと言った",
    "refuses": "いやだと言った",
    "unasked": "聞いていない",
    "unmet": "会っていない",
}
_CALL = "いま危ないときは、先に 110（警察）・119（救急・消防）に電話してください。"
_CALL_NOW = "いますぐ 110（警察）か 119（救急・消防）に電話してください。そのあとで、この通報を送ってください。"


def report_form(*, first: str = "", channel: str = "", danger: bool = False) -> Block:
    """通報の入力. `first` fills the text (from the slash command); `danger`: the reporter chose 「はい」."""
    head = [blocks.header("▲ 先に 110・119 へ"), blocks.section(_CALL_NOW)] if danger else [blocks.section(_CALL)]
    drawn = [
        *head,
        blocks.field(
            "what", "気づいたこと", blocks.typed("text", initial=blocks.cut(first, limits.INPUT_LENGTH)),
            hint="見たこと・聞いたことを書いてください。病名などの推測は要りません。",
        ),
        blocks.field(
            "signs", "あてはまるもの", blocks.checkboxes("choice", _options(signs_ja())), optional=True
        ),
        blocks.field("where", "場所", blocks.typed("text", multiline=False, most=200), optional=True),
        blocks.field("when", "いつ", blocks.select("choice", _options(WHEN_JA))),
        # Choosing 「はい」 is told to us at once, so that the modal can say 110 and 119 before it is sent.
        blocks.field("danger", "いま危ないですか", blocks.radio(names.DANGER, _options(DANGER_JA)))
        | {"dispatch_action": True},
        blocks.field("wish", "本人の意向", blocks.radio("choice", _options(WISH_JA))),
    ]  # fmt: skip
    carried = blocks.channel_reference(channel)
    return blocks.modal(names.REPORT_SEND, "気づきの通報", drawn, carried, submit="通報する")


def answers_of(report: Report) -> dict[str, str]:
    """(question → answer) of the report, as LINE's questions keep them, without what was not answered.

    They stand beside the words, never in them: a model that reads our own labels hears danger where nobody wrote it.
    """
    met = report.wish != "unmet"
    found = {
        "l_danger": {"unknown": "unsure"}.get(report.danger, report.danger),
        "l_sign": ",".join(key for key in report.signs.split(".") if key in SIGNS),
        "l_place": report.where.strip(),
        "l_when": _WHEN_KEPT.get(report.when, ""),
        "l_spoke": "" if met else "absent",
        "l_consent": report.wish if met and report.wish in WISH_JA else "",
    }
    return {question: said for question, said in found.items() if said}


def signs_ja() -> dict[str, str]:
    """What may be noticed, in the words that partners are asked with."""
    choices = load("ja").ask["l_sign"].choices
    return {key: choices[key][0] for key in SIGNS}


def route_of(staff: StaffRef) -> str:
    """A desk's own worker reports as a profession (専門職); the town's reception reports from Slack."""
    return "professional" if staff.role == "worker" else "slack"


def _options(names_ja: dict[str, str]) -> list[Block]:
    return [blocks.option(value, label) for value, label in names_ja.items()]
