"""The ids that our cards, modals and commands carry and that come back with a click."""

from __future__ import annotations

from typing import Final

CLAIM: Final = "case_claim"
RELEASE: Final = "case_release"
PAGE: Final = "case_page"
WATCH: Final = "case_watch"
OPEN: Final = "case_open"
ASKED: Final = "asked_open"
"""An answer to one's own 支援者の相談."""
REPLY: Final = "case_reply"
HAND: Final = "case_hand"
CLOSE: Final = "case_close"
URGENCY: Final = "case_urgency"
CORRECT: Final = "case_correct"
HOLD: Final = "case_hold"
UNHOLD: Final = "case_unhold"
FOLD: Final = "case_fold"
UNFOLD: Final = "case_unfold"
GIVE_BACK: Final = "case_give_back"
REOPEN: Final = "case_reopen"
ACCEPT: Final = "case_accept"
RECEIVE: Final = "case_receive"
SEND_BACK: Final = "case_send_back"
"""返す: the desk that was asked gives a つなぎ back."""
RAISE_HIGH: Final = "case_raise_high"
RAISE_NOW: Final = "case_raise_now"
UNDO: Final = "reply_undo"
TEMPLATE: Final = "reply_template"
DANGER: Final = "report_danger"

MORE_WORK: Final = "case_more_work"
MORE_READ: Final = "case_more_read"
MORE: Final = frozenset({MORE_WORK, MORE_READ})
"""The card's menus: which of our acts was chosen stands in the option's value (`do`)."""

MENU_REPORT: Final = "menu_report"
MENU_ADVICE: Final = "menu_advice"
MENU_REMARK: Final = "menu_remark"
MENU_FIND: Final = "menu_find"
MENU_HELP: Final = "menu_help"

REPLY_DRAFT: Final = "reply_draft"
REPLY_SEND: Final = "reply_send"
HAND_SEND: Final = "hand_send"
CLOSE_SEND: Final = "close_send"
URGENCY_SEND: Final = "urgency_send"
CORRECT_SEND: Final = "correct_send"
HOLD_SEND: Final = "hold_send"
FOLD_SEND: Final = "fold_send"
REOPEN_SEND: Final = "reopen_send"
SEND_BACK_SEND: Final = "send_back_send"
ATTEMPT_SEND: Final = "attempt_send"
"""本人に伝えた・会った."""
REPORT_SEND: Final = "report_send"
CASE_VIEW: Final = "case_view"
NOTICE_VIEW: Final = "notice_view"
MENU_VIEW: Final = "menu_view"
HOME_VIEW: Final = "home_view"
ADVICE_SEND: Final = "advice_send"
REMARK_SEND: Final = "remark_send"
FIND_SEND: Final = "find_send"

REPORT_SHORTCUT: Final = "toritsugi_report"
ADVICE_SHORTCUT: Final = "toritsugi_advice"
REMARK_SHORTCUT: Final = "toritsugi_remark"
FIND_SHORTCUT: Final = "toritsugi_find"
MESSAGE_SHORTCUT: Final = "toritsugi_message"
"""On a message: 気づきとして通報."""
COMMAND: Final = "/toritsugi"

HOME_OPENED: Final = "app_home_opened"
"""Slack's event."""

CHANGING_ACTIONS: Final = frozenset(
    {CLAIM, RELEASE, PAGE, WATCH, UNHOLD, UNFOLD, GIVE_BACK, ACCEPT, RECEIVE, RAISE_HIGH, RAISE_NOW, UNDO}
)
SHOWING_ACTIONS: Final = frozenset(
    {OPEN, ASKED, REPLY, HAND, CLOSE, URGENCY, CORRECT, HOLD, FOLD, REOPEN, SEND_BACK, DANGER}
)
ACTING: Final = SHOWING_ACTIONS - {OPEN, ASKED, DANGER}
"""Buttons whose modal does something to the case."""
STORED_SUBMITS: Final = frozenset(
    {
        REPLY_SEND, HAND_SEND, CLOSE_SEND, URGENCY_SEND, CORRECT_SEND, HOLD_SEND, FOLD_SEND, REOPEN_SEND,
        SEND_BACK_SEND, ATTEMPT_SEND, REPORT_SEND, ADVICE_SEND, REMARK_SEND,
    }
)  # fmt: skip

MENU_ACTIONS: Final = frozenset({MENU_REPORT, MENU_REMARK, MENU_ADVICE, MENU_FIND, MENU_HELP})
"""Buttons of the command's menu and of the App Home: each opens a modal."""
SHORTCUTS: Final = frozenset({REPORT_SHORTCUT, REMARK_SHORTCUT, ADVICE_SHORTCUT, FIND_SHORTCUT})

KNOWN: Final = frozenset(
    {("block_actions", name) for name in CHANGING_ACTIONS | SHOWING_ACTIONS | MENU_ACTIONS | {TEMPLATE}}
    | {("view_submission", name) for name in STORED_SUBMITS | {REPLY_DRAFT, FIND_SEND}}
    | {("shortcut", name) for name in SHORTCUTS}
    | {("message_action", MESSAGE_SHORTCUT), ("command", COMMAND)}
)
"""(Slack's type, our name) of everything that has a listener; all else is stored as seen."""

EVENT_TYPE: Final = "toritsugi_case"
"""The metadata of our cards: readable by every app and member, so the payload holds the case id and version only."""
