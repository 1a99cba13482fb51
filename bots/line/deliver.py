"""One outgoing row to LINE: the reply token first, a push with its fixed retry key second."""

from __future__ import annotations

import json
from typing import Any

from bots.line.door_notice import stands_in
from bots.line.menu_row import deliver_menu
from bots.line.render import render
from bots.line.send import LineSender, Refused, Sent, TokenSpent, Unclear, Wait
from bots.parts import Parts
from bots.settled import Settled
from intake import cases
from intake.conversation.say import Choice, Say
from intake.db import reading
from intake.records import Contact, Outgoing
from intake.seal import Cell, KeyDestroyed

REPLY_TRIES = 2
_BACKOFF = (2.0, 5.0, 15.0, 60.0, 300.0)


def deliver_line(parts: Parts, sender: LineSender | None, row: Outgoing, *, interrupted: bool) -> Settled:
    """Send the row and say what became of it. Never raises for anything LINE answers."""
    if sender is None:
        return Settled("failed", error="no_line_account")
    if row.purpose == "menu":
        return deliver_menu(parts, sender, row)
    if row.purpose == "seen":
        return _seen(parts, sender, row)
    if interrupted and row.via == "reply":
        return Settled("unknown", error="interrupted")
    try:
        messages = _messages(parts, row)
        if messages is not None:
            messages = stands_in(parts, row) or messages
    except KeyDestroyed:
        return Settled("dropped", error="erased")
    if messages is None:
        return Settled("dropped", error="erased")
    if row.via == "reply":
        settled = _reply(parts, sender, row, messages)
        if settled is not None:
            return settled
    return _push(parts, sender, row, messages)


def _reply(parts: Parts, sender: LineSender, row: Outgoing, messages: list[dict[str, Any]]) -> Settled | None:
    """By the reply token; None when the token is of no use and a push may follow."""
    token = _open(parts, row, "reply_sealed", row.reply_sealed)
    if token is None:
        return None
    unclear = ""
    for _ in range(REPLY_TRIES):
        result = sender.reply(token, messages)
        match result:
            case Sent(remote_id):
                return Settled("sent", via="reply", remote_id=remote_id)
            case TokenSpent():
                # After an unclear try, a spent token most likely means that the first one arrived.
                return Settled("unknown", via="reply", error=unclear) if unclear else None
            case Wait(_, code):
                return None if not unclear else Settled("unknown", via="reply", error=code)
            case Refused(code):
                return Settled("failed", via="reply", error=code)
            case Unclear(code):
                unclear = code
    return Settled("unknown", via="reply", error=unclear)


def _push(parts: Parts, sender: LineSender, row: Outgoing, messages: list[dict[str, Any]]) -> Settled:
    with reading(parts.sessions) as session:
        contact = session.get(Contact, row.contact_id) if row.contact_id else None
    if contact is None or contact.hidden or contact.blocked:
        return _unreachable(contact)
    match sender.push(cases.address_of(parts.vault, contact), messages, row.retry_key):
        case Sent(remote_id):
            return Settled("sent", via="push", remote_id=remote_id)
        case Wait(seconds, code):
            if sender.quota_left() == 0:
                return Settled("failed", via="push", error="quota")
            return Settled("waiting", via="push", error=code, wait_seconds=seconds)
        case Unclear(code):
            backoff = _BACKOFF[min(row.attempts, len(_BACKOFF)) - 1]
            return Settled("waiting", via="push", error=code, wait_seconds=backoff)
        case Refused(code):
            return Settled("failed", via="push", error=code)
        case TokenSpent():
            return Settled("failed", via="push", error="400")


def _seen(parts: Parts, sender: LineSender, row: Outgoing) -> Settled:
    """既読, tried once: a mark that comes late says nothing, and none may appear on a screen that was hidden."""
    with reading(parts.sessions) as session:
        contact = session.get(Contact, row.contact_id) if row.contact_id else None
    body = _open(parts, row, "body_sealed", row.body_sealed)
    if contact is None or contact.hidden or contact.blocked or body is None:
        return Settled("dropped", error="hidden" if contact is not None and contact.hidden else "unreachable")
    match sender.mark_read(json.loads(body)["token"]):
        case Sent():
            return Settled("sent", via="seen")
        case Wait(_, code) | Unclear(code) | Refused(code):
            return Settled("dropped", via="seen", error=code)
        case TokenSpent():
            return Settled("dropped", via="seen", error="400")


def _unreachable(contact: Contact | None) -> Settled:
    """Why no push may go: nobody to push to, a person who hid the talk, or one who blocked us."""
    if contact is None:
        return Settled("failed", via="push", error="token_expired")
    if contact.hidden:
        return Settled("dropped", via="push", error="hidden")
    return Settled("failed", via="push", error="blocked")


def _messages(parts: Parts, row: Outgoing) -> list[dict[str, Any]] | None:
    body = _open(parts, row, "body_sealed", row.body_sealed)
    if body is None:
        return None
    content = json.loads(body)
    if "messages" in content:
        return list(content["messages"])
    if "says" in content:
        return render([_say(raw) for raw in content["says"]], content["facts"])
    return [{"type": "text", "text": content["text"]}]


def _say(raw: dict[str, Any]) -> Say:
    """A bubble as `handoff.letters.notice` wrote it."""
    return Say(**(raw | {"choices": tuple(Choice(**choice) for choice in raw["choices"])}))


def _open(parts: Parts, row: Outgoing, column: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    return parts.vault.sealer.open_text(Cell(row.tenant, "outgoing", column, row.id), sealed)
