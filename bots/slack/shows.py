"""What a click shows at once: the modal for the person who clicked, after authorization and with the read on record.

Blocking (database): call it off the event loop. Commits the audit entry before anything is shown.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from bots.slack import blocks, command, names, wish
from bots.slack.advice_form import asked_view
from bots.slack.attempt_form import attempt_form
from bots.slack.blocks import Block
from bots.slack.carried import action_of, case_of, version_of
from bots.slack.case_view import case_view, notice_view
from bots.slack.correct_form import correct_form
from bots.slack.forms import close_form, fold_form, hand_form, hold_form, reopen_form, send_back_form, urgency_form
from bots.slack.gate import staff_of
from bots.slack.parse import SlackArrival
from bots.slack.parts import SlackParts
from bots.slack.reply_form import begun, filled
from bots.slack.state_words import is_open, now_true
from bots.tame import mapping, text
from handoff import advice_back, drafts, folding, handing_answers, view
from handoff.number import case_label
from handoff.office import Refused, StaffRef
from handoff.reach import SILENCE_JA
from handoff.templates import reply_templates
from handoff.view import CaseView

_INSTEAD = {"blocked": ("電話や訪問など、ほかの方法を考えてください。",)}
_FORMS = {
    names.CLOSE: close_form,
    names.URGENCY: urgency_form,
    names.CORRECT: correct_form,
    names.HOLD: hold_form,
    names.REOPEN: reopen_form,
}


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
            if arrival.name == names.ASKED:
                return asked_view(
                    advice_back.open_mine(parts.office, session, case_id, staff, parts.now(), "slack"), parts.now()
                )
            if arrival.name == names.SEND_BACK:
                asked = handing_answers.asked_of(parts.office, session, case_id, staff)
                label = case_label(asked.number)  # never L-…: who reported is not for the receiver to know
                return send_back_form(case_id, label, arrival.channel_id)
            case = view.open_case(parts.office, session, case_id, staff, parts.now(), "slack")
            drawn = _drawn(parts, session, arrival, case, staff)
    except Refused as refused:
        return notice_view("開けません", refused.message_ja)
    shown_version = version_of(arrival.payload)
    if arrival.name in names.ACTING and 0 < shown_version < case.item.version:
        told = f"押したカードのあとに変わっています。{now_true(case.item, parts.now())}"
        drawn["blocks"].insert(0, blocks.context(told))
    return drawn


def with_template(parts: SlackParts, arrival: SlackArrival) -> Block:
    """返信 drawn anew with the template that was chosen after what was typed. Raises `gate.Stranger`."""
    field = wish.field_of(arrival, "reply")
    typed, turn = wish.typed(arrival, field), field.partition("-")[2]
    chosen = text(mapping(action_of(arrival.payload).get("selected_option")).get("value")) or ""
    try:
        with parts.sessions.begin() as session:
            staff = staff_of(session, parts.tenant, parts.team_id, arrival)
            case_id = case_of(arrival.payload) or 0
            case = view.open_case(parts.office, session, case_id, staff, parts.now(), "slack")
    except Refused as refused:
        return notice_view("返信できません", refused.message_ja)
    templates = reply_templates(parts.office.pack, case)
    number = int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 4 else 0
    return filled(case, arrival.channel_id, templates, typed, chosen, number)


def _drawn(parts: SlackParts, session: Session, arrival: SlackArrival, case: CaseView, staff: StaffRef) -> Block:
    channel, case_id = arrival.channel_id, case.item.case_id
    if arrival.name == names.REPLY:
        if not case.reachable:
            return _unanswerable(case, staff, channel)
        draft = drafts.load(parts.office, session, case_id, staff)
        return begun(case, channel, reply_templates(parts.office.pack, case), draft)
    if arrival.name == names.HAND:
        return hand_form(case, parts.office.pack, channel)
    if arrival.name == names.FOLD:
        return fold_form(case, folding.candidates(parts.office, session, case_id, staff), channel)
    form = _FORMS.get(arrival.name)
    return form(case, channel) if form else case_view(case, parts.now(), parts.console_url)


def _unanswerable(case: CaseView, staff: StaffRef, channel: str) -> Block:
    """What was said by telephone or on a visit is written down instead, by who may."""
    why = SILENCE_JA.get(case.item.silence, "本人が消した相談です。")
    free_or_mine = case.item.owner_id in (None, staff.id) or staff.role == "intake"
    if is_open(case.item) and case.item.folded_into is None and free_or_mine:
        return attempt_form(case, why, channel)
    return notice_view("返信できません", why, *_INSTEAD.get(case.item.silence, ()))
