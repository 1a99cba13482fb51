"""The modals in which staff act on a case: つなぐ, 閉じる, 緊急度を直す, 保留, まとめる, もう一度ひらく. Pure.

`private_metadata` holds ids only. What a person typed rides in the fields themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bots.slack import blocks, names
from bots.slack.blocks import Block
from bots.slack.state_words import SHAPES, headline
from handoff.basis import BASES, may_share
from handoff.consent_rows import WHOSE_JA
from handoff.hold import CHOICES
from handoff.pack import Pack
from handoff.ticket import TABLE, Action, CloseReason, State
from handoff.view import CaseView, QueueItem
from triage.assessment import Urgency
from triage.labels import URGENCY_JA

NAMED: Final = tuple(basis.code for basis in BASES.values() if basis.named_decision)
"""The bases on which somebody decides by name."""
_OFFERED: Final = 9


def hand_form(case: CaseView, pack: Pack, channel: str) -> Block:
    """つなぐ: to which desk, on which basis, what we ask and what we keep."""
    item, first = case.item, case.plan.lead.desk_id if case.plan else ""
    proposed = {desk.desk_id for desk in case.plan.desks} if case.plan else set()
    # The proposed desks come first, in the plan's order of the pack; Slack takes 100 choices.
    desks = sorted(pack.desks, key=lambda desk: desk.id not in proposed)[:100]
    choices = [blocks.option(desk.id, desk.name) for desk in desks if desk.id != item.owner_desk or len(desks) == 1]
    drawn = [
        blocks.context(f"{item.label}　{headline_short(item)}", "担当は、つなぎ先が引き受けるまで変わりません。"),
        blocks.field("desk", "つなぎ先", blocks.select("choice", choices, first)),
        blocks.field("ask", "お願いしたいこと", blocks.typed("text", most=1000)),
        blocks.field("keep", "当方が続けること", blocks.typed("text", most=1000)),
        blocks.field(
            "basis", "根拠", blocks.select("choice", bases(pack)),
            hint="根拠がないものは渡せません。虐待などの通告・通報は同意を待ちません。",
        ),
        blocks.field(
            "heard", "口頭で同意を得たとき：いつ・だれが聞いたか", blocks.typed("text", multiline=False, most=500),
            optional=True,
        ),
        blocks.field(
            "by_whom", "口頭で同意を得たとき：だれの同意か",
            blocks.select("choice", [blocks.option(code, name) for code, name in WHOSE_JA.items()]), optional=True,
        ),
        blocks.field(
            "decided", "この根拠で渡すことを決めた人",
            blocks.checkboxes("choice", [blocks.option("me", "わたしが決めます")]),
            hint=f"根拠が {'・'.join(NAMED)} のときに要ります。ほかの人が決めたときは、受付の画面でつないでください。",
            optional=True,
        ),
    ]  # fmt: skip
    return blocks.modal(names.HAND_SEND, f"{item.label} をつなぐ", drawn, _carried(item, channel), submit="つなぐ")


def bases(pack: Pack) -> list[Block]:
    """The bases on which a case may be handed over here, for a select. The anonymous packet is made on the screen."""
    fits = [
        basis
        for basis in BASES.values()
        if may_share(basis.code, consent=True, decided_by="-", rooms=pack.room_codes).allowed
    ]
    return [blocks.option(basis.code, f"{basis.name_ja}（{basis.code}）") for basis in fits]


def close_form(case: CaseView, channel: str) -> Block:
    """閉じる: only the reasons that the case's state allows."""
    item = case.item
    move = TABLE.get((State(item.state), Action.CLOSE))
    reasons = [reason for reason in CloseReason if move and reason in move.reasons]
    choices = [blocks.option(str(reason), reason.label_ja) for reason in reasons]
    drawn = [
        blocks.context(
            f"{item.label}　{headline_short(item)}",
            "閉じても記録は残り、本人が書けばまた開きます。",
            "本人には区切りを知らせます（いたずら・誤送信と、重複のときは知らせません）。",
        )
    ]
    if not choices:
        drawn.append(blocks.section("いまは閉じられません。"))
        return blocks.modal(names.NOTICE_VIEW, f"{item.label} を閉じる", drawn, "")
    drawn += [
        blocks.field("reason", "理由", blocks.radio("choice", choices)),
        blocks.field("note", "書きそえること", blocks.typed("text", most=1000), optional=True),
    ]
    carried = blocks.reference(item.case_id, item.version, channel, u=case.newest_id)
    return blocks.modal(names.CLOSE_SEND, f"{item.label} を閉じる", drawn, carried, submit="閉じる")


