"""「わたしの記録」: what we hold of a person and whom it went to, in a few plain lines.

Labels come from the summary words of the person's language where these have them, else in simple Japanese.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from handoff import consents, number
from handoff.clock import TOKYO
from handoff.reach import options_of, state_of
from handoff.records import HandOver
from intake import cases, given
from intake.clock import to_datetime
from intake.conversation.script import load
from intake.conversation.speech import summarise
from intake.records import Case, Message

if TYPE_CHECKING:
    from bots.talk import Turn

_JA: Mapping[str, str] = {
    "record_receipt": "受付番号",
    "record_since": "はじめた日",
    "record_messages": "書いたこと・送ったもの",
    "record_name": "よびかた",
    "record_anonymous": "名前は聞いていません",
    "record_told": "伝えた窓口",
    "record_nobody": "まだ、どこにも伝えていません",
    "record_consent": "同意",
    "record_asked": "聞いています",
    "record_given": "伝えてよい",
    "record_partial": "書いたことだけ",
    "record_refused": "伝えない",
    "record_withdrawn": "取り消し",
    "record_guard": "合い言葉",
    "record_guarded": "あり",
    "record_kept": "とっておく間",
}


def record_words(turn: Turn) -> str:
    """The fact `{record}`: one line each for what is there; "" without a case."""
    case = turn.case
    if case is None:
        return ""
    office, state = turn.tenant.office, state_of(turn.tenant.office, turn.contact)
    options = options_of(office)
    heads = {**_JA, **load(state.language or options.language).summary}
    rows = [
        f"{heads['record_receipt']}：{_receipt(turn, case)}",
        f"{heads['record_since']}：{_day(to_datetime(case.opened_at))}",
        f"{heads['record_messages']}：{_messages(turn, case)} 通",
        f"{heads['record_name']}：{_name(turn, case) or heads['record_anonymous']}",
        *summarise(state, options, "", given.answers_of(office.sealer, case)).splitlines(),
        f"{heads['record_told']}：{_told(turn, case) or heads['record_nobody']}",
    ]
    for consent in consents.standing(turn.session, case):
        if consent.desk:
            said = heads.get(f"record_{consent.state}", consent.state)
            rows.append(f"{heads['record_consent']}：{consents.desk_name(office, consent.desk)}（{said}）")
    if case.pass_hash is not None:
        rows.append(f"{heads['record_guard']}：{heads['record_guarded']}")
    if kept := _kept(turn):
        rows.append(f"{heads['record_kept']}：{kept}")
    return "\n".join(rows)


def _receipt(turn: Turn, case: Case) -> str:
    if case.route == "lifeline":
        return number.report_label(case.number)
    return cases.receipt_of(turn.parts.vault.sealer, case)


def _messages(turn: Turn, case: Case) -> int:
    said = select(func.count()).where(
        Message.case_id == case.id, Message.author == "person", Message.body_sealed.is_not(None)
    )
    return turn.session.scalar(said) or 0


def _name(turn: Turn, case: Case) -> str:
    return "" if case.identity == "anonymous" else cases.name_of(turn.parts.vault.sealer, turn.contact)


def _told(turn: Turn, case: Case) -> str:
    """The desks that it was handed to and not given back by."""
    found = turn.session.scalars(
        select(HandOver.to_desk)
        .where(HandOver.case_id == case.id, HandOver.state.in_(("sent", "accepted")))
        .order_by(HandOver.id)
    )
    return "、".join(dict.fromkeys(consents.desk_name(turn.tenant.office, to) for to in found))


def _kept(turn: Turn) -> str:
    """How long the municipality keeps it, "" where its pack does not say."""
    days = turn.tenant.pack.retention_days.get("consultation", 0)
    if days <= 0:
        return ""
    years, rest = divmod(days, 365)
    return f"おわってから {years} 年" if years and not rest else f"おわってから {days} 日"


def _day(at: datetime) -> str:
    local = at.astimezone(TOKYO)
    return f"{local.year}年{local.month}月{local.day}日"
