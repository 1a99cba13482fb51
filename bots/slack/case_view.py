"""内容を見る: one case in a modal, for the person who was authorized and logged as its reader. Pure.

The person's words stand in rich text, which Slack never interprets. The name and contact stay out of Slack altogether.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from bots.slack import blocks, limits, names
from bots.slack.blocks import Block
from bots.slack.card import consent_ja, judged_ja, labels_ja, route_ja
from bots.slack.state_words import deadline, headline, speaking, standing
from handoff.clock import moment_ja
from handoff.plan import Plan
from handoff.reach import SILENCE_JA
from handoff.view import CaseView, Line, Step
from handoff.wording import DELIVERY_JA, STEP_JA, tongue_ja
from intake.clock import to_datetime
from triage.assessment import Assessment
from triage.labels import foreign_ja
from triage.wording import about_ja, asides, grounds, household_ja

_WORDS_ROOM: Final = 8000
"""UTF-16 units for what was said; Slack refuses views over about 13,000 characters in all."""
_LINES_MOST = 40
_STEPS_MOST = 15
_EVIDENCE_MOST = 10
_ASIDE_MOST = 5
_QUOTES_MOST = 2
_AUTHOR_JA = {"machine": "自動の返事", "staff": "職員"}
_KIND_JA = {
    "sticker": "スタンプ",
    "image": "写真",
    "audio": "音声",
    "video": "動画",
    "file": "ファイル",
    "location": "場所",
}


def case_view(case: CaseView, now: int, console_url: str = "") -> Block:
    """The modal of `case` at `now` (ms UTC). `console_url`: where staff open what must not go to Slack."""
    item = case.item
    drawn = [
        blocks.header(headline(item, now)),
        blocks.context(f"{item.label}　経路：{route_ja(item.route)}", standing(item)),
        blocks.context(*filter(None, [deadline(item, now), speaking(item)])),
        blocks.context(_contact(case)),
        blocks.header("やりとり"),
        *_said(case.lines, now, case.whose),
        *_enclosed(case, console_url),
        *_answers(case.answers),
        *_reading(case),
        *_history(case.steps, now),
        blocks.context("この表示は閲覧の記録に残りました。氏名と連絡先は Slack には出しません。"),
    ]
    carried = blocks.reference(item.case_id, item.version)
    return blocks.modal(names.CASE_VIEW, f"{item.label} の内容", drawn[: limits.VIEW_BLOCKS], carried)


def notice_view(title: str, message: str, *more: str) -> Block:
    """A modal that only says something."""
    return blocks.modal(names.NOTICE_VIEW, title, [blocks.section(text) for text in (message, *more)], "")


def _contact(case: CaseView) -> str:
    named = "名前を聞いています（Slack には出しません）" if case.name else "名前は聞いていません"
    reach = (
        f"返信できます（{case.way.label}）" if case.reachable else SILENCE_JA.get(case.item.silence, "返信は届きません")
    )
    return f"{reach}　{named}"


def _said(lines: Sequence[Line], now: int, whose: str) -> list[Block]:
    """The latest words that fit, oldest first; what was left out is said, not hidden."""
    kept: list[Line] = []
    room = _WORDS_ROOM
    for line in reversed(lines):
        # A single text may be 5,000 long, so the newest always fits.
        room -= limits.units(_words(line, whose)) + 40
        if (room < 0 and kept) or len(kept) >= _LINES_MOST:
            break
        kept.insert(0, line)
    left = len(lines) - len(kept)
    note = [blocks.context(f"これより前の {left} 件は、受付の画面で見られます。")] if left else []
    times = _times([line.at for line in kept], now)
    drawn = [blocks.spoken(_head(line, at, whose), _words(line, whose)) for line, at in zip(kept, times, strict=True)]
    return [*note, *(block for each in drawn for block in each)] or [blocks.section("まだ何もありません。")]


def _times(moments: Sequence[int], now: int) -> list[str]:
    """The date once a day, then the time of day alone."""
    said, before = [], ""
    for at in moments:
        full = moment_ja(to_datetime(at), to_datetime(now))
        day, bracket, time = full.partition("）")
        said.append(time if bracket and day == before else full)
        before = day
    return said


def _head(line: Line, at: str, whose: str) -> str:
    who = line.staff_name or (whose if line.author == "person" else _AUTHOR_JA.get(line.author, ""))
    delivery = DELIVERY_JA.get(line.delivery, "")
    return f"{at}　{who}" + (f"（{delivery}）" if delivery else "")


def _words(line: Line, whose: str) -> str:
    if line.unsent:
        return f"（{whose}が送信を取り消しました）"
    if line.attachment:
        return f"〔{line.attachment.title}〕{line.attachment.why}"
    kind = _KIND_JA.get(line.kind, "")
    return blocks.cut(f"〔{kind}〕{line.text}" if kind else line.text, 5200)


def _enclosed(case: CaseView, console_url: str) -> list[Block]:
    """Photos, voices and files never go to Slack: only where to open them."""
    kept = [
        line.attachment.title for line in case.lines if line.attachment and not (line.unsent or line.attachment.why)
    ]
    if not kept:
        return []
    told = blocks.cut(f"{'・'.join(kept)} は Slack には出しません。", 500)
    if not console_url:
        return [blocks.context(f"{told}受付の画面で見られます。")]
    return [blocks.linked(told, "受付の画面でひらく", f"{console_url}/console/cases/{case.item.case_id}")]


def _answers(answers: Sequence[tuple[str, str]]) -> list[Block]:
    if not answers:
        return []
    text = "\n".join(f"{question}：{answer}" for question, answer in answers)
    return blocks.spoken("聞きとったこと", blocks.cut(text, 800))


def _reading(case: CaseView) -> list[Block]:
    read, by_staff = case.item.assessment, case.item.by_staff
    if read is None or read.unread_reason:
        why = (foreign_ja(read) if read else "") or "ありません。人が判断してください。"
        drawn = [blocks.section(f"機械の見立て：{why}")]
    else:
        drawn = [blocks.section("\n".join(labels_ja(read, by_staff))), *_reasons(read, by_staff)]
    judged = judged_ja(case.item)
    drawn += [blocks.context(judged)] if judged else []
    drawn[:0] = [blocks.section(tongue_ja(case.language))] if case.language else []
    return [blocks.header("機械の見立て（職員が直せます）"), *drawn, *_proposal(case)]


def _reasons(read: Assessment, by_staff: Collection[str]) -> list[Block]:
    """The person's words behind each label, what was not counted and why, and whom the text speaks of."""
    said = [_quoted(ground.said, f"→ {ground.full_name}") for ground in grounds(read) if ground.said]
    aside = [_quoted((one.words,), one.reason) for one in asides(read, by_staff)]
    about = [about_ja(read), household_ja(read)]
    return [
        *_lines("そう判断した言葉", said, _EVIDENCE_MOST),
        *_lines("数えなかった言葉", aside, _ASIDE_MOST),
        *_lines("だれのこと", [blocks.cut(line, 150) for line in about if line], 2),
    ]


