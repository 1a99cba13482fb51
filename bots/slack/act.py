"""The durable half of a click (押されたボタンの仕事): one database transaction, done by the job of the stored arrival.

Nothing is sent from here: the desk writes outgoing rows, and what the clicking person is told comes back as `Notice`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bots.slack.gate import Stranger, staff_of
from bots.slack.parse import BadBody, SlackArrival, from_payload
from bots.slack.parts import ActParts
from bots.slack.report import report_text, route_of
from bots.slack.wish import (
    AskAdvice,
    Claim,
    Close,
    Correct,
    Hand,
    Page,
    Release,
    Reply,
    Report,
    SetUrgency,
    Watch,
    Wish,
    wish_of,
)
from handoff import advice, desk, ledger, queue
from handoff.correct import correct
from handoff.office import Refused, StaffRef
from triage.assessment import Urgency

_CALL = "いま危ないときは、先に 110・119 に電話してください。当番も呼び出しています。"


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told, seen by them only. Holds no word of a resident."""

    channel_id: str
    user_id: str
    text: str


def handle(parts: ActParts, session: Session, payload: Mapping[str, Any], now: int, inbox_id: int) -> list[Notice]:
    """Do what the stored arrival asks for, in `session`, and return what to tell the person who clicked.

    Idempotent by `inbox_id`. A refusal (unknown person, other workspace, lost race) leaves no change but its audit
    entry. Anything that asks for no change (events, thread messages) does nothing. Never commits.
    """
    try:
        arrival = from_payload(dict(payload))
    except BadBody:
        return []  # it was stored as seen; there is nothing in it to do
    if arrival.kind not in ("action", "submit", "shortcut", "command"):
        return []
    try:
        staff = staff_of(session, parts.tenant, parts.team_id, arrival)
    except Stranger as stranger:
        _audit_stranger(parts, session, stranger, now)
        return _tell(parts, arrival, stranger.message_ja)
    wish = wish_of(arrival)
    if wish is None:
        return []
    try:
        with session.begin_nested():
            done = _do(parts, session, wish, staff, now, once=f"slack-{inbox_id}")
    except Refused as refused:
        return _tell(parts, arrival, refused.message_ja)
    return _tell(parts, arrival, done) if done else []


def _do(parts: ActParts, session: Session, wish: Wish, staff: StaffRef, now: int, *, once: str) -> str:
    """Grant the wish; the sentence for the person, or "" when the redrawn card says it all."""
    office = parts.office
    match wish:
        case Claim(case_id):
            desk.claim(office, session, case_id, staff, now)
        case Release(case_id):
            desk.release(office, session, case_id, staff, now)
        case Page(case_id):
            desk.page(office, session, case_id, staff, now)
            return "当番を呼び出しました。"
        case Watch(case_id):
            heard = desk.watch(office, session, case_id, staff, now)
            return "呼び出しを止めました。相談の確認をお願いします。" if heard else "呼び出しは、もう止まっています。"
        case Reply(case_id, text):
            desk.reply(office, session, case_id, staff, text, now, once)
            return "返信を送る列に入れました。届かないときは受付の画面に出ます。"
        case Hand(case_id, to_desk, basis, ask, keep, heard):
            desk.hand(office, session, case_id, staff, to_desk, basis, ask, keep, now, heard=heard)
        case Close(case_id, reason, note):
            desk.close(office, session, case_id, staff, reason, note, now)
        case SetUrgency(case_id, urgency, reason, _):
            desk.set_urgency(office, session, case_id, staff, urgency, reason, now)
        case Correct(case_id, shown, wanted, note, upto):
            correct(office, session, case_id, staff, wanted, note, now, shown=shown, upto=upto)
        case AskAdvice(asked):
            return _ask_advice(parts, session, asked, staff, now, once=once)
        case Report():
            return _report(parts, session, wish, staff, now, once=once)
    return ""


def _ask_advice(parts: ActParts, session: Session, asked: advice.Asked, staff: StaffRef, now: int, *, once: str) -> str:
    case_id = advice.ask(parts.office, session, staff, asked, now, once)
    if not (parts.alarm and parts.alarm.scan(asked.question).kinds):
        return "支援者の相談を受けつけました。多機関協働の担当に届きます。"
    _call_out(parts, session, case_id, now)
    return _CALL


def _report(parts: ActParts, session: Session, report: Report, staff: StaffRef, now: int, *, once: str) -> str:
    office, text = parts.office, report_text(report)
    case_id = desk.file_report(office, session, staff, text, route_of(staff), now, once, place=report.where)
    if report.danger != "yes" and not (parts.alarm and parts.alarm.scan(text)):
        return "通報を受けつけました。カードがチャンネルに出ます。"
    # The reporter's 「はい」 or words of danger page at once. A worker may not see the case that they opened, so this
    # is no act of theirs on it.
    _call_out(parts, session, case_id, now)
    return _CALL


def _call_out(parts: ActParts, session: Session, case_id: int, now: int) -> None:
    office = parts.office
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True)
    if found is not None:
        case, row = found
        queue.raise_urgency(office, session, case, row, Urgency.EMERGENCY, now)
        queue.page(office, session, row, now)
        ledger.changed(session, office.outbox, row)


def _audit_stranger(parts: ActParts, session: Session, stranger: Stranger, now: int) -> None:
    ledger.audit(
        session,
        parts.office.audit_key,
        parts.tenant,
        at=now,
        action="slack_refused",
        staff_id=None,
        case_id=stranger.case_id,
        detail=stranger.code,
    )


def _tell(parts: ActParts, arrival: SlackArrival, text: str) -> list[Notice]:
    if not arrival.user_id:
        return []
    return [Notice(arrival.channel_id or parts.channel_id, arrival.user_id, text)]
