"""The durable half of a click (押されたボタンの仕事): one database transaction, done by the job of the stored arrival.

Nothing is sent from here: the desk writes outgoing rows, and what the clicking person is told comes back as `Notice`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.slack import names
from bots.slack.blocks import reference
from bots.slack.carried import case_of, from_home, version_of
from bots.slack.gate import Stranger, from_here, staff_of
from bots.slack.grant import Told, grant, keep_words
from bots.slack.home_rows import opened, redraw
from bots.slack.notice import Key, Notice
from bots.slack.parse import SEEN, BadBody, SlackArrival, from_payload
from bots.slack.parts import ActParts
from bots.slack.report import answers_of, route_of
from bots.slack.state_words import now_true
from bots.slack.wish import AskAdvice, LeaveRemark, OfCase, Reply, Report, Wish, wish_of
from bots.tame import mapping
from handoff import advice, desk, ledger, queue, remarks, view
from handoff.office import NotFound, Refused, StaffRef
from handoff.records import SlackCard
from triage.assessment import Urgency

__all__ = ["Notice", "handle"]

_WRITTEN = ("", "thread_broadcast", "file_share")
"""Kinds of message that a person wrote anew."""
_THREAD = (
    "ここに書いた文は、本人には届きません。職員どうしの話にだけ使ってください。返事は、カードの「返信」から送れます。"
)
_CALL = "いま危ないときは、先に 110・119 に電話してください。当番も呼び出しています。"


def handle(parts: ActParts, session: Session, payload: Mapping[str, Any], now: int, inbox_id: int) -> list[Notice]:
    """Do what the stored arrival asks for, in `session`, and return what to tell the person who clicked.

    Idempotent by `inbox_id`. A refusal (unknown person, other workspace, lost race) leaves no change but its audit
    entry. Anything that asks for no change (events, thread messages) does nothing. Never commits.
    """
    try:
        arrival = from_payload(dict(payload))
    except BadBody:
        return []  # it was stored as seen; there is nothing in it to do
    if arrival.source == SEEN:
        return _event(parts, session, arrival, now, inbox_id)
    if arrival.kind not in ("action", "submit", "shortcut", "command"):
        return []
    try:
        staff = staff_of(session, parts.tenant, parts.team_id, arrival)
    except Stranger as stranger:
        _audit_stranger(parts, session, stranger, now)
        return _tell(parts, arrival, Told(stranger.message_ja))
    wish = wish_of(arrival)
    if wish is None:
        return []
    if from_home(arrival.payload):
        redraw(parts.office, session, arrival.user_id, f"in-{inbox_id}", now)
    try:
        with session.begin_nested():
            told = _do(parts, session, wish, staff, now, once=f"slack-{inbox_id}")
    except Refused as refused:
        return _tell(parts, arrival, Told(_refusal(parts, session, arrival, wish, staff, refused, now)))
    return _tell(parts, arrival, told)


def _do(parts: ActParts, session: Session, wish: Wish, staff: StaffRef, now: int, *, once: str) -> Told:
    """Grant the wish; what the person is told."""
    match wish:
        case AskAdvice(asked):
            return Told(_ask_advice(parts, session, asked, staff, now, once=once))
        case LeaveRemark(text, place):
            left = remarks.leave(parts.office, session, remarks.Said("slack", text, place, staff), now, once)
            return Told("一言を残しました。受付の人が見ます。" if left.case_id is None else _CALL)
        case Report():
            return Told(_report(parts, session, wish, staff, now, once=once))
        case _:
            return grant(parts.office, session, wish, staff, now, once)


def _refusal(
    parts: ActParts, session: Session, arrival: SlackArrival, wish: Wish, staff: StaffRef, refused: Refused, now: int
) -> str:
    """Why not, what holds now for whoever pressed an old card, and that no written answer is lost."""
    said = [refused.message_ja]
    if isinstance(refused, NotFound):
        return said[0]
    if isinstance(wish, OfCase):
        said.append(_stale(parts, session, arrival, wish.case_id, staff, now))
    if isinstance(wish, Reply) and keep_words(parts.office, session, wish, staff, now):
        said.append("書いた文は下書きに残しました。もう一度「返信」を押すと、続きから書けます。")
    return "".join(said)


def _stale(parts: ActParts, session: Session, arrival: SlackArrival, case_id: int, staff: StaffRef, now: int) -> str:
    shown = version_of(arrival.payload)
    try:
        case, row = desk.seen_by(parts.office, session, case_id, staff)
    except Refused:
        return ""
    if not shown or row.version <= shown:
        return ""
    return now_true(view.item_of(parts.office, session, case, row), now)


def _event(parts: ActParts, session: Session, arrival: SlackArrival, now: int, inbox_id: int) -> list[Notice]:
    """What Slack told without anybody pressing: the home was opened, or somebody wrote under a card."""
    event = mapping(arrival.payload.get("event"))
    if not from_here(arrival, parts.team_id) or not arrival.user_id or event.get("bot_id"):
        return []
    if event.get("type") == names.HOME_OPENED and event.get("tab") in ("", "home"):
        opened(parts, session, arrival, now, inbox_id)
    thread = str(event.get("thread_ts") or "")
    if event.get("type") != "message" or not thread or event.get("subtype") not in _WRITTEN:
        return []
    channel = str(event.get("channel") or "")
    ours = select(SlackCard.case_id).where(
        SlackCard.tenant == parts.tenant, SlackCard.channel == channel, SlackCard.ts == thread
    )
    if session.scalar(ours.limit(1)) is None:
        return []
    return [Notice(channel, arrival.user_id, _THREAD, once=f"thread-{channel}-{thread}-{arrival.user_id}")]


def _ask_advice(parts: ActParts, session: Session, asked: advice.Asked, staff: StaffRef, now: int, *, once: str) -> str:
    case_id = advice.ask(parts.office, session, staff, asked, now, once)
    if not (parts.alarm and parts.alarm.scan(asked.question).kinds):
        return "支援者の相談を受けつけました。多機関協働の担当に届きます。"
    _call_out(parts, session, case_id, now)
    return _CALL


def _report(parts: ActParts, session: Session, report: Report, staff: StaffRef, now: int, *, once: str) -> str:
    office, text, said = parts.office, report.what.strip(), answers_of(report)
    case_id = desk.file_report(
        office, session, staff, text, route_of(staff), now, once, place=report.where, answers=said
    )
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


def _tell(parts: ActParts, arrival: SlackArrival, told: Told) -> list[Notice]:
    if not arrival.user_id or not told.text:
        return []
    place = arrival.user_id if from_home(arrival.payload) else arrival.channel_id or parts.channel_id
    if told.waits is None:
        return [Notice(place, arrival.user_id, told.text)]
    undo = Key(names.UNDO, "取り消す", reference(case_of(arrival.payload) or 0, 0, o=told.waits))
    return [
        Notice(place, arrival.user_id, told.text, (undo,)),
        Notice(place, arrival.user_id, "", once=f"fate-{told.waits}", fate_of=told.waits, delay_seconds=told.seconds),
    ]