def _quoted(words: Sequence[str], after: str) -> str:
    return "".join(f"『{blocks.cut(said, 50)}』" for said in words[:_QUOTES_MOST]) + after


def _lines(head: str, lines: Sequence[str], most: int) -> list[Block]:
    left = [f"（ほかに {len(lines) - most} 件は、受付の画面で見られます。）"] if len(lines) > most else []
    return blocks.spoken(head, "\n".join([*lines[:most], *left])) if lines else []


def _proposal(case: CaseView) -> list[Block]:
    plan = case.plan
    if plan is None:
        return [blocks.context(consent_ja(case.item, None))]
    desks = "\n".join(f"{index}. {desk.name}　{desk.reason_ja}" for index, desk in enumerate(plan.desks, 1))
    step = f"次の一手の案：{plan.next_step.label_ja}\n{plan.reason_ja}"
    drawn = [blocks.section(blocks.cut(step, 600)), blocks.section(blocks.cut(f"つなぎ先の候補\n{desks}", 800))]
    return [*drawn, *_asks(plan), blocks.context(consent_ja(case.item, plan))]


def _asks(plan: Plan) -> list[Block]:
    flags = [blocks.context("注意：" + "・".join(flag.label_ja for flag in plan.flags))] if plan.flags else []
    questions = "\n".join(f"・{question}" for question in plan.questions[:6])
    return [*flags, *([blocks.section(blocks.cut(f"確かめること\n{questions}", 500))] if questions else [])]


def _history(steps: Sequence[Step], now: int) -> list[Block]:
    shown = steps[-_STEPS_MOST:]
    times = _times([step.at for step in shown], now)
    lines = [
        f"{at}　{step.staff_name}　{STEP_JA.get(step.what, '記録')}" for step, at in zip(shown, times, strict=True)
    ]
    return [blocks.header("経過"), blocks.section(blocks.cut("\n".join(lines), 900))] if lines else []