def urgency_form(case: CaseView, channel: str) -> Block:
    """緊急度を直す: lowering demands a reason. The urgency shown rides in the block id."""
    item = case.item
    choices = [
        blocks.option(str(urgency), f"{SHAPES[urgency]} {URGENCY_JA[urgency]}") for urgency in reversed(Urgency)
    ]  # fmt: skip
    drawn = [
        blocks.context(f"{item.label}　{headline_short(item)}", "上げると、本人への約束の時間が早くなります。"),
        blocks.field(f"urgency-{item.urgency}", "緊急度", blocks.radio("choice", choices, item.urgency)),
        blocks.field(
            "reason", "理由", blocks.typed("text", most=500), optional=True, hint="下げるときは必ず書いてください。"
        ),
    ]  # fmt: skip
    title = f"{item.label} の緊急度"
    return blocks.modal(names.URGENCY_SEND, title, drawn, _carried(item, channel), submit="直す")


def hold_form(case: CaseView, channel: str) -> Block:
    """保留: until when, and why."""
    item = case.item
    choices = [blocks.option(code, label) for code, label in CHOICES.items()]
    drawn = [
        blocks.context(
            f"{item.label}　{headline_short(item)}",
            "時間になるか、本人が書くと、保留は終わります。本人への約束の期限は変わりません。",
        ),
        blocks.field("until", "いつまで", blocks.radio("choice", choices)),
        blocks.field("why", "わけ（職員だけが読みます）", blocks.typed("text", most=500), optional=True),
    ]  # fmt: skip
    return blocks.modal(names.HOLD_SEND, f"{item.label} を保留", drawn, _carried(item, channel), submit="保留する")


def fold_form(case: CaseView, offered: Sequence[tuple[int, str, str]], channel: str) -> Block:
    """まとめる: into one of the `offered` cases (id, label, why), or into the one whose number is typed."""
    item = case.item
    choices = [blocks.option(str(case_id), label, why) for case_id, label, why in offered[:_OFFERED]]
    drawn = [
        blocks.context(
            f"{item.label}　{headline_short(item)}",
            "まとめると、この相談は選んだ相談の下に入ります。どちらの言葉も残り、いつでも「もとに戻す」ができます。",
        )
    ]
    if choices:
        drawn.append(blocks.field("into", "まとめる先の候補", blocks.radio("choice", choices), optional=True))
    hint = "T-0412 のように書きます。" + ("候補より、書いた番号が先です。" if choices else "")
    label = "ほかの番号" if choices else "まとめる先の番号"
    typed = blocks.typed("text", multiline=False, most=20)
    drawn.append(blocks.field("number", label, typed, hint=hint, optional=True))
    return blocks.modal(names.FOLD_SEND, f"{item.label} をまとめる", drawn, _carried(item, channel), submit="まとめる")


def reopen_form(case: CaseView, channel: str) -> Block:
    """もう一度ひらく, with a reason."""
    item = case.item
    drawn = [
        blocks.context(f"{item.label}　{headline_short(item)}", "列に戻り、期限はいまから数えなおします。"),
        blocks.field("reason", "もう一度ひらく理由", blocks.typed("text", most=500)),
    ]
    title = f"{item.label} をひらく"
    return blocks.modal(names.REOPEN_SEND, title, drawn, _carried(item, channel), submit="もう一度ひらく")


def send_back_form(case_id: int, label: str, channel: str) -> Block:
    """返す, with a reason. Who was asked may not see the case itself: only its number stands here."""
    drawn = [
        blocks.context(label, "つないだ人に理由が届きます。本人には知らせません。"),
        blocks.field("reason", "返す理由", blocks.typed("text", most=500)),
    ]
    carried = blocks.reference(case_id, 0, channel)
    return blocks.modal(names.SEND_BACK_SEND, f"{label} を返す", drawn, carried, submit="返す")


def headline_short(item: QueueItem) -> str:
    """The card's headline without the clock (a form is not a promise)."""
    return headline(item, 0)


def _carried(item: QueueItem, channel: str) -> str:
    return blocks.reference(item.case_id, item.version, channel)
