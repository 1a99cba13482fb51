"""What a click shows at once: the modal for the person who clicked, after authorization and with the read on record.

Blocking (database): call it off the event loop. Commits the audit entry before anything is shown.
"""

from __future__ import annotations

from bots.slack import command, names
from bots.slack.blocks import Block
from bots.slack.carried import case_of
from bots.slack.case_view import case_view, notice_view
from bots.slack.correct_form import correct_form
from bots.slack.forms import close_form, hand_form, reply_form, urgency_form
from bots.slack.gate import staff_of
from bots.slack.parse import SlackArrival
from bots.slack.parts import SlackParts
from handoff import view
from handoff.office import Refused
from handoff.reach import SILENCE_JA
from handoff.view import CaseView

_INSTEAD = {"blocked": ("電話や訪問など、ほかの方法を考えてください。",)}


def shown(parts: SlackParts, arrival: SlackArrival) -> Block:
    """The modal that this click opens. Raises `gate.Stranger` for whoever may not act here.

    What the desk refuses (no such case for this person) becomes a modal that says so.
    """
    if arrival.source in ("command", "shortcut", "message_action") or arrival.name in names.MENU_ACTIONS:
        return command.opened(parts, arrival)
    case_id = case_of(arrival.payload)
    if case_id is None:
        return notice_view("開けません", "このボタンは古いため使えません。受付の画面で開いてください。")
    try:
        with parts.sessions.begin() as session:
            staff = staff_of(session, parts.tenant, parts.team_id, arrival)
            case = view.open_case(parts.office, session, case_id, staff, parts.now(), "slack")
    except Refused as refused:
        return notice_view("開けません", refused.message_ja)
    return _drawn(parts, arrival, case)


def _drawn(parts: SlackParts, arrival: SlackArrival, case: CaseView) -> Block:
    channel = arrival.channel_id
    if arrival.name == names.REPLY:
        return reply_form(case, channel) if case.reachable else _unanswerable(case)
    if arrival.name == names.HAND:
        return hand_form(case, parts.office.pack, channel)
    if arrival.name == names.CLOSE:
        return close_form(case, channel)
    if arrival.name == names.URGENCY:
        return urgency_form(case, channel)
    if arrival.name == names.CORRECT:
        return correct_form(case, channel)
    return case_view(case, parts.now(), parts.console_url)


def _unanswerable(case: CaseView) -> Block:
    why = SILENCE_JA.get(case.item.silence, "本人が消した相談です。")
    return notice_view("返信できません", why, *_INSTEAD.get(case.item.silence, ()))
