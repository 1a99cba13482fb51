"""The ids that our cards, modals and commands carry and that come back with a click."""

from __future__ import annotations

from typing import Final

CLAIM: Final = "case_claim"
RELEASE: Final = "case_release"
PAGE: Final = "case_page"
WATCH: Final = "case_watch"
OPEN: Final = "case_open"
REPLY: Final = "case_reply"
HAND: Final = "case_hand"
CLOSE: Final = "case_close"
URGENCY: Final = "case_urgency"
CORRECT: Final = "case_correct"
DANGER: Final = "report_danger"

REPLY_DRAFT: Final = "reply_draft"
REPLY_SEND: Final = "reply_send"
HAND_SEND: Final = "hand_send"
CLOSE_SEND: Final = "close_send"
URGENCY_SEND: Final = "urgency_send"
CORRECT_SEND: Final = "correct_send"
REPORT_SEND: Final = "report_send"
CASE_VIEW: Final = "case_view"
NOTICE_VIEW: Final = "notice_view"

REPORT_SHORTCUT: Final = "toritsugi_report"
COMMAND: Final = "/toritsugi"

CHANGING_ACTIONS: Final = frozenset({CLAIM, RELEASE, PAGE, WATCH})
SHOWING_ACTIONS: Final = frozenset({OPEN, REPLY, HAND, CLOSE, URGENCY, CORRECT, DANGER})
STORED_SUBMITS: Final = frozenset({REPLY_SEND, HAND_SEND, CLOSE_SEND, URGENCY_SEND, CORRECT_SEND, REPORT_SEND})

KNOWN: Final = frozenset(
    {("block_actions", name) for name in CHANGING_ACTIONS | SHOWING_ACTIONS}
    | {("view_submission", name) for name in STORED_SUBMITS | {REPLY_DRAFT}}
    | {("shortcut", REPORT_SHORTCUT), ("command", COMMAND)}
)
"""(Slack's type, our name) of everything that has a listener; all else is stored as seen."""

EVENT_TYPE: Final = "toritsugi_case"
"""The metadata of our cards: readable by every app and member, so the payload holds the case id and version only."""
